//! Mainland mobile numbers as people type them.

use crate::identity::half_width;

/// The eleven digits of a mainland mobile number (`1[3-9]` and nine more), or none. Spaces,
/// hyphens, full-width digits and a leading `+86`, `0086` or `86` are accepted.
pub fn normalise(text: &str) -> Option<String> {
    let plain: String = half_width(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '(' | ')'))
        .collect();
    let digits = ["+86", "0086", "86"]
        .iter()
        .find_map(|prefix| plain.strip_prefix(prefix))
        .unwrap_or(&plain);
    let bytes = digits.as_bytes();
    let ok = bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1]);
    ok.then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_type_it() {
        for text in [
            "13800138000",
            "+86 138 0013 8000",
            "+8613800138000",
            "0086-138-0013-8000",
            "86 13800138000",
            "１３８００１３８０００",
            " 138\u{3000}0013\u{a0}8000 ",
            "＋８６13800138000",
        ] {
            assert_eq!(normalise(text).as_deref(), Some("13800138000"), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "12800138000",
            "1380013800",
            "138001380000",
            "057112345678",
            "1380013800a",
            "+1 2025550123",
        ] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
