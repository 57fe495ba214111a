//! What a slot, and a doctor's session, look like from outside.

use contract::{Session, SessionState, SlotState};
use jiff::civil::DateTime;

use crate::Pack;

/// What the hospital says of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotStatus {
    /// To be had.
    Free,
    /// Kept for somebody.
    Held,
    /// Gone.
    Busy,
    /// The doctor does not hold it (停诊).
    Stopped,
    /// A word we do not know, or no answer.
    Unknown,
}

/// A slot as the rules see it: a seat (`capacity` 1), or a session with a quota (号源).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotFacts {
    /// What the hospital says.
    pub status: SlotStatus,
    /// When it starts.
    pub start: DateTime,
    /// How many it has.
    pub capacity: u32,
    /// How many are left, as the hospital counts.
    pub remaining: u32,
}

/// A doctor's morning or afternoon as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// How it stands.
    pub state: SessionState,
    /// Free places; none when not known.
    pub free: Option<u32>,
}

impl SlotFacts {
    /// Morning is what starts before 12:00.
    pub fn session(&self) -> Session {
        if self.start.hour() < 12 {
            Session::Am
        } else {
            Session::Pm
        }
    }
}

impl Pack {
    /// State of one slot. What the hospital stopped is said even when its time has gone by;
    /// a slot too near to be booked is `past`.
    pub fn slot_state(&self, slot: &SlotFacts, now: DateTime) -> SlotState {
        match slot.status {
            SlotStatus::Stopped => SlotState::Stopped,
            _ if self.past(slot.start, now) => SlotState::Past,
            _ if !self.released(slot.start.date(), now) => SlotState::NotReleased,
            SlotStatus::Free if slot.remaining > 0 => SlotState::Free,
            SlotStatus::Free | SlotStatus::Busy => SlotState::Full,
            SlotStatus::Held => SlotState::Held,
            SlotStatus::Unknown => SlotState::Unknown,
        }
    }

    /// How many of a slot are left for whoever asks now; none when not known.
    pub fn slot_remaining(&self, slot: &SlotFacts, now: DateTime) -> Option<u32> {
        match self.slot_state(slot, now) {
            SlotState::Free => Some(slot.remaining),
            // Not yet to be had, but the hospital's count is public (A24).
            SlotState::NotReleased if slot.status == SlotStatus::Free => Some(slot.remaining),
            SlotState::NotReleased | SlotState::Unknown => None,
            _ => Some(0),
        }
    }

    /// A session from its slots. None when it is over: when the time of every slot has gone by
    /// there is nothing left to be full, free or stopped.
    pub fn session_facts(&self, slots: &[SlotFacts], now: DateTime) -> Option<SessionFacts> {
        let ahead: Vec<SlotState> = slots
            .iter()
            .filter(|slot| !self.past(slot.start, now))
            .map(|slot| self.slot_state(slot, now))
            .collect();
        if ahead.is_empty() {
            return None;
        }
        let free: u32 = slots
            .iter()
            .filter(|slot| self.slot_state(slot, now) == SlotState::Free)
            .map(|slot| slot.remaining)
            .sum();
        let all = |state| ahead.iter().all(|s| *s == state);
        let any = |state| ahead.contains(&state);
        let (state, free) = if all(SlotState::Stopped) {
            (SessionState::Stopped, Some(0))
        } else if any(SlotState::NotReleased) {
            (SessionState::NotReleased, None)
        } else if any(SlotState::Unknown) {
            (SessionState::Unknown, None)
        } else if free == 0 {
            (SessionState::Full, Some(0))
        } else if free <= self.rules().few_at_most {
            (SessionState::Few, Some(free))
        } else {
            (SessionState::Free, Some(free))
        };
        Some(SessionFacts { state, free })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::pack::test_pack;

    const NOW: DateTime = date(2026, 11, 22).at(10, 0, 0, 0);

    fn seat(status: SlotStatus, hour: i8, minute: i8) -> SlotFacts {
        SlotFacts {
            status,
            start: datetime(2026, 11, 22, hour, minute, 0, 0),
            capacity: 1,
            remaining: u32::from(status == SlotStatus::Free),
        }
    }

    #[test]
    fn a_slot_says_what_is_true_of_it() {
        let state = |slot: SlotFacts| test_pack().slot_state(&slot, NOW);
        assert_eq!(state(seat(SlotStatus::Free, 10, 30)), SlotState::Free);
        assert_eq!(state(seat(SlotStatus::Free, 10, 29)), SlotState::Past);
        assert_eq!(state(seat(SlotStatus::Held, 11, 0)), SlotState::Held);
        assert_eq!(state(seat(SlotStatus::Busy, 11, 0)), SlotState::Full);
        assert_eq!(state(seat(SlotStatus::Stopped, 8, 0)), SlotState::Stopped);
        assert_eq!(state(seat(SlotStatus::Unknown, 11, 0)), SlotState::Unknown);
        let used_up = SlotFacts {
            capacity: 20,
            remaining: 0,
            ..seat(SlotStatus::Free, 14, 0)
        };
        assert_eq!(state(used_up), SlotState::Full);
    }

    #[test]
    fn unreleased_whatever_the_hospital_says() {
        let pack = test_pack();
        let slot = SlotFacts {
            start: datetime(2026, 12, 7, 9, 0, 0, 0),
            ..seat(SlotStatus::Free, 9, 0)
        };
        assert_eq!(pack.slot_state(&slot, NOW), SlotState::NotReleased);
        assert_eq!(
            pack.session_facts(&[slot], NOW),
            Some(SessionFacts {
                state: SessionState::NotReleased,
                free: None
            })
        );
        let evening = datetime(2026, 11, 22, 20, 0, 0, 0);
        assert_eq!(pack.slot_state(&slot, evening), SlotState::Free);
    }

    #[test]
    fn few_is_three_or_less() {
        let pack = test_pack();
        let session = |slots: &[SlotFacts]| pack.session_facts(slots, NOW);
        let some = |state, free| {
            Some(SessionFacts {
                state,
                free: Some(free),
            })
        };
        let free: Vec<_> = [0, 15, 30, 45]
            .map(|m| seat(SlotStatus::Free, 11, m))
            .to_vec();
        assert_eq!(session(&free), some(SessionState::Free, 4));
        assert_eq!(session(&free[1..]), some(SessionState::Few, 3));
        assert_eq!(
            session(&[seat(SlotStatus::Held, 11, 0)]),
            some(SessionState::Full, 0)
        );
        let quota = SlotFacts {
            capacity: 30,
            remaining: 12,
            ..seat(SlotStatus::Free, 14, 0)
        };
        assert_eq!(session(&[quota]), some(SessionState::Free, 12));
        assert_eq!(quota.session(), Session::Pm);
        assert_eq!(seat(SlotStatus::Free, 11, 59).session(), Session::Am);
    }

    #[test]
    fn stopped_only_as_a_whole_and_over_is_nothing() {
        let pack = test_pack();
        let stopped = seat(SlotStatus::Stopped, 11, 0);
        let free = seat(SlotStatus::Free, 11, 15);
        let state = |slots: &[SlotFacts]| pack.session_facts(slots, NOW).map(|s| s.state);
        assert_eq!(state(&[stopped]), Some(SessionState::Stopped));
        assert_eq!(state(&[stopped, free]), Some(SessionState::Few));
        assert_eq!(
            state(&[seat(SlotStatus::Free, 9, 0), seat(SlotStatus::Busy, 8, 0)]),
            None
        );
        assert_eq!(
            state(&[seat(SlotStatus::Unknown, 11, 0), free]),
            Some(SessionState::Unknown)
        );
    }
}
