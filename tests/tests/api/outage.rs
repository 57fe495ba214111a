//! One hospital's trouble stays its own.

use std::time::{Duration, Instant};

use banzhen_tests::{
    fault_proxy::Fault,
    people::log_in,
    stack::{Own, own},
};
use contract::{Code, Freshness, api};

fn killed(own: &Own, hospital: &str) {
    own.stack.lock().unwrap().kill_hospital(hospital).unwrap();
}

fn back(own: &Own, hospital: &str) {
    own.stack.lock().unwrap().start_hospital(hospital).unwrap();
}

#[test]
fn lists_say_which_hospital_is_missing_and_the_other_works() {
    let own = own();
    let (me, away) = (own.patient(), own.patient());
    let clinic = own.world.pool.take(&own.world.edge, 2);
    let slots = clinic.free(&own.world.edge, 2);
    killed(&own, "community");
    let began = Instant::now();
    let list = me
        .client
        .call(api::ListAppointments, &[me.id()])
        .send()
        .ok();
    assert!(
        began.elapsed() < Duration::from_secs(6),
        "{:?}",
        began.elapsed()
    );
    let of = |name: &str| {
        list.sources
            .iter()
            .find(|s| s.hospital.as_str() == name)
            .unwrap()
    };
    assert_eq!(of("general").freshness, Freshness::Fresh);
    assert_eq!(of("community").freshness, Freshness::Unknown);
    let booked = me.book("general", slots[0].id.as_str());
    assert!(me.booked().iter().any(|a| a.id == booked.id));
    // What could not be checked is said.
    let more_notes = booked.notes.len();
    let session = away.client.call(api::GetSession, &[]).send().ok();
    assert!(session.people.iter().any(|row| row.id.0 == away.who.person));
    assert!(
        session
            .sources
            .iter()
            .any(|s| s.freshness == Freshness::Unknown)
    );
    back(&own, "community");
    let full = away.book("general", slots[1].id.as_str());
    assert!(
        more_notes > full.notes.len(),
        "the booking does not name the hospital it left out"
    );
}

#[test]
fn whose_binding_cannot_be_read_is_told_so_and_not_refused() {
    let own = own();
    let me = own.patient();
    killed(&own, "general");
    let reply = me.client.call(api::ListAppointments, &[me.id()]).send();
    if reply.is_ok() {
        let list = reply.ok();
        assert!(
            list.sources
                .iter()
                .any(|s| s.freshness == Freshness::Unknown)
        );
    } else {
        let problem = reply.problem(Code::HospitalUnavailable);
        assert!(reply.raw.header("retry-after").is_some() && problem.retry_after.is_some());
    }
    let hold = me.hold("general", "any");
    hold.problem(Code::HospitalUnavailable);
    // The list of hospitals with their hotlines is there whatever is down, and logging in works.
    assert_eq!(
        own.world
            .visitor()
            .call(api::ListHospitals, &[])
            .send()
            .ok()
            .hospitals
            .len(),
        2
    );
    let other = own.world.cast.take();
    let client = log_in(&own.world.edge, &other.phone);
    let view = client.call(api::GetSession, &[]).send().ok();
    assert!(
        view.sources
            .iter()
            .any(|s| s.freshness == Freshness::Unknown)
    );
    back(&own, "general");
    let until = Instant::now() + Duration::from_secs(40);
    while !me
        .client
        .call(api::ListAppointments, &[me.id()])
        .send()
        .is_ok()
    {
        assert!(Instant::now() < until, "the breaker never closes");
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn public_lists_grow_stale_and_say_so_and_never_show_free() {
    let own = own();
    let clinic = own.world.pool.take(&own.world.edge, 1);
    let query = format!("date={}", clinic.date);
    let parameters = ["general", clinic.doctor.as_str()];
    let visitor = own.world.visitor();
    let list = || {
        visitor
            .call(api::ListSlots, &parameters)
            .query(&query)
            .send()
    };
    let fresh = list();
    assert_eq!(fresh.ok().freshness, Freshness::Fresh);
    killed(&own, "general");
    let until = Instant::now() + Duration::from_secs(25);
    loop {
        let reply = list();
        if reply.status() == Code::HospitalUnavailable.status() {
            break;
        }
        let now = reply.ok();
        if now.freshness != Freshness::Fresh {
            assert_ne!(reply.raw.header("etag"), fresh.raw.header("etag"));
            break;
        }
        assert!(
            Instant::now() < until,
            "still fresh 25 s after the hospital went away"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
    // What was never read is unknown or unavailable, and nothing in it is free.
    let never = visitor
        .call(api::ListSlots, &parameters)
        .query("date=2026-01-05")
        .send();
    if never.is_ok() {
        assert_ne!(never.ok().freshness, Freshness::Fresh);
    } else {
        never.any_problem();
    }
    // The other hospital is as it was.
    let other = visitor
        .call(api::ListDepartments, &["community"])
        .send()
        .ok();
    assert_eq!(other.freshness, Freshness::Fresh);
    back(&own, "general");
    let until = Instant::now() + Duration::from_secs(40);
    while !list().is_ok() || list().ok().freshness != Freshness::Fresh {
        assert!(Instant::now() < until, "never fresh again");
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn a_slow_hospital_does_not_slow_the_other() {
    let own = own();
    let armed = own.proxy.arm(
        0,
        usize::MAX,
        Fault::LateReply(Duration::from_secs(12)),
        |_| true,
    );
    let began = Instant::now();
    let visitor = own.world.visitor();
    let departments = visitor
        .call(api::ListDepartments, &["community"])
        .send()
        .ok()
        .departments;
    let parameters = ["community", departments[0].id.as_str()];
    visitor.call(api::GetAvailability, &parameters).send().ok();
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    drop(armed);
}
