//! What depends on the time, with the development clock. It is one for the whole edge, so these
//! run on a stack of their own, one after the other.

use banzhen_tests::{
    clock::{self, china, china_day, instant},
    people::{code_for, log_in, try_log_in},
    slots::slots,
    socket::Socket,
    stack::{Own, own},
    staff,
};
use contract::{
    AppointmentStatus, CancelRequest, Code, CodeRequest, HoldRequest, LoginRequest,
    NotBookableReason, SlotState, api,
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::time::Duration;

fn now(own: &Own) -> Timestamp {
    clock::now(&own.world.edge.base)
}

fn at(own: &Own, time: Timestamp) {
    clock::set(&own.world.edge.base, time);
}

fn mins(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn secs(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

fn free_slot(own: &Own) -> contract::Slot {
    own.world
        .pool
        .take(&own.world.edge, 1)
        .free(&own.world.edge, 1)[0]
        .clone()
}

fn status_of(own: &Own, slot: &str) -> String {
    own.world.general.read(&format!("Slot/{slot}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_clock_is_set_runs_on_and_is_freed() {
    let own = own();
    let base = &own.world.edge.base;
    let told =
        |name: &str| banzhen_tests::http::get_json(&format!("{base}/dev/clock"))[name].clone();
    assert_eq!(told("set"), false);
    let later = Timestamp::now() + mins(90);
    at(&own, later);
    assert_eq!(told("set"), true);
    let runs = later.duration_until(now(&own)).as_millis();
    assert!((-1000..5000).contains(&runs), "{runs} ms on");
    let list = own
        .world
        .visitor()
        .call(api::ListDepartments, &["general"])
        .send()
        .ok();
    assert!(
        instant(&list.as_of) > later - mins(10),
        "as_of follows the clock"
    );
    // A restart keeps it.
    own.stack.lock().unwrap().kill_edge();
    own.restart_edge();
    assert!(now(&own) >= later - secs(1));
    clock::free(base);
    assert!(now(&own) < Timestamp::now() + secs(5));
    assert_eq!(told("set"), false);
}

#[test]
fn a_hold_ends_on_time_and_its_slot_is_free() {
    let own = own();
    let (me, slot) = (own.patient(), free_slot(&own));
    let hold = me.hold("general", slot.id.as_str()).ok();
    let ends = instant(&hold.expires_at);
    at(&own, ends - secs(20));
    assert_eq!(status_of(&own, slot.id.as_str()), "busy-tentative");
    at(&own, ends + secs(1));
    assert_eq!(
        status_of(&own, slot.id.as_str()),
        "free",
        "the alarm has fired before the 200"
    );
    assert!(own.world.general.live_on_slot(slot.id.as_str()).is_empty());
    me.confirm(&hold.id).problem(Code::HoldExpired);
    assert_eq!(own.world.live(&me.who), 0);
}

#[test]
fn a_hold_is_confirmed_up_to_its_end() {
    let own = own();
    let (me, slot) = (own.patient(), free_slot(&own));
    let hold = me.hold("general", slot.id.as_str()).ok();
    at(&own, instant(&hold.expires_at) - secs(10));
    me.confirm(&hold.id).ok();
    at(&own, instant(&hold.expires_at) + mins(5));
    assert_eq!(
        status_of(&own, slot.id.as_str()),
        "busy",
        "a late alarm leaves a booking alone"
    );
    assert_eq!(own.world.live(&me.who), 1);
}

#[test]
fn care_mode_has_fifteen_minutes() {
    let own = own();
    let (me, slot) = (own.patient(), free_slot(&own));
    let body = HoldRequest {
        hospital: "general".into(),
        slot: slot.id,
        care: Some(true),
    };
    let hold = me
        .client
        .call(api::PlaceHold, &[me.id()])
        .body(&body)
        .send()
        .ok();
    clock::advance(&own.world.edge.base, mins(14));
    me.confirm(&hold.id).ok();
}

/// The alarm came while the hospital was away: confirming is still too late.
#[test]
fn an_expired_hold_is_refused_even_when_the_alarm_was_lost() {
    let own = own();
    let (me, slot) = (own.patient(), free_slot(&own));
    let hold = me.hold("general", slot.id.as_str()).ok();
    own.proxy.set_down(true);
    at(&own, instant(&hold.expires_at) + secs(5));
    own.proxy.set_down(false);
    me.confirm(&hold.id).problem(Code::HoldExpired);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(90);
    while status_of(&own, slot.id.as_str()) != "free" {
        assert!(
            std::time::Instant::now() < until,
            "the slot never became free again"
        );
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

#[test]
fn cancelling_is_free_until_a_day_before() {
    let own = own();
    let (slot, other) = (free_slot(&own), free_slot(&own));
    let me = own.patient();
    let booked = me.book("general", slot.id.as_str());
    let deadline = instant(&booked.start) - mins(24 * 60);
    assert_eq!(instant(&booked.cancel_before), deadline);
    let second = own.patient();
    let late = second.book("general", other.id.as_str());
    at(&own, deadline - secs(30));
    let fresh = log_in_again(&own, &me);
    assert!(!fresh.cancel(booked.id.as_str()).ok().late_cancel);
    let deadline = instant(&late.cancel_before);
    at(&own, deadline + secs(1));
    let second = log_in_again(&own, &second);
    let problem = second.cancel(late.id.as_str()).problem(Code::PastDeadline);
    assert_eq!(problem.counts_as_no_show, Some(true));
    assert_eq!(
        second.appointment(late.id.as_str()).status,
        AppointmentStatus::Booked
    );
    let unwilling = CancelRequest {
        reason: None,
        accept_no_show: Some(false),
    };
    let parameters = [second.id(), late.id.as_str()];
    let cancel = |body: &CancelRequest| {
        second
            .client
            .call(api::Cancel, &parameters)
            .body(body)
            .send()
    };
    cancel(&unwilling).problem(Code::PastDeadline);
    second
        .reschedule(late.id.as_str(), slot.id.as_str())
        .problem(Code::PastDeadline);
    let gone = cancel(&CancelRequest {
        reason: None,
        accept_no_show: Some(true),
    })
    .ok();
    assert!(gone.late_cancel);
    assert_eq!(gone.status, AppointmentStatus::Cancelled);
    assert_eq!(status_of(&own, other.id.as_str()), "free");
}

/// A session may not outlive a jump of days: log in again where it did not.
fn log_in_again(own: &Own, me: &banzhen_tests::people::Patient) -> banzhen_tests::people::Patient {
    if me.client.call(api::GetSession, &[]).send().is_ok() {
        return me.clone();
    }
    let client = log_in(&own.world.edge, &me.who.phone);
    banzhen_tests::people::Patient {
        client,
        who: me.who.clone(),
    }
}

#[test]
fn ten_minutes_to_undo_whatever_the_deadline() {
    let own = own();
    let (first, second) = (free_slot(&own), free_slot(&own));
    for (slot, wait, free) in [
        (first, mins(9) + secs(50), true),
        (second, mins(10) + secs(5), false),
    ] {
        at(&own, instant(&slot.start) - mins(5 * 60));
        let me = own.patient();
        let booked = me.book("general", slot.id.as_str());
        let until = instant(&booked.cancel_before);
        let length = now(&own).duration_until(until).as_secs();
        // When it was booked is rounded to the second, what the clock says is cut to it.
        assert!((580..=601).contains(&length), "{length} s to undo");
        clock::advance(&own.world.edge.base, wait);
        let reply = me.cancel(booked.id.as_str());
        if free {
            assert!(!reply.ok().late_cancel);
        } else {
            reply.problem(Code::PastDeadline);
        }
    }
}

#[test]
fn the_last_moment_to_book_is_half_an_hour_before() {
    let own = own();
    let slot = free_slot(&own);
    let start = instant(&slot.start);
    at(&own, start - mins(30) - secs(20));
    let me = own.patient();
    let hold = me.hold("general", slot.id.as_str()).ok();
    me.client
        .call(api::ReleaseHold, &[me.id(), hold.id.as_str()])
        .send()
        .ok();
    at(&own, start - mins(30) + secs(1));
    let problem = me
        .hold("general", slot.id.as_str())
        .problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(NotBookableReason::Past));
    assert_eq!(status_of(&own, slot.id.as_str()), "free");
}

#[test]
fn the_newest_day_opens_at_eight_in_the_evening_sharp() {
    let own = own();
    let today = china_day(now(&own));
    // Tomorrow's release, whatever the hour is now.
    let evening = china(today.tomorrow().unwrap(), 20, 0);
    let newest = today.checked_add(16.days()).unwrap();
    let like = free_slot(&own).id;
    let slot = staff::add_slot(
        &own.world.general,
        like.as_str(),
        china(newest, 10, 0),
        "free",
    );
    at(&own, evening - secs(20));
    let me = own.patient();
    let problem = me.hold("general", &slot).problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(NotBookableReason::NotReleased));
    assert_eq!(instant(&problem.opens_at.unwrap()), evening);
    let doctor = {
        let stored = own.world.general.read(&format!("Slot/{slot}"));
        let schedule = own
            .world
            .general
            .read(stored["schedule"]["reference"].as_str().unwrap());
        let actors = schedule["actor"].as_array().unwrap().clone();
        let role = actors.iter().find_map(|a| {
            a["reference"]
                .as_str()
                .and_then(|r| r.strip_prefix("PractitionerRole/"))
                .map(str::to_owned)
        });
        role.unwrap()
    };
    let state = || {
        let list = slots(&own.world.edge, "general", &doctor, &newest.to_string());
        list.into_iter()
            .find(|s| s.id.as_str() == slot)
            .unwrap()
            .state
    };
    assert_eq!(state(), SlotState::NotReleased);
    at(&own, evening + secs(1));
    assert_eq!(state(), SlotState::Free);
    me.hold("general", &slot).ok();
}

#[test]
fn who_only_listens_is_told_of_the_release() {
    let own = own();
    let base = &own.world.edge.base;
    let clinic = own.world.pool.take(&own.world.edge, 1);
    let like = clinic.free(&own.world.edge, 1)[0].id.clone();
    let today = china_day(now(&own));
    let evening = china(today.tomorrow().unwrap(), 20, 0);
    let newest = today.checked_add(16.days()).unwrap();
    let ten = china(newest, 10, 0);
    staff::add_slot(&own.world.general, like.as_str(), ten, "free");
    // The edge's minutes are those of the real clock; enough of this one must be left to listen.
    let past = || Timestamp::now().as_millisecond() % 60_000;
    while past() > 40_000 {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    let past = past();
    at(&own, evening - mins(1) + SignedDuration::from_millis(past));
    let topic = format!("availability:general:{}:{newest}", clinic.department);
    let mut socket = Socket::open(base, "", &[]).unwrap();
    socket.subscribe(&[&topic]);
    let before = socket.hear()["version"].as_u64().unwrap();
    let mut version_after = |within: u64, before: u64| {
        let text = socket.text(Duration::from_secs(within));
        let text = text.expect("nothing is said");
        let told: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(told["topic"], topic);
        let version = told["version"].as_u64().unwrap();
        assert!(version > before, "{told} after {before}");
        version
    };
    let released = version_after(65, before);
    assert!(now(&own) >= evening, "told before the release");
    // And of the end of it, where the clock jumps there.
    at(&own, ten);
    version_after(5, released);
}

#[test]
fn the_third_no_show_blocks_for_a_week() {
    let own = own();
    // The nearest day: a week later there must still be something to book.
    let slot = own
        .world
        .pool
        .take_nearest(&own.world.edge)
        .free(&own.world.edge, 1)[0]
        .clone();
    let me = own.world.with_story("two_no_shows");
    let booked = me.book("general", slot.id.as_str());
    at(&own, instant(&booked.cancel_before) + mins(1));
    let me = log_in_again(&own, &me);
    let accept = CancelRequest {
        reason: None,
        accept_no_show: Some(true),
    };
    let parameters = [me.id(), booked.id.as_str()];
    me.client
        .call(api::Cancel, &parameters)
        .body(&accept)
        .send()
        .ok();
    let next = own.world.pool.take(&own.world.edge, 1);
    let later = next.free(&own.world.edge, 1).last().unwrap().id.0.clone();
    let problem = me.hold("general", &later).problem(Code::BookingBlocked);
    let until = instant(&problem.until.unwrap());
    let days = now(&own).duration_until(until).as_hours();
    assert!(
        (6 * 24..=8 * 24).contains(&days),
        "blocked for {days} hours"
    );
    at(&own, until - mins(1));
    let me = log_in_again(&own, &me);
    let after = bookable_after(&own, &me);
    me.hold("general", &after).problem(Code::BookingBlocked);
    at(&own, until + secs(1));
    me.hold("general", &after).ok();
}

/// A free slot that is still to come, as the clock stands.
fn bookable_after(own: &Own, _: &banzhen_tests::people::Patient) -> String {
    let pool = banzhen_tests::slots::Pool::fill(&own.world.edge, "general");
    pool.take(&own.world.edge, 1).free(&own.world.edge, 1)[0]
        .id
        .0
        .clone()
}

#[test]
fn who_did_not_come_is_marked_and_what_the_hospital_stopped_is_not_counted() {
    let own = own();
    let me = own.patient();
    for n in 0..3 {
        let clinic = own
            .world
            .pool
            .take_on_other_days(&own.world.edge, &me.booked())
            .unwrap();
        let slot = clinic.free(&own.world.edge, 1)[0].id.0.clone();
        let booked = me.book("general", &slot);
        let id = banzhen_tests::fhir::local(booked.id.as_str()).to_owned();
        staff::change_appointment(&own.world.general, &id, |stored| {
            stored["status"] = "cancelled".into();
            stored["cancelationReason"] = serde_json::json!({"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
                "code": "prov-pers"
            }]});
        });
        let seen = me.appointment(booked.id.as_str());
        assert_eq!(seen.status, AppointmentStatus::Cancelled);
        assert!(seen.stopped && !seen.late_cancel, "{n}: {seen:?}");
    }
    // Three stopped ones block nobody; three missed ones do.
    let slot = free_slot(&own).id;
    let hold = me.hold("general", slot.as_str()).ok();
    me.client
        .call(api::ReleaseHold, &[me.id(), hold.id.as_str()])
        .send()
        .ok();
    let all = me
        .client
        .call(api::ListAppointments, &[me.id()])
        .send()
        .ok()
        .appointments;
    for booked in all {
        let id = banzhen_tests::fhir::local(booked.id.as_str()).to_owned();
        let missed = now(&own) - mins(60 * 24);
        staff::change_appointment(&own.world.general, &id, |stored| {
            stored["status"] = "noshow".into();
            stored.as_object_mut().unwrap().remove("cancelationReason");
            stored["start"] = missed.to_string().into();
            stored["end"] = (missed + mins(15)).to_string().into();
        });
        assert_eq!(
            me.appointment(booked.id.as_str()).status,
            AppointmentStatus::NoShow
        );
    }
    me.hold("general", slot.as_str())
        .problem(Code::BookingBlocked);
}

#[test]
fn a_code_lives_five_minutes_and_ten_in_care_mode() {
    let own = own();
    for (care, wait, alive) in [
        (false, mins(4) + secs(50), true),
        (false, mins(5) + secs(1), false),
        (true, mins(9) + secs(50), true),
        (true, mins(10) + secs(1), false),
    ] {
        let phone = own.world.cast.take().phone;
        let visitor = own.world.visitor();
        let body = CodeRequest {
            phone: phone.clone(),
            channel: None,
            care: Some(care),
        };
        visitor.call(api::SendCode, &[]).body(&body).send().ok();
        let code = code_for(&own.world.edge.base, &phone);
        clock::advance(&own.world.edge.base, wait);
        let reply = visitor
            .call(api::LogIn, &[])
            .body(&LoginRequest { phone, code })
            .send();
        if alive {
            reply.ok();
        } else {
            reply.problem(Code::CodeWrong);
        }
    }
}

#[test]
fn five_codes_an_hour_for_a_phone() {
    let own = own();
    let phone = own.world.cast.take().phone;
    for n in 0..5 {
        assert!(try_log_in(&own.world.edge, &phone).is_some(), "code {n}");
        clock::advance(&own.world.edge.base, secs(61));
    }
    let body = CodeRequest {
        phone: phone.clone(),
        channel: None,
        care: None,
    };
    let reply = own
        .world
        .visitor()
        .call(api::SendCode, &[])
        .body(&body)
        .send();
    let wait = reply.problem(Code::RateLimited).retry_after.unwrap();
    assert!(wait > 60, "{wait}");
    clock::advance(&own.world.edge.base, secs(i64::from(wait) + 1));
    assert!(try_log_in(&own.world.edge, &phone).is_some());
}
