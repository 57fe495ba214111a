//! POST /people/{p}/holds.

use banzhen_tests::{clock, fhir::local, people::hold_request, staff, world::world};
use contract::{Code, HoldRequest, LimitKind, NotBookableReason, SlotState, api};
use jiff::ToSpan;
use serde_json::json;

#[test]
fn a_hold_keeps_the_slot_for_five_minutes() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].clone();
    let before = clock::now(&world.edge.base);
    let hold = me.hold("general", slot.id.as_str()).ok();
    assert_eq!(
        (&hold.slot, &hold.start, &hold.end),
        (&slot.id, &slot.start, &slot.end)
    );
    assert_eq!(hold.fee_fen, slot.fee_fen);
    assert_eq!(hold.department.id.0, clinic.department);
    assert_eq!(hold.doctor.id.0, clinic.doctor);
    let lasts = before
        .duration_until(clock::instant(&hold.expires_at))
        .as_secs();
    assert!((295..=310).contains(&lasts), "{lasts} s");
    let rules = world
        .visitor()
        .call(api::GetRules, &["general"])
        .send()
        .ok();
    assert_eq!(hold.rules, rules);

    let live = world.general.live_on_slot(slot.id.as_str());
    assert_eq!(live.len(), 1);
    assert_eq!(live[0]["status"], "pending");
    assert_eq!(live[0]["id"], local(hold.id.as_str()));
    let stored = world.general.read(&format!("Slot/{}", slot.id));
    assert_eq!(stored["status"], "busy-tentative");
    // Others see it within the bound of a list that is polled.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let state = || {
        clinic
            .slots(&world.edge)
            .into_iter()
            .find(|s| s.id == slot.id)
            .unwrap()
            .state
    };
    while state() != SlotState::Held {
        assert!(
            std::time::Instant::now() < until,
            "still {:?} after ten seconds",
            state()
        );
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert!(me.booked().is_empty(), "holds are not listed");
    assert!(
        me.client
            .call(api::ListAppointments, &[me.id()])
            .send()
            .ok()
            .appointments
            .iter()
            .all(|a| a.id.as_str() != hold.id.as_str())
    );
}

#[test]
fn care_mode_holds_for_fifteen() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].id.clone();
    let body = HoldRequest {
        hospital: "general".into(),
        slot,
        care: Some(true),
    };
    let before = clock::now(&world.edge.base);
    let hold = me
        .client
        .call(api::PlaceHold, &[me.id()])
        .body(&body)
        .send()
        .ok();
    let lasts = before
        .duration_until(clock::instant(&hold.expires_at))
        .as_secs();
    assert!((895..=910).contains(&lasts), "{lasts} s");
}

#[test]
fn a_new_hold_frees_the_old_one() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 2));
    let free = clinic.free(&world.edge, 2);
    me.hold("general", free[0].id.as_str()).ok();
    me.hold("general", free[1].id.as_str()).ok();
    assert!(world.general.live_on_slot(free[0].id.as_str()).is_empty());
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[0].id))["status"],
        "free"
    );
    assert_eq!(world.live(&me.who), 1);
}

#[test]
fn a_held_slot_is_taken_and_others_are_offered() {
    let world = world();
    let (me, other, clinic) = (
        world.patient(),
        world.patient(),
        world.pool.take(&world.edge, 4),
    );
    let free = clinic.free(&world.edge, 4);
    let slot = free[0].id.as_str();
    me.hold("general", slot).ok();
    let problem = other.hold("general", slot).problem(Code::SlotTaken);
    let offered = problem.alternatives.expect("no alternatives");
    assert!((1..=3).contains(&offered.len()));
    for row in &offered {
        assert_eq!(row.state, SlotState::Free);
        assert_ne!(row.id.as_str(), slot);
        assert!(!row.department.name.is_empty() && !row.doctor.name.is_empty());
    }
    other.hold("general", offered[0].id.as_str()).ok();
}

