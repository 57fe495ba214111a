//! Cancelling and moving (A18-A20).

use contract::time::Shift;
use jiff::civil::DateTime;

use crate::{Pack, pack};

/// Until when what was booked can be changed freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeTerms {
    /// `cancel_deadline_hours` before the start.
    pub deadline: DateTime,
    /// End of the undo after booking; never later than the start.
    pub undo_until: DateTime,
    /// The later of the two. Before it a change is free; at that very second no longer.
    pub cancel_before: DateTime,
}

/// What cancelling or moving means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Cancelling costs nothing.
    Free,
    /// Cancelling counts as a no-show (A20).
    Late,
    /// The visit has begun: neither is possible.
    Past,
}

impl Pack {
    /// The terms of what was booked at `booked` and starts at `start`.
    ///
    /// The undo is for cancelling; a move keeps to the deadline ([`Pack::may_move`]).
    pub fn change_terms(&self, booked: DateTime, start: DateTime) -> ChangeTerms {
        let deadline = start.earlier(pack::hours(self.rules().cancel_deadline_hours));
        let undo_until = booked
            .later(pack::minutes(self.rules().undo_minutes))
            .min(start);
        ChangeTerms {
            deadline,
            undo_until,
            cancel_before: deadline.max(undo_until),
        }
    }

    /// Whether what starts at `start` may still be moved: before the deadline only, also within
    /// the undo (`api.md`: past the deadline always `past_deadline`).
    pub fn may_move(&self, start: DateTime, now: DateTime) -> bool {
        now < start.earlier(pack::hours(self.rules().cancel_deadline_hours))
    }

    /// What cancelling now would mean.
    pub fn change(&self, booked: DateTime, start: DateTime, now: DateTime) -> Change {
        if now >= start {
            Change::Past
        } else if now < self.change_terms(booked, start).cancel_before {
            Change::Free
        } else {
            Change::Late
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::Rules;
    use jiff::civil::datetime;

    use super::*;
    use crate::{pack::test_pack, suggested};

    #[test]
    fn a_move_keeps_to_the_deadline_even_within_the_undo() {
        let pack = test_pack();
        let start = datetime(2026, 12, 1, 8, 0, 0, 0);
        assert!(pack.may_move(start, datetime(2026, 11, 30, 7, 59, 59, 0)));
        let booked = datetime(2026, 11, 30, 8, 0, 0, 0);
        assert!(!pack.may_move(start, booked));
        assert_eq!(pack.change(booked, start, booked), Change::Free);
    }

    #[test]
    fn twenty_four_hours_over_midnight_and_month_end() {
        let pack = test_pack();
        let booked = datetime(2026, 11, 20, 10, 0, 0, 0);
        let start = datetime(2026, 12, 1, 0, 15, 0, 0);
        assert_eq!(
            pack.change_terms(booked, start).cancel_before,
            datetime(2026, 11, 30, 0, 15, 0, 0)
        );
        assert_eq!(
            pack.change(booked, start, datetime(2026, 11, 30, 0, 14, 59, 0)),
            Change::Free
        );
        assert_eq!(
            pack.change(booked, start, datetime(2026, 11, 30, 0, 15, 0, 0)),
            Change::Late
        );
    }

    #[test]
    fn the_undo_ends_after_ten_minutes() {
        let pack = test_pack();
        let booked = datetime(2026, 11, 22, 9, 0, 0, 0);
        let start = datetime(2026, 11, 22, 15, 0, 0, 0);
        assert_eq!(
            pack.change(booked, start, datetime(2026, 11, 22, 9, 9, 59, 0)),
            Change::Free
        );
        assert_eq!(
            pack.change(booked, start, datetime(2026, 11, 22, 9, 10, 0, 0)),
            Change::Late
        );
        assert_eq!(
            pack.change_terms(booked, start).cancel_before,
            datetime(2026, 11, 22, 9, 10, 0, 0)
        );
    }

    #[test]
    fn there_is_no_undo_after_the_start() {
        let pack = Pack::new(Rules {
            book_until_minutes: 0,
            ..suggested()
        })
        .expect("a sound pack");
        let booked = datetime(2026, 11, 22, 8, 55, 0, 0);
        let start = datetime(2026, 11, 22, 9, 0, 0, 0);
        assert_eq!(pack.change_terms(booked, start).cancel_before, start);
        assert_eq!(
            pack.change(booked, start, datetime(2026, 11, 22, 8, 59, 59, 0)),
            Change::Free
        );
        assert_eq!(pack.change(booked, start, start), Change::Past);
    }

    #[test]
    fn the_deadline_is_the_hospitals() {
        let pack = Pack::new(Rules {
            cancel_deadline_hours: 12,
            ..suggested()
        })
        .unwrap();
        let terms = pack.change_terms(
            datetime(2026, 2, 1, 8, 0, 0, 0),
            datetime(2026, 3, 1, 8, 0, 0, 0),
        );
        assert_eq!(terms.cancel_before, datetime(2026, 2, 28, 20, 0, 0, 0));
    }
}
