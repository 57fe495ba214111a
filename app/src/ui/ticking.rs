//! Time that passes on a page.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::dom::*;

use crate::browser;

const EVERY_MILLIS: i32 = 1_000;

/// Notifies once a second for as long as whoever asked is shown. What follows it may change only
/// text inside `[data-live]`, or something the person is told before.
pub fn ticking() -> Trigger {
    let tick = Trigger::new();
    let alive = Arc::new(AtomicBool::new(true));
    let shown = Arc::clone(&alive);
    on_cleanup(move || shown.store(false, Ordering::Relaxed));
    next(tick, alive);
    tick
}

fn next(tick: Trigger, alive: Arc<AtomicBool>) {
    browser::after(EVERY_MILLIS, move || {
        if alive.load(Ordering::Relaxed) {
            tick.notify();
            next(tick, alive);
        }
    });
}
