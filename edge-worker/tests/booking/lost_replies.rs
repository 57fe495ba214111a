//! The line to the hospital breaks in the middle of a write. Nothing is booked twice, nothing is
//! lost, and what the person is told is true.

use banzhen_edge_worker::booking::turn::Told;
use contract::OutcomeState;

use crate::{
    server,
    world::{Fault, Person, code, doctor, patient},
};

const FAULTS: [Fault; 5] = [
    Fault::Lost,
    Fault::ReplyLost,
    Fault::ReplyCut,
    Fault::Late,
    Fault::Twice,
];

fn check_at(told: Told) -> String {
    match told {
        Told::Unknown(unknown) => unknown.check_at,
        other => panic!("known: {other:?}"),
    }
}

#[test]
fn a_hold_whose_reply_is_lost_is_one_hold() {
    for fault in FAULTS {
        let (person, doctor) = (Person::new(&patient()), doctor());
        let slot = format!("s-{doctor}-0");
        person.line.faults.borrow_mut().push(Some(fault));
        let hold = person.hold(&slot, "key-hold").hold().unwrap();
        assert_eq!(server::live(&slot).len(), 1, "{fault:?}");
        assert_eq!(server::status(&slot), "busy-tentative", "{fault:?}");
        let again = person.hold(&slot, "key-hold").hold().unwrap();
        assert_eq!(again, hold, "{fault:?}");
        if fault == Fault::Late {
            assert_eq!(
                *person.line.late_answers.borrow(),
                [412],
                "a late commit must fail"
            );
        }
    }
}

#[test]
fn a_hold_that_was_sent_twice_on_the_way_is_one_hold_though_there_is_place_for_more() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("q-{doctor}");
    person.line.faults.borrow_mut().push(Some(Fault::Twice));
    person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(server::live(&slot).len(), 1);
}

/// A conflict may be our own request's, which somebody on the way sent twice.
#[test]
fn what_was_refused_for_its_version_and_cannot_be_looked_up_is_not_told_as_a_failure() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let fault = |fault| person.line.faults.borrow_mut().push(Some(fault));
    fault(Fault::TwiceLineDead);
    check_at(person.hold(&slot, "key-hold"));
    person.line.dead.set(false);
    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    fault(Fault::TwiceLineDead);
    check_at(person.confirm(&hold.id, "key-book"));
    person.line.dead.set(false);
    let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
    fault(Fault::TwiceLineDead);
    check_at(person.cancel(&booked.id, false));
}

#[test]
fn what_was_done_and_can_only_half_be_looked_up_is_not_told_as_not_done() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let hold = person.hold(&format!("s-{doctor}-0"), "key-hold");
    let hold = hold.hold().unwrap();
    let gone = Fault::ReplyLostLineDead;
    person.line.faults.borrow_mut().push(Some(gone));
    let check_at = check_at(person.confirm(&hold.id, "key-book"));
    let state = || person.outcome(&check_at).outcome().unwrap().state;
    for reads in 0..3 {
        person.line.dead.set(false);
        person.line.reads_left.set(Some(reads));
        assert_eq!(state(), OutcomeState::Checking, "gone after {reads}");
    }
    person.line.dead.set(false);
    assert_eq!(state(), OutcomeState::Done);
}

#[test]
fn a_booking_whose_reply_is_lost_is_one_booking() {
    for fault in FAULTS {
        let (person, doctor) = (Person::new(&patient()), doctor());
        let slot = format!("q-{doctor}");
        let hold = person.hold(&slot, "key-hold").hold().unwrap();
        person.line.faults.borrow_mut().push(Some(fault));
        let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
        assert_eq!(server::live(&slot).len(), 1, "{fault:?}");
        let again = person.confirm(&hold.id, "key-book").appointment().unwrap();
        assert_eq!(again, booked, "{fault:?}");
    }
}

#[test]
fn a_cancel_and_a_move_whose_replies_are_lost_happen_once() {
    for fault in FAULTS {
        let (person, doctor) = (Person::new(&patient()), doctor());
        let (from, to) = (format!("q-{doctor}"), format!("s-{doctor}-1"));
        let booked = person.booked(&from);
        person.line.faults.borrow_mut().push(Some(fault));
        let moved = person
            .reschedule(&booked.id, &to, "key-move")
            .appointment()
            .unwrap();
        assert_eq!(
            (server::live(&from).len(), server::live(&to).len()),
            (0, 1),
            "{fault:?}"
        );
        let quota = server::get(&format!("Slot/{from}"));
        assert_eq!(
            quota["extension"][1]["extension"][1]["valueInteger"], 10,
            "{fault:?}"
        );
        person.line.faults.borrow_mut().push(Some(fault));
        person.cancel(&moved.id, false).appointment().unwrap();
        assert_eq!(server::status(&to), "free", "{fault:?}");
    }
}

#[test]
fn a_hospital_that_is_gone_in_the_middle_leaves_the_outcome_to_be_asked_for() {
    // Done, and nobody heard.
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    person
        .line
        .faults
        .borrow_mut()
        .push(Some(Fault::ReplyLostLineDead));
    let check_at = check_at(person.hold(&slot, "key-hold"));
    assert!(contract::is_id(check_at.rsplit('/').next().unwrap()));
    let state = |person: &Person| person.outcome(&check_at).outcome().unwrap();
    assert_eq!(state(&person).state, OutcomeState::Checking);
    person.line.dead.set(false);
    // The address holds when the secret is another.
    person.rotate();
    let outcome = state(&person);
    assert_eq!(outcome.state, OutcomeState::Done);
    let hold = outcome.hold.unwrap();
    assert_eq!(person.hold(&slot, "key-hold").hold().unwrap().id, hold.id);
    // Nobody else may ask.
    assert_eq!(
        code(Person::new(&patient()).outcome(&check_at)),
        "not_found"
    );
    person.confirm(&hold.id, "key-book").appointment().unwrap();
}

#[test]
fn what_never_arrived_is_told_so_and_cannot_happen_later() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    person.line.faults.borrow_mut().push(Some(Fault::LineDead));
    let check_at = check_at(person.hold(&slot, "key-hold"));
    person.line.dead.set(false);
    let outcome = person.outcome(&check_at).outcome().unwrap();
    assert_eq!(outcome.state, OutcomeState::NotDone);
    assert!(outcome.problem.is_some());
    // The write that was on its way all the time expects a version that is gone.
    let late = person.line.writes.borrow()[0].clone();
    let answer = ureq::post(&late.url)
        .config()
        .http_status_as_error(false)
        .build()
        .header("content-type", "application/fhir+json")
        .send(late.body.unwrap())
        .unwrap();
    assert!(answer.status().as_u16() >= 400);
    assert_eq!(
        (server::status(&slot).as_str(), server::live(&slot).len()),
        ("free", 0)
    );
    person.hold(&slot, "key-hold").hold().unwrap();
}

#[test]
fn a_hospital_that_is_gone_right_after_a_write_is_not_told_as_a_failure() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    person
        .line
        .faults
        .borrow_mut()
        .push(Some(Fault::ThenLineDead));
    let check_at = check_at(person.confirm(&hold.id, "key-book"));
    person.line.dead.set(false);
    let outcome = person.outcome(&check_at).outcome().unwrap();
    assert_eq!(outcome.state, OutcomeState::Done);
    let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
    assert_eq!(outcome.appointment, Some(booked));
}
