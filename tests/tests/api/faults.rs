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
    fault_proxy::{Fault, Hook},
    fhir::{Fhir, local},
    http::NoReply,
    people::{Patient, hold_request},
    stack::{Own, own},
};
use contract::{
    Appointment, AppointmentStatus, CancelRequest, ConfirmRequest, Endpoint, Hold,
    RescheduleRequest, api,
};
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

type Of<'a, P, T> = Box<dyn Fn(&P) -> T + 'a>;
type Judge<'a, P, E> = Box<dyn Fn(&P, Settled<E>) + 'a>;

/// Something that people do, to be broken at each of its exchanges.
struct Deed<'a, E: Endpoint, P> {
    endpoint: E,
    /// What must be there before.
    prepare: Box<dyn Fn() -> P + 'a>,
    /// Under which parameters, and with which body.
    ask: Of<'a, P, (Vec<String>, E::Body)>,
    /// What the hospital has of it.
    live: Of<'a, P, usize>,
    /// Gets what was settled and must find the hospital agreeing.
    check: Judge<'a, P, E>,
}

/// Breaks exchange after exchange of a deed, until it has no more of them.
fn break_each<E, P>(
    own: &Own,
    me: &Patient,
    name: &str,
    fault: &Fault,
    times: usize,
    deed: &Deed<E, P>,
) where
    E: Endpoint + Copy,
    E::Answer: PartialEq + std::fmt::Debug,
{
    let kills = matches!(fault, Fault::Before(_) | Fault::After(_));
    for nth in 0..MOST {
        let prepared = (deed.prepare)();
        let (parameters, body) = (deed.ask)(&prepared);
        let wanted = Attempt {
            parameters,
            body,
            key: fresh_key(),
            endpoint: deed.endpoint,
        };
        let before = (deed.live)(&prepared);
        let (id, traceparent) = trace();
        let armed = own.proxy.arm(nth, times, fault.clone(), move |seen| {
            seen.trace.as_deref() == Some(id.as_str())
        });
        let client = me.client.clone().with("traceparent", &traceparent);
        let began = Instant::now();
        let first = wanted.send(&client);
        let fired = armed.disarm();
        eprintln!(
            "{} / {name} / exchange {nth}: fired {fired}, {:?} after {:?}",
            E::NAME,
            first.as_ref().map(Reply::status),
            began.elapsed()
        );
        let killed = kills && fired > 0;
        if killed {
            own.restart_edge();
        }
        // Killed over what goes on behind the answer, it may have answered: then that holds.
        if !killed || first.is_ok() {
            truth(&first, || (deed.live)(&prepared), before);
        }
        let said = first.as_ref().ok().filter(|r| r.is_ok()).map(Reply::ok);
        let settled = settle(&me.client, me.id(), first, || wanted.send(&me.client));
        match (&said, &settled) {
            (Some(said), Settled::Done(now)) => {
                assert_eq!(said, now, "the same key gives another answer");
            }
            (Some(_), _) => panic!("{name} {nth}: first it had happened, then not: {settled:?}"),
            (None, _) => {}
        }
        (deed.check)(&prepared, settled);
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
fn each_fault(own: &Own, run: impl Fn(&Patient, &str, &Fault, usize) + Sync) {
    thread::scope(|scope| {
        for (name, fault, times) in faults() {
            let run = &run;
            scope.spawn(move || run(&own.patient(), name, &fault, times));
        }
    });
}

/// `kill -9` of the edge: before the exchange is forwarded, and after the hospital has answered
/// but before the edge hears of it.
fn each_kill(own: &Own, run: impl Fn(&Patient, &str, &Fault, usize)) {
    let me = own.patient();
    run(&me, "killed before", &Fault::Before(kill(own)), 1);
    run(&me, "killed after", &Fault::After(kill(own)), 1);
}

fn kill(own: &Own) -> Hook {
    let stack = own.stack.clone();
    Arc::new(move || stack.lock().unwrap().kill_edge())
}

fn hold<'a>(own: &'a Own, me: &'a Patient) -> Deed<'a, api::PlaceHold, String> {
    Deed {
        endpoint: api::PlaceHold,
        prepare: Box::new(|| own.world.slot()),
        ask: Box::new(|slot| (vec![me.id().to_owned()], hold_request("general", slot))),
        live: Box::new(|slot| on_slot(own, slot).len()),
        check: Box::new(|slot, settled| check_hold(own, me, slot, settled)),
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
    each_fault(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &hold(&own, me));
    });
}

#[test]
fn hold_with_the_edge_killed_at_each_exchange() {
    let own = own();
    each_kill(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &hold(&own, me));
    });
}

struct Held {
    slot: String,
    hold: Hold,
}

