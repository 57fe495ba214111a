//! What people hear, and what must be so when they hear it.

use std::rc::Rc;

use banzhen_edge_worker::{booking::turn::Told, http::AppError};
use contract::{Code, OutcomeState};

use super::{Asking, Never, Wish, digest, found, later, think};
use crate::{life::Life, world::World};

/// What somebody hears.
pub enum Heard {
    Told(Told),
    Nothing,
}

impl From<Result<Told, AppError>> for Heard {
    fn from(told: Result<Told, AppError>) -> Self {
        match told {
            Ok(told) => Self::Told(told),
            Err(AppError::Refused(no)) if no.code == Code::Internal => Self::Nothing,
            Err(AppError::Refused(no)) => Self::Told(Told::Refused(no)),
            Err(AppError::OutcomeUnknown(it)) => Self::Told(Told::Unknown(it)),
        }
    }
}

/// The edge has died: whoever waited hears nothing.
pub fn hear_nothing(world: &mut World) {
    for person in 0..world.people.all.len() {
        let asking = &world.people.all[person].asking;
        if asking.as_ref().is_some_and(|it| it.call.is_some()) {
            world.count("died on somebody");
            unanswered(world, person);
        }
    }
}

/// No answer: most ask again under the same key, some never do.
pub(super) fn unanswered(world: &mut World, person: usize) {
    let gives_up = world.chance.permille(100);
    let again = world.chance.within(200, 8000);
    let it = &mut world.people.all[person];
    let asking = it.asking.as_mut().expect("somebody who asked");
    asking.call = None;
    asking.muddy = true;
    if !gives_up {
        later(world, person, again);
        return;
    }
    let wish = asking.wish.clone();
    it.asking = None;
    match &wish {
        Wish::Confirm { .. } | Wish::Release { .. } => it.held = None,
        Wish::Hold { .. } | Wish::Join(_) => {}
        Wish::Leave { entry, .. } => {
            it.waits.remove(entry);
        }
        Wish::Decline { offer } => {
            it.answered.insert(offer.clone());
        }
        // Who knows.
        Wish::Accept { offer, keep } => {
            it.answered.insert(offer.clone());
            if let Some(id) = keep {
                it.booked.remove(id);
            }
        }
        Wish::Cancel { id } | Wish::Move { from: id, .. } => {
            it.booked.remove(id);
        }
    }
    world.count("gave up");
    think(world, person);
}

/// An answer comes.
pub fn hear(life: &Rc<Life>, person: usize, call: u64, heard: Heard) {
    let mut world = life.world.borrow_mut();
    let world = &mut *world;
    world.tell(|| match &heard {
        Heard::Told(told) => format!("{person} hears ({call}) {told:?}"),
        Heard::Nothing => format!("{person} hears ({call}) nothing"),
    });
    let it = &mut world.people.all[person];
    if it.asking.as_ref().is_none_or(|it| it.call != Some(call)) {
        // They had hung up.
        return;
    }
    let Heard::Told(told) = heard else {
        world.count("internal");
        return unanswered(world, person);
    };
    let mut asking = it.asking.take().expect("just seen");
    asking.call = None;
    match told {
        Told::Hold(hold) => told_hold(world, person, &asking, local(hold.id.as_str())),
        Told::Appointment(it) => told_appointment(world, person, &asking, local(it.id.as_str())),
        Told::Waiting(entry) => told_waiting(world, person, &asking, local(entry.id.as_str())),
        Told::Released => released(world, person, &asking),
        Told::Refused(refusal) => return refused(world, person, asking, refusal.code),
        Told::Unknown(unknown) => {
            world.count("told: unknown");
            let outcome = unknown.check_at.rsplit('/').next().unwrap().to_owned();
            let asks = world.chance.permille(800);
            asking.muddy |= !asks;
            asking.outcome = asks.then_some(outcome);
            return ask_again(world, person, asking);
        }
        Told::Outcome(outcome) => match outcome.state {
            OutcomeState::Checking => {
                // Nobody can say that they will not wait: joining again finds it.
                if matches!(asking.wish, Wish::Join(_)) && world.chance.permille(300) {
                    asking.outcome = None;
                }
                return ask_again(world, person, asking);
            }
            OutcomeState::NotDone => {
                let code = outcome.problem.expect("why not").code;
                world.count("told: not done");
                asking.outcome = None;
                return refused(world, person, asking, code);
            }
            OutcomeState::Done => match (outcome.hold, outcome.appointment) {
                (Some(hold), _) => told_hold(world, person, &asking, local(hold.id.as_str())),
                (_, Some(it)) => told_appointment(world, person, &asking, local(it.id.as_str())),
                (None, None) if matches!(asking.wish, Wish::Join(_)) => {
                    world.count("told: waiting, in doubt");
                }
                other => panic!("done, but what? {other:?}"),
            },
        },
    }
    think(world, person);
}

