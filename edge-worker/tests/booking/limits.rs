//! What a person may not have.

use crate::{
    server,
    world::{NOW, Person, code, doctor, patient},
};
use serde_json::json;

#[test]
fn two_doctors_at_one_time_are_one_too_many() {
    let (person, one, other) = (Person::new(&patient()), doctor(), doctor());
    person.booked(&format!("s-{one}-0"));
    assert_eq!(
        code(person.hold(&format!("s-{other}-0"), "key-other")),
        "own_overlap"
    );
    assert_eq!(server::status(&format!("s-{other}-0")), "free");
}

#[test]
fn of_two_holds_at_one_time_the_older_is_told_why_it_ended() {
    let (person, one, other) = (Person::new(&patient()), doctor(), doctor());
    let first = person
        .hold(&format!("s-{one}-0"), "key-one")
        .hold()
        .unwrap();
    let second = person
        .hold(&format!("s-{other}-0"), "key-two")
        .hold()
        .unwrap();
    assert_eq!(code(person.confirm(&first.id, "key-book-1")), "own_overlap");
    person
        .confirm(&second.id, "key-book-2")
        .appointment()
        .unwrap();
}

#[test]
fn a_key_that_booked_one_hold_is_no_other_hold_s() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    person.booked(&format!("s-{doctor}-0"));
    let key = format!("book-s-{doctor}-0");
    let unknown = "general~no-such-hold".into();
    assert_eq!(
        code(person.confirm(&unknown, &key)),
        "idempotency_key_reused"
    );
    assert_eq!(code(person.confirm(&unknown, "key-new")), "not_found");
}

#[test]
fn one_booking_a_doctor_and_day() {
    let (person, doctor) = (Person::new(&patient()), doctor());
    let booked = person.booked(&format!("s-{doctor}-0"));
    assert_eq!(
        code(person.hold(&format!("s-{doctor}-3"), "key-more")),
        "limit_reached"
    );
    // To move within that day is no second booking.
    person
        .reschedule(&booked.id, &format!("s-{doctor}-3"), "key-move")
        .appointment()
        .unwrap();
}

/// A patient who has missed visits on those days.
fn missed(days: [&str; 3]) -> Person {
    let patient = patient();
    for (n, day) in days.into_iter().enumerate() {
        server::replace(
            &json!({"resourceType":"Appointment","id":format!("{patient}-missed-{n}"),
            "status":"noshow","start":format!("{day}T09:00:00+08:00"),
            "end":format!("{day}T09:15:00+08:00"),
            "participant":[{"actor":{"reference":format!("Patient/{patient}")},"status":"accepted"}]}),
        );
    }
    Person::new(&patient)
}

#[test]
fn three_no_shows_block_for_a_week() {
    let mut person = missed(["2026-11-01", "2026-11-10", "2026-11-20"]);
    let slot = format!("s-{}-0", doctor());
    assert_eq!(code(person.hold(&slot, "key-hold")), "booking_blocked");
    person.at("2026-11-25T10:00:00+08:00");
    assert_eq!(code(person.hold(&slot, "key-hold")), "booking_blocked");
    person.at("2026-11-27T09:00:00+08:00");
    // Over; the slot is of yesterday by now.
    assert_eq!(code(person.hold(&slot, "key-hold")), "not_bookable");
}

/// The year ends with the last one, not today.
#[test]
fn the_first_no_show_may_be_more_than_a_year_ago() {
    let person = missed(["2025-11-20", "2026-06-01", "2026-11-18"]);
    let slot = format!("s-{}-0", doctor());
    assert_eq!(code(person.hold(&slot, "key-hold")), "booking_blocked");
}

#[test]
fn only_what_is_open_can_be_booked() {
    let (mut person, doctor) = (Person::new(&patient()), doctor());
    let slot = format!("s-{doctor}-0");
    for (now, refused) in [
        ("2026-11-26T07:30:01+08:00", true),
        ("2026-11-26T07:30:00+08:00", false),
        ("2026-11-11T19:59:59+08:00", true),
        ("2026-11-11T20:00:00+08:00", false),
    ] {
        person.at(now);
        let told = person.hold(&slot, &format!("key-{}", &now[11..13]));
        if refused {
            assert_eq!(code(told), "not_bookable", "{now}");
        } else {
            person.release(&told.hold().unwrap().id).released().unwrap();
        }
    }
    person.at(NOW);
    let mut stopped = server::get(&format!("Slot/{slot}"));
    stopped["status"] = "busy-unavailable".into();
    server::replace(&stopped);
    assert_eq!(code(person.hold(&slot, "key-stopped")), "not_bookable");
}
