//! POST /people/{p}/appointments/{id}/cancel. What depends on the clock is in `clock.rs`.

use banzhen_tests::{fhir::local, people::told, world::world};
use contract::{AppointmentStatus, CancelReason, CancelRequest, Code, api};
use serde_json::json;

#[test]
fn the_slot_is_free_again_and_a_message_goes_out() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    let booked = me.book("general", &slot);
    let body = CancelRequest {
        reason: Some(CancelReason::FeelsBetter.as_str().to_owned()),
        accept_no_show: None,
    };
    let cancel = || {
        me.client
            .call(api::Cancel, &[me.id(), booked.id.as_str()])
            .body(&body)
            .send()
            .ok()
    };
    let before = told(&world.edge.base, &me.who.phone, 1).len();
    let gone = cancel();
    assert_eq!(gone.status, AppointmentStatus::Cancelled);
    assert!(!gone.late_cancel && !gone.stopped);
    let stored = world
        .general
        .read(&format!("Appointment/{}", local(booked.id.as_str())));
    assert_eq!(stored["status"], "cancelled");
    assert!(stored["cancelationReason"].is_object(), "{stored}");
    assert_eq!(
        world.general.read(&format!("Slot/{slot}"))["status"],
        "free"
    );
    let messages = told(&world.edge.base, &me.who.phone, before + 1);
    assert_eq!(messages.len(), before + 1);
    let text = messages[0]["text"].as_str().unwrap();
    assert!(text.contains(booked.number.as_deref().unwrap()), "{text}");
    // Repeated: the same 200, nothing more.
    assert_eq!(cancel().status, AppointmentStatus::Cancelled);
    assert_eq!(told(&world.edge.base, &me.who.phone, 1).len(), before + 1);
}

#[test]
fn the_freed_slot_can_be_booked_by_another() {
    let world = world();
    let (me, other, clinic) = (
        world.patient(),
        world.patient(),
        world.pool.take(&world.edge, 1),
    );
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    let booked = me.book("general", &slot);
    me.cancel(booked.id.as_str()).ok();
    other.book("general", &slot);
    assert_eq!(world.general.live_on_slot(&slot).len(), 1);
    // Cancelling once more does not touch the other's booking.
    me.cancel(booked.id.as_str()).ok();
    assert_eq!(world.general.live_on_slot(&slot).len(), 1);
    assert_eq!(
        world.general.read(&format!("Slot/{slot}"))["status"],
        "busy"
    );
}

#[test]
fn the_body_is_read_strictly() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let booked = me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    for (body, field) in [
        (json!({"reason": 5}), "reason"),
        (json!({"accept_no_show": 1}), "accept_no_show"),
        (json!({"refund": true}), "refund"),
    ] {
        let parameters = [me.id(), booked.id.as_str()];
        let reply = me.client.call(api::Cancel, &parameters).json(&body).send();
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(errors[0].field, field);
    }
    assert_eq!(world.live(&me.who), 1);
}

#[test]
fn a_reason_may_be_given_in_own_words() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let booked = me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let body = json!({"reason": "家里有事，去不了"});
    let parameters = [me.id(), booked.id.as_str()];
    let gone = me.client.call(api::Cancel, &parameters).json(&body).send();
    assert_eq!(gone.ok().status, AppointmentStatus::Cancelled);
}
