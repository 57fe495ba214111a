//! POST /people/{p}/appointments/{id}/reschedule.

use banzhen_tests::{client::fresh_key, fhir::local, people::told, world::world};
use contract::{AppointmentStatus, Code, RescheduleRequest, api};

#[test]
fn the_new_one_is_won_and_the_old_one_given_back() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 2));
    let free = clinic.free(&world.edge, 2);
    let old = me.book("general", free[0].id.as_str());
    let body = RescheduleRequest {
        slot: free[1].id.clone(),
        care: None,
    };
    let key = fresh_key();
    let before = told(&world.edge.base, &me.who.phone, 1).len();
    let parameters = [me.id(), old.id.as_str()];
    let send = || {
        me.client
            .call(api::Reschedule, &parameters)
            .body(&body)
            .key(&key)
            .send()
    };
    let new = send().ok();
    assert_eq!(new.status, AppointmentStatus::Booked);
    assert_eq!(new.start, free[1].start);
    assert_ne!(new.id, old.id);
    assert_eq!(new.number.as_ref().map(String::len), Some(10));
    assert_eq!(
        me.appointment(old.id.as_str()).status,
        AppointmentStatus::Cancelled
    );
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[0].id))["status"],
        "free"
    );
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[1].id))["status"],
        "busy"
    );
    let stored = world
        .general
        .read(&format!("Appointment/{}", local(new.id.as_str())));
    assert_eq!(stored["status"], "booked");
    let now = told(&world.edge.base, &me.who.phone, before + 1).len();
    assert_eq!(now, before + 1);
    // The same key again: the same answer, nothing more.
    let again = send().ok();
    assert_eq!((again.id, again.number), (new.id, new.number));
    assert_eq!(world.live(&me.who), 1);
    assert_eq!(told(&world.edge.base, &me.who.phone, 1).len(), before + 1);
}

#[test]
fn the_old_one_is_kept_when_the_new_one_is_lost() {
    let world = world();
    let (me, other, clinic) = (
        world.patient(),
        world.patient(),
        world.pool.take(&world.edge, 3),
    );
    let free = clinic.free(&world.edge, 3);
    let old = me.book("general", free[0].id.as_str());
    other.hold("general", free[1].id.as_str()).ok();
    let problem = me
        .reschedule(old.id.as_str(), free[1].id.as_str())
        .problem(Code::SlotTaken);
    assert!(problem.alternatives.is_some_and(|list| !list.is_empty()));
    assert_eq!(
        me.appointment(old.id.as_str()).status,
        AppointmentStatus::Booked
    );
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[0].id))["status"],
        "busy"
    );
    me.reschedule(old.id.as_str(), "no-such-slot")
        .problem(Code::NotFound);
    assert_eq!(world.live(&me.who), 1);
}

#[test]
fn what_is_cancelled_cannot_be_moved() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 2));
    let free = clinic.free(&world.edge, 2);
    let old = me.book("general", free[0].id.as_str());
    me.cancel(old.id.as_str()).ok();
    let reply = me.reschedule(old.id.as_str(), free[1].id.as_str());
    assert!((400..500).contains(&reply.status()), "{}", reply.raw.text());
    reply.any_problem();
    assert_eq!(world.live(&me.who), 0);
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[1].id))["status"],
        "free"
    );
}
