//! The one clock: every rule, expiry and `as_of` asks it, and development may set it ahead.
//!
//! Timeouts, cache age and `freshness` use real elapsed time instead ([`real_millis`]).

use contract::time::Shift;
use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};

pub use crate::machine::real_millis;

thread_local! {
    /// How far the clock is ahead, milliseconds; free when `None`. One isolate serves
    /// development.
    static OFFSET: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Tells the time. Tests have one that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's, plus what development has set.
    Running,
    /// Always this instant.
    Fixed(Timestamp),
}

impl Clock {
    /// Now.
    pub fn now(self) -> Timestamp {
        match self {
            Self::Running => {
                let millis = real_millis().saturating_add(OFFSET.get().unwrap_or_default());
                Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
            }
            Self::Fixed(instant) => instant,
        }
    }
}

/// Sets how far the clock is ahead, milliseconds; `None` frees it.
pub fn set_offset(millis: Option<i64>) {
    OFFSET.set(millis);
}

/// How far the clock is ahead, milliseconds; `None` when it is free.
pub fn offset() -> Option<i64> {
    OFFSET.get()
}

/// A real instant (of a hospital's clock) as this clock shows it.
pub fn shown(real: Timestamp) -> Timestamp {
    let ahead = SignedDuration::from_millis(OFFSET.get().unwrap_or_default());
    real.later(ahead)
}

/// The real instant, milliseconds since 1970, at which the clock will show `instant`: for alarms.
pub fn real_millis_at(instant: Timestamp) -> i64 {
    instant
        .as_millisecond()
        .saturating_sub(OFFSET.get().unwrap_or_default())
}

/// `instant` plus some seconds; at the end of time it stays there.
pub fn after(instant: Timestamp, seconds: i64) -> Timestamp {
    instant.later(SignedDuration::from_secs(seconds))
}
