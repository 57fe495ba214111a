//! Every exchange between edge and hospital is broken, one after the other, in every way the
//! fault proxy knows: nothing is booked twice, nothing is lost, and the person is told the truth.
//!
//! A request is followed by its trace id, so that many break at the same time, each its own way.

use std::{
    fmt::Write as _,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use banzhen_tests::{
    Client, Reply,
    client::{Settled, fresh_key, settle},
    fault_proxy::Fault,
    fhir::{Fhir, local},
    http::NoReply,
    people::{Patient, hold_request},
    slots::Clinic,
    stack::{Own, own},
};
use contract::{Appointment, ConfirmRequest, Endpoint, Hold, RescheduleRequest, api};
use serde_json::Value;

/// Longer than the edge waits for a write.
const TOO_LATE: Duration = Duration::from_secs(10);
/// The most exchanges an operation may have before something is wrong with the test.
const MOST: usize = 25;

/// What somebody wants, again and again with the same key.
struct Attempt<E: Endpoint> {
    parameters: Vec<String>,
    body: E::Body,
    key: String,
    endpoint: E,
}

impl<E: Endpoint + Copy> Attempt<E> {
    fn send(&self, client: &Client) -> Result<Reply<E>, NoReply> {
        let parameters: Vec<&str> = self.parameters.iter().map(String::as_str).collect();
        client
            .call(self.endpoint, &parameters)
            .body(&self.body)
            .key(&self.key)
            .try_send()
    }
}

fn trace() -> (String, String) {
    let mut digits = String::new();
    for byte in fresh_key().bytes() {
        let _ = write!(digits, "{byte:02x}");
    }
    let id = format!("{:0>32}", &digits[digits.len().saturating_sub(32)..]);
    (id.clone(), format!("00-{id}-00f067aa0ba902b7-01"))
}

/// How one exchange goes wrong; the second number is how many from that one on.
fn faults() -> Vec<(&'static str, Fault, usize)> {
    vec![
        ("dropped before", Fault::DropBefore, 1),
        ("dropped after", Fault::DropAfter, 1),
        ("half a reply", Fault::HalfReply, 1),
        ("a reply too late", Fault::LateReply(TOO_LATE), 1),
        (
            "a request that arrives late",
            Fault::LateRequest(TOO_LATE),
            1,
        ),
        ("status 500", Fault::Status(500), 1),
        ("gone from here on", Fault::DropBefore, usize::MAX),
        ("deaf from here on", Fault::DropAfter, usize::MAX),
    ]
}

/// Breaks exchange after exchange of what `attempt` makes, until an attempt has no more of them.
/// `check` gets what was settled and must find the hospital agreeing.
#[allow(clippy::too_many_arguments, reason = "each call names what it breaks")]
fn break_each<E, P>(
    own: &Own,
    name: &str,
    fault: &Fault,
    times: usize,
    me: &Patient,
    mut prepare: impl FnMut() -> P,
    attempt: impl Fn(&P) -> Attempt<E>,
    live: impl Fn(&P) -> usize,
    mut check: impl FnMut(&P, Settled<E>),
) where
    E: Endpoint + Copy,
    E::Answer: PartialEq + std::fmt::Debug,
{
    for nth in 0..MOST {
        let prepared = prepare();
        let wanted = attempt(&prepared);
        let before = live(&prepared);
        let (id, traceparent) = trace();
        let armed = own.proxy.arm(nth, times, fault.clone(), move |seen| {
            seen.trace.as_deref() == Some(id.as_str())
        });
        let client = me.client.clone().with("traceparent", &traceparent);
        let began = Instant::now();
        let first = wanted.send(&client);
        let fired = armed.fired();
        drop(armed);
        eprintln!(
            "{} / {name} / exchange {nth}: fired {fired}, {:?} after {:?}",
            E::NAME,
            first.as_ref().map(Reply::status),
            began.elapsed()
        );
        truth(&first, || live(&prepared), before);
        let said = first.as_ref().ok().filter(|r| r.is_ok()).map(Reply::ok);
        let settled = settle(&me.client, me.id(), first, || wanted.send(&me.client));
        if let (Some(said), Settled::Done(now)) = (&said, &settled) {
            same_thing(said, now);
        }
        assert!(
            said.is_none() || matches!(settled, Settled::Done(_)),
            "{name} {nth}: first it had happened, then not: {settled:?}"
        );
        check(&prepared, settled);
        if fired == 0 {
            assert!(
                nth > 0,
                "{}: no exchange carries the trace of its request",
                E::NAME
            );
            return;
        }
    }
    panic!("{} has more than {MOST} exchanges", E::NAME);
}

/// A refusal, or an apology, says that nothing happened: then nothing has, and nothing will.
fn truth<E: Endpoint>(first: &Result<Reply<E>, NoReply>, live: impl Fn() -> usize, before: usize) {
    let reply = first
        .as_ref()
        .unwrap_or_else(|e| panic!("the edge gave no answer: {}", e.0));
    if reply.is_ok() || reply.status() == 202 {
        return;
    }
    let problem = reply.any_problem();
    assert!(
        problem.status < 500 || problem.code == contract::Code::HospitalUnavailable,
        "{problem:?}"
    );
    for wait in [0, 1500] {
        thread::sleep(Duration::from_millis(wait));
        assert_eq!(
            live(),
            before,
            "it was said not to have happened: {problem:?}"
        );
    }
}

fn same_thing<T: PartialEq + std::fmt::Debug>(said: &T, now: &T) {
    assert_eq!(said, now, "the same key gives another answer");
}

fn slot_status(fhir: &Fhir, slot: &str) -> String {
    fhir.read(&format!("Slot/{slot}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn on_slot(own: &Own, slot: &str) -> Vec<Value> {
    own.world.general.live_on_slot(slot)
}

/// One thread a fault; each has a person and takes a new session for each exchange it breaks.
fn each_fault(own: &Own, run: impl Fn(&Own, &'static str, Fault, usize, &Patient) + Sync) {
    thread::scope(|scope| {
        for (name, fault, times) in faults() {
            let run = &run;
            scope.spawn(move || {
                let me = own.patient();
                run(own, name, fault, times, &me);
            });
        }
    });
}

struct Free {
    slot: String,
    _clinic: Clinic,
}

fn free(own: &Own) -> Free {
    let clinic = own.world.pool.take(&own.world.edge, 1);
    Free {
        slot: clinic.free(&own.world.edge, 1)[0].id.0.clone(),
        _clinic: clinic,
    }
}

fn hold_attempt(me: &Patient, free: &Free, key: &str) -> Attempt<api::PlaceHold> {
    Attempt {
        parameters: vec![me.id().to_owned()],
        body: hold_request("general", &free.slot),
        key: key.to_owned(),
        endpoint: api::PlaceHold,
    }
}

fn check_hold(own: &Own, me: &Patient, slot: &str, settled: Settled<api::PlaceHold>) {
    let live = on_slot(own, slot);
    match settled {
        Settled::Done(hold) => {
            assert_eq!(live.len(), 1, "told it is held");
            assert_eq!(live[0]["id"], local(hold.id.as_str()));
            assert_eq!(slot_status(&own.world.general, slot), "busy-tentative");
            me.client
                .call(api::ReleaseHold, &[me.id(), hold.id.as_str()])
                .send()
                .ok();
        }
        Settled::NotDone(problem) => panic!("a free slot and a good hospital, yet {problem:?}"),
    }
    assert!(on_slot(own, slot).is_empty());
    assert_eq!(slot_status(&own.world.general, slot), "free");
}

#[test]
fn hold_with_each_exchange_broken() {
    let own = own();
    each_fault(&own, |own, name, fault, times, me| {
        let key = std::cell::RefCell::new(String::new());
        break_each(
            own,
            name,
            &fault,
            times,
            me,
            || {
                *key.borrow_mut() = fresh_key();
                free(own)
            },
            |free| hold_attempt(me, free, &key.borrow()),
            |free| on_slot(own, &free.slot).len(),
            |free, settled| check_hold(own, me, &free.slot, settled),
        );
    });
}

struct Held {
    slot: String,
    hold: Hold,
}

fn held(own: &Own, me: &Patient) -> Held {
    let slot = free(own).slot;
    Held {
        hold: me.hold("general", &slot).ok(),
        slot,
    }
}

fn confirm_attempt(me: &Patient, held: &Held, key: &str) -> Attempt<api::Confirm> {
    Attempt {
        parameters: vec![me.id().to_owned()],
        body: ConfirmRequest {
            hold: held.hold.id.clone(),
        },
        key: key.to_owned(),
        endpoint: api::Confirm,
    }
}

fn check_booked(own: &Own, me: &Patient, slot: &str, settled: Settled<api::Confirm>) {
    let booked = match settled {
        Settled::Done(booked) => booked,
        Settled::NotDone(problem) => panic!("a good hold and a good hospital, yet {problem:?}"),
    };
    let live = on_slot(own, slot);
    assert_eq!(live.len(), 1);
    assert_eq!(
        (&live[0]["status"], live[0]["id"].as_str()),
        (&Value::from("booked"), Some(local(booked.id.as_str())))
    );
    assert_eq!(slot_status(&own.world.general, slot), "busy");
    assert_eq!(me.appointment(booked.id.as_str()).number, booked.number);
    me.cancel(booked.id.as_str()).ok();
    assert_eq!(slot_status(&own.world.general, slot), "free");
}

fn booked_on(own: &Own, slot: &str) -> usize {
    on_slot(own, slot)
        .iter()
        .filter(|a| a["status"] == "booked")
        .count()
}

#[test]
fn confirm_with_each_exchange_broken() {
    let own = own();
    each_fault(&own, |own, name, fault, times, me| {
        let key = std::cell::RefCell::new(String::new());
        break_each(
            own,
            name,
            &fault,
            times,
            me,
            || {
                *key.borrow_mut() = fresh_key();
                held(own, me)
            },
            |held| confirm_attempt(me, held, &key.borrow()),
            |held| booked_on(own, &held.slot),
            |held, settled| check_booked(own, me, &held.slot, settled),
        );
    });
}

#[test]
fn reschedule_with_each_exchange_broken() {
    struct Move {
        old: Appointment,
        from: String,
        to: String,
    }
    let own = own();
    each_fault(&own, |own, name, fault, times, me| {
        let key = std::cell::RefCell::new(String::new());
        break_each(
            own,
            name,
            &fault,
            times,
            me,
            || {
                *key.borrow_mut() = fresh_key();
                let (from, to) = (free(own).slot, free(own).slot);
                Move {
                    old: me.book("general", &from),
                    from,
                    to,
                }
            },
            |moved| Attempt {
                parameters: vec![me.id().to_owned(), moved.old.id.0.clone()],
                body: RescheduleRequest {
                    slot: moved.to.as_str().into(),
                },
                key: key.borrow().clone(),
                endpoint: api::Reschedule,
            },
            |moved| booked_on(own, &moved.to),
            |moved, settled| {
                let new = match settled {
                    Settled::Done(new) => new,
                    Settled::NotDone(problem) => panic!("{problem:?}"),
                };
                assert_eq!(on_slot(own, &moved.from).len(), 0);
                assert_eq!(slot_status(&own.world.general, &moved.from), "free");
                assert_eq!(on_slot(own, &moved.to).len(), 1);
                assert_eq!(me.booked().len(), 1);
                me.cancel(new.id.as_str()).ok();
            },
        );
    });
}

/// `kill -9` of the edge at each exchange: before it is forwarded, and after the hospital has
/// answered but before the edge hears of it.
fn killed_at_each<E, P>(
    own: &Own,
    me: &Patient,
    mut prepare: impl FnMut() -> P,
    attempt: impl Fn(&P, &str) -> Attempt<E>,
    mut check: impl FnMut(&P, Settled<E>),
) where
    E: Endpoint + Copy,
    E::Answer: std::fmt::Debug,
{
    for after in [false, true] {
        for nth in 0..MOST {
            let prepared = prepare();
            let wanted = attempt(&prepared, &fresh_key());
            let (id, traceparent) = trace();
            let stack = own.stack.clone();
            let kill: banzhen_tests::fault_proxy::Hook =
                Arc::new(move || stack.lock().unwrap().kill_edge());
            let fault = if after {
                Fault::After(kill)
            } else {
                Fault::Before(kill)
            };
            let armed = own.proxy.arm(nth, 1, fault, move |seen| {
                seen.trace.as_deref() == Some(&id)
            });
            let client = me.client.clone().with("traceparent", &traceparent);
            let first = wanted.send(&client);
            let fired = armed.fired();
            drop(armed);
            eprintln!(
                "{} / killed / exchange {nth}, after: {after}, fired {fired}",
                E::NAME
            );
            if fired > 0 {
                assert!(first.is_err(), "a killed edge has answered");
                own.restart_edge();
            }
            let settled = settle(&me.client, me.id(), first, || wanted.send(&me.client));
            check(&prepared, settled);
            if fired == 0 {
                assert!(
                    nth > 0,
                    "{}: no exchange carries the trace of its request",
                    E::NAME
                );
                break;
            }
            assert!(nth + 1 < MOST);
        }
    }
}

#[test]
fn hold_with_the_edge_killed_at_each_exchange() {
    let own = own();
    let me = own.patient();
    killed_at_each(
        &own,
        &me,
        || free(&own),
        |free, key| hold_attempt(&me, free, key),
        |free, settled| check_hold(&own, &me, &free.slot, settled),
    );
}

#[test]
fn confirm_with_the_edge_killed_at_each_exchange() {
    let own = own();
    let me = own.patient();
    killed_at_each(
        &own,
        &me,
        || held(&own, &me),
        |held, key| confirm_attempt(&me, held, key),
        |held, settled| check_booked(&own, &me, &held.slot, settled),
    );
}

/// The person never asks again: what the killed edge began frees itself.
#[test]
fn a_hold_that_nobody_asks_for_again_frees_itself() {
    let own = own();
    let me = own.patient();
    let free = free(&own);
    let (id, traceparent) = trace();
    let stack = own.stack.clone();
    let kill: banzhen_tests::fault_proxy::Hook =
        Arc::new(move || stack.lock().unwrap().kill_edge());
    let _armed = own.proxy.arm(0, 1, Fault::After(kill), move |seen| {
        seen.trace.as_deref() == Some(&id) && seen.body.contains("busy-tentative")
    });
    let client = me.client.clone().with("traceparent", &traceparent);
    assert!(
        hold_attempt(&me, &free, &fresh_key())
            .send(&client)
            .is_err()
    );
    assert_eq!(on_slot(&own, &free.slot).len(), 1, "the hospital had it");
    own.restart_edge();
    banzhen_tests::clock::advance(&own.world.edge.base, jiff::SignedDuration::from_mins(6));
    assert!(
        on_slot(&own, &free.slot).is_empty(),
        "still held after its time"
    );
    assert_eq!(slot_status(&own.world.general, &free.slot), "free");
}
