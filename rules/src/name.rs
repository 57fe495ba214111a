//! Names of people as they are compared. A name on an identity card is not retyped the same way:
//! the dot of minority names has five code points in use, and spaces creep in.

use crate::identity::half_width;

/// Most characters a name may have; the longest on a card is far below.
pub const MOST: usize = 60;

/// The dots that stand between the parts of a minority or foreign name.
const DOTS: &[char] = &[
    '·', '•', '・', '･', '‧', '∙', '⋅', '．', '●', '᛫', '\u{2027}',
];

/// A name as it is compared: dots unified to `·`, full-width Latin made ASCII, spaces between
/// Chinese characters dropped and others made single. None when nothing or too much is left, or
/// when it holds what no name holds (digits, control characters, angle brackets).
pub fn normalise(text: &str) -> Option<String> {
    let dotted: String = text
        .chars()
        .map(|c| if DOTS.contains(&c) { '·' } else { c })
        .collect();
    let plain = half_width(&dotted);
    let mut name = String::new();
    for word in plain.split_whitespace() {
        let joins_latin = name.chars().last().is_some_and(is_latin) && word.starts_with(is_latin);
        if joins_latin {
            name.push(' ');
        }
        name.push_str(word);
    }
    let name = name.trim_matches('·');
    let count = name.chars().count();
    let sound = (1..=MOST).contains(&count)
        && !name
            .chars()
            .any(|c| c.is_control() || c.is_ascii_digit() || "<>&\"\\/|".contains(c));
    sound.then(|| name.to_owned())
}

/// Whether two names are the same person's name, however typed.
pub fn same(one: &str, other: &str) -> bool {
    match (normalise(one), normalise(other)) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => false,
    }
}

pub(crate) fn is_latin(c: char) -> bool {
    c.is_alphabetic() && (c as u32) < 0x250 || matches!(c, '\'' | '-' | '.' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dot_in_all_its_shapes() {
        for text in [
            "阿依古丽·买买提",
            "阿依古丽•买买提",
            "阿依古丽・买买提",
            "阿依古丽 · 买买提",
            "阿依古丽．买买提",
            "阿依古丽‧买买提",
        ] {
            assert_eq!(
                normalise(text).as_deref(),
                Some("阿依古丽·买买提"),
                "{text}"
            );
        }
    }

    #[test]
    fn spaces() {
        assert_eq!(normalise(" 王 建\u{3000}国 ").as_deref(), Some("王建国"));
        assert_eq!(normalise("John  Smith").as_deref(), Some("John Smith"));
        assert!(same("JOHN SMITH", "John Smith"));
        assert!(!same("John Smith", "JohnSmith"));
        assert!(same("李㛃", "李 㛃"));
        assert!(!same("", ""));
    }

    #[test]
    fn no_name() {
        for text in ["", "  ", "·", "<b>王</b>", "王1", "王\u{0}"] {
            assert_eq!(normalise(text), None, "{text:?}");
        }
        assert_eq!(normalise(&"王".repeat(61)), None);
        assert!(normalise(&"王".repeat(60)).is_some());
    }
}
