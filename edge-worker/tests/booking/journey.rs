//! One person, one thing after the other.

use banzhen_edge_worker::{booking::expiry, timers::Timer};
use contract::AppointmentStatus;
use futures_executor::block_on;
use serde_json::json;

use crate::{
    server,
    world::{Person, code, doctor, patient},
};

#[test]
fn a_key_is_the_same_under_a_new_secret() {
    let (mut person, other, doctor) = (Person::new(&patient()), doctor(), doctor());
    let (slot, other) = (format!("s-{doctor}-0"), format!("s-{other}-5"));
    let booked = person.booked(&slot);
    let moved = format!("q-{doctor}");
    let first = person.reschedule(&booked.id, &moved, "key-move");
    let first = first.appointment().unwrap();
    let hold = person.hold(&other, "key-hold").hold().unwrap();
    person.rotate();
    assert_eq!(person.hold(&other, "key-hold").hold().unwrap(), hold);
    let again = person.reschedule(&booked.id, &moved, "key-move");
    assert_eq!(again.appointment().unwrap(), first);
    let elsewhere = person.reschedule(&booked.id, &slot, "key-move");
    assert_eq!(code(elsewhere), "idempotency_key_reused");
}

#[test]
fn from_hold_to_cancel() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");

    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(hold.expires_at.as_str(), "2026-11-23T10:05:00+08:00");
    assert_eq!(hold.fee_fen, Some(2250));
    assert_eq!(server::status(&slot), "busy-tentative");
    assert_eq!(
        person.hold(&slot, "key-hold").hold().unwrap(),
        hold,
        "the same key, the same answer"
    );
    let elsewhere = person.hold(&format!("s-{doctor}-1"), "key-hold");
    assert_eq!(code(elsewhere), "idempotency_key_reused");

    let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
    assert_eq!(booked.status, AppointmentStatus::Booked);
    assert_eq!(booked.number.as_ref().map(String::len), Some(10));
    assert_eq!(booked.cancel_before.as_str(), "2026-11-25T08:00:00+08:00");
    assert_eq!(booked.person.name_masked, "王**");
    assert_eq!(server::status(&slot), "busy");
    assert_eq!(
        person.confirm(&hold.id, "key-book").appointment().unwrap(),
        booked
    );
    assert_eq!(person.hold(&slot, "key-hold").hold().unwrap().id, hold.id);

    let moved = person.reschedule(&booked.id, &format!("s-{doctor}-2"), "key-move");
    let moved = moved.appointment().unwrap();
    assert_ne!(moved.id, booked.id);
    assert_eq!(server::status(&slot), "free");
    assert_eq!(server::status(&format!("s-{doctor}-2")), "busy");
    let again = person.reschedule(&booked.id, &format!("s-{doctor}-2"), "key-move");
    assert_eq!(again.appointment().unwrap(), moved);

    let cancelled = person.cancel(&moved.id, false).appointment().unwrap();
    assert_eq!(cancelled.status, AppointmentStatus::Cancelled);
    assert!(!cancelled.late_cancel);
    assert_eq!(server::status(&format!("s-{doctor}-2")), "free");
    assert_eq!(
        person.cancel(&moved.id, false).appointment().unwrap(),
        cancelled
    );

    let kinds: Vec<String> = person
        .objects
        .0
        .borrow()
        .iter()
        .map(|(to, _)| to.clone())
        .collect();
    let count = |what: &str| kinds.iter().filter(|kind| *kind == what).count();
    // The hold, the booking, the move before and after, the cancel before and after.
    assert_eq!(count("Alarms/arm"), 6);
    assert_eq!(count("Dev/outbox/add"), 0, "messages go in their own time");
}

#[test]
fn what_we_do_not_know_of_a_slot_survives() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(server::get(&format!("Slot/{slot}"))["comment"], "keep me");
}

#[test]
fn a_new_hold_frees_the_old_one() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let (one, two) = (format!("s-{doctor}-0"), format!("s-{doctor}-1"));
    let first = person.hold(&one, "key-one").hold().unwrap();
    let second = person.hold(&two, "key-two").hold().unwrap();
    assert_eq!(
        (server::status(&one), server::status(&two)),
        ("free".into(), "busy-tentative".into())
    );
    assert_eq!(code(person.confirm(&first.id, "key-book")), "hold_expired");
    person.release(&second.id).released().unwrap();
    person.release(&second.id).released().unwrap();
    assert_eq!(server::status(&two), "free");
}