fn told_waiting(world: &mut World, person: usize, asking: &Asking, id: &str) {
    let Wish::Join(of) = &asking.wish else {
        panic!("waiting for {asking:?}");
    };
    let entry = world.hospital.entry(id);
    let entry = entry.unwrap_or_else(|| panic!("there is no {id}"));
    let it = &mut world.people.all[person];
    assert_eq!(
        (&entry.patient, &entry.key),
        (&it.patient, &of.key(&it.name)),
        "{asking:?}"
    );
    assert!(
        entry.waits() || asking.muddy,
        "told that they wait, and {id} is {}: {asking:?}",
        entry.status
    );
    it.waits.insert(id.to_owned(), of.clone());
    world.count("told: waiting");
}

fn released(world: &mut World, person: usize, asking: &Asking) {
    let it = &mut world.people.all[person];
    match &asking.wish {
        Wish::Release { .. } => it.held = None,
        // Nobody ever said yes to it.
        Wish::Decline { offer } => {
            it.answered.insert(offer.clone());
            it.never.push(Never::Booked(offer.clone()));
        }
        Wish::Leave { entry, of, named } => {
            it.waits.remove(entry);
            let key = of.key(&it.name);
            let mut waits = world.hospital.waiting();
            // What was joined meanwhile, or comes late, is another entry under the same name.
            let still = waits.find(|it| match named {
                true => it.key == key && it.came < asking.since,
                false => it.id == *entry,
            });
            let still = still.map(|it| it.id.clone());
            assert!(still.is_none(), "left, and {still:?} waits: {asking:?}");
            drop(waits);
            world.count("told: left");
        }
        other => panic!("released for {other:?}"),
    }
}

fn ask_again(world: &mut World, person: usize, asking: Asking) {
    world.people.all[person].asking = Some(asking);
    let wait = world.chance.within(500, 6000);
    later(world, person, wait);
}

fn local(id: &str) -> &str {
    id.strip_prefix("general~").expect("an id of this hospital")
}

fn told_hold(world: &mut World, person: usize, asking: &Asking, id: &str) {
    let Wish::Hold { slot, .. } = &asking.wish else {
        panic!("a hold for {asking:?}");
    };
    let it = &mut world.people.all[person];
    let visit = found(world.hospital.visit(id), id);
    assert_eq!(
        (&visit.patient, &visit.slot),
        (&it.patient, slot),
        "{asking:?}"
    );
    let over = visit
        .expires
        .is_some_and(|at| at.as_millisecond() <= world.now);
    assert!(
        visit.is_hold() || over || visit.by_staff,
        "told that {slot} is held, and {id} is {}: {asking:?}",
        visit.status
    );
    it.held = Some(id.to_owned());
    world.count("told: held");
}

fn told_appointment(world: &mut World, person: usize, asking: &Asking, id: &str) {
    let it = &mut world.people.all[person];
    let visit = found(world.hospital.visit(id), id);
    assert_eq!(visit.patient, it.patient, "{asking:?}");
    let mut ended = |old: &String| {
        let was = found(world.hospital.visit(old), old);
        assert_eq!(was.status, "cancelled", "{old}: {asking:?}");
        it.booked.remove(old);
        it.gone.insert(old.clone());
    };
    let live = visit.is_live() || visit.by_staff;
    match &asking.wish {
        Wish::Confirm { hold } => {
            assert!(
                live && hold == id,
                "told {id}, {}: {asking:?}",
                visit.status
            );
            it.held = None;
            it.booked.insert(id.to_owned());
            world.count("told: booked");
        }
        Wish::Move { from, slot } => {
            assert!(
                live && visit.slot == *slot,
                "told {id}, {}: {asking:?}",
                visit.status
            );
            ended(from);
            it.booked.insert(id.to_owned());
            world.count("told: moved");
        }
        Wish::Cancel { id } => {
            ended(id);
            world.count("told: cancelled");
        }
        Wish::Accept { offer, keep } => {
            assert!(
                live && offer == id,
                "told {id}, {}: {asking:?}",
                visit.status
            );
            keep.iter().for_each(ended);
            it.booked.insert(id.to_owned());
            it.answered.insert(id.to_owned());
            if let Some(entry) = &visit.offered_to {
                it.waits.remove(entry);
            }
            world.count("told: accepted");
        }
        other => panic!("an appointment for {other:?}"),
    }
}

