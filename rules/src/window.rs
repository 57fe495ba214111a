//! Booking window and release (A07): day D opens at the release time, `booking_window_days`
//! before D. So what is open is today .. today+14 before 20:00 and today .. today+15 after.

use contract::NotBookableReason;
use contract::time::Shift;
use jiff::{
    SignedDuration,
    civil::{Date, DateTime},
};

use crate::{Pack, pack};

/// Why a time cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBookable {
    /// The reason.
    pub reason: NotBookableReason,
    /// When it can be, for what is not open yet.
    pub opens_at: Option<DateTime>,
}

impl Pack {
    /// The newest day that is open for booking.
    pub fn last_open_day(&self, now: DateTime) -> Date {
        let window = self.rules().booking_window_days;
        let ahead = if now.time() >= self.release() {
            window
        } else {
            window - 1
        };
        now.date().later(pack::days(ahead))
    }

    /// The furthest day that lists show: the one that the next release opens.
    pub fn last_shown_day(&self, now: DateTime) -> Date {
        next_day(self.last_open_day(now))
    }

    /// When a day is released.
    pub fn opens_at(&self, day: Date) -> DateTime {
        day.earlier(pack::days(self.rules().booking_window_days))
            .to_datetime(self.release())
    }

    /// Whether a day has been released, whether or not there are slots on it.
    pub fn released(&self, day: Date, now: DateTime) -> bool {
        day <= self.last_open_day(now)
    }

    /// Whether the last moment to book what starts then has gone by. At exactly
    /// `book_until_minutes` before the start it has not.
    pub fn past(&self, start: DateTime, now: DateTime) -> bool {
        now > start.earlier(pack::minutes(self.rules().book_until_minutes))
    }

    /// Whether what starts then can be booked now, as far as time goes. The day that the
    /// next release opens is `not_released`; later ones are `outside_window`. Both say when they open.
    pub fn bookable(&self, start: DateTime, now: DateTime) -> Result<(), NotBookable> {
        let refuse = |reason, opens_at| Err(NotBookable { reason, opens_at });
        let day = start.date();
        if self.past(start, now) {
            refuse(NotBookableReason::Past, None)
        } else if self.released(day, now) {
            Ok(())
        } else if day <= self.last_shown_day(now) {
            refuse(NotBookableReason::NotReleased, Some(self.opens_at(day)))
        } else {
            refuse(NotBookableReason::OutsideWindow, Some(self.opens_at(day)))
        }
    }

    /// When a hold placed now ends (5 minutes, 15 in care mode). A hold placed in time may be
    /// confirmed until it ends, even where that is past the last moment to book.
    pub fn hold_expires(&self, now: DateTime, care: bool) -> DateTime {
        let minutes = &self.rules().hold_minutes;
        now.later(pack::minutes(if care {
            minutes.care
        } else {
            minutes.normal
        }))
    }

    /// Whether a hold has ended; at the very second it has.
    pub fn hold_over(expires: DateTime, now: DateTime) -> bool {
        now >= expires
    }

    /// When check-in opens, and when one should come (C01).
    pub fn check_in(&self, start: DateTime) -> (DateTime, DateTime) {
        let rule = &self.rules().check_in;
        (
            start.earlier(pack::minutes(rule.opens_minutes)),
            start.earlier(pack::minutes(rule.nominal_minutes)),
        )
    }
}

