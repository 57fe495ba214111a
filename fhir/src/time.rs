//! Instants as FHIR writes them.

use jiff::{Timestamp, tz::Offset};

/// The moment a FHIR `instant` or `dateTime` with a time names; `None` for anything coarser.
pub fn parse(text: &str) -> Option<Timestamp> {
    contract::time::instant(text)
}

/// RFC 3339 with the hospital's offset, to the second.
pub fn print(at: Timestamp, offset: Offset) -> String {
    let seconds = (at.as_millisecond() + 500).div_euclid(1000);
    let at = Timestamp::from_second(seconds).unwrap_or(at);
    at.display_with_offset(offset).to_string()
}

/// The same to the millisecond, where an order follows from it.
pub fn print_exact(at: Timestamp, offset: Offset) -> String {
    let millis = (at.as_microsecond() + 500).div_euclid(1000);
    let at = Timestamp::from_millisecond(millis).unwrap_or(at);
    at.display_with_offset(offset).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_in_the_hospitals_zone_and_reads_any() {
        let at = parse("2026-11-22T16:00:00.000Z").unwrap();
        assert_eq!(print(at, Offset::constant(8)), "2026-11-23T00:00:00+08:00");
        assert_eq!(parse("2026-11-23T00:00:00+08:00"), Some(at));
        let exact = parse("2026-11-22T16:00:00.250Z").unwrap();
        let printed = print_exact(exact, Offset::constant(8));
        assert_eq!(printed, "2026-11-23T00:00:00.25+08:00");
        assert_eq!(parse(&printed), Some(exact));
        assert_eq!(parse("2026-11-23"), None);
    }
}
