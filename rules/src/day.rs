//! Days as the contract writes them.

use contract::Day;
use jiff::civil::Date;

/// A day as the contract writes it.
pub fn day(date: Date) -> Day {
    Day(format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        date.month(),
        date.day()
    ))
}

/// Reads `YYYY-MM-DD` and nothing else; none when there is no such day.
pub fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_ascii() {
        return None;
    }
    let digits = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse::<i16>().ok())
            .flatten()
    };
    let (year, month, day) = (
        digits(&text[..4])?,
        digits(&text[5..7])?,
        digits(&text[8..])?,
    );
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(
            date("2028-02-29").map(day),
            Some(Day("2028-02-29".to_owned()))
        );
        for text in [
            "2026-02-29",
            "2026-2-9",
            "20260209",
            "2026-02-0a",
            "+026-02-09",
            "2026-13-01",
            "",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
