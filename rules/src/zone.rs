//! Hospital zones: a name and a fixed offset. No zone database is carried, so zones that move
//! their clocks are refused when the edge starts.

use contract::{Instant, time};
use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// Zones without daylight saving, with their offset from UTC in minutes.
const ZONES: &[(&str, i32)] = &[
    ("Asia/Shanghai", 480),
    ("Asia/Urumqi", 360),
    ("Asia/Hong_Kong", 480),
    ("Asia/Macau", 480),
    ("Asia/Taipei", 480),
    ("Asia/Singapore", 480),
    ("Asia/Kuala_Lumpur", 480),
    ("Asia/Tokyo", 540),
    ("Asia/Seoul", 540),
    ("Asia/Bangkok", 420),
    ("Asia/Ho_Chi_Minh", 420),
    ("Asia/Jakarta", 420),
    ("Asia/Kolkata", 330),
    ("UTC", 0),
];

/// A hospital's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    name: &'static str,
    offset: Offset,
}

impl Zone {
    /// The zone of that IANA name; none when it is not known or moves its clocks.
    pub fn named(name: &str) -> Option<Self> {
        let (name, minutes) = ZONES.iter().find(|(known, _)| *known == name)?;
        Some(Self {
            name,
            offset: Offset::from_seconds(minutes * 60).ok()?,
        })
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What the hospital's clocks show at a moment.
    pub fn civil(self, at: Timestamp) -> DateTime {
        self.offset.to_datetime(at)
    }

    /// The moment at which the hospital's clocks show that.
    pub fn timestamp(self, civil: DateTime) -> Timestamp {
        self.offset
            .to_timestamp(civil)
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Reads an RFC 3339 instant of any offset; none when it has no offset or is no instant.
    pub fn read(self, instant: &str) -> Option<DateTime> {
        time::instant(instant).map(|at| self.civil(at))
    }

    /// Writes an instant, to the second, with the hospital's offset.
    pub fn write(self, civil: DateTime) -> Instant {
        let seconds = self.offset.seconds();
        let (sign, minutes) = if seconds < 0 {
            ('-', -seconds / 60)
        } else {
            ('+', seconds / 60)
        };
        Instant(format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second(),
            minutes / 60,
            minutes % 60,
        ))
    }

    /// Writes a moment with the hospital's offset.
    pub fn write_timestamp(self, at: Timestamp) -> Instant {
        self.write(self.civil(at))
    }

    /// Its offset from UTC.
    pub fn offset(self) -> Offset {
        self.offset
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    #[test]
    fn reads_any_offset_and_writes_its_own() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let at = datetime(2026, 11, 25, 15, 0, 0, 0);
        for text in [
            "2026-11-25T15:00:00+08:00",
            "2026-11-25T07:00:00Z",
            "2026-11-25T12:30:00+05:30",
        ] {
            assert_eq!(zone.read(text), Some(at), "{text}");
        }
        assert_eq!(zone.write(at).as_str(), "2026-11-25T15:00:00+08:00");
        assert_eq!(zone.civil(zone.timestamp(at)), at);
        assert_eq!(zone.read("2026-11-25T15:00:00"), None);
        assert_eq!(zone.read("tomorrow"), None);
    }

    #[test]
    fn zones_that_move_their_clocks_are_refused() {
        assert_eq!(Zone::named("Europe/Berlin"), None);
        assert_eq!(
            Zone::named("Asia/Kolkata")
                .unwrap()
                .write(datetime(2026, 1, 1, 0, 0, 0, 0))
                .as_str(),
            "2026-01-01T00:00:00+05:30"
        );
    }
}