#[test]
fn what_is_not_there_is_not_found() {
    let world = world();
    let me = world.patient();
    me.hold("general", "no-such-slot").problem(Code::NotFound);
    me.hold("nowhere", "no-such-slot").problem(Code::NotFound);
    let slot = world.pool.take(&world.edge, 1).free(&world.edge, 1)[0]
        .id
        .0
        .clone();
    me.hold("community", &slot).refused(Code::NotFound);
    assert_eq!(world.live(&me.who), 0);
}

#[test]
fn outside_the_window_stopped_or_past_is_not_bookable() {
    let world = world();
    let me = world.patient();
    let now = clock::now(&world.edge.base);
    let today = clock::china_day(now);
    let clinic = world.pool.take(&world.edge, 1);
    let like = clinic.free(&world.edge, 1)[0].id.0.clone();
    let at = |days: i64| clock::china(today.checked_add(days.days()).unwrap(), 10, 0);
    let evening = clock::china(today, 20, 0);
    let (newest, opens) = if now < evening {
        (15, evening)
    } else {
        (16, clock::china(today.tomorrow().unwrap(), 20, 0))
    };
    let cases = [
        (
            staff::add_slot(&world.general, &like, at(newest), "free"),
            NotBookableReason::NotReleased,
        ),
        (
            staff::add_slot(&world.general, &like, at(40), "free"),
            NotBookableReason::OutsideWindow,
        ),
        (
            staff::add_slot(&world.general, &like, at(-1), "free"),
            NotBookableReason::Past,
        ),
        (
            staff::add_slot(&world.general, &like, at(3), "busy-unavailable"),
            NotBookableReason::Stopped,
        ),
    ];
    for (slot, reason) in cases {
        let problem = me.hold("general", &slot).problem(Code::NotBookable);
        // Farther than the next release, both words are true.
        let either = [
            NotBookableReason::NotReleased,
            NotBookableReason::OutsideWindow,
        ];
        if reason == NotBookableReason::OutsideWindow {
            assert!(either.contains(&problem.reason.unwrap()), "{problem:?}");
        } else {
            assert_eq!(problem.reason, Some(reason), "{problem:?}");
        }
        if reason == NotBookableReason::NotReleased {
            let said = clock::instant(&problem.opens_at.expect("opens_at is missing"));
            assert_eq!(said, opens);
        }
        assert!(world.general.live_on_slot(&slot).is_empty());
    }
    assert_eq!(world.live(&me.who), 0);
}

#[test]
fn the_same_time_twice_is_an_overlap() {
    let world = world();
    let me = world.patient();
    let clinic = world.pool.take(&world.edge, 1);
    let slot = clinic.free(&world.edge, 1)[0].clone();
    let (_, other) = world.pool.at_same_time(&world.edge, &clinic, &slot.start);
    me.book("general", slot.id.as_str());
    me.hold("general", other.id.as_str())
        .problem(Code::OwnOverlap);
    assert_eq!(world.live(&me.who), 1);
    assert_eq!(
        world.general.read(&format!("Slot/{}", other.id))["status"],
        "free"
    );
}

#[test]
fn one_booking_a_doctor_and_day() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 2));
    let free = clinic.free(&world.edge, 2);
    me.book("general", free[0].id.as_str());
    let problem = me
        .hold("general", free[1].id.as_str())
        .problem(Code::LimitReached);
    let limit = problem.limit.expect("which limit?");
    assert_eq!((limit.kind, limit.most), (LimitKind::PerDoctorDay, 1));
    assert_eq!(world.live(&me.who), 1);
}

#[test]
fn three_departments_a_day() {
    let world = world();
    let me = world.patient();
    let clinics = world.pool.take_departments_of_one_day(&world.edge, 4);
    for clinic in &clinics[..3] {
        me.book(
            "general",
            &world.pool.free_apart(&world.edge, clinic, &me.booked()),
        );
    }
    let fourth = world
        .pool
        .free_apart(&world.edge, &clinics[3], &me.booked());
    let limit = me
        .hold("general", &fourth)
        .problem(Code::LimitReached)
        .limit
        .unwrap();
    assert_eq!((limit.kind, limit.most), (LimitKind::DepartmentsPerDay, 3));
}