/// The day after.
pub(crate) fn next_day(day: Date) -> Date {
    day.later(SignedDuration::from_hours(24))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::pack::test_pack;

    #[test]
    fn a_day_opens_at_eight_in_the_evening_sharp() {
        let pack = test_pack();
        let before = datetime(2026, 11, 22, 19, 59, 59, 0);
        let sharp = datetime(2026, 11, 22, 20, 0, 0, 0);
        assert_eq!(pack.last_open_day(before), date(2026, 12, 6));
        assert_eq!(pack.last_open_day(sharp), date(2026, 12, 7));
        assert_eq!(pack.opens_at(date(2026, 12, 7)), sharp);

        let newest = datetime(2026, 12, 7, 8, 0, 0, 0);
        assert_eq!(
            pack.bookable(newest, before),
            Err(NotBookable {
                reason: NotBookableReason::NotReleased,
                opens_at: Some(sharp)
            })
        );
        assert_eq!(pack.bookable(newest, sharp), Ok(()));
    }

    #[test]
    fn beyond_the_next_release_is_outside_the_window() {
        let pack = test_pack();
        let refused = |day, hour| {
            let now = datetime(2026, 11, 22, hour, 0, 0, 0);
            pack.bookable(datetime(2026, 12, day, 8, 0, 0, 0), now)
                .unwrap_err()
        };
        let opens = |day| Some(datetime(2026, 11, day, 20, 0, 0, 0));
        let reason = NotBookableReason::OutsideWindow;
        assert_eq!(
            refused(8, 19),
            NotBookable {
                reason,
                opens_at: opens(23)
            }
        );
        assert_eq!(
            refused(9, 20),
            NotBookable {
                reason,
                opens_at: opens(24)
            }
        );
        let reason = NotBookableReason::NotReleased;
        assert_eq!(
            refused(8, 20),
            NotBookable {
                reason,
                opens_at: opens(23)
            }
        );
    }

    #[test]
    fn the_window_crosses_months_years_and_leap_days() {
        let pack = test_pack();
        assert_eq!(
            pack.last_open_day(datetime(2028, 2, 14, 20, 0, 0, 0)),
            date(2028, 2, 29)
        );
        assert_eq!(
            pack.last_open_day(datetime(2027, 2, 14, 20, 0, 0, 0)),
            date(2027, 3, 1)
        );
        assert_eq!(
            pack.last_open_day(datetime(2026, 12, 31, 0, 0, 0, 0)),
            date(2027, 1, 14)
        );
        assert_eq!(
            pack.opens_at(date(2027, 1, 1)),
            datetime(2026, 12, 17, 20, 0, 0, 0)
        );
    }

    #[test]
    fn the_last_booking_is_half_an_hour_before_the_start() {
        let pack = test_pack();
        let start = datetime(2026, 11, 22, 9, 0, 0, 0);
        assert_eq!(
            pack.bookable(start, datetime(2026, 11, 22, 8, 30, 0, 0)),
            Ok(())
        );
        assert_eq!(
            pack.bookable(start, datetime(2026, 11, 22, 8, 30, 1, 0))
                .unwrap_err()
                .reason,
            NotBookableReason::Past
        );
        // A start soon after midnight is booked the evening before.
        let night = datetime(2026, 11, 23, 0, 15, 0, 0);
        assert!(pack.past(night, datetime(2026, 11, 22, 23, 45, 1, 0)));
        assert!(!pack.past(night, datetime(2026, 11, 22, 23, 45, 0, 0)));
    }

    #[test]
    fn holds_last_longer_in_care_mode_and_end_on_the_second() {
        let pack = test_pack();
        let now = datetime(2026, 12, 31, 23, 58, 0, 0);
        let ends = pack.hold_expires(now, false);
        assert_eq!(ends, datetime(2027, 1, 1, 0, 3, 0, 0));
        assert_eq!(
            pack.hold_expires(now, true),
            datetime(2027, 1, 1, 0, 13, 0, 0)
        );
        assert!(!Pack::hold_over(ends, datetime(2027, 1, 1, 0, 2, 59, 0)));
        assert!(Pack::hold_over(ends, ends));
    }

    #[test]
    fn check_in_opens_half_an_hour_before() {
        let (opens, nominal) = test_pack().check_in(datetime(2026, 11, 23, 0, 10, 0, 0));
        assert_eq!(opens, datetime(2026, 11, 22, 23, 40, 0, 0));
        assert_eq!(nominal, datetime(2026, 11, 22, 23, 55, 0, 0));
    }
}
