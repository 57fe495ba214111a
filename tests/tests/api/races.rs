//! Many for one: whoever wins, nothing is sold twice.

use std::sync::{Barrier, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use banzhen_tests::{Reply, people::Patient, world::world};
use contract::{Code, api};

const PEOPLE: usize = 60;

/// Sixty different people, logged in, for one race at a time: a new hold frees the old one.
fn crowd() -> MutexGuard<'static, Vec<Patient>> {
    static CROWD: OnceLock<Mutex<Vec<Patient>>> = OnceLock::new();
    let crowd = CROWD.get_or_init(|| {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..PEOPLE)
                .map(|_| scope.spawn(|| world().patient()))
                .collect();
            let people = threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect();
            Mutex::new(people)
        })
    });
    crowd.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everybody asks for the same slot at the same moment.
fn race(people: &[Patient], slot: &str) -> Vec<Reply<api::PlaceHold>> {
    let start = Barrier::new(people.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .map(|person| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    loop {
                        let reply = person.hold("general", slot);
                        // On a machine too slow for sixty at once the hospital may be out of time:
                        // that is no answer to the race yet, and it says when to ask again.
                        if reply.status() != Code::HospitalUnavailable.status() {
                            return reply;
                        }
                        let wait = reply.problem(Code::HospitalUnavailable).retry_after;
                        eprintln!("a racer was told to ask again in {wait:?} s");
                        std::thread::sleep(Duration::from_secs(u64::from(wait.unwrap_or(1))));
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn sixty_race_for_one_slot_twenty_times() {
    let world = world();
    let people = crowd();
    for round in 0..20 {
        let clinic = world.pool.take(&world.edge, 4);
        let slot = clinic.free(&world.edge, 4)[0].id.0.clone();
        let replies = race(&people, &slot);
        let winners: Vec<usize> = (0..PEOPLE).filter(|&i| replies[i].is_ok()).collect();
        assert_eq!(winners.len(), 1, "round {round}: {} winners", winners.len());
        for (i, reply) in replies.iter().enumerate() {
            if i == winners[0] {
                continue;
            }
            let problem = reply.problem(Code::SlotTaken);
            let offered = problem.alternatives.unwrap_or_default();
            assert!(
                !offered.is_empty(),
                "round {round}: nothing is offered instead"
            );
        }
        let live = world.general.live_on_slot(&slot);
        assert_eq!(live.len(), 1, "round {round}");
        let (winner, hold) = (&people[winners[0]], replies[winners[0]].ok());
        if round % 4 == 0 {
            // Some confirm, then give it back, so that no cap is reached.
            let booked = winner.confirm(&hold.id).ok();
            assert_eq!(world.general.live_on_slot(&slot).len(), 1);
            winner.cancel(booked.id.as_str()).ok();
        } else {
            let parameters = [winner.id(), hold.id.as_str()];
            winner
                .client
                .call(api::ReleaseHold, &parameters)
                .send()
                .ok();
        }
        assert!(world.general.live_on_slot(&slot).is_empty());
    }
}

#[test]
fn sixty_race_for_a_quota_slot_with_ten_left() {
    let world = world();
    let (clinic, slot) = world.pool.take_quota(&world.edge, 10);
    // Ten left: the staff gives the rest away.
    banzhen_tests::staff::leave_quota(&world.general, slot.id.as_str(), 10);
    // Some of it may have been booked before.
    let before = world.general.live_on_slot(slot.id.as_str()).len();
    let live = || world.general.live_on_slot(slot.id.as_str()).len() - before;
    let people = crowd();
    let replies = race(&people, slot.id.as_str());
    let won = replies.iter().filter(|reply| reply.is_ok()).count();
    for reply in replies.iter().filter(|reply| !reply.is_ok()) {
        reply.problem(Code::SlotTaken);
    }
    assert_eq!(won, 10);
    assert_eq!(live(), 10);
    let after = clinic
        .slots(&world.edge)
        .into_iter()
        .find(|s| s.id == slot.id)
        .unwrap();
    assert_eq!(after.remaining, Some(0));
    // All ten confirm; the count stays.
    let winners = people.iter().zip(&replies).filter(|(_, it)| it.is_ok());
    let booked: Vec<_> = winners
        .map(|(person, reply)| (person, person.confirm(&reply.ok().id).ok().id))
        .collect();
    assert_eq!(live(), 10);
    assert_eq!(
        banzhen_tests::staff::quota_left(&world.general, slot.id.as_str()),
        0
    );
    // The same people race for other slots, perhaps at this very time.
    for (person, id) in booked {
        person.cancel(id.as_str()).ok();
    }
}

#[test]
fn one_person_with_two_doctors_at_one_time_gets_one() {
    let world = world();
    for _ in 0..5 {
        let me = world.patient();
        let clinic = world.pool.take(&world.edge, 1);
        let slot = clinic.free(&world.edge, 1)[0].clone();
        let (_, other) = world.pool.at_same_time(&world.edge, &clinic, &slot.start);
        let both = [slot.id.0.clone(), other.id.0.clone()];
        // A new hold frees the old one, so the race that counts is the whole way to a booking.
        let start = Barrier::new(2);
        let outcomes: Vec<Result<contract::Appointment, Code>> = std::thread::scope(|scope| {
            let threads: Vec<_> = both
                .iter()
                .map(|slot| {
                    let (me, start) = (&me, &start);
                    scope.spawn(move || {
                        start.wait();
                        let hold = me.hold("general", slot);
                        if !hold.is_ok() {
                            return Err(hold.any_problem().code);
                        }
                        let confirmed = me.confirm(&hold.ok().id);
                        if confirmed.is_ok() {
                            Ok(confirmed.ok())
                        } else {
                            Err(confirmed.any_problem().code)
                        }
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let won: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        let lost = outcomes.iter().find_map(|o| o.as_ref().err()).unwrap();
        // The loser's hold either met the booking, or had been freed by the newer hold.
        assert!(
            [Code::OwnOverlap, Code::HoldExpired, Code::NotFound].contains(lost),
            "{outcomes:?}"
        );
        assert_eq!(world.live(&me.who), 1);
        let states: Vec<String> = both
            .iter()
            .map(|slot| {
                let stored = world.general.read(&format!("Slot/{slot}"));
                stored["status"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(
            states.iter().filter(|s| *s == "busy").count(),
            1,
            "{states:?}"
        );
        assert_eq!(
            states.iter().filter(|s| *s == "free").count(),
            1,
            "{states:?}"
        );
        // And afterwards the other time is an overlap, plainly.
        let free = &both[usize::from(states[0] == "busy")];
        me.hold("general", free).problem(Code::OwnOverlap);
    }
}

#[test]
fn a_hold_and_its_release_race() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    for _ in 0..5 {
        let hold = me.hold("general", &slot).ok();
        let (released, confirmed) = std::thread::scope(|scope| {
            let release = scope.spawn(|| {
                let parameters = [me.id(), hold.id.as_str()];
                me.client.call(api::ReleaseHold, &parameters).send()
            });
            let confirm = scope.spawn(|| me.confirm(&hold.id));
            (release.join().unwrap(), confirm.join().unwrap())
        });
        let live = world.general.live_on_slot(&slot).len();
        assert_eq!(
            live,
            usize::from(confirmed.is_ok()),
            "{released:?} {confirmed:?}"
        );
        if confirmed.is_ok() {
            me.cancel(confirmed.ok().id.as_str()).ok();
        }
    }
}
