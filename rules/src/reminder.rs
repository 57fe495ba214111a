//! When people are told (B01, B03): not at night, and not too late to be of use.

use contract::time::Shift;
use jiff::{
    SignedDuration,
    civil::{DateTime, Time},
};

use crate::{Pack, pack};

/// Reminders of fewer hours say "set out", those of more "keep the day free" (hours).
const SHORT: u32 = 12;
/// So long after its moment a reminder still counts as on time.
const ON_TIME: SignedDuration = SignedDuration::from_mins(15);

/// A reminder of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Which: so many hours before the visit by the rule pack.
    pub hours: u32,
    /// When it goes.
    pub at: DateTime,
}

/// What to do about a visit's reminders now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminding {
    /// The one to send, unless it has been sent.
    pub due: Option<Reminder>,
    /// When to look again.
    pub next: Option<DateTime>,
}

impl Pack {
    /// The reminders of what was booked at `booked` and starts at `start`, in their order, no two
    /// at one moment. Whoever books after a reminder's moment needs none: the confirmation says
    /// the same.
    pub fn reminders(&self, booked: DateTime, start: DateTime) -> Vec<Reminder> {
        let hours = self.rules().reminder_hours.iter().copied();
        let mut all: Vec<Reminder> = hours
            .map(|hours| Reminder {
                hours,
                at: self.reminder_at(hours, start),
            })
            .filter(|it| booked < it.at && it.at < start)
            .collect();
        // Of two at one moment the one that says "set out" stays.
        all.sort_by_key(|it| (it.at, it.hours));
        all.dedup_by_key(|it| it.at);
        all
    }

    /// What is due now, and when to look again. A reminder that could not go in time (the edge or
    /// the hospital was away) goes late, by day, until the next one's moment.
    pub fn reminding(&self, booked: DateTime, start: DateTime, now: DateTime) -> Reminding {
        let all = self.reminders(booked, start);
        let due = all.iter().copied().rfind(|it| it.at <= now && now < start);
        let next = all.iter().map(|it| it.at).find(|at| *at > now);
        let Some(it) = due else {
            return Reminding { due, next };
        };
        let from = self.opens(it.hours);
        let by_day = (from..=self.hours().message_close).contains(&now.time());
        if by_day || now.duration_since(it.at) <= ON_TIME {
            return Reminding { due, next };
        }
        let mut morning = now.date().to_datetime(from);
        if morning <= now {
            morning = now.date().later(pack::days(1)).to_datetime(from);
        }
        let next = next.unwrap_or(start).min(morning);
        Reminding {
            due: None,
            next: Some(next).filter(|at| *at < start),
        }
    }

    /// Whether an offer may go out now; else when.
    pub fn offer_at(&self, now: DateTime) -> DateTime {
        within(self.hours().offer_open, self.hours().offer_close, now)
    }

    /// Whether news that nobody waits for may go out now; else when.
    pub fn message_at(&self, now: DateTime) -> DateTime {
        within(self.hours().message_open, self.hours().message_close, now)
    }

    fn reminder_at(&self, hours: u32, start: DateTime) -> DateTime {
        let due = start.earlier(pack::hours(hours));
        let closes = self.hours().message_close;
        if due.time() > closes {
            return due.date().to_datetime(closes);
        }
        if due.time() >= self.opens(hours) {
            return due;
        }
        if hours < SHORT {
            // Nobody is woken: the evening before.
            let eve = due.date().earlier(pack::days(1));
            return eve.to_datetime(closes);
        }
        due.date().to_datetime(self.hours().message_open)
    }

    /// From when in the morning a reminder may go.
    fn opens(&self, hours: u32) -> Time {
        if hours < SHORT {
            self.hours().message_early
        } else {
            self.hours().message_open
        }
    }
}

