//! What is known of one department's day. Pure: time and what was read come in.

use jiff::{Timestamp, civil::DateTime};

use contract::{Freshness, record};

use super::BoardSlot;
use crate::{
    backend::Dated,
    config::Hospital,
    reads::kept::{self, Kept},
};

/// Until when an answer is fresh, unless the hospital fails: a reading that began in time may
/// take its time. Real milliseconds.
const FRESH_MS: i64 = 5000;
/// The same while the hospital fails.
const FRESH_FAILING_MS: i64 = 1000;

/// What is known of one department's day, by doctor and start.
#[derive(Debug, Default)]
pub struct State {
    kept: Option<Kept<Vec<BoardSlot>>>,
    /// Changes that came before anything was read.
    early: Vec<BoardSlot>,
    /// When the last whole reading began, real milliseconds.
    read: i64,
    /// When that was, by the hospital's clock.
    read_at: Timestamp,
    /// Something was written and it is not known what came of it.
    doubtful: bool,
    /// The minute of the hospital's clock for which the states were last worked out.
    minute: DateTime,
}

record! {
    /// What outlives a restart, so that an outage can be bridged.
    #[derive(Debug)]
    pub struct Snapshot {
        slots: Vec<BoardSlot>,
        pub(super) version: u64,
        digest: u64,
        as_of: Timestamp,
        confirmed: Timestamp,
        checked: i64,
    }
}

impl State {
    /// Whether anything was ever read.
    pub fn is_known(&self) -> bool {
        self.kept.is_some()
    }

    /// Whether only a whole reading helps: nothing was read, something is in doubt, or the last
    /// one is older than `longest` real milliseconds (deletions are in no notification).
    pub fn wants_reading(&self, now: i64, longest: i64) -> bool {
        self.kept.is_none() || self.doubtful || now - self.read > longest
    }

    /// Real milliseconds since what is known was last confirmed.
    pub fn age(&self) -> i64 {
        self.kept.as_ref().map_or(i64::MAX, Kept::age)
    }

    /// When the last whole reading was made, by the hospital's clock.
    pub fn read_at(&self) -> Timestamp {
        self.read_at
    }

    /// A whole reading, begun at `began` (real milliseconds). What came meanwhile and is newer
    /// stays.
    pub fn take(
        &mut self,
        read: Dated<Vec<BoardSlot>>,
        began: i64,
        hospital: &Hospital,
        now: DateTime,
    ) {
        let known: Vec<BoardSlot> = match &self.kept {
            Some(kept) => kept.value.to_vec(),
            None => std::mem::take(&mut self.early),
        };
        let (mut slots, mut newest) = (read.value, read.at);
        for old in known {
            match slots
                .iter_mut()
                .find(|slot| slot.change.slot.id == old.change.slot.id)
            {
                Some(slot) if slot.change.version < old.change.version => {
                    newest = newest.max(old.change.updated);
                    *slot = old;
                }
                // It came after the hospital had answered.
                None if old.change.updated > read.at => {
                    newest = newest.max(old.change.updated);
                    slots.push(old);
                }
                _ => {}
            }
        }
        self.read = began;
        self.read_at = read.at;
        self.doubtful = false;
        self.put(slots, (read.at, newest), hospital, now);
    }

    /// A change of one slot; `false` when it is old news.
    pub fn change(&mut self, new: BoardSlot, hospital: &Hospital, now: DateTime) -> bool {
        let known = self.kept.as_ref().map_or(&self.early, |kept| &kept.value);
        let before = known
            .iter()
            .position(|slot| slot.change.slot.id == new.change.slot.id);
        if before.is_some_and(|at| known[at].change.version >= new.change.version) {
            return false;
        }
        let (mut slots, updated) = (known.clone(), new.change.updated);
        match before {
            Some(at) => slots[at] = new,
            None => slots.push(new),
        }
        match &self.kept {
            // A change says nothing of the other slots: they are no younger for it.
            Some(kept) => {
                let (confirmed, checked) = (kept.confirmed_real(), kept.checked());
                self.put(slots, (confirmed, updated), hospital, now);
                if let Some(kept) = &mut self.kept {
                    kept.set_checked(checked);
                }
            }
            None => self.early = slots,
        }
        true
    }

