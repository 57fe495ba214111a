//! GET /people/{p}/appointments/{id}.

use banzhen_tests::world::world;
use contract::{Code, api};

#[test]
fn somebody_elses_is_not_found_under_ones_own_name() {
    let world = world();
    let (me, other, clinic) = (
        world.patient(),
        world.patient(),
        world.pool.take(&world.edge, 1),
    );
    let booked = other.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let id = booked.id.as_str();
    me.client
        .call(api::GetAppointment, &[me.id(), id])
        .send()
        .problem(Code::NotFound);
    me.client
        .call(api::GetAppointment, &[other.id(), id])
        .send()
        .refused(Code::Forbidden);
    me.cancel(id).problem(Code::NotFound);
    let slot = clinic.slots(&world.edge)[0].id.0.clone();
    me.reschedule(id, &slot).problem(Code::NotFound);
    assert_eq!(world.live(&other.who), 1);
}

#[test]
fn what_is_not_there_is_not_found() {
    let me = world().patient();
    for id in [
        "general~nothing",
        "community~nothing",
        "nowhere~x",
        "x",
        "~",
        "general~",
    ] {
        me.client
            .call(api::GetAppointment, &[me.id(), id])
            .send()
            .refused(Code::NotFound);
    }
}

/// No answer about a person without its `AuditEvent` in the hospital.
#[test]
fn each_read_leaves_its_audit_event() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let booked = me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let record = world.record(&me.who);
    let events = || {
        world
            .general
            .search(&format!("AuditEvent?entity=Patient/{record}"))
            .len()
    };
    let before = events();
    me.appointment(booked.id.as_str());
    let after_read = events();
    assert!(after_read > before, "{before} then {after_read}");
    me.client.call(api::ListReports, &[me.id()]).send().ok();
    assert!(events() > after_read);
}