#[test]
fn what_the_hospital_itself_has_pending_is_no_hold() {
    let (patient, doctor) = (patient(), doctor());
    let person = Person::new(&patient);
    let id = format!("{patient}-theirs");
    let theirs = || server::get(&format!("Appointment/{id}"))["status"].clone();
    server::replace(
        &json!({"resourceType":"Appointment","id":id,"status":"pending",
        "start":"2026-11-26T15:00:00+08:00","end":"2026-11-26T15:15:00+08:00",
        "participant":[{"actor":{"reference":format!("Patient/{patient}")},"status":"accepted"}]}),
    );
    let hold = person.hold(&format!("s-{doctor}-0"), "key-hold");
    hold.hold().unwrap();
    let released = person.release(&format!("general~{id}").as_str().into());
    assert_eq!(code(released), "not_found");
    assert_eq!(theirs(), "pending");
}

#[test]
fn a_hold_ends_by_its_timer_or_when_it_is_to_be_booked() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    let armed = person.objects.0.borrow()[0].1.clone();
    let (_, timers): (String, Vec<Timer>) = contract::json::from_slice(armed.as_bytes()).unwrap();
    let [timer] = <[Timer; 1]>::try_from(timers).unwrap();
    let hospital = person.ctx.config.hospitals[0].clone();
    // A timer that goes off early ends nothing, and goes off again.
    let again = block_on(expiry::expire(&person.ctx, &hospital, &timer.id)).unwrap();
    assert_eq!(again, std::slice::from_ref(&timer));
    assert_eq!(server::status(&slot), "busy-tentative");
    person.at("2026-11-23T10:05:00+08:00");
    block_on(expiry::expire(&person.ctx, &hospital, &timer.id)).unwrap();
    assert_eq!(server::status(&slot), "free");
    assert_eq!(code(person.confirm(&hold.id, "key-book")), "hold_expired");

    let hold = person.hold(&slot, "key-other").hold().unwrap();
    person.at("2026-11-23T10:10:00+08:00");
    assert_eq!(code(person.confirm(&hold.id, "key-book")), "hold_expired");
    assert_eq!(server::status(&slot), "free");
    assert!(server::live(&slot).is_empty());
}

#[test]
fn a_quota_counts_down_and_up() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("q-{doctor}");
    let remain = || {
        let slot = server::get(&format!("Slot/{slot}"));
        let quota = slot["extension"][1]["extension"][1]["valueInteger"].as_i64();
        (slot["status"].as_str().unwrap().to_owned(), quota.unwrap())
    };
    let booked = person.booked(&slot);
    assert_eq!(remain(), ("free".into(), 9));
    person.cancel(&booked.id, false).appointment().unwrap();
    assert_eq!(remain(), ("free".into(), 10));
}

#[test]
fn past_the_deadline_a_cancel_counts_and_a_move_is_refused() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let booked = person.booked(&slot);
    person.at("2026-11-25T08:00:00+08:00");
    assert_eq!(code(person.cancel(&booked.id, false)), "past_deadline");
    let moved = person.reschedule(&booked.id, &format!("s-{doctor}-1"), "key-move");
    assert_eq!(code(moved), "past_deadline");
    assert_eq!(server::status(&slot), "busy");
    let cancelled = person.cancel(&booked.id, true).appointment().unwrap();
    assert!(cancelled.late_cancel);
    assert_eq!(server::status(&slot), "free");
}

#[test]
fn within_the_undo_a_cancel_is_free_and_a_move_is_not() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    person.at("2026-11-25T20:00:00+08:00");
    let booked = person.booked(&format!("s-{doctor}-0"));
    assert_eq!(booked.cancel_before.as_str(), "2026-11-25T20:10:00+08:00");
    let moved = person.reschedule(&booked.id, &format!("s-{doctor}-1"), "key-move");
    assert_eq!(code(moved), "past_deadline");
    let cancelled = person.cancel(&booked.id, false).appointment().unwrap();
    assert!(!cancelled.late_cancel);
}

