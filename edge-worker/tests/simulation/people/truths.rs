//! What must be so at any time.

use std::collections::{BTreeMap, BTreeSet};

use super::{Never, Wish, found};
use crate::{
    hospital::{DEPARTMENTS, Visit},
    world::World,
};

/// A hold outlives its time by no more than this: the sweep's interval and an outage.
const OUTLIVES_MS: i64 = 600_000 + 120_000;

/// What everybody has been told is still so, and no hold has outlived its time.
pub fn check_truths(world: &World) {
    for it in &world.people.all {
        let in_doubt = it.asking.as_ref().and_then(|it| it.wish.ends());
        for id in it.booked.iter().filter(|id| in_doubt != Some(id)) {
            let visit = found(world.hospital.visit(id), id);
            assert!(
                visit.is_live() || visit.by_staff,
                "lost: {id} of {}, {}",
                it.name,
                visit.status
            );
        }
        if let Some(Wish::Accept {
            offer,
            keep: Some(keep),
        }) = it.asking.as_ref().map(|it| &it.wish)
            && it.booked.contains(keep)
        {
            let kept = found(world.hospital.visit(keep), keep);
            let new = found(world.hospital.visit(offer), offer);
            assert!(
                kept.is_live() || kept.by_staff || new.is_live() || new.by_staff,
                "{keep} was given up, and {offer} is {}",
                new.status
            );
        }
        for id in &it.gone {
            assert!(
                !found(world.hospital.visit(id), id).is_live(),
                "{id} came back"
            );
        }
        for never in &it.never {
            match never {
                Never::Key(key) => {
                    assert_eq!(
                        world.hospital.under_key(key).count(),
                        0,
                        "{key} was not done"
                    );
                }
                Never::Booked(id) => {
                    assert!(
                        !found(world.hospital.visit(id), id).is_live(),
                        "{id} was not done"
                    );
                }
            }
        }
    }
    for hold in world.hospital.pending() {
        let over = hold.expires.map_or(0, |at| world.now - at.as_millisecond());
        assert!(over < OUTLIVES_MS, "{} is held {over} ms too long", hold.id);
    }
}

/// Nobody has two visits at once, or more than the rules allow.
pub fn check_limits(world: &World) {
    for it in &world.people.all {
        let live: Vec<&Visit> = world
            .hospital
            .of_patient(&it.patient)
            .filter(|it| it.is_live())
            .collect();
        let within = within_limits(&live);
        assert!(within.is_ok(), "{}: {within:?}", it.name);
    }
}

/// Whether somebody may have all of these.
pub fn within_limits(live: &[&Visit]) -> Result<(), String> {
    let ids = || live.iter().map(|it| (&it.id, &it.slot)).collect::<Vec<_>>();
    if live.len() > 8 {
        return Err(format!("too many: {:?}", ids()));
    }
    let mut doctors = BTreeMap::<_, u32>::new();
    let mut departments = BTreeMap::<_, BTreeSet<usize>>::new();
    for (n, one) in live.iter().enumerate() {
        for other in &live[..n] {
            if other.start < one.end && one.start < other.end {
                return Err(format!("at two places at once: {:?}", ids()));
            }
        }
        *doctors.entry((one.day(), &one.doctor)).or_default() += 1;
        let doctor: usize = one.doctor["doc-".len()..].parse().unwrap();
        let of_day = departments.entry(one.day()).or_default();
        of_day.insert(doctor % DEPARTMENTS);
    }
    if doctors.values().any(|n| *n > 1) {
        return Err(format!("one doctor twice: {:?}", ids()));
    }
    if departments.values().any(|all| all.len() > 3) {
        return Err(format!("too many departments: {:?}", ids()));
    }
    Ok(())
}
