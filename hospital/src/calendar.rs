//! Days and times in the hospitals' zone, Asia/Shanghai, which has been UTC+8 without
//! daylight saving since 1992.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, time},
    tz::Offset,
};

/// Hour at which a new day is released.
pub const RELEASE_HOUR: i8 = 20;

/// The hospitals' offset from UTC.
pub const OFFSET: Offset = Offset::constant(8);

/// So many days later, earlier when negative.
pub fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// A number for each day, one more each day.
pub fn day_number(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days())
}

/// A day's minute as a civil time.
pub fn at(day: Date, minute: u16) -> DateTime {
    let (hour, minute) = ((minute / 60).min(23), minute % 60);
    day.to_datetime(time(
        i8::try_from(hour).unwrap_or(23),
        i8::try_from(minute).unwrap_or(0),
        0,
        0,
    ))
}

/// A civil time as a FHIR instant with the hospitals' offset.
pub fn instant(moment: DateTime) -> String {
    format!("{}+08:00", moment.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// An instant as civil time of the hospitals.
pub fn civil(moment: Timestamp) -> DateTime {
    OFFSET.to_datetime(moment)
}

/// An instant in text with any offset, as civil time of the hospitals.
pub fn parse(text: &str) -> Option<DateTime> {
    text.parse::<Timestamp>().ok().map(civil)
}

/// `20261122`, as in ids.
pub fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// `0830`, as in ids.
pub fn clock(minute: u16) -> String {
    format!("{:02}{:02}", minute / 60, minute % 60)
}