#[test]
fn eight_open_appointments() {
    let world = world();
    let me = world.patient();
    let next = || {
        // A day of its own for each: the other limits are for other tests.
        let clinic = world.pool.take_on_other_days(&world.edge, &me.booked());
        clinic.expect("no other day is left").free(&world.edge, 1)[0]
            .id
            .0
            .clone()
    };
    for _ in 0..8 {
        me.book("general", &next());
    }
    let limit = me
        .hold("general", &next())
        .problem(Code::LimitReached)
        .limit
        .unwrap();
    assert_eq!((limit.kind, limit.most), (LimitKind::Open, 8));
}

#[test]
fn who_is_blocked_hears_until_when() {
    let world = world();
    let me = world.with_story("blocked");
    let slot = world.pool.take(&world.edge, 1).free(&world.edge, 1)[0]
        .id
        .0
        .clone();
    let problem = me.hold("general", &slot).problem(Code::BookingBlocked);
    let until = clock::instant(&problem.until.expect("until when?"));
    assert!(until > clock::now(&world.edge.base));
    assert_eq!(
        world.general.read(&format!("Slot/{slot}"))["status"],
        "free"
    );
}

#[test]
fn two_no_shows_do_not_block() {
    let world = world();
    let me = world.with_story("two_no_shows");
    // The story has a visit still to come.
    let clinic = world.pool.take_on_other_days(&world.edge, &me.booked());
    let slot = clinic.unwrap().free(&world.edge, 1)[0].id.0.clone();
    let hold = me.hold("general", &slot).ok();
    me.client
        .call(api::ReleaseHold, &[me.id(), hold.id.as_str()])
        .send()
        .ok();
}

#[test]
fn nobody_holds_for_others() {
    let world = world();
    let (me, other) = (world.patient(), world.cast.take());
    let slot = world.pool.take(&world.edge, 1).free(&world.edge, 1)[0]
        .id
        .0
        .clone();
    let body = hold_request("general", &slot);
    let reply = me
        .client
        .call(api::PlaceHold, &[&other.person])
        .body(&body)
        .send();
    reply.refused(Code::Forbidden);
    let reply = world
        .visitor()
        .call(api::PlaceHold, &[&other.person])
        .body(&body)
        .send();
    reply.problem(Code::Unauthenticated);
    assert_eq!(
        world.general.read(&format!("Slot/{slot}"))["status"],
        "free"
    );
}

#[test]
fn the_key_and_the_body_are_read_strictly() {
    let world = world();
    let me = world.patient();
    let slot = world.pool.take(&world.edge, 1).free(&world.edge, 1)[0]
        .id
        .0
        .clone();
    let good = hold_request("general", &slot);
    for key in [
        None,
        Some("short"),
        Some("has space in it"),
        Some("x".repeat(65).as_str()),
    ] {
        let call = me.client.call(api::PlaceHold, &[me.id()]).body(&good);
        let call = match key {
            Some(key) => call.key(key),
            None => call.without_key(),
        };
        let errors = call.send().problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(errors[0].field, "Idempotency-Key", "{key:?}");
    }
    for (body, field) in [
        (
            json!({"hospital": "general", "slot": slot, "price": 0}),
            "price",
        ),
        (json!({"hospital": "general"}), "slot"),
        (json!({"hospital": "general", "slot": 5}), "slot"),
        (
            json!({"hospital": "general", "slot": slot, "care": "yes"}),
            "care",
        ),
    ] {
        let reply = me
            .client
            .call(api::PlaceHold, &[me.id()])
            .json(&body)
            .send();
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(errors[0].field, field, "{body}");
    }
    // An id that can be none is a wrong field or nothing there; it never reaches the hospital.
    let body = json!({"hospital": "general", "slot": "../Patient/1"});
    let reply = me
        .client
        .call(api::PlaceHold, &[me.id()])
        .json(&body)
        .send();
    assert!([404, 422].contains(&reply.status()), "{}", reply.raw.text());
    assert_eq!(world.live(&me.who), 0);
}
