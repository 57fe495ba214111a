//! Hospitals that have just failed are left alone for a moment, so that their trouble costs
//! nobody else's time.

use std::cell::RefCell;

use contract::{HospitalId, Map};

use crate::clock;

/// How long, real milliseconds.
const PAUSE_MS: i64 = 1000;
/// So long after a failure nobody waits to see whether it is over, real milliseconds.
const LATELY_MS: i64 = 300_000;

thread_local! {
    static FAILED: RefCell<Map<String, i64>> = const { RefCell::new(Map::new()) };
}

/// A public reading failed.
pub(super) fn note(hospital: &HospitalId) {
    let now = clock::real_millis();
    FAILED.with_borrow_mut(|failed| failed.insert(hospital.to_string(), now));
}

/// A public reading succeeded.
pub(super) fn over(hospital: &HospitalId) {
    FAILED.with_borrow_mut(|failed| failed.remove(hospital.as_str()));
}

/// Whether the last reading failed: then nothing kept is fresh any more but what was just read.
pub(super) fn failing(hospital: &HospitalId) -> bool {
    FAILED.with_borrow(|failed| failed.contains_key(hospital.as_str()))
}

/// Whether to leave it alone.
pub(super) fn just_failed(hospital: &HospitalId) -> bool {
    failed_within(hospital, PAUSE_MS)
}

/// Whether what is kept is to be answered from without waiting for it.
pub(super) fn lately(hospital: &HospitalId) -> bool {
    failed_within(hospital, LATELY_MS)
}

fn failed_within(hospital: &HospitalId, millis: i64) -> bool {
    let now = clock::real_millis();
    FAILED.with_borrow(|failed| {
        failed
            .get(hospital.as_str())
            .is_some_and(|at| now - at < millis)
    })
}
