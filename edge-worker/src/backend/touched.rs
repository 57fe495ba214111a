//! Slots that this isolate has just written. What was read before is then known to be old, so
//! that whoever has booked a place does not see it free a moment later. Other isolates' writes
//! are not seen here: this hurries a reading, and nothing is decided by it.

use std::{cell::RefCell, collections::VecDeque};

use fhir::{Stored, resources::Slot, time};
use jiff::Timestamp;

use crate::clock;

/// Longer than anything read is taken as it was, real milliseconds.
const KEPT_MS: i64 = 3000;
/// Most that is remembered; more writes than that are not made in that time.
const MOST: usize = 2000;

/// A slot that was written.
struct Touched {
    base: String,
    schedule: String,
    start: Timestamp,
    at: i64,
}

thread_local! {
    static TOUCHED: RefCell<VecDeque<Touched>> = const { RefCell::new(VecDeque::new()) };
}

/// A Slot was written, or may have been; other resources are passed over.
pub fn note(base: &str, written: &Stored) {
    if written.kind() != "Slot" {
        return;
    }
    let Some(slot) = written.read::<Slot>() else {
        return;
    };
    let (Some(schedule), Some(start)) = (slot.schedule.id_of("Schedule"), time::parse(&slot.start))
    else {
        return;
    };
    crate::hot::clear();
    let at = clock::real_millis();
    TOUCHED.with_borrow_mut(|touched| {
        while touched.front().is_some_and(|old| at - old.at > KEPT_MS) || touched.len() >= MOST {
            touched.pop_front();
        }
        touched.push_back(Touched {
            base: base.to_owned(),
            schedule: schedule.to_owned(),
            start,
            at,
        });
    });
}

/// Whether a slot of one of these schedules was written after `since` (real milliseconds, when a
/// reading began); `when` tells which starts are meant.
pub fn since(since: i64, base: &str, schedules: &[&str], when: impl Fn(Timestamp) -> bool) -> bool {
    TOUCHED.with_borrow(|touched| {
        touched
            .iter()
            .rev()
            .take_while(|it| it.at > since)
            .any(|it| {
                it.base == base && schedules.contains(&it.schedule.as_str()) && when(it.start)
            })
    })
}
