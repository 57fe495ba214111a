//! The waitlist (候补): who may wait, who is next for a place, and how long an offer stands.

use contract::time::Shift;
use contract::{Level, Limit, LimitKind, Session};
use jiff::civil::{Date, DateTime};

use crate::{Pack, pack};

/// What somebody waits for. Ids are of one hospital; `None`: any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The department.
    pub department: String,
    /// The doctor.
    pub doctor: Option<String>,
    /// Clinic type.
    pub level: Option<Level>,
    /// Half of the day.
    pub session: Option<Session>,
    /// The first day that would do.
    pub from: Date,
    /// The last day that would do.
    pub to: Date,
}

/// A place as wishes see it.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// The department.
    pub department: &'a str,
    /// The doctor.
    pub doctor: &'a str,
    /// Clinic type.
    pub level: Level,
    /// When the visit starts.
    pub start: DateTime,
}

impl Wish {
    /// Whether a place is what is waited for: never another clinic type, doctor or half of the day.
    pub fn wants(&self, seat: &Seat<'_>) -> bool {
        self.department == seat.department
            && self.doctor.as_deref().is_none_or(|it| it == seat.doctor)
            && self.level.is_none_or(|it| it == seat.level)
            && self.session.is_none_or(|it| it == session(seat.start))
            && (self.from..=self.to).contains(&seat.start.date())
    }

    /// Whether some place could be wanted by both, so that who is earlier stands before the other.
    pub fn competes(&self, other: &Self) -> bool {
        fn meet<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        self.department == other.department
            && meet(self.doctor.as_ref(), other.doctor.as_ref())
            && meet(self.level.as_ref(), other.level.as_ref())
            && meet(self.session.as_ref(), other.session.as_ref())
            && self.from <= other.to
            && other.from <= self.to
    }

    /// Whether waiting is over: its last day has gone by.
    pub fn over(&self, now: DateTime) -> bool {
        self.to < now.date()
    }
}

/// Half of the day of a start.
fn session(start: DateTime) -> Session {
    if start.hour() < 12 {
        Session::Am
    } else {
        Session::Pm
    }
}

/// When an offer is told, and until when it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferTime {
    /// When the message goes out: now, or when offers may be sent again.
    pub told: DateTime,
    /// When the place goes to the next.
    pub expires: DateTime,
}

impl Pack {
    /// Whether some days can be waited for: in their order, none gone by, all of them released,
    /// because what was never open cannot be full.
    pub fn may_wait_for(&self, from: Date, to: Date, now: DateTime) -> bool {
        now.date() <= from && from <= to && to <= self.last_open_day(now)
    }

    /// Whether somebody who waits in `waiting` places already and has `open` bookings to come may
    /// wait for one more; `keeps`: one of those bookings is given up for it.
    pub fn may_wait_more(&self, waiting: u32, open: u32, keeps: bool) -> Result<(), Limit> {
        let (waitlist, caps) = (self.rules().waitlist.most, self.rules().caps.open);
        if waiting >= waitlist {
            return Err(Limit {
                kind: LimitKind::Waitlist,
                most: waitlist,
            });
        }
        // An offer that could not be accepted would only keep the place from others.
        if !keeps && open >= caps {
            return Err(Limit {
                kind: LimitKind::Open,
                most: caps,
            });
        }
        Ok(())
    }

    /// When a place that starts at `start` and is free now is offered. At night the place is kept
    /// and told in the morning. `None`: too soon for an offer to stand its time and leave the
    /// person time to get there; then it is free for all.
    pub fn offer_time(&self, start: DateTime, now: DateTime, care: bool) -> Option<OfferTime> {
        let told = self.offer_at(now);
        let minutes = &self.rules().waitlist_offer_minutes;
        let stands = if care { minutes.care } else { minutes.normal };
        let expires = told.later(pack::minutes(stands));
        let lead = pack::minutes(self.rules().waitlist.lead_minutes);
        (expires.later(lead) <= start).then_some(OfferTime { told, expires })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::pack::test_pack;

    fn wish() -> Wish {
        Wish {
            department: "heart".into(),
            doctor: None,
            level: None,
            session: None,
            from: date(2026, 11, 24),
            to: date(2026, 11, 26),
        }
    }

    fn seat(day: i8, hour: i8) -> Seat<'static> {
        Seat {
            department: "heart",
            doctor: "li",
            level: Level::Expert,
            start: datetime(2026, 11, day, hour, 0, 0, 0),
        }
    }

