//! Waiting for a place, being offered it, and what may go wrong on the way.

use std::thread;

use banzhen_edge_worker::booking::{
    expiry,
    turn::Told,
    waitlist::{self, Wait},
};
use banzhen_edge_worker::feed::SlotChange;
use contract::{AppointmentStatus, OfferState, Session, WaitlistEntry, WaitlistRequest};
use futures_executor::block_on;
use serde_json::Value;

use crate::{
    server::{self, DAY},
    world::{Fault, Person, code, doctor, patient},
};

fn slot(doctor: usize, number: usize) -> String {
    format!("s-{doctor}-{number}")
}

/// The staff puts a slot so.
fn put(slot: &str, status: &str) {
    let mut resource = server::get(&format!("Slot/{slot}"));
    resource["status"] = status.into();
    server::replace(&resource);
}

/// The doctor of a slot is stopped.
fn stop(person: &Person, slot: &str) {
    put(slot, "busy-unavailable");
    let hospital = person.hospital();
    let stored = fhir::Stored::new(server::get(&format!("Slot/{slot}"))).unwrap();
    let change = SlotChange {
        slot: fhir::slot::Slot::read(&stored, &hospital.naming).unwrap(),
        version: 9,
        updated: person.ctx.clock.now(),
    };
    block_on(waitlist::on_change(&person.ctx, &hospital, &[change]));
}

/// A doctor whose morning is full.
fn full() -> usize {
    let doctor = doctor();
    for number in 0..8 {
        put(&slot(doctor, number), "busy");
    }
    doctor
}

fn wish(doctor: usize) -> WaitlistRequest {
    WaitlistRequest {
        hospital: "general".into(),
        department: format!("dep-{}", doctor % 4).into(),
        doctor: Some(format!("doc-{doctor}").into()),
        level: None,
        session: Some(Session::Am),
        from: DAY.into(),
        to: DAY.into(),
        keep: None,
        care: None,
    }
}

fn join(person: &Person, wish: WaitlistRequest) -> WaitlistEntry {
    person.wait(Wait::Join(wish)).waiting().unwrap()
}

/// Somebody who waits for a doctor's morning, joined at that time.
fn waiting(doctor: usize, at: &str) -> Person {
    let mut person = Person::new(&patient());
    person.at(&format!("2026-11-23T{at}+08:00"));
    join(&person, wish(doctor));
    person.at("2026-11-23T10:00:00+08:00");
    person
}

fn expire(person: &Person, now: &str) {
    let mut later = Person::new("p-0");
    later.at(now);
    let hospital = person.ctx.config.hospitals[0].clone();
    for armed in person.objects.0.borrow().iter() {
        if armed.0 != "Alarms/arm" {
            continue;
        }
        let (_, timers): (String, Vec<banzhen_edge_worker::timers::Timer>) =
            contract::json::from_slice(armed.1.as_bytes()).unwrap();
        for timer in timers {
            block_on(expiry::expire(&later.ctx, &hospital, &timer.id)).unwrap();
        }
    }
}

fn entry_of(person: &Person) -> Value {
    let patient = &person.who.records[0].patient;
    let found = server::get(&format!("Appointment?patient=Patient/{patient}&_count=50"));
    let entries = found["entry"].as_array().cloned().unwrap_or_default();
    let mut all = entries.into_iter().map(|mut it| it["resource"].take());
    all.find(|it| it["requestedPeriod"].is_array()).unwrap()
}

