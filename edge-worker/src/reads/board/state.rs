//! What is known of one department's day. Pure: time and what was read come in.

use jiff::{Timestamp, civil::DateTime};

use contract::{Freshness, record};

use super::BoardSlot;
use crate::{
    backend::Dated,
    clock,
    config::Hospital,
    reads::kept::{self, Kept},
};

/// Until when an answer is fresh, unless the hospital fails: a reading that began in time may
/// take its time. Real milliseconds.
const FRESH_MS: i64 = 5000;
/// The same while the hospital fails.
const FRESH_FAILING_MS: i64 = 1000;
/// What is read may lag behind what was told so long before, real milliseconds: servers search in an
/// index or a copy.
const LAGS_MS: i64 = 10_000;

/// What is known of one department's day, by doctor and start.
#[derive(Debug, Default)]
pub struct State {
    kept: Option<Kept<Vec<BoardSlot>>>,
    /// Changes that came lately, and when, real milliseconds.
    came: Vec<(i64, BoardSlot)>,
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

    /// A whole reading begins, real milliseconds.
    pub fn begin(&mut self, began: i64) {
        self.came.retain(|(at, _)| began - at < LAGS_MS);
    }

    /// A whole reading, begun at `began` (real milliseconds). What came meanwhile or just before and
    /// is newer stays; nothing older does, for a hospital's versions may go down (a backup).
    pub fn take(
        &mut self,
        read: Dated<Vec<BoardSlot>>,
        began: i64,
        hospital: &Hospital,
        now: DateTime,
    ) {
        let (mut slots, mut newest) = (read.value, read.at);
        for (_, new) in self.came.clone() {
            let there = slots.iter().any(|slot| slot.is(&new));
            let updated = new.change.updated;
            // What the reading does not know came after the hospital had answered, or is gone.
            if (there || updated > read.at) && put_in(&mut slots, new) {
                newest = newest.max(updated);
            }
        }
        self.read = began;
        self.read_at = read.at;
        self.doubtful = false;
        self.put(slots, (read.at, newest), hospital, now);
    }

    /// A change of one slot.
    pub fn change(&mut self, new: BoardSlot, hospital: &Hospital, now: DateTime) {
        let before = self.came.iter().position(|(_, it)| it.is(&new));
        let is_old = |at: usize| self.came[at].1.change.version >= new.change.version;
        if !before.is_some_and(is_old) {
            if let Some(at) = before {
                self.came.swap_remove(at);
            }
            self.came.push((clock::real_millis(), new.clone()));
        }
        let Some(kept) = &self.kept else { return };
        let (mut slots, updated) = (kept.value.to_vec(), new.change.updated);
        if put_in(&mut slots, new) {
            // A change says nothing of the other slots: they are no younger for it.
            let (confirmed, checked) = (kept.confirmed_real(), kept.checked());
            self.put(slots, (confirmed, updated), hospital, now);
            if let Some(kept) = &mut self.kept {
                kept.set_checked(checked);
            }
        }
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

/// Puts a slot among others; `false` when it is old news there.
fn put_in(slots: &mut Vec<BoardSlot>, new: BoardSlot) -> bool {
    match slots.iter_mut().find(|slot| slot.is(&new)) {
        Some(old) if old.change.version >= new.change.version => return false,
        Some(old) => *old = new,
        None => slots.push(new),
    }
    true
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

#[cfg(test)]
mod tests {
    use contract::Level;
    use fhir::{resources::SlotStatus, slot::Slot};

    use super::*;
    use crate::{ctx::tests::ctx, feed::SlotChange};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn slot(id: &str, version: u64, updated: i64) -> BoardSlot {
        BoardSlot {
            doctor: "w".into(),
            level: Level::Expert,
            change: SlotChange {
                slot: Slot {
                    id: id.into(),
                    schedule: "c1".into(),
                    start: at(3600),
                    end: at(4200),
                    status: SlotStatus::Free,
                    fee_fen: None,
                    quota: None,
                },
                version,
                updated: at(updated),
            },
        }
    }

    #[test]
    fn a_reading_yields_only_to_what_came_while_it_was_made() {
        let ctx = ctx();
        let hospital = &ctx.config.hospitals[0];
        let now = hospital.zone.civil(at(0));
        let mut state = State::default();
        let versions = |state: &State| -> Vec<u64> {
            let (slots, ..) = state.told(false).unwrap();
            slots.iter().map(|slot| slot.change.version).collect()
        };
        let read = |second: i64, versions: &[(&str, u64)]| Dated {
            value: versions.iter().map(|(id, v)| slot(id, *v, 0)).collect(),
            at: at(second),
        };
        state.change(slot("a", 1_795_000_000_000, 0), hospital, now);
        let later = || clock::real_millis() + LAGS_MS;
        state.begin(later());
        state.change(slot("b", 8, 1), hospital, now);
        state.take(read(1, &[("a", 3), ("b", 7)]), 0, hospital, now);
        assert_eq!(versions(&state), [3, 8]);
        state.change(slot("c", 9, 3), hospital, now);
        assert_eq!(versions(&state), [3, 8, 9]);
        // The hospital was restored from a backup.
        // It may lag behind what was told a moment ago.
        state.begin(clock::real_millis());
        state.take(read(1, &[("a", 3), ("b", 7)]), 0, hospital, now);
        assert_eq!(versions(&state)[..2], [3, 8]);
        state.begin(later());
        state.change(slot("d", 1, 3), hospital, now);
        state.change(slot("gone", 1, 2), hospital, now);
        state.take(read(2, &[("a", 2), ("b", 2)]), 0, hospital, now);
        assert_eq!(versions(&state), [2, 2, 1]);
    }
}