    /// Nothing was missed until `at` (the hospital's clock), `checked` (real milliseconds).
    pub fn confirm(&mut self, at: Timestamp, checked: i64) {
        if let Some(kept) = &mut self.kept {
            kept.confirm(at, checked);
        }
    }

    /// Something was written and it is not known what came of it.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// The present version and its time, with the states of `now`.
    pub fn version(&mut self, hospital: &Hospital, now: DateTime) -> Option<(u64, Timestamp)> {
        let minute = minute(now);
        let kept = self.kept.as_mut()?;
        // Releases and ends of slots come with the minute.
        if self.minute != minute {
            self.minute = minute;
            let digest = seen(&kept.value, hospital, now);
            kept.seen(digest);
        }
        Some((kept.version, kept.as_of_real()))
    }

    /// The slots, when they were confirmed, and how far they can be trusted.
    pub fn told(&self, failing: bool) -> Option<(&[BoardSlot], Timestamp, Freshness)> {
        let kept = self.kept.as_ref()?;
        let fresh = if failing { FRESH_FAILING_MS } else { FRESH_MS };
        Some((&kept.value, kept.confirmed_real(), kept.freshness(fresh)))
    }

    /// What to keep in storage.
    pub fn snapshot(&self) -> Option<Snapshot> {
        let kept = self.kept.as_ref()?;
        Some(Snapshot {
            slots: kept.value.to_vec(),
            version: kept.version,
            digest: kept.digest(),
            as_of: kept.as_of_real(),
            confirmed: kept.confirmed_real(),
            checked: kept.checked(),
        })
    }

    /// After a sleep or a restart. What was stored may be old, so the hospital is asked as soon as
    /// it can be. Where it is not `whole`, readers may have seen a later version: it is a new one.
    pub fn restore(&mut self, it: Snapshot, whole: bool) {
        self.doubtful = true;
        let digest = if whole { it.digest } else { !it.digest };
        self.kept = Some(Kept::restored(
            it.slots,
            (it.version, digest),
            (it.as_of, it.confirmed, it.checked),
        ));
    }

    /// Slots confirmed at `at`, of which one may be newer.
    fn put(
        &mut self,
        mut slots: Vec<BoardSlot>,
        (at, newest): (Timestamp, Timestamp),
        hospital: &Hospital,
        now: DateTime,
    ) {
        slots.sort_by(|a, b| a.order().cmp(&b.order()));
        self.minute = minute(now);
        let digest = seen(&slots, hospital, now);
        let read = Dated { value: slots, at };
        let before = self.kept.as_ref();
        let mut kept = Kept::replace(before, read, digest);
        if before.is_none_or(|before| before.version != kept.version) {
            kept.carries(newest);
        }
        self.kept = Some(kept);
    }
}

/// Digest of what a reader sees of these slots at `now`.
fn seen(slots: &[BoardSlot], hospital: &Hospital, now: DateTime) -> u64 {
    let seen = slots.iter().map(|of| {
        let facts = of.facts(hospital, Freshness::Fresh);
        let state = hospital.pack.slot_state(&facts, now);
        let slot = &of.change.slot;
        let when = (slot.start, slot.end);
        (
            &slot.id,
            &of.doctor,
            of.level,
            when,
            slot.fee_fen,
            state,
            facts.capacity,
            facts.remaining,
        )
    });
    kept::digest(seen.collect::<Vec<_>>())
}

fn minute(now: DateTime) -> DateTime {
    now.date().at(now.hour(), now.minute(), 0, 0)
}
