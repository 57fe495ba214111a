//! /people/{p}/waitlist.

use banzhen_tests::{
    stack,
    waiting::{fill, wish},
    world::world,
};
use contract::{Code, LeaveRequest, LimitKind, NotBookableReason, WaitlistRequest, api};
use serde_json::json;

fn leave(wish: &WaitlistRequest) -> LeaveRequest {
    LeaveRequest {
        hospital: wish.hospital.clone(),
        department: wish.department.clone(),
        doctor: wish.doctor.clone(),
        level: wish.level,
        session: wish.session,
        from: Some(wish.from.clone()),
        to: Some(wish.to.clone()),
        keep: None,
        care: None,
    }
}

#[test]
fn joining_twice_is_once_and_the_place_is_told() {
    let world = world();
    let (first, second) = (world.patient(), world.patient());
    let clinic = world.pool.take(&world.edge, 1);
    fill(&world.edge, &world.general, &clinic);
    let wish = wish(&clinic);
    let reply = first.wait(&wish);
    assert_eq!(reply.status(), 201);
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
    let entry = reply.ok();
    assert_eq!(entry.before, 0);
    assert_eq!(
        entry.doctor.as_ref().map(|it| it.id.0.as_str()),
        Some(clinic.doctor.as_str())
    );
    assert_eq!(first.wait(&wish).ok(), entry);
    assert_eq!(second.wait(&wish).ok().before, 1);

    let other = WaitlistRequest {
        session: None,
        ..wish.clone()
    };
    let limit = first.wait(&other).problem(Code::LimitReached).limit;
    assert_eq!(limit.map(|it| it.kind), Some(LimitKind::WaitlistSame));

    // With the body that joined, or by its id; whoever leaves makes room.
    let call = first.client.call(api::LeaveWaitlist, &[first.id()]);
    assert_eq!(call.body(&leave(&wish)).send().status(), 204);
    assert!(first.waiting().is_empty());
    let call = first.client.call(api::LeaveWaitlist, &[first.id()]);
    call.body(&leave(&wish)).send().problem(Code::NotFound);
    let mine = second.waiting().pop().unwrap();
    assert_eq!(mine.before, 0);
    let parameters = [second.id(), mine.id.as_str()];
    for _ in 0..2 {
        let call = second.client.call(api::LeaveWaitlistEntry, &parameters);
        assert_eq!(call.send().status(), 204);
    }
    let parameters = [first.id(), mine.id.as_str()];
    let call = first.client.call(api::LeaveWaitlistEntry, &parameters);
    call.send().problem(Code::NotFound);
}

#[test]
fn nobody_waits_for_what_can_be_had() {
    let world = world();
    let me = world.patient();
    let clinic = world.pool.take(&world.edge, 2);
    let problem = me.wait(&wish(&clinic)).problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(NotBookableReason::FreePlaces));
    let free = clinic.free(&world.edge, 2);
    let offered = problem.alternatives.unwrap();
    assert!(
        offered
            .iter()
            .all(|row| free.iter().any(|slot| slot.id == row.id))
    );
    assert!(!offered.is_empty());
}

#[test]
fn what_is_asked_for_is_checked() {
    let world = world();
    let me = world.patient();
    let clinic = world.pool.take(&world.edge, 1);
    fill(&world.edge, &world.general, &clinic);
    let right = wish(&clinic);
    let with = |name: &str, value: serde_json::Value| {
        let mut body = serde_json::to_value(&right).unwrap();
        body[name] = value;
        let call = me.client.call(api::JoinWaitlist, &[me.id()]);
        call.json(&body).send()
    };
    for (name, value) in [
        ("from", json!("23.11.2026")),
        ("to", json!("2031-01-01")),
        ("from", json!("2020-01-01")),
        ("session", json!("night")),
        ("nobody", json!("knows")),
    ] {
        let errors = with(name, value).problem(Code::InvalidRequest).errors;
        assert_eq!(errors.unwrap()[0].field, name);
    }
    with("doctor", json!("nobody")).problem(Code::NotFound);
    with("department", json!("nowhere")).problem(Code::NotFound);
    with("hospital", json!("nowhere")).problem(Code::NotFound);
    with("keep", json!("general~nothing")).problem(Code::NotFound);
    assert!(me.waiting().is_empty());

    let stranger = world.patient();
    let call = stranger.client.call(api::JoinWaitlist, &[me.id()]);
    let refused = call.body(&right).send();
    // Whether they may cannot be known while a hospital is down.
    if stack::down().is_none() || refused.status() != Code::HospitalUnavailable.status() {
        refused.problem(Code::Forbidden);
    }
    let call = world
        .visitor()
        .call(api::JoinWaitlist, &[me.id()])
        .body(&right)
        .send();
    call.problem(Code::Unauthenticated);
}
