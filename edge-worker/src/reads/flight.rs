//! Single flight: of many requests that need the same reading, one makes it.
//!
//! The others wait by looking again, not on the first one's promise: what belongs to one request
//! must not be awaited by another in the Workers runtime.

use std::cell::RefCell;

use contract::Map;

use crate::{backend::pause, clock};

/// How long the others believe in the one that flies, real milliseconds. A request whose client
/// went away may never come back.
const BELIEVED_MS: i64 = 6000;
const LOOK_AGAIN_MS: u64 = 15;

thread_local! {
    static FLYING: RefCell<Map<String, i64>> = const { RefCell::new(Map::new()) };
}

/// The right to make a reading; given back when dropped.
pub(super) struct Flight(String);

impl Drop for Flight {
    fn drop(&mut self) {
        FLYING.with_borrow_mut(|flying| flying.remove(&self.0));
    }
}

/// Waits until nothing is needed any more (`None`: somebody else has made the reading), or until
/// it is this caller's turn to make it.
pub(super) async fn take_off(key: &str, needed: impl Fn() -> bool) -> Option<Flight> {
    loop {
        if !needed() {
            return None;
        }
        if let Some(mine) = if_free(key) {
            return Some(mine);
        }
        pause(LOOK_AGAIN_MS).await;
    }
}

/// This caller's turn, unless somebody makes the reading.
pub(super) fn if_free(key: &str) -> Option<Flight> {
    let now = clock::real_millis();
    FLYING.with_borrow_mut(|flying| {
        let free = flying
            .get(key)
            .is_none_or(|since| now - since > BELIEVED_MS);
        free.then(|| {
            flying.insert(key.to_owned(), now);
            Flight(key.to_owned())
        })
    })
}
