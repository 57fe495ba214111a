//! A rule pack that has been checked once, so that no decision can meet a malformed number.

use contract::{
    Caps, CheckInRule, HoldMinutes, NoShowRule, Rules, SlotMinutes, TimeOfDay, WaitlistRule,
};
use jiff::{SignedDuration, civil::Time};

/// The rules of one hospital, checked: what every decision is a method of.
#[derive(Clone, Debug)]
pub struct Pack {
    rules: Rules,
    release: Time,
    hours: Hours,
}

/// When messages may go out, read once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hours {
    pub(crate) message_open: Time,
    pub(crate) message_close: Time,
    pub(crate) message_early: Time,
    pub(crate) offer_open: Time,
    pub(crate) offer_close: Time,
}

impl Hours {
    fn read(rules: &Rules) -> Option<Self> {
        let hours = Self {
            message_open: time_of_day(&rules.message_open)?,
            message_close: time_of_day(&rules.message_close)?,
            message_early: time_of_day(&rules.message_early)?,
            offer_open: time_of_day(&rules.offer_open)?,
            offer_close: time_of_day(&rules.offer_close)?,
        };
        let sound = hours.message_early <= hours.message_open
            && hours.message_open < hours.message_close
            && hours.offer_open < hours.offer_close;
        sound.then_some(hours)
    }
}

/// What is wrong with a rule pack; said when the edge starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackError(pub &'static str);

impl std::fmt::Display for PackError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PackError {}

impl Pack {
    /// Checks a pack.
    pub fn new(rules: Rules) -> Result<Self, PackError> {
        let release = time_of_day(&rules.release_time)
            .ok_or(PackError("release_time is not a time of day (HH:MM)"))?;
        if !(1..=366).contains(&rules.booking_window_days) {
            return Err(PackError("booking_window_days must be 1 to 366"));
        }
        if rules.hold_minutes.normal == 0 || rules.hold_minutes.care == 0 {
            return Err(PackError("a hold must last at least a minute"));
        }
        if rules.no_show.limit == 0 || rules.no_show.within_days == 0 {
            return Err(PackError(
                "no_show.limit and no_show.within_days must be at least 1",
            ));
        }
        if rules.caps.per_doctor_day == 0
            || rules.caps.departments_per_day == 0
            || rules.caps.open == 0
        {
            return Err(PackError("a cap of 0 would forbid every booking"));
        }
        if rules.waitlist_offer_minutes.normal == 0 || rules.waitlist_offer_minutes.care == 0 {
            return Err(PackError("an offer must stand at least a minute"));
        }
        let minutes = [
            rules.waitlist_offer_minutes.normal,
            rules.waitlist_offer_minutes.care,
            rules.waitlist.lead_minutes,
            rules.book_until_minutes,
            rules.undo_minutes,
            rules.hold_minutes.normal,
            rules.hold_minutes.care,
            rules.check_in.opens_minutes,
            rules.check_in.nominal_minutes,
        ];
        if rules.early_ticket_minutes > 60 {
            return Err(PackError("early_ticket_minutes must be at most 60"));
        }
        if minutes.iter().any(|m| *m > 7 * 24 * 60)
            || rules.cancel_deadline_hours > 366 * 24
            || rules.no_show.within_days > 3660
            || rules.no_show.block_days > 3660
        {
            return Err(PackError("a duration is longer than anybody means"));
        }
        let hours = Hours::read(&rules).ok_or(PackError(
            "message_early, message_open, message_close, offer_open, offer_close are not times of day in that order",
        ))?;
        if rules
            .reminder_hours
            .iter()
            .any(|hours| !(1..=366 * 24).contains(hours))
        {
            return Err(PackError("reminder_hours must be 1 to 8784"));
        }
        Ok(Self {
            rules,
            release,
            hours,
        })
    }

    /// The pack as it is served.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// When messages may go out.
    pub(crate) fn hours(&self) -> Hours {
        self.hours
    }

    /// When a new day is released.
    pub(crate) fn release(&self) -> Time {
        self.release
    }
}

/// The pack that `rules.md` suggests: every number of it a default, none of it a constant.
pub fn suggested() -> Rules {
    Rules {
        version: "1".to_owned(),
        effective_from: "2026-01-01".into(),
        booking_window_days: 15,
        release_time: "20:00".into(),
        early_ticket_minutes: 5,
        book_until_minutes: 30,
        slot_minutes: SlotMinutes {
            ordinary: 15,
            expert: 20,
        },
        cancel_deadline_hours: 24,
        undo_minutes: 10,
        no_show: NoShowRule {
            limit: 3,
            within_days: 365,
            block_days: 7,
        },
        hold_minutes: HoldMinutes {
            normal: 5,
            care: 15,
        },
        caps: Caps {
            per_doctor_day: 1,
            departments_per_day: 3,
            open: 8,
        },
        few_at_most: 3,
        check_in: CheckInRule {
            opens_minutes: 30,
            nominal_minutes: 15,
        },
        reminder_hours: vec![24, 2],
        message_open: "09:00".into(),
        message_close: "20:00".into(),
        message_early: "07:00".into(),
        offer_open: "08:00".into(),
        offer_close: "21:00".into(),
        waitlist_offer_minutes: HoldMinutes {
            normal: 30,
            care: 60,
        },
        waitlist: WaitlistRule {
            most: 3,
            lead_minutes: 120,
        },
    }
}

/// `HH:MM` as a time; anything else is none.
pub(crate) fn time_of_day(text: &TimeOfDay) -> Option<Time> {
    let (hour, minute) = text.as_str().split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

pub(crate) fn minutes(count: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}

pub(crate) fn hours(count: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(count))
}

pub(crate) fn days(count: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

#[cfg(test)]
pub(crate) fn test_pack() -> Pack {
    Pack::new(suggested()).expect("the suggested pack is sound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_number_is_refused_at_the_start() {
        for time in ["24:00", "8:00", "20:60", "20", ""] {
            let rules = Rules {
                release_time: time.into(),
                ..suggested()
            };
            assert!(Pack::new(rules).is_err(), "{time}");
        }
        let rules = Rules {
            booking_window_days: 0,
            ..suggested()
        };
        assert!(Pack::new(rules).is_err());
    }
}