/// The first moment from `now` on within these hours of a day.
fn within(opens: Time, closes: Time, now: DateTime) -> DateTime {
    if now.time() < opens {
        now.date().to_datetime(opens)
    } else if now.time() <= closes {
        now
    } else {
        now.date().later(pack::days(1)).to_datetime(opens)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::datetime};

    use super::*;
    use crate::pack::test_pack;

    fn long_ago() -> DateTime {
        datetime(2026, 1, 1, 0, 0, 0, 0)
    }

    fn of(start: DateTime) -> Vec<DateTime> {
        let all = test_pack().reminders(long_ago(), start);
        all.into_iter().map(|it| it.at).collect()
    }

    #[test]
    fn the_day_before_and_two_hours_before() {
        assert_eq!(
            of(datetime(2026, 12, 1, 14, 30, 0, 0)),
            [
                datetime(2026, 11, 30, 14, 30, 0, 0),
                datetime(2026, 12, 1, 12, 30, 0, 0)
            ]
        );
        // Not before nine the day before, and nobody is woken at six.
        assert_eq!(
            of(datetime(2028, 3, 1, 8, 0, 0, 0)),
            [
                datetime(2028, 2, 29, 9, 0, 0, 0),
                datetime(2028, 2, 29, 20, 0, 0, 0)
            ]
        );
        // Due at seven sharp it goes at seven.
        assert_eq!(
            of(datetime(2027, 1, 1, 9, 0, 0, 0))[1],
            datetime(2027, 1, 1, 7, 0, 0, 0)
        );
        assert_eq!(
            of(datetime(2027, 1, 1, 8, 59, 0, 0))[1],
            datetime(2026, 12, 31, 20, 0, 0, 0)
        );
        // A visit of the night.
        assert_eq!(
            of(datetime(2026, 11, 26, 0, 15, 0, 0)),
            [
                datetime(2026, 11, 25, 9, 0, 0, 0),
                datetime(2026, 11, 25, 20, 0, 0, 0)
            ]
        );
    }

    /// Each quarter of an hour of a year with month ends, leap day and year's end.
    #[test]
    fn whatever_the_visit_reminders_go_by_day_in_order_and_never_two_at_once() {
        let pack = test_pack();
        let mut start = datetime(2027, 12, 30, 0, 0, 0, 0);
        while start < datetime(2028, 3, 3, 0, 0, 0, 0) {
            for booked in [
                start - 15.days(),
                (start - 15.days()).date().at(20, 0, 0, 0),
                start - 24.hours(),
                start - 2.hours(),
                start - 31.minutes(),
                start.date().at(0, 0, 0, 0),
            ] {
                let all = pack.reminders(booked, start);
                assert!(all.len() <= 2);
                assert!(
                    all.windows(2).all(|pair| pair[0].at < pair[1].at),
                    "{start}"
                );
                for it in &all {
                    assert!(booked < it.at && it.at < start, "{booked} {start} {it:?}");
                    let earliest = if it.hours < SHORT { 7 } else { 9 };
                    let time = it.at.time();
                    assert!(
                        time.hour() >= earliest && time <= Time::constant(20, 0, 0, 0),
                        "{start} {it:?}"
                    );
                    // Never more than half a day from where it belongs.
                    let due = start - i64::from(it.hours).hours();
                    assert!(due.duration_since(it.at).abs() <= SignedDuration::from_hours(11));
                    // At its moment it is what is due; a moment before it is not.
                    assert_eq!(pack.reminding(booked, start, it.at).due, Some(*it));
                    let before = pack.reminding(booked, start, it.at - 1.second());
                    assert!(before.due != Some(*it) && before.next == Some(it.at));
                }
            }
            start += 15.minutes();
        }
    }

    #[test]
    fn who_books_after_its_moment_gets_no_late_reminder() {
        let pack = test_pack();
        let start = datetime(2026, 11, 26, 14, 0, 0, 0);
        let day_before = datetime(2026, 11, 25, 14, 0, 0, 0);
        let hours = |booked| -> Vec<u32> {
            pack.reminders(booked, start)
                .iter()
                .map(|it| it.hours)
                .collect()
        };
        assert_eq!(hours(day_before - 1.second()), [24, 2]);
        assert_eq!(hours(day_before), [2]);
        assert_eq!(hours(start - 2.hours()), [0_u32; 0]);
    }

    #[test]
    fn one_that_could_not_go_goes_late_by_day_until_the_next_is_due() {
        let pack = test_pack();
        let start = datetime(2026, 11, 26, 14, 0, 0, 0);
        let at =
            |day, hour| pack.reminding(long_ago(), start, datetime(2026, 11, day, hour, 0, 0, 0));
        assert_eq!(at(25, 19).due.map(|it| it.hours), Some(24));
        // At night it waits for the morning.
        for (day, hour) in [(25, 21), (26, 3)] {
            let night = at(day, hour);
            assert_eq!(night.due, None);
            assert_eq!(night.next, Some(datetime(2026, 11, 26, 9, 0, 0, 0)));
        }
        assert_eq!(at(26, 9).due.map(|it| it.hours), Some(24));
        assert_eq!(at(26, 12).due.map(|it| it.hours), Some(2));
        assert_eq!(at(26, 12).next, None);
        assert_eq!(
            at(26, 14),
            Reminding {
                due: None,
                next: None
            }
        );
    }

    #[test]
    fn offers_and_news_wait_for_the_morning() {
        let pack = test_pack();
        let at = |hour, minute| pack.offer_at(datetime(2026, 11, 30, hour, minute, 0, 0));
        assert_eq!(at(7, 59), datetime(2026, 11, 30, 8, 0, 0, 0));
        assert_eq!(at(21, 0), datetime(2026, 11, 30, 21, 0, 0, 0));
        assert_eq!(at(21, 1), datetime(2026, 12, 1, 8, 0, 0, 0));
        let news = |hour, minute| pack.message_at(datetime(2026, 11, 30, hour, minute, 0, 0));
        assert_eq!(news(8, 59), datetime(2026, 11, 30, 9, 0, 0, 0));
        assert_eq!(news(20, 0), datetime(2026, 11, 30, 20, 0, 0, 0));
        assert_eq!(news(20, 1), datetime(2026, 12, 1, 9, 0, 0, 0));
    }
}
