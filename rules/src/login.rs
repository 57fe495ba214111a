//! Login codes: how long they live and how many may be asked for.

use contract::time::Shift;
use jiff::{SignedDuration, Timestamp};

/// Digits of a code.
pub const CODE_DIGITS: usize = 6;
/// Wrong tries after which a code is dead.
pub const CODE_TRIES: u32 = 5;

/// Seconds until another code may be asked for by the same phone.
const RESEND_SECONDS: i64 = 60;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Minutes a code lives: 5, in care mode 10.
pub fn code_minutes(care: bool) -> u32 {
    if care { 10 } else { 5 }
}

/// Whether one more code is too many, given when those of the last hour were sent: to one phone
/// one a minute and 5 an hour (`per_phone`), to one address 30 an hour. Some: seconds to wait.
pub fn too_many_codes(sent: &[Timestamp], now: Timestamp, per_phone: bool) -> Option<u32> {
    let most = if per_phone { 5 } else { 30 };
    let recent: Vec<Timestamp> = sent
        .iter()
        .copied()
        .filter(|at| now.duration_since(*at) < HOUR && *at <= now)
        .collect();
    let mut free_again: Option<Timestamp> = None;
    if recent.len() >= most {
        let mut order = recent.clone();
        order.sort_unstable();
        // The hour must be rid of so many that one more fits.
        free_again = order.get(recent.len() - most).map(|at| at.later(HOUR));
    }
    if per_phone
        && let Some(last) = recent.iter().max()
        && let next = last.later(SignedDuration::from_secs(RESEND_SECONDS))
        && next > now
    {
        free_again = free_again.max(Some(next));
    }
    free_again.map(|at| {
        let wait = at.duration_since(now);
        let whole = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
        u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn one_a_minute() {
        assert_eq!(too_many_codes(&[], at(0), true), None);
        assert_eq!(too_many_codes(&[at(0)], at(59), true), Some(1));
        assert_eq!(too_many_codes(&[at(0)], at(60), true), None);
        // An address may send to two phones in one second.
        assert_eq!(too_many_codes(&[at(0)], at(0), false), None);
    }

    #[test]
    fn five_an_hour_and_thirty_an_address() {
        let five: Vec<_> = (0..5).map(|n| at(n * 100)).collect();
        assert_eq!(too_many_codes(&five[..4], at(1000), true), None);
        assert_eq!(too_many_codes(&five, at(1000), true), Some(2600));
        assert_eq!(too_many_codes(&five, at(3599), true), Some(1));
        assert_eq!(too_many_codes(&five, at(3600), true), None);
        let thirty: Vec<_> = (0..30).map(at).collect();
        assert_eq!(too_many_codes(&thirty[..29], at(60), false), None);
        assert_eq!(too_many_codes(&thirty, at(60), false), Some(3540));
    }

    #[test]
    fn care_mode_has_more_time() {
        assert_eq!((code_minutes(false), code_minutes(true)), (5, 10));
    }
}