/// Told no. Then it has not happened, and will not.
fn refused(world: &mut World, person: usize, mut asking: Asking, code: Code) {
    let again = match code {
        Code::SlotTaken
        | Code::OwnOverlap
        | Code::LimitReached
        | Code::NotBookable
        | Code::PastDeadline
        | Code::HoldExpired
        | Code::BookingBlocked => false,
        Code::NotFound if matches!(asking.wish, Wish::Leave { .. }) => false,
        Code::HospitalUnavailable => world.chance.permille(700),
        Code::Internal => {
            asking.muddy = true;
            true
        }
        other => panic!("told {other:?} for {asking:?}"),
    };
    world.count(code.as_str());
    if !asking.muddy {
        nothing_happened(world, person, &asking, code);
    }
    if again {
        return ask_again(world, person, asking);
    }
    let it = &mut world.people.all[person];
    match (&asking.wish, asking.muddy) {
        (Wish::Hold { .. } | Wish::Move { .. }, false) => {
            let digest = digest(&it.name, asking.wish.name(), &asking.key);
            it.never.push(Never::Key(digest));
        }
        (Wish::Confirm { hold }, false) => it.never.push(Never::Booked(hold.clone())),
        (Wish::Accept { offer, .. }, false) => it.never.push(Never::Booked(offer.clone())),
        (
            Wish::Cancel { id } | Wish::Move { from: id, .. } | Wish::Accept { keep: Some(id), .. },
            true,
        ) => {
            it.booked.remove(id);
        }
        _ => {}
    }
    match &asking.wish {
        Wish::Accept { offer, .. } | Wish::Decline { offer } => {
            it.answered.insert(offer.clone());
        }
        Wish::Leave { entry, .. } => {
            it.waits.remove(entry);
        }
        Wish::Hold { slot, .. } if code == Code::SlotTaken => it.full = Some(slot.clone()),
        _ => {}
    }
    if matches!(asking.wish, Wish::Confirm { .. } | Wish::Release { .. }) {
        it.held = None;
    }
    think(world, person);
}

fn nothing_happened(world: &World, person: usize, asking: &Asking, code: Code) {
    let it = &world.people.all[person];
    let made = || {
        let digest = digest(&it.name, asking.wish.name(), &asking.key);
        let made: Vec<_> = world
            .hospital
            .under_key(&digest)
            .map(|it| it.id.clone())
            .collect();
        assert!(
            made.is_empty(),
            "told {code:?}, yet there is {made:?}: {asking:?}"
        );
    };
    let status = |id: &String| found(world.hospital.visit(id), id);
    match &asking.wish {
        Wish::Hold { .. } => made(),
        Wish::Move { from, .. } => {
            made();
            let old = status(from);
            assert!(
                old.is_live() || old.by_staff,
                "told {code:?}, yet {from} is gone: {asking:?}"
            );
        }
        Wish::Confirm { hold } => {
            assert!(
                !status(hold).is_live(),
                "told {code:?}, yet it is booked: {asking:?}"
            );
        }
        Wish::Cancel { id } => {
            let it = status(id);
            assert!(
                it.is_live() || it.by_staff,
                "told {code:?}, yet {id} is gone: {asking:?}"
            );
        }
        Wish::Accept { offer, keep } => {
            assert!(
                !status(offer).is_live(),
                "told {code:?}, yet it is booked: {asking:?}"
            );
            // What they keep they may have given up before.
            if let Some(keep) = keep.as_ref().filter(|id| it.booked.contains(*id)) {
                let kept = status(keep);
                assert!(
                    kept.is_live() || kept.by_staff,
                    "told {code:?}, yet {keep} is gone: {asking:?}"
                );
            }
        }
        Wish::Release { .. } | Wish::Join(_) | Wish::Leave { .. } | Wish::Decline { .. } => {}
    }
}
