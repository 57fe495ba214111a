//! No-shows (A21): so many within so many days block online booking for so long.

use contract::NoShowRule;
use contract::time::Shift;
use jiff::civil::DateTime;

use crate::pack;

/// Until when online booking is blocked, or none. `no_shows` are the times that were missed, or
/// cancelled too late; their order does not matter.
///
/// Each no-show that makes `limit` within the `within_days` that end with it blocks for
/// `block_days` from its own time: the third one, and each one more while the year still holds
/// three. One exactly `within_days` before no longer counts. The sources give no counting window;
/// this one is our choice and stands in the pack.
pub fn blocked_until(no_shows: &[DateTime], now: DateTime, rule: &NoShowRule) -> Option<DateTime> {
    let counted = |last: DateTime| {
        let from = last.earlier(pack::days(rule.within_days));
        no_shows
            .iter()
            .filter(|at| **at > from && **at <= last)
            .count()
    };
    let limit = usize::try_from(rule.limit).unwrap_or(usize::MAX);
    no_shows
        .iter()
        .filter(|last| counted(**last) >= limit)
        .map(|last| last.later(pack::days(rule.block_days)))
        .max()
        .filter(|until| now < *until)
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;
    use crate::suggested;

    fn until(no_shows: &[DateTime], now: DateTime) -> Option<DateTime> {
        blocked_until(no_shows, now, &suggested().no_show)
    }

    #[test]
    fn the_third_blocks_for_a_week() {
        let first = datetime(2026, 1, 10, 9, 0, 0, 0);
        let second = datetime(2026, 6, 1, 9, 0, 0, 0);
        let third = datetime(2026, 11, 20, 9, 0, 0, 0);
        let now = datetime(2026, 11, 22, 9, 0, 0, 0);
        assert_eq!(until(&[first, second], now), None);
        let ends = datetime(2026, 11, 27, 9, 0, 0, 0);
        assert_eq!(until(&[third, first, second], now), Some(ends));
        assert_eq!(
            until(
                &[first, second, third],
                datetime(2026, 11, 27, 8, 59, 59, 0)
            ),
            Some(ends)
        );
        assert_eq!(until(&[first, second, third], ends), None);
    }

    #[test]
    fn what_is_a_year_old_no_longer_counts() {
        let second = datetime(2026, 6, 1, 9, 0, 0, 0);
        let third = datetime(2026, 11, 20, 9, 0, 0, 0);
        let now = datetime(2026, 11, 21, 9, 0, 0, 0);
        let a_year_before = datetime(2025, 11, 20, 9, 0, 0, 0);
        assert_eq!(until(&[a_year_before, second, third], now), None);
        let a_second_later = datetime(2025, 11, 20, 9, 0, 1, 0);
        assert!(until(&[a_second_later, second, third], now).is_some());
    }

    #[test]
    fn over_a_leap_day_it_is_still_days() {
        // 365 days before 2028-03-10 is 2027-03-11: 2028 has a 29 February.
        let third = datetime(2028, 3, 10, 9, 0, 0, 0);
        let now = third;
        let near = datetime(2028, 3, 1, 9, 0, 0, 0);
        assert_eq!(
            until(&[datetime(2027, 3, 11, 9, 0, 0, 0), near, third], now),
            None
        );
        assert!(until(&[datetime(2027, 3, 11, 9, 0, 1, 0), near, third], now).is_some());
    }

    #[test]
    fn one_more_blocks_again() {
        let days = [1, 2, 3, 9].map(|day| datetime(2026, 11, day, 9, 0, 0, 0));
        assert_eq!(
            until(&days, datetime(2026, 11, 10, 9, 0, 0, 0)),
            Some(datetime(2026, 11, 16, 9, 0, 0, 0))
        );
    }
}
