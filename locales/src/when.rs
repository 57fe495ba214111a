//! Days and times in words. An instant of the contract is written in its hospital's zone already,
//! so it is read as it stands: neither the phone's zone nor its clock can change what is shown.

use contract::{Day, Instant, TimeOfDay};

use crate::{Lang, dates};

#[derive(Clone, Copy)]
struct Date {
    year: i32,
    month: u32,
    day: u32,
}

impl Date {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        (1..=12)
            .contains(&month)
            .then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01 (Hinnant's `days_from_civil`).
    fn number(self) -> i32 {
        let (month, day) = (self.month.cast_signed(), self.day.cast_signed());
        let year = if month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// 1 is Monday, 7 is Sunday.
    fn weekday(self) -> u32 {
        (self.number() + 3).rem_euclid(7).unsigned_abs() + 1
    }
}

/// The day an instant lies on.
pub fn day_of(instant: &Instant) -> Day {
    Day(instant.as_str().get(..10).unwrap_or_default().to_owned())
}

/// How many days from `from` to `to`; none when either is no date.
pub fn days_between(from: &Day, to: &Day) -> Option<i32> {
    Some(Date::parse(to.as_str())?.number() - Date::parse(from.as_str())?.number())
}

/// `11月23日 星期一`.
pub fn day(lang: &Lang, day: &Day) -> String {
    match Date::parse(day.as_str()) {
        Some(date) => dates::day(lang, date.month, date.day, date.weekday()),
        None => day.0.clone(),
    }
}

/// `明天 11月23日 星期一`, seen from `today`.
pub fn day_from(lang: &Lang, today: &Day, day: &Day) -> String {
    let name = self::day(lang, day);
    match days_between(today, day) {
        Some(0) => dates::today(lang, &name),
        Some(1) => dates::tomorrow(lang, &name),
        Some(2) => dates::day_after(lang, &name),
        _ => name,
    }
}

/// `2026年11月23日`: for what lies far from today.
pub fn day_year(lang: &Lang, day: &Day) -> String {
    match Date::parse(day.as_str()) {
        Some(date) => dates::day_year(lang, date.year.unsigned_abs(), date.month, date.day),
        None => day.0.clone(),
    }
}

/// `11月23日`.
pub fn day_short(lang: &Lang, day: &Day) -> String {
    match Date::parse(day.as_str()) {
        Some(date) => dates::day_short(lang, date.month, date.day),
        None => day.0.clone(),
    }
}

/// `今天`, `明天`, `后天`, else `周一`.
pub fn weekday_from(lang: &Lang, today: &Day, day: &Day) -> String {
    match (days_between(today, day), Date::parse(day.as_str())) {
        (Some(0), _) => dates::today_word(lang),
        (Some(1), _) => dates::tomorrow_word(lang),
        (Some(2), _) => dates::day_after_word(lang),
        (_, Some(date)) => dates::weekday(lang, date.weekday()),
        _ => String::new(),
    }
}

/// `上午9:30`.
pub fn time(lang: &Lang, instant: &Instant) -> String {
    clock(lang, instant.as_str().get(11..16).unwrap_or_default())
}

/// `晚上8:00`.
pub fn time_of_day(lang: &Lang, time: &TimeOfDay) -> String {
    clock(lang, time.as_str())
}

/// `上午9:30到9:45`; the half of the day is said again only where it changes.
pub fn between(lang: &Lang, start: &Instant, end: &Instant) -> String {
    let (from, to) = (Clock::of(start), Clock::of(end));
    let last = match (from, to) {
        (Some(from), Some(to)) if from.half() == to.half() => {
            dates::time_bare(lang, to.half(), to.hour_of_half(), to.minute)
        }
        _ => time(lang, end),
    };
    dates::between(lang, &time(lang, start), &last)
}

/// `11月23日 星期一 上午9:30`.
pub fn day_time(lang: &Lang, instant: &Instant) -> String {
    dates::day_time(lang, &day(lang, &day_of(instant)), &time(lang, instant))
}

/// `11月23日 星期一 上午9:30到9:45`: a slot.
pub fn slot(lang: &Lang, start: &Instant, end: &Instant) -> String {
    dates::day_time(lang, &day(lang, &day_of(start)), &between(lang, start, end))
}

/// A wait in whole minutes, or in seconds under one.
pub fn wait(lang: &Lang, seconds: u32) -> String {
    if seconds < 60 {
        dates::seconds(lang, seconds)
    } else {
        dates::minutes(lang, seconds.div_ceil(60))
    }
}

#[derive(Clone, Copy)]
struct Clock<'a> {
    hour: u32,
    minute: &'a str,
}

impl<'a> Clock<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        Some(Self {
            hour: hour.parse().ok()?,
            minute,
        })
    }

    fn of(instant: &'a Instant) -> Option<Self> {
        Self::parse(instant.as_str().get(11..16)?)
    }

    fn half(self) -> &'static str {
        match self.hour {
            0..=5 => "night",
            6..=11 => "am",
            12 => "noon",
            13..=17 => "pm",
            _ => "evening",
        }
    }

    fn hour_of_half(self) -> u32 {
        if self.hour > 12 {
            self.hour - 12
        } else {
            self.hour
        }
    }
}

fn clock(lang: &Lang, text: &str) -> String {
    match Clock::parse(text) {
        Some(clock) => dates::time(lang, clock.half(), clock.hour_of_half(), clock.minute),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tag;

    #[test]
    fn instants_are_read_as_they_stand() {
        let (zh, tw, en) = (
            Lang::embedded(Tag::ZhCn),
            Lang::embedded(Tag::ZhTw),
            Lang::embedded(Tag::En),
        );
        let start = Instant::from("2026-11-23T09:30:00+08:00");
        let end = Instant::from("2026-11-23T09:45:00+08:00");
        assert_eq!(slot(&zh, &start, &end), "11月23日 星期一 上午9:30到9:45");
        assert_eq!(slot(&tw, &start, &end), "11月23日 星期一 上午9:30到9:45");
        assert_eq!(
            slot(&en, &start, &end),
            "Monday, November 23, 9:30 am to 9:45 am"
        );
        for (text, chinese, english) in [
            ("00:05", "凌晨0:05", "12:05 am"),
            ("12:00", "中午12:00", "12:00 pm"),
            ("13:00", "下午1:00", "1:00 pm"),
            ("20:00", "晚上8:00", "8:00 pm"),
        ] {
            assert_eq!(time_of_day(&zh, &TimeOfDay::from(text)), chinese);
            assert_eq!(time_of_day(&en, &TimeOfDay::from(text)), english);
        }
    }

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let zh = Lang::embedded(Tag::ZhCn);
        let day = |text: &str| Day::from(text);
        assert_eq!(
            days_between(&day("2026-12-31"), &day("2027-01-01")),
            Some(1)
        );
        assert_eq!(
            days_between(&day("2028-02-28"), &day("2028-03-01")),
            Some(2)
        );
        assert_eq!(days_between(&day("x"), &day("2028-03-01")), None);
        assert_eq!(
            day_from(&zh, &day("2026-11-30"), &day("2026-12-01")),
            "明天 12月1日 星期二"
        );
        assert_eq!(
            weekday_from(&zh, &day("2026-11-01"), &day("2026-11-22")),
            "周日"
        );
        assert_eq!(super::day(&zh, &day("not a day")), "not a day");
    }
}
