//! Who is told what and when, by the development clock, on a stack of its own.

use std::sync::Arc;

use banzhen_tests::{
    clock::{self, instant},
    fault_proxy::{Fault, Hook},
    fhir::local,
    http::send_json,
    people::{Patient, outbox},
    slots::{Clinic, Pool},
    stack::{Own, own},
    staff,
};
use contract::{Appointment, AppointmentStatus, RescheduleRequest, api};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn at(own: &Own, time: Timestamp) {
    clock::set(&own.world.edge.base, time);
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

/// A slot in three days or more, from 11:00 on, so that its reminders go at their own hours; and
/// in less than a week, after which one has to log in again.
fn slot(own: &Own) -> (Clinic, contract::Slot) {
    let (after, before) = (Timestamp::now() + hours(72), Timestamp::now() + hours(160));
    loop {
        let clinic = own.world.pool.take(&own.world.edge, 1);
        let slots = clinic.free(&own.world.edge, 1);
        let wanted = |it: &contract::Slot| {
            &it.start.as_str()[11..13] >= "11" && (after..before).contains(&instant(&it.start))
        };
        if let Some(slot) = slots.into_iter().find(wanted) {
            return (clinic, slot);
        }
    }
}

/// What this phone was told besides codes, oldest first.
fn told(own: &Own, phone: &str) -> Vec<String> {
    let mut kinds: Vec<String> = outbox(&own.world.edge.base, phone)
        .iter()
        .map(|it| it["kind"].as_str().unwrap().to_owned())
        .filter(|kind| kind != "code")
        .collect();
    kinds.reverse();
    kinds
}

fn last(own: &Own, phone: &str) -> String {
    outbox(&own.world.edge.base, phone)[0]["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn recorded(own: &Own, visit: &Appointment) -> Vec<Value> {
    let visit = local(visit.id.as_str());
    let system = "urn:banzhen:message-visit";
    own.world
        .general
        .search(&format!("Communication?identifier={system}|{visit}"))
}

#[test]
fn booked_the_day_before_and_two_hours_before_once_each() {
    let own = own();
    let me = own.patient();
    let booked = me.book("general", slot(&own).1.id.as_str());
    let start = instant(&booked.start);
    assert_eq!(told(&own, &me.who.phone), ["booked"]);
    for (now, so_far) in [
        (start - hours(24) - minute(), 1),
        (start - hours(24) + minute(), 2),
        (start - hours(24) + minute() * 5, 2),
        (start - hours(2) - minute(), 2),
        (start - hours(2), 3),
        (start + hours(1), 3),
    ] {
        at(&own, now);
        assert_eq!(told(&own, &me.who.phone).len(), so_far, "{now}");
    }
    assert_eq!(
        told(&own, &me.who.phone),
        ["booked", "reminder", "reminder"]
    );
    let text = last(&own, &me.who.phone);
    for part in [
        booked.number.as_deref().unwrap(),
        &booked.doctor.name,
        "身份证",
        "提醒",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains(&me.who.name));
    let recorded = recorded(&own, &booked);
    assert_eq!(recorded.len(), 3);
    assert!(
        recorded.iter().all(|it| it["status"] == "completed"),
        "{recorded:?}"
    );
}

#[test]
fn nothing_for_what_was_cancelled_and_only_the_new_time_after_a_move() {
    let own = own();
    let (gone, moves) = (own.patient(), own.patient());
    let cancelled = gone.book("general", slot(&own).1.id.as_str());
    let (_, first) = slot(&own);
    let old = moves.book("general", first.id.as_str());
    gone.cancel(cancelled.id.as_str()).ok();
    let (_, second) = slot(&own);
    let body = RescheduleRequest {
        slot: second.id,
        care: None,
    };
    let new = moves
        .client
        .call(api::Reschedule, &[moves.id(), old.id.as_str()])
        .body(&body)
        .send()
        .ok();
    let ends = instant(&old.start)
        .max(instant(&new.start))
        .max(instant(&cancelled.start));
    let mut moments: Vec<Timestamp> = [&cancelled.start, &old.start, &new.start]
        .into_iter()
        .flat_map(|start| [24, 2].map(|h| instant(start) - hours(h) + minute()))
        .chain([ends])
        .collect();
    moments.sort();
    let before_new = moments
        .iter()
        .position(|it| *it > instant(&new.start) - hours(24))
        .unwrap();
    for (n, moment) in moments.into_iter().enumerate() {
        at(&own, moment);
        if n < before_new {
            assert_eq!(told(&own, &moves.who.phone), ["booked", "moved"]);
        }
    }
    assert_eq!(told(&own, &gone.who.phone), ["booked", "cancelled"]);
    assert_eq!(
        told(&own, &moves.who.phone),
        ["booked", "moved", "reminder", "reminder"]
    );
    assert!(
        recorded(&own, &old)
            .iter()
            .all(|it| it["topic"]["coding"][0]["code"] != "reminder")
    );
}

/// Killed with the message recorded and not sent, and again with it sent and not recorded.
#[test]
fn an_edge_that_is_killed_sends_nothing_twice() {
    let own = own();
    for after_sending in [false, true] {
        // The hospital may have refused the record that the edge died over: it is busy then.
        let meant = (0..5).any(|_| killed_while_it_tells(&own, after_sending));
        assert!(meant, "nothing was ever recorded");
    }
}

/// Whether the hospital had the record when the edge died. Where it had none, nothing was sent
/// before, and it is once after.
fn killed_while_it_tells(own: &Own, after_sending: bool) -> bool {
    clock::free(&own.world.edge.base);
    let me = own.patient();
    let booked = me.book("general", slot(own).1.id.as_str());
    assert_eq!(told(own, &me.who.phone), ["booked"]);
    let stack = own.stack.clone();
    let kill: Hook = Arc::new(move || stack.lock().unwrap().kill_edge());
    let (phase, fault) = if after_sending {
        ("completed", Fault::Before(kill))
    } else {
        ("preparation", Fault::After(kill))
    };
    // Others may have theirs at the same hour; and the visit may be looked at twice at once, so
    // that no such request may be answered.
    let visit = format!("\"{}\"", local(booked.id.as_str()));
    let armed = own.proxy.arm(0, usize::MAX, fault, move |seen| {
        seen.method != "GET"
            && seen.body.contains(&visit)
            && seen.body.contains("\"Communication\"")
            && seen.body.contains("\"reminder\"")
            && seen.body.contains(phase)
    });
    let due = instant(&booked.start) - hours(24) + minute();
    let url = format!("{}/dev/clock", own.world.edge.base);
    let body = json!({ "now": due.to_string() }).to_string();
    let json = Some(("application/json", body.as_bytes()));
    let reply = banzhen_tests::http::send("PUT", &url, &[], json);
    let status = reply.map_or(0, |it| it.status);
    assert!(armed.disarm() > 0, "{phase}: {status}");
    let has_record = recorded(own, &booked)
        .iter()
        .any(|it| it["topic"]["coding"][0]["code"] == "reminder");
    own.restart_edge();
    for minutes in [2, 4, 30] {
        at(own, due + minute() * minutes);
    }
    let kinds = told(own, &me.who.phone);
    let sent = kinds.iter().filter(|kind| *kind == "reminder").count();
    assert_eq!(
        sent,
        usize::from(after_sending || !has_record),
        "killed before {phase}, recorded {has_record}: {kinds:?}"
    );
    has_record
}

/// What the hospital does when a doctor is stopped: it calls the visits off.
#[test]
fn a_stopped_doctor_is_told_once_and_another_can_be_booked() {
    let own = own();
    let me = own.patient();
    let (clinic, wanted) = slot(&own);
    let booked = me.book("general", wanted.id.as_str());
    assert_eq!(told(&own, &me.who.phone), ["booked"]);
    let control = own.stack.lock().unwrap().control_url();
    let order = json!({ "hospital": "general", "doctor": clinic.doctor, "date": clinic.date });
    let done = send_json("POST", &format!("{control}/staff/stop-doctor"), &order);
    let visits = done["appointments"].as_array().unwrap();
    assert!(
        visits.iter().any(|it| it == local(booked.id.as_str())),
        "{done}"
    );
    for _ in 0..3 {
        // Whatever is told of the slot, and however often, the record at the hospital counts.
        staff::set_slot(&own.world.general, wanted.id.as_str(), "busy-unavailable");
        clock::advance(&own.world.edge.base, SignedDuration::from_secs(1));
    }
    assert_eq!(told(&own, &me.who.phone), ["booked", "stopped"]);
    let text = last(&own, &me.who.phone);
    assert!(text.contains("停诊") && text.contains("不算爽约"), "{text}");
    let seen = me.appointment(booked.id.as_str());
    assert!(seen.stopped && !seen.late_cancel);
    at(&own, instant(&booked.start) - hours(24) + minute());
    assert_eq!(told(&own, &me.who.phone).len(), 2, "no reminder of it");
    let pool = Pool::fill(&own.world.edge, "general");
    let other = pool.take(&own.world.edge, 1).free(&own.world.edge, 1)[0]
        .id
        .0
        .clone();
    me.book("general", &other);
}

/// A hospital that stops the slot and leaves the appointment as it is.
#[test]
fn a_visit_whose_slot_was_stopped_shows_it_and_costs_nothing() {
    let own = own();
    let me = own.patient();
    let (_, wanted) = slot(&own);
    let booked = me.book("general", wanted.id.as_str());
    at(&own, instant(&booked.start) - hours(20));
    staff::set_slot(&own.world.general, wanted.id.as_str(), "busy-unavailable");
    let seen = me.appointment(booked.id.as_str());
    assert!(seen.stopped && seen.status == AppointmentStatus::Booked);
    at(&own, instant(&booked.start) - hours(2));
    assert_eq!(told(&own, &me.who.phone).last().unwrap(), "stopped");
    let gone = me.cancel(booked.id.as_str()).ok();
    assert!(!gone.late_cancel);
}

#[test]
fn what_the_hospital_changed_is_told() {
    let own = own();
    let me = own.patient();
    let booked = me.book("general", slot(&own).1.id.as_str());
    assert_eq!(told(&own, &me.who.phone), ["booked"]);
    // By day, whenever this test runs.
    let tomorrow = clock::china_day(Timestamp::now()).tomorrow().unwrap();
    at(&own, clock::china(tomorrow, 10, 0));
    let later = instant(&booked.start) + minute() * 30;
    staff::change_appointment(&own.world.general, local(booked.id.as_str()), |it| {
        it["start"] = later.to_string().into();
        it["end"] = (later + minute() * 15).to_string().into();
    });
    for _ in 0..2 {
        clock::advance(&own.world.edge.base, minute());
        assert_eq!(told(&own, &me.who.phone), ["booked", "changed"]);
    }
}

/// Visits in the early morning: nobody is woken.
#[test]
fn nobody_is_woken() {
    let own = own();
    let me = own.patient();
    let (_, like) = slot(&own);
    let day = clock::china_day(instant(&like.start));
    let early = staff::add_slot(
        &own.world.general,
        like.id.as_str(),
        clock::china(day, 7, 30),
        "free",
    );
    me.book("general", &early);
    let eve = day.yesterday().unwrap();
    for (now, so_far) in [
        (clock::china(eve, 7, 31), 1),
        (clock::china(eve, 8, 59), 1),
        (clock::china(eve, 9, 1), 2),
        (clock::china(eve, 19, 59), 2),
        (clock::china(eve, 20, 0), 3),
        (clock::china(day, 7, 0), 3),
    ] {
        at(&own, now);
        assert_eq!(told(&own, &me.who.phone).len(), so_far, "{now}");
    }
}

fn book_for(daughter: &Patient, mother: &str, slot: &str) -> Appointment {
    let body = banzhen_tests::people::hold_request("general", slot);
    let hold = daughter
        .client
        .call(api::PlaceHold, &[mother])
        .body(&body)
        .send()
        .ok();
    let body = contract::ConfirmRequest { hold: hold.id };
    daughter
        .client
        .call(api::Confirm, &[mother])
        .body(&body)
        .send()
        .ok()
}

#[test]
fn mother_and_daughter_are_told_until_the_consent_ends() {
    let own = own();
    let (daughter, mother) = (own.patient(), own.patient());
    let record = own.world.record(&mother.who);
    let consent = staff::consent(&own.world.general, &record, &daughter.who, &["book"]);
    let booked = book_for(&daughter, mother.id(), slot(&own).1.id.as_str());
    for phone in [&mother.who.phone, &daughter.who.phone] {
        assert_eq!(told(&own, phone), ["booked"]);
    }
    consent.revoke(&own.world.general);
    at(&own, instant(&booked.start) - hours(24) + minute());
    assert_eq!(told(&own, &mother.who.phone), ["booked", "reminder"]);
    assert_eq!(told(&own, &daughter.who.phone), ["booked"]);
}
