//! Flags of laboratory values (D13): only where the hospital gives no interpretation of its own.

use contract::{Flag, Range};

/// The flag that a value's range gives; on a bound it is normal. None without a bound. A range
/// cannot make a value critical: that only the hospital says.
pub fn flag(value: f64, range: &Range) -> Option<Flag> {
    if !value.is_finite() {
        return None;
    }
    match (range.low, range.high) {
        (Some(low), _) if value < low => Some(Flag::Low),
        (_, Some(high)) if value > high => Some(Flag::High),
        (None, None) => None,
        _ => Some(Flag::Normal),
    }
}

/// How many values are not normal; none when nothing in the report is flagged at all.
pub fn abnormal_count(flags: &[Option<Flag>]) -> Option<u32> {
    let known = flags.iter().flatten();
    let abnormal = known.clone().filter(|flag| **flag != Flag::Normal).count();
    known
        .clone()
        .next()
        .map(|_| u32::try_from(abnormal).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: Option<f64>, high: Option<f64>) -> Range {
        Range {
            low,
            high,
            text: None,
        }
    }

    #[test]
    fn bounds_are_normal() {
        let glucose = range(Some(3.9), Some(6.1));
        assert_eq!(flag(3.89, &glucose), Some(Flag::Low));
        assert_eq!(flag(3.9, &glucose), Some(Flag::Normal));
        assert_eq!(flag(6.1, &glucose), Some(Flag::Normal));
        assert_eq!(flag(6.11, &glucose), Some(Flag::High));
        assert_eq!(flag(1.0, &range(None, Some(5.2))), Some(Flag::Normal));
        assert_eq!(flag(9.9, &range(None, None)), None);
        assert_eq!(flag(f64::NAN, &glucose), None);
    }

    #[test]
    fn counting() {
        assert_eq!(abnormal_count(&[]), None);
        assert_eq!(abnormal_count(&[None, None]), None);
        assert_eq!(abnormal_count(&[Some(Flag::Normal), None]), Some(0));
        assert_eq!(
            abnormal_count(&[
                Some(Flag::High),
                Some(Flag::CriticalLow),
                Some(Flag::Normal)
            ]),
            Some(2)
        );
    }
}
