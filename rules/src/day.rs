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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date;

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