#[test]
fn another_persons_ids_are_not_found() {
    let (person, other, doctor) = (Person::new(&patient()), Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(code(other.confirm(&hold.id, "key-book")), "not_found");
    assert_eq!(code(other.release(&hold.id)), "not_found");
    let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
    assert_eq!(code(other.cancel(&booked.id, true)), "not_found");
    assert_eq!(
        code(other.reschedule(&booked.id, &slot, "key-move")),
        "not_found"
    );
    assert_eq!(code(person.hold("no-such-slot", "key-none")), "not_found");
    assert_eq!(code(person.hold("../Patient/1", "key-none")), "not_found");
    assert_eq!(server::status(&slot), "busy");
}

#[test]
fn the_same_slot_under_another_key_is_held_anew() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    let first = person.hold(&slot, "key-one").hold().unwrap();
    let second = person.hold(&slot, "key-two").hold().unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(server::live(&slot).len(), 1);
    person
        .confirm(&second.id, "key-book")
        .appointment()
        .unwrap();
}

#[test]
fn every_look_and_every_change_is_recorded_for_the_patient() {
    let (patient, doctor) = (patient(), doctor());
    let person = Person::new(&patient);
    let recorded = || {
        let found = server::get(&format!("AuditEvent?entity=Patient/{patient}&_count=200"));
        found["entry"].as_array().map_or(0, Vec::len)
    };
    let slot = format!("s-{doctor}-0");
    let hold = person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(recorded(), 1);
    person.hold(&slot, "key-hold").hold().unwrap();
    assert_eq!(recorded(), 2);
    let booked = person.confirm(&hold.id, "key-book").appointment().unwrap();
    assert_eq!(recorded(), 3);
    person.cancel(&booked.id, false).appointment().unwrap();
    person.cancel(&booked.id, false).appointment().unwrap();
    assert_eq!(recorded(), 5);
}

#[test]
fn holds_that_no_timer_knows_are_found() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    person.at("2026-11-22T10:00:00+08:00");
    person.hold(&slot, "key-hold").hold().unwrap();
    let hospital = person.ctx.config.hospitals[0].clone();
    let key = server::live(&slot)[0]["identifier"][0]["value"].clone();
    let timers = block_on(expiry::sweep_now(&person.ctx, &hospital)).unwrap();
    assert!(
        timers.iter().any(|timer| timer.id == key),
        "not over yet: a timer is needed"
    );
    person.at("2026-11-22T10:05:00+08:00");
    block_on(expiry::sweep_now(&person.ctx, &hospital)).unwrap();
    assert_eq!(server::status(&slot), "free");
    a_hold_that_cannot_be_ended_keeps_no_other();
}

/// Not beside the other: each ends whatever is over.
fn a_hold_that_cannot_be_ended_keeps_no_other() {
    let doctor = doctor();
    let mut holds = Vec::new();
    for number in 0..3 {
        let mut person = Person::new(&patient());
        person.at("2026-11-22T10:00:00+08:00");
        let slot = format!("s-{doctor}-{number}");
        let key = format!("key-hold-{number}");
        holds.push((person.hold(&slot, &key).hold().unwrap(), slot));
    }
    let mut person = Person::new(&patient());
    person.at("2026-11-22T10:05:00+08:00");
    let (cursed, others) = holds.split_first().unwrap();
    let cursed = cursed.0.id.as_str().rsplit('~').next().unwrap().to_owned();
    let key = server::get(&format!("Appointment/{cursed}"))["identifier"][0]["value"].clone();
    // It can be read, not written.
    let cursed = format!("\"id\":\"{cursed}\"");
    *person.line.poison.borrow_mut() = Some((cursed, 500));
    let hospital = person.hospital();
    let timers = block_on(expiry::sweep_now(&person.ctx, &hospital)).unwrap();
    assert!(timers.iter().any(|it| it.id == key), "tried again");
    for (_, slot) in others {
        assert_eq!(server::status(slot), "free");
    }
    *person.line.poison.borrow_mut() = None;
    block_on(expiry::sweep_now(&person.ctx, &hospital)).unwrap();
    assert_eq!(server::status(&holds[0].1), "free");
}

#[test]
fn the_message_says_all_there_is_to_know() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let booked = person.booked(&format!("s-{doctor}-0"));
    assert!(person.sent().is_empty(), "not in the turn");
    person.fire();
    let sent = person.sent().remove(0);
    assert_eq!(sent["to"], person.phone());
    let text = sent["text"].as_str().unwrap();
    let number = booked.number.unwrap();
    let (doctor, department) = (format!("医生{doctor}"), format!("科{}", doctor % 4));
    let parts = [
        "王**",
        &number,
        &doctor,
        &department,
        "11月26日 星期四 上午08:00-08:15",
        "身份证",
    ];
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("王建国"));
}
