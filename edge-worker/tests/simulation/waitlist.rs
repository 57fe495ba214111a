//! The waitlist as it must be, looked at after every change: who is offered a place waits for it
//! and has no other offer, nobody who could have it stands before them, and accepting ends the
//! waiting and what was kept, in one.

use jiff::SignedDuration;

use crate::{
    hospital::{Entry, Hospital, OFFSET, Place, Visit, Was},
    life::OFFER_MIN,
    people::within_limits,
    world::World,
};

/// An offer leaves so many minutes to get there.
const LEAD_MIN: i64 = 120;
/// A booking can be given up for another until so long before it, hours.
const MOVE_H: i64 = 24;
/// Missed visits after which nobody is offered anything for a while.
const BLOCKED_AT: usize = 3;
/// The timer of an offer looks for it a minute after it was made, and a hospital may be away.
const TWO_OFFERS_MS: i64 = 180_000;
/// So long an accepting may be on its way.
const MOVED_MS: i64 = 60_000;
/// `created` of an offer is rounded to the second.
const ROUNDED_MS: i64 = 500;

/// Looks at what has just changed.
pub fn follow(world: &mut World) {
    for was in std::mem::take(&mut world.hospital.before) {
        match was {
            Was::Visit(id, None) if world.hospital.visit(&id).unwrap().is_offer() => {
                world.count("places offered");
                offered(world, &id);
            }
            Was::Visit(id, Some(before))
                if before.is_offer() && world.hospital.visit(&id).unwrap().is_live() =>
            {
                world.count("offers accepted");
                accepted(world, &id);
            }
            Was::Entry(id, Some(before)) if !before.waits() => {
                let entry = world.hospital.entry(&id).unwrap();
                assert!(!entry.waits(), "{id} waits again");
            }
            _ => {}
        }
    }
}

fn offered(world: &World, id: &str) {
    let hospital = &world.hospital;
    let offer = hospital.visit(id).unwrap();
    let place = hospital.place(&offer.slot);
    let entry = entry_of(hospital, offer.offered_to.as_deref());
    assert!(
        entry.waits() && entry.patient == offer.patient && entry.wants(place),
        "{id} at {} is offered to {}, {}",
        offer.slot,
        entry.id,
        entry.status
    );
    let mut before = hospital.of_slot(&offer.slot);
    let before = before.find(|it| it.id != id && it.offered_to.as_ref() == Some(&entry.id));
    assert!(
        before.is_none(),
        "{} is offered twice to {}",
        offer.slot,
        entry.id
    );
    let decided = offer.created.unwrap().as_millisecond() - ROUNDED_MS;
    let looks = &world.looks[&entry.department];
    let began = looks[looks.partition_point(|at| *at <= decided).max(1) - 1];
    let mut first = hospital.waiting().filter(|it| {
        // What has changed since the queue began to look, it need not have seen.
        it.order() < entry.order() && it.came < began && hospital.touched(&it.patient) < began
    });
    let first = first.find(|it| could_have(world, it, &offer.slot));
    assert!(
        first.is_none(),
        "{} is offered to {}, and {:?} stood before them",
        offer.slot,
        entry.id,
        first.map(|it| &it.id)
    );
}

/// Whether somebody who waits would take a place if it were offered, for all that is known.
pub fn could_have(world: &World, entry: &Entry, slot: &str) -> bool {
    let hospital = &world.hospital;
    let place = hospital.place(slot);
    let minutes = OFFER_MIN[usize::from(entry.care)];
    let expires = world.now + minutes * 60_000;
    let by_day = (8..20).contains(&OFFSET.to_datetime(timestamp(world.now)).hour());
    let in_time = expires + LEAD_MIN * 60_000 <= place.start.as_millisecond();
    let of_patient = || hospital.of_patient(&entry.patient);
    let busy = of_patient().any(Visit::is_offer);
    let told = hospital
        .of_slot(slot)
        .any(|it| it.offered_to.as_ref() == Some(&entry.id));
    // Who joined twice waits once, from the first time on.
    let twin = hospital
        .waiting()
        .any(|it| it.key == entry.key && it.order() < entry.order());
    let kept = hospital.kept(entry);
    let gives_up = kept.is_none_or(|it| {
        expires < (it.start - SignedDuration::from_hours(MOVE_H)).as_millisecond()
    });
    let blocked = of_patient().filter(|it| it.late).count() >= BLOCKED_AT;
    by_day
        && in_time
        && entry.wants(place)
        && !(busy || told || twin || blocked)
        && gives_up
        && beside(hospital, entry, slot, place, kept.map(|it| it.id.as_str()))
}

/// Whether a place is within somebody's limits, without what they would give up.
fn beside(
    hospital: &Hospital,
    entry: &Entry,
    slot: &str,
    place: &Place,
    without: Option<&str>,
) -> bool {
    let live = hospital
        .of_patient(&entry.patient)
        .filter(|it| it.is_live());
    let mut all: Vec<_> = live.filter(|it| without != Some(&it.id)).cloned().collect();
    let Some(mut new) = all.first().cloned() else {
        return true;
    };
    slot.clone_into(&mut new.slot);
    new.doctor = format!("doc-{}", place.doctor);
    (new.start, new.end) = (place.start, place.end);
    all.push(new);
    within_limits(&all.iter().collect::<Vec<_>>()).is_ok()
}

fn accepted(world: &World, id: &str) {
    let hospital = &world.hospital;
    let entry = entry_of(hospital, hospital.visit(id).unwrap().offered_to.as_deref());
    assert!(
        !entry.waits(),
        "{id} is accepted and {} still waits",
        entry.id
    );
    // A move that was on its way may come in between.
    let kept = hospital.kept(entry);
    let kept = kept.filter(|it| world.now - it.since > MOVED_MS);
    assert!(
        kept.is_none(),
        "{id} is accepted and {:?} still kept",
        kept.map(|it| &it.id)
    );
}

fn entry_of<'a>(hospital: &'a Hospital, id: Option<&str>) -> &'a Entry {
    let id = id.expect("offered to somebody");
    hospital
        .entry(id)
        .unwrap_or_else(|| panic!("there is no {id}"))
}

/// Nobody has two offers for long. Two departments may offer at once; they look afterwards, and
/// should nobody be left to, the timer of the offer does.
pub fn check_one_offer(world: &World) {
    let open = |it: &&Visit| {
        it.is_offer() && !it.is_over(world.now) && world.now - it.since > TWO_OFFERS_MS
    };
    let open: Vec<&Visit> = world.hospital.pending().filter(open).collect();
    for (n, one) in open.iter().enumerate() {
        let other = open[..n].iter().find(|it| it.patient == one.patient);
        assert!(
            other.is_none(),
            "{} is offered {} beside {:?}",
            one.patient,
            one.id,
            other.map(|it| &it.id)
        );
    }
}

/// When all is quiet nobody waits for what is free and could be theirs.
pub fn check_nobody_forgotten(world: &World) {
    for entry in world.hospital.waiting() {
        let mut free = world.hospital.places().filter(|(_, it)| it.is_free());
        let free = free.find(|(slot, _)| could_have(world, entry, slot));
        assert!(
            free.is_none(),
            "{} waits, and {:?} is free",
            entry.id,
            free.map(|(slot, _)| slot)
        );
    }
}

fn timestamp(now: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(now).unwrap()
}