#[test]
fn only_what_is_full_can_be_waited_for() {
    let (person, doctor) = (Person::new(&patient()), full());
    put(&slot(doctor, 3), "free");
    let Told::Refused(refusal) = person.wait(Wait::Join(wish(doctor))) else {
        panic!("joined though there is a place");
    };
    let problem = refusal.into_problem(person.ctx.language);
    assert_eq!(
        problem.reason,
        Some(contract::NotBookableReason::FreePlaces)
    );
    assert_eq!(
        problem.alternatives.unwrap()[0].id.as_str(),
        slot(doctor, 3)
    );
    put(&slot(doctor, 3), "busy");

    let entry = join(&person, wish(doctor));
    assert_eq!((entry.before, entry.offer.as_ref()), (0, None));
    assert_eq!(join(&person, wish(doctor)), entry, "twice is once");
    let other = WaitlistRequest {
        session: None,
        ..wish(doctor)
    };
    assert_eq!(code(person.wait(Wait::Join(other))), "limit_reached");
    let stored = entry_of(&person);
    assert_eq!(stored["status"], "waitlist");
    assert!(stored["start"].is_null());

    let nothing = WaitlistRequest {
        from: "2026-11-25".into(),
        to: "2026-11-25".into(),
        ..wish(doctor)
    };
    let other = Person::new(&patient());
    assert_eq!(code(other.wait(Wait::Join(nothing))), "not_bookable");
    for (from, to) in [
        ("2026-11-22", DAY),
        (DAY, "2026-12-08"),
        (DAY, "2026-11-25"),
    ] {
        let wrong = WaitlistRequest {
            from: from.into(),
            to: to.into(),
            ..wish(doctor)
        };
        assert_eq!(code(other.wait(Wait::Join(wrong))), "invalid_request");
    }

    person
        .wait(Wait::LeaveEntry(entry.id.clone()))
        .released()
        .unwrap();
    person
        .wait(Wait::LeaveEntry(entry.id.clone()))
        .released()
        .unwrap();
    assert_eq!(code(other.wait(Wait::LeaveEntry(entry.id))), "not_found");
    assert_eq!(entry_of(&person)["status"], "cancelled");
}

