//! GET /people/{p}/appointments.

use banzhen_tests::world::world;
use contract::{Code, FieldCode, Freshness, api};

#[test]
fn newest_first_with_each_hospital_as_a_source() {
    let world = world();
    let me = world.patient();
    for _ in 0..3 {
        let clinic = world
            .pool
            .take_on_other_days(&world.edge, &me.booked())
            .unwrap();
        me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    }
    let reply = me.client.call(api::ListAppointments, &[me.id()]).send();
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
    let list = reply.ok();
    let starts: Vec<&str> = list.appointments.iter().map(|a| a.start.as_str()).collect();
    let mut sorted = starts.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(starts, sorted);
    // Where they have a record; another hospital that has none says nothing about them.
    let general = list
        .sources
        .iter()
        .find(|s| s.hospital.as_str() == "general")
        .unwrap();
    assert_eq!(general.freshness, Freshness::Fresh);
    assert!(general.as_of.is_some());
}

#[test]
fn pages_cover_everything_once() {
    let world = world();
    let me = world.patient();
    for _ in 0..3 {
        let clinic = world
            .pool
            .take_on_other_days(&world.edge, &me.booked())
            .unwrap();
        me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    }
    let all = me
        .client
        .call(api::ListAppointments, &[me.id()])
        .send()
        .ok()
        .appointments;
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let query = match &cursor {
            None => "limit=1".to_owned(),
            Some(cursor) => format!("limit=1&cursor={cursor}"),
        };
        let page = me
            .client
            .call(api::ListAppointments, &[me.id()])
            .query(&query)
            .send()
            .ok();
        assert!(page.appointments.len() <= 1);
        paged.extend(page.appointments);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        assert!(paged.len() <= all.len(), "the pages do not end");
    }
    let ids = |list: &[contract::Appointment]| -> Vec<String> {
        list.iter().map(|a| a.id.0.clone()).collect()
    };
    assert_eq!(ids(&paged), ids(&all));
}

#[test]
fn a_limit_that_cannot_be_is_refused() {
    let me = world().patient();
    for (query, field, code) in [
        ("limit=0", "limit", FieldCode::OutOfRange),
        ("limit=201", "limit", FieldCode::OutOfRange),
        ("limit=many", "limit", FieldCode::WrongType),
        ("cursor=%00", "cursor", FieldCode::Malformed),
    ] {
        let reply = me
            .client
            .call(api::ListAppointments, &[me.id()])
            .query(query)
            .send();
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code),
            (field, code),
            "{query}"
        );
    }
}

#[test]
fn others_are_forbidden() {
    let world = world();
    let (me, other) = (world.patient(), world.cast.take());
    me.client
        .call(api::ListAppointments, &[&other.person])
        .send()
        .refused(Code::Forbidden);
    me.client
        .call(api::ListReports, &[&other.person])
        .send()
        .refused(Code::Forbidden);
}
