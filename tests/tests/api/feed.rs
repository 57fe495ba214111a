//! What the hospital tells of its changes, and what becomes of it on the way: lost, doubled,
//! overtaken, or sent by somebody who is not the hospital.

use std::{
    thread,
    time::{Duration, Instant},
};

use banzhen_tests::{
    fault_proxy::{Fault, Seen},
    http::send,
    slots::Clinic,
    stack::{Own, own},
    staff::set_slot,
};
use contract::SlotState;
use serde_json::Value;

/// Longer than the edge waits between two looks at a hospital whose lists are read.
const LOOK: Duration = Duration::from_secs(4);

fn state(own: &Own, clinic: &Clinic, slot: &str) -> SlotState {
    let slots = clinic.slots(&own.world.edge);
    slots.iter().find(|it| it.id.0 == slot).unwrap().state
}

#[track_caller]
fn becomes(own: &Own, clinic: &Clinic, slot: &str, wanted: SlotState) {
    let until = Instant::now() + LOOK * 3;
    while state(own, clinic, slot) != wanted {
        assert!(Instant::now() < until, "it never becomes {wanted:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[track_caller]
fn stays(own: &Own, clinic: &Clinic, slot: &str, wanted: SlotState) {
    let until = Instant::now() + LOOK;
    while Instant::now() < until {
        assert_eq!(state(own, clinic, slot), wanted);
        thread::sleep(Duration::from_millis(50));
    }
}

/// A session whose board is read and kept up by the hospital, and one of its free slots.
fn watched(own: &Own) -> (Clinic, String) {
    let clinic = own.world.pool.take(&own.world.edge, 1);
    let slot = clinic.free(&own.world.edge, 1)[0].id.0.clone();
    (clinic, slot)
}

fn tells_of(slot: &str) -> impl Fn(&Seen) -> bool + Send + Sync + 'static {
    let slot = slot.to_owned();
    move |seen| seen.path.starts_with("/hooks/") && seen.body.contains(&slot)
}

/// The notifications of this slot so far.
fn told(own: &Own, slot: &str) -> Vec<Seen> {
    own.hooks
        .seen()
        .into_iter()
        .filter(tells_of(slot))
        .collect()
}

#[track_caller]
fn told_times(own: &Own, slot: &str, times: usize) {
    let until = Instant::now() + LOOK;
    while told(own, slot).len() < times {
        assert!(Instant::now() < until, "the hospital does not tell");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_notification_that_is_lost_is_made_up_for() {
    let own = own();
    let (clinic, slot) = watched(&own);
    let armed = own
        .hooks
        .arm(0, usize::MAX, Fault::DropBefore, tells_of(&slot));
    set_slot(&own.world.general, &slot, "busy-unavailable");
    becomes(&own, &clinic, &slot, SlotState::Stopped);
    let lost = armed.disarm();
    assert!(lost > 0, "nothing was lost");
    if lost >= TRIES {
        tells_again(&own);
    }
}

/// After so many tries in vain the hospital tells nothing more, until the edge asks for it anew.
const TRIES: usize = 3;

/// Waits until the hospital has given up and tells again.
fn tells_again(own: &Own) {
    let all = |status: &str| {
        let mut found = own.world.general.search("Subscription").into_iter();
        found.all(|it| it["status"] == status)
    };
    let wait = |seconds: u64, for_what: &dyn Fn() -> bool| {
        let until = Instant::now() + Duration::from_secs(seconds);
        while !for_what() && Instant::now() < until {
            thread::sleep(Duration::from_millis(100));
        }
        for_what()
    };
    // It may have asked again before this looks.
    wait(8, &|| !all("active"));
    assert!(wait(40, &|| all("active")), "it tells nothing any more");
}

#[test]
fn a_notification_that_comes_twice_counts_once() {
    let own = own();
    let (clinic, slot) = watched(&own);
    let armed = own
        .hooks
        .arm(0, usize::MAX, Fault::Doubled, tells_of(&slot));
    for (status, wanted) in [
        ("busy-unavailable", SlotState::Stopped),
        ("free", SlotState::Free),
    ] {
        set_slot(&own.world.general, &slot, status);
        becomes(&own, &clinic, &slot, wanted);
        stays(&own, &clinic, &slot, wanted);
    }
    assert!(armed.fired() >= 2, "nothing was doubled");
}

#[test]
fn a_notification_that_was_overtaken_changes_nothing() {
    let own = own();
    let (clinic, slot) = watched(&own);
    let late = Fault::LateRequest(LOOK / 2);
    let armed = own.hooks.arm(0, 1, late, tells_of(&slot));
    set_slot(&own.world.general, &slot, "busy-unavailable");
    told_times(&own, &slot, 1);
    set_slot(&own.world.general, &slot, "free");
    told_times(&own, &slot, 2);
    becomes(&own, &clinic, &slot, SlotState::Free);
    stays(&own, &clinic, &slot, SlotState::Free);
    assert_eq!(armed.fired(), 1);
}

/// Somebody who has seen a notification sends it again, changed or not, and as the next version.
#[test]
fn whoever_does_not_know_the_secret_is_not_listened_to() {
    let own = own();
    let (clinic, slot) = watched(&own);
    set_slot(&own.world.general, &slot, "busy-unavailable");
    becomes(&own, &clinic, &slot, SlotState::Stopped);
    told_times(&own, &slot, 1);
    let overheard = told(&own, &slot).remove(0);
    let mut forged: Value = serde_json::from_str(&overheard.body).unwrap();
    assert_eq!(forged["status"], "busy-unavailable", "{forged}");
    forged["status"] = "free".into();
    forged["meta"]["versionId"] = "99".into();
    let forged = forged.to_string();
    let url = format!("{}{}", own.world.edge.base, overheard.path);
    let digest = "0".repeat(64);
    for authorization in ["", "Bearer ", &format!("Bearer {digest}"), "Basic Og=="] {
        let mut headers = vec![];
        if !authorization.is_empty() {
            headers.push(("authorization".to_owned(), authorization.to_owned()));
        }
        for body in [&overheard.body, &forged] {
            let body = Some(("application/fhir+json", body.as_bytes()));
            let reply = send(&overheard.method, &url, &headers, body).unwrap();
            assert_eq!(reply.status, 401, "{authorization}");
        }
    }
    stays(&own, &clinic, &slot, SlotState::Stopped);
    set_slot(&own.world.general, &slot, "free");
    becomes(&own, &clinic, &slot, SlotState::Free);
}
