//! What of a name, number or phone may stand on a screen that others can see (CM-29, CM-44).

use crate::name;

/// Surnames of two characters in use today.
const COMPOUND: &[&str] = &[
    "欧阳", "上官", "司马", "诸葛", "东方", "独孤", "南宫", "夏侯", "皇甫", "尉迟", "公孙", "慕容",
    "长孙", "宇文", "司徒", "令狐", "端木", "轩辕", "百里", "呼延", "闻人", "太史", "澹台", "宗政",
    "濮阳", "淳于", "单于", "申屠", "公羊", "仲孙", "钟离", "司空", "东郭", "西门", "万俟", "赫连",
    "闾丘", "歐陽", "諸葛", "東方", "南宮", "長孫",
];

/// `张*`, `王**`, `欧阳*`, `阿依古丽·***`, `John *****`: the family name, or the first part of a name
/// in parts, and a star for each character after it.
pub fn name(text: &str) -> String {
    let name = name::normalise(text).unwrap_or_default();
    if let Some((first, rest)) = name.split_once('·') {
        return format!("{first}·{}", stars(rest));
    }
    if let Some((first, rest)) = name.split_once(' ') {
        return format!("{first} {}", stars(rest));
    }
    let shown = if name.chars().count() > 2 && COMPOUND.iter().any(|s| name.starts_with(s)) {
        2
    } else {
        1
    };
    let kept: String = name.chars().take(shown).collect();
    let rest: String = name.chars().skip(shown).collect();
    // A name of one character is all family name, and still not to be shown in full.
    if rest.is_empty() {
        "*".to_owned()
    } else {
        kept + &stars(&rest)
    }
}

/// `138****8000`.
pub fn phone(digits: &str) -> String {
    middle(digits, 3, 4)
}

/// `110***********002X`'s shape: three shown before and, so that one's own card is known again,
/// two after; a short number shows one and two.
pub fn id_number(number: &str) -> String {
    if number.chars().count() >= 15 {
        middle(number, 3, 2)
    } else {
        middle(number, 1, 2)
    }
}

fn middle(text: &str, before: usize, after: usize) -> String {
    let count = text.chars().count();
    if count <= before + after {
        return "*".repeat(count);
    }
    text.chars()
        .enumerate()
        .map(|(i, c)| {
            if i < before || i >= count - after {
                c
            } else {
                '*'
            }
        })
        .collect()
}

fn stars(text: &str) -> String {
    text.chars()
        .map(|c| if matches!(c, ' ' | '·') { c } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (full, masked) in [
            ("张伟", "张*"),
            ("王建国", "王**"),
            ("欧阳修", "欧阳*"),
            ("欧阳", "欧*"),
            ("诸葛孔明", "诸葛**"),
            ("阿依古丽·买买提", "阿依古丽·***"),
            ("阿依古丽•买买提", "阿依古丽·***"),
            ("李㛃", "李*"),
            ("John Smith", "John *****"),
            ("张", "*"),
            ("", "*"),
        ] {
            assert_eq!(name(full), masked, "{full}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(phone("13800138000"), "138****8000");
        assert_eq!(id_number("11010519491231002X"), "110*************2X");
        assert_eq!(id_number("E12345678"), "E******78");
        assert_eq!(id_number("12"), "**");
    }
}
