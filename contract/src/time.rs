//! Days and moments as JSON has them (RFC 3339), and moments some time later or earlier.
//!
//! jiff's own readers know every notation of Temporal and its sums every unit, and with them come
//! the words for all that can go wrong there: a twentieth of the edge's script.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

/// Reads `YYYY-MM-DD` and nothing else; none when there is no such day.
pub fn date(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Reads a moment of any offset: `2026-11-22T16:36:13.851+08:00`; none when it has no offset.
pub fn instant(text: &str) -> Option<Timestamp> {
    let (day, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix(['T', 't'])?.split_at_checked(8)?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let (part, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(
            rest.find(|c: char| !c.is_ascii_digit())
                .filter(|at| *at > 0)?,
        ),
        None => ("", rest),
    };
    // Nanoseconds; of a finer part no more is kept.
    let part = format!("{part:0<9.9}").parse().ok()?;
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => Offset::UTC,
        ("+", ahead) => self::offset(ahead, 1)?,
        ("-", behind) => self::offset(behind, -1)?,
        _ => return None,
    };
    let byte = |number: i16| i8::try_from(number).ok();
    // A leap second is the one before it.
    let second = if second == 60 { 59 } else { second };
    let time = Time::new(byte(hour)?, byte(minute)?, byte(second)?, part);
    offset.to_timestamp(date(day)?.to_datetime(time.ok()?)).ok()
}

fn offset(text: &str, sign: i32) -> Option<Offset> {
    let [hours, minutes] = numbers(text, ':', [2, 2])?;
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * 60 * (60 * i32::from(hours) + i32::from(minutes))).ok()
}

/// Whole numbers of so many digits, and what stands between them.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[i16; N]> {
    let mut parts = text.split(between);
    let mut read = [0; N];
    for (read, digits) in read.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let plain = part.bytes().all(|byte| byte.is_ascii_digit());
        *read = part.parse().ok().filter(|_| plain)?;
    }
    parts.next().is_none().then_some(read)
}

/// Some time later or earlier; at the ends of time it stays there.
pub trait Shift: Sized {
    /// Later.
    #[must_use]
    fn later(self, by: SignedDuration) -> Self;

    /// Earlier.
    #[must_use]
    fn earlier(self, by: SignedDuration) -> Self {
        self.later(-by)
    }
}

impl Shift for Timestamp {
    fn later(self, by: SignedDuration) -> Self {
        let end = if by.is_negative() {
            Self::MIN
        } else {
            Self::MAX
        };
        Self::from_duration(self.as_duration().saturating_add(by)).unwrap_or(end)
    }
}

impl Shift for DateTime {
    fn later(self, by: SignedDuration) -> Self {
        Offset::UTC
            .to_timestamp(self)
            .map_or(self, |at| Offset::UTC.to_datetime(at.later(by)))
    }
}

impl Shift for Date {
    fn later(self, by: SignedDuration) -> Self {
        self.to_datetime(Time::midnight()).later(by).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_jiff_reads() {
        for text in [
            "2026-11-22T16:36:13Z",
            "2026-11-22T16:36:13.851Z",
            "2026-11-22T16:36:13.851234567+08:00",
            "2026-02-28T23:59:60-05:30",
            "2024-02-29t00:00:00z",
        ] {
            assert_eq!(instant(text), text.parse().ok(), "{text}");
        }
        // More digits than there are nanoseconds.
        let fine = instant("2026-11-22T16:36:13.85123456789Z");
        assert_eq!(fine, "2026-11-22T16:36:13.851234567Z".parse().ok());
        assert_eq!(date("2024-02-29"), Some(Date::constant(2024, 2, 29)));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2026-11-22",
            "2026-11-22T16:36:13",
            "2026-11-22T16:36Z",
            "2026-11-22T16:36:13.Z",
            "2026-11-22T16:36:13.5",
            "2026-11-22T16:36:61Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T16:36:13+08",
            "2026-11-22T16:36:13+08:60",
            "2026-11-22T16:36:13Z ",
            "2026-02-30T16:36:13Z",
            "+026-11-22T16:36:13Z",
            "心心心心",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
        for text in [
            "2026-2-30",
            "2026-02-30",
            "2026-11-2",
            "2026-11-022",
            "11-22",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn time_goes_by_and_stays_at_its_end() {
        let hour = SignedDuration::from_hours(1);
        let noon = Date::constant(2026, 12, 31).at(23, 30, 0, 0);
        assert_eq!(noon.later(hour), Date::constant(2027, 1, 1).at(0, 30, 0, 0));
        assert_eq!(noon.later(hour).earlier(hour), noon);
        assert_eq!(noon.date().later(24 * hour), Date::constant(2027, 1, 1));
        assert_eq!(Timestamp::MAX.later(hour), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.earlier(hour), Timestamp::MIN);
    }
}
