//! The telephone line of people (A30): open now, or when again.

use contract::Hotline;
use jiff::civil::DateTime;

use crate::{pack, window};

/// Whether anybody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HotlineState {
    /// Yes, until then.
    Open(DateTime),
    /// Not before then.
    Closed(DateTime),
}

/// How the line stands. Closed at the closing minute sharp. None when its hours are malformed or
/// run over midnight, which the settings refuse.
pub fn hotline(line: &Hotline, now: DateTime) -> Option<HotlineState> {
    let (opens, closes) = (
        pack::time_of_day(&line.opens)?,
        pack::time_of_day(&line.closes)?,
    );
    if opens >= closes {
        return None;
    }
    let today = now.date();
    Some(if now.time() < opens {
        HotlineState::Closed(today.to_datetime(opens))
    } else if now.time() < closes {
        HotlineState::Open(today.to_datetime(closes))
    } else {
        HotlineState::Closed(window::next_day(today).to_datetime(opens))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    #[test]
    fn eight_to_eight() {
        let line = Hotline {
            number: "0571-12345678".to_owned(),
            opens: "08:00".into(),
            closes: "20:00".into(),
        };
        let at =
            |hour, minute, second| hotline(&line, datetime(2026, 11, 30, hour, minute, second, 0));
        assert_eq!(
            at(7, 59, 59),
            Some(HotlineState::Closed(datetime(2026, 11, 30, 8, 0, 0, 0)))
        );
        assert_eq!(
            at(8, 0, 0),
            Some(HotlineState::Open(datetime(2026, 11, 30, 20, 0, 0, 0)))
        );
        assert_eq!(
            at(19, 59, 59),
            Some(HotlineState::Open(datetime(2026, 11, 30, 20, 0, 0, 0)))
        );
        assert_eq!(
            at(20, 0, 0),
            Some(HotlineState::Closed(datetime(2026, 12, 1, 8, 0, 0, 0)))
        );
    }
}