#[test]
fn a_freed_place_goes_to_who_came_first_and_on_to_the_next() {
    let doctor = full();
    let late = waiting(doctor, "09:30:00");
    let early = waiting(doctor, "09:00:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    early.look(doctor, &[&slot]);
    assert_eq!(server::status(&slot), "busy-tentative");
    let offer = early.offers().pop().unwrap();
    assert_eq!(offer.state, OfferState::Open);
    assert_eq!(offer.expires_at.as_str(), "2026-11-23T10:30:00+08:00");
    assert!(late.offers().is_empty());
    // It is exclusive, and no hold like others.
    let stranger = Person::new(&patient());
    assert_eq!(code(stranger.hold(&slot, "key-stranger")), "slot_taken");
    let hold = offer.id.0.clone().into();
    assert_eq!(code(early.confirm(&hold, "key-confirm")), "not_found");
    assert_eq!(code(early.release(&hold)), "not_found");
    assert_eq!(
        code(stranger.wait(Wait::Accept(offer.id.clone()))),
        "not_found"
    );
    assert_eq!(
        code(stranger.wait(Wait::Decline(offer.id.clone()))),
        "not_found"
    );

    early
        .wait(Wait::Decline(offer.id.clone()))
        .released()
        .unwrap();
    early
        .wait(Wait::Decline(offer.id.clone()))
        .released()
        .unwrap();
    early.look(doctor, &[&slot]);
    assert_eq!(early.offers()[0].state, OfferState::Over);
    assert_eq!(code(early.wait(Wait::Accept(offer.id))), "hold_expired");
    let offer = late.offers().pop().unwrap();
    let booked = late
        .wait(Wait::Accept(offer.id.clone()))
        .appointment()
        .unwrap();
    assert_eq!(booked.status, AppointmentStatus::Booked);
    assert_eq!(booked.number.as_ref().map(String::len), Some(10));
    assert_eq!(server::status(&slot), "busy");
    assert_eq!(
        late.wait(Wait::Accept(offer.id.clone()))
            .appointment()
            .unwrap(),
        booked
    );
    assert_eq!(late.offers()[0].state, OfferState::Accepted);
    let served = entry_of(&late);
    assert_eq!(served["status"], "cancelled");
    assert_eq!(served["cancelationReason"]["coding"][0]["code"], "pat-swl");
    // Who declined still waits, and is not offered the same again.
    assert_eq!(entry_of(&early)["status"], "waitlist");
    late.cancel(&booked.id, false).appointment().unwrap();
    early.look(doctor, &[]);
    assert_eq!(server::status(&slot), "free");
}

#[test]
fn under_a_new_secret_who_waits_waits_once() {
    let (mut person, doctor) = (Person::new(&patient()), full());
    let entry = join(&person, wish(doctor));
    person.rotate();
    assert_eq!(join(&person, wish(doctor)), entry);
    let other = WaitlistRequest {
        session: None,
        ..wish(doctor)
    };
    assert_eq!(code(person.wait(Wait::Join(other))), "limit_reached");
    let leave = contract::json::to_string(&wish(doctor));
    let leave = contract::json::from_slice(leave.as_bytes()).unwrap();
    person.wait(Wait::Leave(leave)).released().unwrap();
    assert_eq!(entry_of(&person)["status"], "cancelled");
}

#[test]
fn an_offer_ends_by_its_time_and_goes_on() {
    let doctor = full();
    let first = waiting(doctor, "09:00:00");
    let second = waiting(doctor, "09:01:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    first.look(doctor, &[&slot]);
    let offer = first.offers().pop().unwrap();
    expire(&first, "2026-11-23T10:29:59+08:00");
    assert_eq!(server::status(&slot), "busy-tentative");
    expire(&first, "2026-11-23T10:30:00+08:00");
    assert_eq!(server::status(&slot), "free");
    second.look(doctor, &[]);
    assert_eq!(second.offers()[0].state, OfferState::Open);
    assert_eq!(code(first.wait(Wait::Accept(offer.id))), "hold_expired");
}

#[test]
fn care_waits_longer_and_nights_are_slept() {
    let doctor = full();
    let mut person = Person::new(&patient());
    join(
        &person,
        WaitlistRequest {
            care: Some(true),
            ..wish(doctor)
        },
    );
    let slot = slot(doctor, 0);
    put(&slot, "free");
    person.at("2026-11-24T22:00:00+08:00");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().unwrap();
    assert_eq!(offer.expires_at.as_str(), "2026-11-25T09:00:00+08:00");
    person.at("2026-11-25T08:59:59+08:00");
    person.wait(Wait::Accept(offer.id)).appointment().unwrap();

    // Too soon to get there: free for all.
    let doctor = full();
    let mut person = waiting(doctor, "09:00:00");
    let slot = format!("s-{doctor}-1");
    put(&slot, "free");
    person.at("2026-11-25T23:00:00+08:00");
    person.look(doctor, &[&slot]);
    assert_eq!(server::status(&slot), "free");
}

/// Somebody with a visit to one doctor, and the wish for another that keeps it until then.
fn keeping(doctor: usize, other: usize) -> (Person, contract::Appointment, WaitlistRequest) {
    let person = Person::new(&patient());
    let kept = person.booked(&slot(other, 0));
    let wish = WaitlistRequest {
        keep: Some(kept.id.clone()),
        ..wish(doctor)
    };
    (person, kept, wish)
}

#[test]
fn what_is_kept_is_given_up_with_the_yes_and_not_before() {
    let (doctor, other) = (full(), doctor());
    let (person, kept, wish) = keeping(doctor, other);
    assert_eq!(join(&person, wish).keep, Some(kept.id.clone()));
    // The very same time: without what is kept it would clash.
    let slot = slot(doctor, 0);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().unwrap();
    assert_eq!(offer.keep.as_ref().map(|it| &it.id), Some(&kept.id));
    assert_eq!(server::status(&format!("s-{other}-0")), "busy");
    let booked = person.wait(Wait::Accept(offer.id)).appointment().unwrap();
    assert_eq!(booked.doctor.id.as_str(), format!("doc-{doctor}"));
    assert_eq!(server::status(&format!("s-{other}-0")), "free");
    let id = kept.id.as_str().split_once('~').unwrap().1.to_owned();
    assert_eq!(
        server::get(&format!("Appointment/{id}"))["status"],
        "cancelled"
    );
}

#[test]
fn what_is_kept_is_given_up_also_when_it_was_moved() {
    let (doctor, other) = (full(), doctor());
    let (mut person, kept, wish) = keeping(doctor, other);
    join(&person, wish.clone());
    // On the way it is moved to a day that is over when the offer comes.
    let mut early = server::get(&format!("Slot/{}", slot(other, 1)));
    early["start"] = "2026-11-24T16:00:00+08:00".into();
    early["end"] = "2026-11-24T16:15:00+08:00".into();
    server::replace(&early);
    let mut moved = kept;
    for number in [1, 7] {
        let told = person.reschedule(&moved.id, &slot(other, number), &format!("key-{number}"));
        moved = told.appointment().unwrap();
    }
    person.at("2026-11-25T08:00:00+08:00");
    assert_eq!(join(&person, wish).keep.as_ref(), Some(&moved.id));
    // The time it was moved to: what is kept stands in no way.
    let slot = slot(doctor, 7);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().unwrap();
    assert_eq!(offer.keep.as_ref().map(|it| &it.id), Some(&moved.id));
    person.wait(Wait::Accept(offer.id)).appointment().unwrap();
    assert_eq!(server::status(&slot), "busy");
    assert_eq!(server::status(&format!("s-{other}-7")), "free");
}

#[test]
fn a_kept_visit_that_was_called_off_stands_in_no_way() {
    let (doctor, other) = (full(), doctor());
    let (mut person, _, wish) = keeping(doctor, other);
    join(&person, wish.clone());
    // Too late to move it, were it to take place.
    person.at("2026-11-25T16:00:00+08:00");
    put(&slot(other, 0), "busy-unavailable");
    join(&person, wish);
    let slot = slot(doctor, 2);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().expect("an offer");
    person.wait(Wait::Accept(offer.id)).appointment().unwrap();
}

#[test]
fn who_could_not_come_is_passed_over() {
    let (doctor, other) = (full(), doctor());
    let busy = waiting(doctor, "09:00:00");
    busy.booked(&slot(other, 0));
    let free = waiting(doctor, "09:30:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    busy.look(doctor, &[&slot]);
    assert!(busy.offers().is_empty());
    assert_eq!(free.offers().len(), 1);
}

#[test]
fn one_whom_the_hospital_does_not_take_keeps_nobody_from_the_place() {
    // An offer to them is refused, or what is asked of them.
    let offer = "{\"actor\":{\"reference\":\"Patient/";
    for (before, after) in [(offer, "\""), ("patient=Patient/", "&")] {
        let doctor = full();
        let cursed = waiting(doctor, "09:00:00");
        let next = waiting(doctor, "09:30:00");
        let slot = slot(doctor, 0);
        put(&slot, "free");
        let patient = format!("{before}{}{after}", cursed.who.records[0].patient);
        *cursed.line.poison.borrow_mut() = Some((patient, 422));
        cursed.look(doctor, &[&slot]);
        *cursed.line.poison.borrow_mut() = None;
        assert!(cursed.offers().is_empty());
        assert_eq!(next.offers().len(), 1, "{before}");
    }
}

#[test]
fn two_places_for_three_and_one_offer_each() {
    let doctor = full();
    let people: Vec<Person> = ["09:00:00", "09:01:00", "09:02:00"]
        .map(|at| waiting(doctor, at))
        .into();
    let slots = [slot(doctor, 0), slot(doctor, 1)];
    for slot in &slots {
        put(slot, "free");
    }
    // Two edges look at once: the hospital's versions let one offer through for each place.
    let threads: Vec<_> = (0..2)
        .map(|_| {
            thread::spawn(move || {
                let edge = Person::new("p-0");
                edge.look(doctor, &[&slot(doctor, 0), &slot(doctor, 1)]);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let offered: Vec<usize> = people
        .iter()
        .map(|it| {
            let open = it.offers().into_iter();
            open.filter(|offer| offer.state == OfferState::Open).count()
        })
        .collect();
    assert_eq!(offered.iter().sum::<usize>(), 2, "{offered:?}");
    assert!(offered.iter().all(|count| *count <= 1), "{offered:?}");
    for slot in &slots {
        assert_eq!(server::live(slot).len(), 1);
    }
}

/// Two queues that offer at once do not see each other. Whatever comes of it, one offer stands.
#[test]
fn of_two_offers_to_one_person_the_later_goes() {
    let (one, other) = (full(), full());
    let person = waiting(one, "09:00:00");
    let first = slot(one, 0);
    put(&first, "free");
    person.look(one, &[&first]);
    let mut twin = server::live(&first).remove(0);
    let second = slot(other, 0);
    put(&second, "busy-tentative");
    twin["id"] = format!("twin-{other}").into();
    twin["slot"][0]["reference"] = format!("Slot/{second}").into();
    twin["created"] = "2026-11-23T10:00:01+08:00".into();
    twin["identifier"][0]["value"] = format!("twin-{other}").into();
    server::replace(&twin);

    let hospital = person.hospital();
    let key = |of: &Value| of["identifier"][0]["value"].as_str().unwrap().to_owned();
    let timer = |key: String| block_on(waitlist::timer(&person.ctx, &hospital, &key)).unwrap();
    assert!(timer(key(&twin)).is_empty(), "nobody is told of it");
    assert_eq!(server::status(&second), "free");
    assert_eq!(timer(key(&server::live(&first)[0])).len(), 1);
    assert_eq!(server::status(&first), "busy-tentative");
}

#[test]
fn yes_against_the_end_of_its_time() {
    for _ in 0..4 {
        let doctor = full();
        let person = waiting(doctor, "09:00:00");
        let slot = slot(doctor, 0);
        put(&slot, "free");
        person.look(doctor, &[&slot]);
        let offer = person.offers().pop().unwrap().id;
        let (patient, id) = (person.who.records[0].patient.clone(), offer.clone());
        let yes = thread::spawn(move || {
            let person = Person::new(&patient);
            matches!(person.wait(Wait::Accept(id)), Told::Appointment(_))
        });
        expire(&person, "2026-11-23T10:30:00+08:00");
        let won = yes.join().unwrap();
        let (status, booked) = (server::status(&slot), server::live(&slot));
        if won {
            assert_eq!((status.as_str(), booked.len()), ("busy", 1));
        } else {
            assert_eq!((status.as_str(), booked.len()), ("free", 0));
            assert_eq!(entry_of(&person)["status"], "waitlist");
        }
    }
}

#[test]
fn an_offer_ends_with_its_doctor() {
    let doctor = full();
    let person = waiting(doctor, "09:00:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().unwrap();
    put(&slot, "busy-unavailable");
    assert_eq!(
        code(person.wait(Wait::Accept(offer.id.clone()))),
        "not_bookable"
    );
    for _ in 0..2 {
        stop(&person, &slot);
    }
    assert_eq!(person.offers()[0].state, OfferState::Stopped);
    assert_eq!(code(person.wait(Wait::Accept(offer.id))), "not_bookable");
    assert_eq!(server::status(&slot), "busy-unavailable");
    assert_eq!(entry_of(&person)["status"], "waitlist");
}

#[test]
fn an_offer_that_was_not_told_yet_is_not_told_to_be_gone() {
    for (told, news) in [(false, vec![]), (true, vec!["offer", "offer_gone"])] {
        let doctor = full();
        let mut person = waiting(doctor, "09:00:00");
        let slot = slot(doctor, 0);
        put(&slot, "free");
        person.at("2026-11-24T22:00:00+08:00");
        person.look(doctor, &[&slot]);
        if told {
            person.at("2026-11-25T08:00:00+08:00");
        }
        person.fire();
        stop(&person, &slot);
        person.fire();
        person.at("2026-11-25T08:10:00+08:00");
        person.fire();
        assert_eq!(person.offers()[0].state, OfferState::Stopped);
        let phone = person.phone();
        let news: Vec<String> = news.iter().map(|it| format!("{it} {phone}")).collect();
        assert_eq!(person.news(), news);
    }
}

#[test]
fn leaving_gives_back_what_is_offered() {
    let doctor = full();
    let person = waiting(doctor, "09:00:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    assert_eq!(server::status(&slot), "busy-tentative");
    let wish = wish(doctor);
    let leave = contract::LeaveRequest {
        hospital: wish.hospital,
        department: wish.department,
        doctor: wish.doctor,
        level: None,
        session: None,
        from: None,
        to: None,
        keep: None,
        care: None,
    };
    person.wait(Wait::Leave(leave)).released().unwrap();
    assert_eq!(server::status(&slot), "free");
    person.look(doctor, &[&slot]);
    assert_eq!(server::status(&slot), "free");
}

#[test]
fn an_offer_stands_beside_a_hold() {
    let (doctor, other) = (full(), doctor());
    let person = waiting(doctor, "09:00:00");
    let free = slot(doctor, 0);
    put(&free, "free");
    person.look(doctor, &[&free]);
    let hold = person.hold(&slot(other, 4), "key-hold").hold().unwrap();
    assert_eq!(server::status(&free), "busy-tentative");
    person.confirm(&hold.id, "key-book").appointment().unwrap();
    let offer = person.offers().pop().unwrap();
    person.wait(Wait::Accept(offer.id)).appointment().unwrap();
}

#[test]
fn a_lost_reply_makes_nothing_twice() {
    let doctor = full();
    let mut person = Person::new(&patient());
    person.at("2026-11-23T09:00:00+08:00");
    *person.line.faults.borrow_mut() = vec![Some(Fault::ReplyLost)];
    let entry = join(&person, wish(doctor));
    assert_eq!(join(&person, wish(doctor)), entry);

    // Nobody knows whether it was done: it is asked for, and found when it was.
    let other = Person::new(&patient());
    *other.line.faults.borrow_mut() = vec![Some(Fault::ReplyLostLineDead)];
    let Told::Unknown(unknown) = other.wait(Wait::Join(wish(doctor))) else {
        panic!("known");
    };
    other.line.dead.set(false);
    let outcome = other.outcome(&unknown.check_at).outcome().unwrap();
    assert_eq!(outcome.state, contract::OutcomeState::Done);
    // That it was left since does not undo it.
    let entry = other.wait(Wait::Join(wish(doctor))).waiting().unwrap();
    other.wait(Wait::LeaveEntry(entry.id)).released().unwrap();
    let outcome = other.outcome(&unknown.check_at).outcome().unwrap();
    assert_eq!(outcome.state, contract::OutcomeState::Done);

    // What never arrived is told so when it can hardly come any more; what was joined and left
    // before is another matter.
    let mut other = other;
    other.at("2026-11-23T10:01:00+08:00");
    *other.line.faults.borrow_mut() = vec![Some(Fault::Lost)];
    let Told::Unknown(unknown) = other.wait(Wait::Join(wish(doctor))) else {
        panic!("known");
    };
    let outcome = other.outcome(&unknown.check_at).outcome().unwrap();
    assert_eq!(outcome.state, contract::OutcomeState::Checking);
    other.at("2026-11-23T10:03:00+08:00");
    other.line.dead.set(true);
    let outcome = other.outcome(&unknown.check_at).outcome().unwrap();
    assert_eq!(outcome.state, contract::OutcomeState::Checking);
    other.line.dead.set(false);
    let outcome = other.outcome(&unknown.check_at).outcome().unwrap();
    assert_eq!(outcome.state, contract::OutcomeState::NotDone);

    let slot = slot(doctor, 0);
    put(&slot, "free");
    *person.line.faults.borrow_mut() = vec![Some(Fault::ReplyLost)];
    person.look(doctor, &[&slot]);
    assert_eq!(server::live(&slot).len(), 1);
    let offer = person.offers().pop().unwrap();
    *person.line.faults.borrow_mut() = vec![Some(Fault::ReplyLost)];
    let booked = person
        .wait(Wait::Accept(offer.id.clone()))
        .appointment()
        .unwrap();
    assert_eq!(
        person
            .wait(Wait::Accept(offer.id))
            .appointment()
            .unwrap()
            .id,
        booked.id
    );
    assert_eq!(server::live(&slot).len(), 1);
}

/// A request to join that comes twice, or late, when the person has joined again.
#[test]
fn who_joins_twice_on_the_way_waits_once() {
    let doctor = full();
    for fault in [Fault::Twice, Fault::Late] {
        let person = Person::new(&patient());
        *person.line.faults.borrow_mut() = vec![Some(fault)];
        let told = person.wait(Wait::Join(wish(doctor)));
        assert_eq!(matches!(told, Told::Unknown(_)), fault == Fault::Late);
        let entry = join(&person, wish(doctor));
        let patient = &person.who.records[0].patient;
        let query = format!("Appointment?patient=Patient/{patient}&status=waitlist&_count=50");
        let waiting = server::get(&query);
        assert_eq!(waiting["entry"].as_array().unwrap().len(), 1, "{fault:?}");
        person.wait(Wait::LeaveEntry(entry.id)).released().unwrap();
        let waiting = server::get(&query);
        assert!(waiting["entry"].as_array().is_none_or(Vec::is_empty));
    }
}

#[test]
fn an_acceptance_that_never_arrived_cannot_arrive_late() {
    let doctor = full();
    let person = waiting(doctor, "09:00:00");
    let slot = slot(doctor, 0);
    put(&slot, "free");
    person.look(doctor, &[&slot]);
    let offer = person.offers().pop().unwrap();
    *person.line.faults.borrow_mut() = vec![Some(Fault::Late)];
    let told = person.wait(Wait::Accept(offer.id.clone()));
    assert!(
        matches!(told, Told::Appointment(_)),
        "tried again after the way was closed"
    );
    assert!(
        person
            .line
            .late_answers
            .borrow()
            .iter()
            .all(|status| *status >= 400)
    );
    assert_eq!(server::live(&slot).len(), 1);
}

#[test]
fn the_sweep_finds_what_nobody_told_and_clears_what_is_over() {
    let doctor = full();
    let mut person = waiting(doctor, "09:00:00");
    put(&slot(doctor, 0), "free");
    let hospital = person.ctx.config.hospitals[0].clone();
    block_on(waitlist::sweep(&person.ctx, &hospital)).unwrap();
    let asked = person.objects.0.borrow();
    let department = format!("dep-{}", doctor % 4);
    let job = asked
        .iter()
        .find(|(to, body)| to == "Turn/queue" && body.contains(&department));
    assert!(job.is_some(), "nobody looks at the department");
    drop(asked);
    // Others' entries of the same days end with it: only this test runs the clock so far.
    person.at("2026-11-27T00:00:00+08:00");
    assert_eq!(entry_of(&person)["status"], "waitlist");
}