    #[test]
    fn a_place_must_be_what_is_waited_for() {
        assert!(wish().wants(&seat(24, 8)) && wish().wants(&seat(26, 16)));
        assert!(!wish().wants(&seat(23, 8)) && !wish().wants(&seat(27, 8)));
        let narrowed = |change: fn(&mut Wish)| {
            let mut wish = wish();
            change(&mut wish);
            wish.wants(&seat(24, 8))
        };
        assert!(narrowed(|it| it.doctor = Some("li".into())));
        assert!(!narrowed(|it| it.doctor = Some("wu".into())));
        assert!(!narrowed(|it| it.level = Some(Level::Ordinary)));
        assert!(narrowed(|it| it.session = Some(Session::Am)));
        assert!(!narrowed(|it| it.session = Some(Session::Pm)));
        assert!(!narrowed(|it| it.department = "lung".into()));
    }

    #[test]
    fn who_waits_for_something_else_stands_before_nobody() {
        let of = |doctor: Option<&str>, session, from, to| Wish {
            doctor: doctor.map(Into::into),
            session,
            from: date(2026, 11, from),
            to: date(2026, 11, to),
            ..wish()
        };
        let mine = of(Some("li"), Some(Session::Am), 24, 26);
        assert!(mine.competes(&of(None, None, 26, 30)));
        assert!(!mine.competes(&of(None, None, 27, 30)));
        assert!(!mine.competes(&of(Some("wu"), None, 24, 26)));
        assert!(!mine.competes(&of(Some("li"), Some(Session::Pm), 24, 26)));
        assert!(mine.competes(&mine));
    }

    #[test]
    fn only_open_days_can_be_waited_for() {
        let pack = test_pack();
        let now = datetime(2026, 11, 22, 10, 0, 0, 0);
        let may = |from, to| pack.may_wait_for(from, to, now);
        assert!(may(date(2026, 11, 22), date(2026, 12, 6)));
        assert!(!may(date(2026, 11, 22), date(2026, 12, 7)));
        assert!(!may(date(2026, 11, 21), date(2026, 11, 23)));
        assert!(!may(date(2026, 11, 24), date(2026, 11, 23)));
        assert!(!wish().over(datetime(2026, 11, 26, 23, 59, 59, 0)));
        assert!(wish().over(datetime(2026, 11, 27, 0, 0, 0, 0)));
    }

    #[test]
    fn three_wishes_and_an_offer_that_could_be_accepted() {
        let pack = test_pack();
        let kind = |waiting, open, keeps| {
            pack.may_wait_more(waiting, open, keeps)
                .map_err(|limit| limit.kind)
        };
        assert_eq!(kind(2, 7, false), Ok(()));
        assert_eq!(kind(3, 0, false), Err(LimitKind::Waitlist));
        assert_eq!(kind(0, 8, false), Err(LimitKind::Open));
        assert_eq!(kind(0, 8, true), Ok(()));
    }

    #[test]
    fn an_offer_stands_its_time_and_leaves_time_to_get_there() {
        let pack = test_pack();
        let now = datetime(2026, 11, 22, 10, 0, 0, 0);
        let start = |hour, minute| datetime(2026, 11, 22, hour, minute, 0, 0);
        let time = pack.offer_time(start(12, 30), now, false).unwrap();
        assert_eq!((time.told, time.expires), (now, start(10, 30)));
        assert_eq!(pack.offer_time(start(12, 29), now, false), None);
        assert_eq!(pack.offer_time(start(12, 30), now, true), None);
        let slow = pack.offer_time(start(13, 0), now, true).unwrap();
        assert_eq!(slow.expires, start(11, 0));
    }

    #[test]
    fn at_night_a_place_is_kept_until_it_can_be_told() {
        let pack = test_pack();
        let late = datetime(2026, 11, 22, 21, 0, 1, 0);
        let eight = datetime(2026, 11, 23, 8, 0, 0, 0);
        let start = datetime(2026, 11, 23, 10, 30, 0, 0);
        let time = pack.offer_time(start, late, false).unwrap();
        assert_eq!(time.told, eight);
        assert_eq!(time.expires, datetime(2026, 11, 23, 8, 30, 0, 0));
        // Too soon after eight: nobody is woken for it, and it is free for all.
        let early = datetime(2026, 11, 23, 10, 15, 0, 0);
        assert_eq!(pack.offer_time(early, late, false), None);
        let just = datetime(2026, 11, 22, 21, 0, 0, 0);
        assert_eq!(pack.offer_time(start, just, false).unwrap().told, just);
        let dawn = datetime(2026, 11, 23, 7, 59, 59, 0);
        assert_eq!(pack.offer_time(start, dawn, false).unwrap().told, eight);
    }
}
