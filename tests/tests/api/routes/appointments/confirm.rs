//! POST /people/{p}/appointments.

use banzhen_tests::{clock, fhir::local, people::told, world::world};
use contract::{AppointmentStatus, Code, ConfirmRequest, api};
use jiff::SignedDuration;
use serde_json::json;

#[test]
fn the_answer_is_complete_and_the_hospital_has_it() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].clone();
    let hold = me.hold("general", slot.id.as_str()).ok();
    let booked = me.confirm(&hold.id).ok();

    let number = booked.number.clone().expect("no number");
    assert!(
        number.len() == 10 && number.bytes().all(|b| b.is_ascii_digit()),
        "{number}"
    );
    assert_eq!(booked.status, AppointmentStatus::Booked);
    assert_eq!((&booked.start, &booked.end), (&slot.start, &slot.end));
    assert_eq!(booked.fee_fen, slot.fee_fen);
    assert_eq!(booked.department.id.0, clinic.department);
    assert_eq!(booked.doctor.id.0, clinic.doctor);
    assert_eq!(booked.person.id.0, me.who.person);
    assert!(booked.person.name_masked.contains('*'));
    assert!(
        booked.location.is_some() && !booked.notes.is_empty() && !booked.hospital_name.is_empty()
    );
    assert_eq!(booked.channel.as_deref(), Some("app"));
    let deadline = clock::instant(&booked.start) - SignedDuration::from_hours(24);
    assert_eq!(clock::instant(&booked.cancel_before), deadline);

    let stored = world
        .general
        .read(&format!("Appointment/{}", local(booked.id.as_str())));
    assert_eq!(stored["status"], "booked");
    assert_eq!(
        world.general.read(&format!("Slot/{}", slot.id))["status"],
        "busy"
    );
    assert_eq!(world.general.live_on_slot(slot.id.as_str()).len(), 1);
    let same = me.appointment(booked.id.as_str());
    assert_eq!(same.number, booked.number);
    assert_eq!(same.id, booked.id);
}

/// A17: name, department, doctor, day, time, number, place, what to bring.
#[test]
fn a_confirmation_with_everything_goes_out() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let booked = me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let sent = told(&world.edge.base, &me.who.phone, 1);
    assert_eq!(sent.len(), 1, "{sent:?}");
    let text = sent[0]["text"].as_str().unwrap();
    let start = booked.start.as_str();
    let day: u8 = start[8..10].parse().unwrap();
    for part in [
        booked.number.as_deref().unwrap(),
        &booked.department.name,
        &booked.doctor.name,
        &booked.hospital_name,
        &booked.person.name_masked,
        booked.location.as_deref().unwrap(),
        start[11..16].trim_start_matches('0'),
        &day.to_string(),
        "身份证",
        "15 分钟",
    ] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    assert!(
        !text.contains(&me.who.id_number) && !text.contains(&me.who.name),
        "{text}"
    );
}

#[test]
fn a_hold_that_is_none_is_not_found() {
    let me = world().patient();
    for hold in ["general~no-such-hold", "nowhere~x", "nothing"] {
        me.confirm(&hold.into()).problem(Code::NotFound);
    }
    let reply = me
        .client
        .call(api::Confirm, &[me.id()])
        .json(&json!({}))
        .send();
    let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
    assert_eq!(errors[0].field, "hold");
}

#[test]
fn a_hold_becomes_one_appointment_whatever_the_key() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    let hold = me.hold("general", &slot).ok();
    let first = me.confirm(&hold.id).ok();
    // Another key: the same appointment or a refusal, never a second one.
    let again = me.confirm(&hold.id);
    if again.is_ok() {
        assert_eq!(again.ok().id, first.id);
    } else {
        again.any_problem();
    }
    assert_eq!(world.live(&me.who), 1);
    assert_eq!(me.booked().len(), 1);
}

#[test]
fn the_key_is_needed() {
    let world = world();
    let me = world.patient();
    let body = ConfirmRequest {
        hold: "general~x".into(),
    };
    let reply = me
        .client
        .call(api::Confirm, &[me.id()])
        .body(&body)
        .without_key()
        .send();
    let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
    assert_eq!(errors[0].field, "Idempotency-Key");
}