fn confirm<'a>(own: &'a Own, me: &'a Patient) -> Deed<'a, api::Confirm, Held> {
    let held = || {
        let slot = own.world.slot();
        let hold = me.hold("general", &slot).ok();
        Held { slot, hold }
    };
    let body = |held: &Held| ConfirmRequest {
        hold: held.hold.id.clone(),
    };
    Deed {
        endpoint: api::Confirm,
        prepare: Box::new(held),
        ask: Box::new(move |held| (vec![me.id().to_owned()], body(held))),
        live: Box::new(|held| booked_on(own, &held.slot)),
        check: Box::new(|held, settled| check_booked(own, me, &held.slot, settled)),
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
    each_fault(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &confirm(&own, me));
    });
}

#[test]
fn confirm_with_the_edge_killed_at_each_exchange() {
    let own = own();
    each_kill(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &confirm(&own, me));
    });
}

struct Move {
    old: Appointment,
    from: String,
    to: String,
}

fn reschedule<'a>(own: &'a Own, me: &'a Patient) -> Deed<'a, api::Reschedule, Move> {
    let prepare = || {
        let (from, to) = (own.world.slot(), own.world.slot());
        let old = me.book("general", &from);
        Move { old, from, to }
    };
    let ask = |it: &Move| {
        let slot = it.to.as_str().into();
        let parameters = vec![me.id().to_owned(), it.old.id.0.clone()];
        (parameters, RescheduleRequest { slot, care: None })
    };
    let check = |it: &Move, settled: Settled<api::Reschedule>| {
        let new = match settled {
            Settled::Done(new) => new,
            Settled::NotDone(problem) => panic!("{problem:?}"),
        };
        assert_eq!(on_slot(own, &it.from).len(), 0);
        assert_eq!(slot_status(&own.world.general, &it.from), "free");
        assert_eq!(on_slot(own, &it.to).len(), 1);
        assert_eq!(me.booked().len(), 1);
        me.cancel(new.id.as_str()).ok();
    };
    Deed {
        endpoint: api::Reschedule,
        prepare: Box::new(prepare),
        ask: Box::new(ask),
        live: Box::new(|it| booked_on(own, &it.to)),
        check: Box::new(check),
    }
}

#[test]
fn reschedule_with_each_exchange_broken() {
    let own = own();
    each_fault(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &reschedule(&own, me));
    });
}

#[test]
fn reschedule_with_the_edge_killed_at_each_exchange() {
    let own = own();
    each_kill(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &reschedule(&own, me));
    });
}

fn cancel<'a>(own: &'a Own, me: &'a Patient) -> Deed<'a, api::Cancel, (String, Appointment)> {
    let prepare = || {
        let slot = own.world.slot();
        let booked = me.book("general", &slot);
        (slot, booked)
    };
    let body = || CancelRequest {
        reason: None,
        accept_no_show: Some(true),
    };
    let check = |(slot, _): &(String, Appointment), settled: Settled<api::Cancel>| {
        match settled {
            Settled::Done(it) => assert_eq!(it.status, AppointmentStatus::Cancelled),
            Settled::NotDone(problem) => panic!("{problem:?}"),
        }
        assert_eq!(on_slot(own, slot).len(), 0);
        assert_eq!(slot_status(&own.world.general, slot), "free");
        assert!(me.booked().is_empty());
    };
    Deed {
        endpoint: api::Cancel,
        prepare: Box::new(prepare),
        ask: Box::new(move |(_, it)| (vec![me.id().to_owned(), it.id.0.clone()], body())),
        live: Box::new(|(slot, _)| booked_on(own, slot)),
        check: Box::new(check),
    }
}

#[test]
fn cancel_with_each_exchange_broken() {
    let own = own();
    each_fault(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &cancel(&own, me));
    });
}

#[test]
fn cancel_with_the_edge_killed_at_each_exchange() {
    let own = own();
    each_kill(&own, |me, name, fault, times| {
        break_each(&own, me, name, fault, times, &cancel(&own, me));
    });
}

/// The person never asks again: what the killed edge began frees itself.
#[test]
fn a_hold_that_nobody_asks_for_again_frees_itself() {
    let own = own();
    let (me, slot) = own.world.patient_and_slot();
    let (id, traceparent) = trace();
    let _armed = own.proxy.arm(0, 1, Fault::After(kill(&own)), move |seen| {
        seen.trace.as_deref() == Some(&id) && seen.body.contains("busy-tentative")
    });
    let client = me.client.clone().with("traceparent", &traceparent);
    let held = client
        .call(api::PlaceHold, &[me.id()])
        .body(&hold_request("general", &slot))
        .key(&fresh_key());
    assert!(held.try_send().is_err());
    assert_eq!(on_slot(&own, &slot).len(), 1, "the hospital had it");
    own.restart_edge();
    banzhen_tests::clock::advance(&own.world.edge.base, jiff::SignedDuration::from_mins(6));
    assert!(on_slot(&own, &slot).is_empty(), "still held after its time");
    assert_eq!(slot_status(&own.world.general, &slot), "free");
}
