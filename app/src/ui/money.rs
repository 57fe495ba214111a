//! Money in digits and in words, so that a misread digit is noticed.

use locales::{Lang, main};

/// `30.00 元`; what it costs is not always known.
pub fn yuan(lang: &Lang, fen: Option<u64>) -> String {
    match fen {
        None => main::fee_unknown(lang),
        Some(0) => main::free_of_charge(lang),
        Some(fen) => main::yuan(lang, &format!("{}.{:02}", fen / 100, fen % 100)),
    }
}

/// `三十元`, for whole amounts below 10,000 yuan; empty where words would not help.
pub fn in_words(lang: &Lang, fen: Option<u64>) -> String {
    let Some(fen) = fen.filter(|fen| fen % 100 == 0 && (100..1_000_000).contains(fen)) else {
        return String::new();
    };
    let words = main::number_words(lang);
    let words: Vec<&str> = words.split(' ').collect();
    let number = fen / 100;
    let spelt = if words.len() > 14 {
        english(number, &words)
    } else {
        chinese(number, &words)
    };
    main::yuan_words(lang, &spelt)
}

/// `words`: 零 to 九, then 十 百 千.
fn chinese(number: u64, words: &[&str]) -> String {
    let mut text = String::new();
    let mut pending_zero = false;
    for (unit, value) in [(12, 1000), (11, 100), (10, 10), (0, 1)] {
        let digit = usize::try_from(number / value % 10).unwrap_or_default();
        if digit == 0 {
            pending_zero = !text.is_empty();
            continue;
        }
        if pending_zero {
            text.push_str(words[0]);
            pending_zero = false;
        }
        // 十五, not 一十五, where nothing stands before.
        if !(value == 10 && digit == 1 && text.is_empty()) {
            text.push_str(words[digit]);
        }
        if unit > 0 {
            text.push_str(words[unit]);
        }
    }
    text
}

/// `words`: zero to nineteen, twenty to ninety, hundred, thousand.
fn english(number: u64, words: &[&str]) -> String {
    let word = |at: u64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or_default()
    };
    let mut parts = Vec::new();
    for (unit, value) in [(29, 1000), (28, 100)] {
        let count = number / value % 10;
        if count > 0 {
            parts.push(format!("{} {}", word(count), word(unit)));
        }
    }
    match number % 100 {
        0 => {}
        rest @ 1..20 => parts.push(word(rest).to_owned()),
        rest if rest % 10 == 0 => parts.push(word(18 + rest / 10).to_owned()),
        rest => parts.push(format!("{}-{}", word(18 + rest / 10), word(rest % 10))),
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelt_as_people_say_them() {
        let words: Vec<&str> = "零 一 二 三 四 五 六 七 八 九 十 百 千"
            .split(' ')
            .collect();
        for (number, spelt) in [
            (5, "五"),
            (10, "十"),
            (15, "十五"),
            (30, "三十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (300, "三百"),
            (1005, "一千零五"),
            (1050, "一千零五十"),
            (9999, "九千九百九十九"),
        ] {
            assert_eq!(chinese(number, &words), spelt);
        }
        let words: Vec<&str> = "zero one two three four five six seven eight nine ten eleven twelve \
            thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty \
            sixty seventy eighty ninety hundred thousand".split_whitespace().collect();
        for (number, spelt) in [
            (15, "fifteen"),
            (30, "thirty"),
            (42, "forty-two"),
            (1105, "one thousand one hundred five"),
        ] {
            assert_eq!(english(number, &words), spelt);
        }
    }
}
