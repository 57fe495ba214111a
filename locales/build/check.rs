//! What every language must fulfil, with zh-CN as the source.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    EMBEDDED,
    read::{Language, Message, Piece},
};

/// Characters that only one of the two scripts uses: from `OpenCC`'s character tables (Apache-2.0),
/// those of GB 2312 and of Big5's first plane that stand on one side only.
const SIMPLIFIED_ONLY: &str = include_str!("simplified-only.txt");
const TRADITIONAL_ONLY: &str = include_str!("traditional-only.txt");

/// Plural categories of whole numbers that a language tells apart, the default last.
fn plural_categories(tag: &str) -> &'static [&'static str] {
    match tag {
        "en" => &["one", "other"],
        _ => &["other"],
    }
}

/// How a message's variable is passed: told by the comment, `# $name (Number) ...`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
}

/// The variables of a source message in the order of its comment.
pub fn variables(message: &Message) -> Vec<(String, Kind)> {
    message
        .comment
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.trim().strip_prefix('$')?.split_once(' ')?;
            let kind = match rest.trim_start() {
                rest if rest.starts_with("(Number)") => Kind::Number,
                rest if rest.starts_with("(Text)") => Kind::Text,
                _ => return None,
            };
            Some((name.to_owned(), kind))
        })
        .collect()
}

/// Adds what is wrong to `problems`.
pub fn all(languages: &[Language], problems: &mut Vec<String>) {
    let Some((source, others)) = languages.split_first() else {
        return;
    };
    for area in EMBEDDED {
        if !source.areas.contains_key(area) {
            problems.push(format!("{}/{area}.ftl is missing", source.tag));
        }
    }
    let by_key: BTreeMap<(&str, &str), &Message> = entries(source).collect();
    for (area, messages) in &source.areas {
        documented(&source.tag, area, messages, problems);
    }
    for other in others {
        let theirs: BTreeMap<(&str, &str), &Message> = entries(other).collect();
        for (area, key) in by_key.keys().filter(|key| !theirs.contains_key(*key)) {
            problems.push(format!("{}/{area}.ftl: `{key}` is missing", other.tag));
        }
        for (area, key) in theirs.keys().filter(|key| !by_key.contains_key(*key)) {
            problems.push(format!(
                "{}/{area}.ftl: `{key}` is not in {}",
                other.tag, source.tag
            ));
        }
        for (place, message) in &theirs {
            if let Some(original) = by_key.get(place)
                && used(&original.pieces) != used(&message.pieces)
            {
                problems.push(format!(
                    "{}/{}.ftl: `{}` uses other variables than {}",
                    other.tag, place.0, place.1, source.tag
                ));
            }
        }
    }
    for language in languages {
        for ((area, key), message) in entries(language) {
            let kinds = by_key
                .get(&(area, message.name()))
                .map(|m| variables(m))
                .unwrap_or_default();
            let place = format!("{}/{area}.ftl: `{key}`", language.tag);
            choices(&language.tag, &place, &message.pieces, &kinds, problems);
            script(&language.tag, &place, &message.pieces, problems);
        }
    }
}

fn entries(language: &Language) -> impl Iterator<Item = ((&str, &str), &Message)> {
    language.areas.iter().flat_map(|(area, messages)| {
        messages
            .iter()
            .map(move |message| ((area.as_str(), message.key.as_str()), message))
    })
}

/// The names of the variables in a text.
fn used(pieces: &[Piece]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Variable(name) => {
                names.insert(name.as_str());
            }
            Piece::Choice { variable, variants } => {
                names.insert(variable.as_str());
                names.extend(variants.iter().flat_map(|variant| used(&variant.pieces)));
            }
        }
    }
    names
}

/// A variable nobody documented would be passed in the wrong order or kind.
fn documented(tag: &str, area: &str, messages: &[Message], problems: &mut Vec<String>) {
    for message in messages.iter().filter(|message| !message.is_care()) {
        let told: BTreeSet<String> = variables(message)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let used: BTreeSet<String> = messages
            .iter()
            .filter(|other| other.name() == message.key)
            .flat_map(|other| used(&other.pieces))
            .map(str::to_owned)
            .collect();
        let place = format!("{tag}/{area}.ftl: `{}`", message.key);
        for name in used.difference(&told) {
            problems.push(format!(
                "{place}: `${name}` needs a comment `# ${name} (Text) what it is`, or `(Number)`"
            ));
        }
        for name in told.difference(&used) {
            problems.push(format!(
                "{place}: the comment tells of `${name}`, which is not used"
            ));
        }
    }
}

/// A choice by number must have the categories of the language, no others, and end in `other`.
fn choices(
    tag: &str,
    place: &str,
    pieces: &[Piece],
    kinds: &[(String, Kind)],
    problems: &mut Vec<String>,
) {
    for piece in pieces {
        let Piece::Choice { variable, variants } = piece else {
            continue;
        };
        let is_number = kinds
            .iter()
            .any(|(name, kind)| name == variable && *kind == Kind::Number);
        if !is_number {
            if variants.iter().any(|variant| variant.is_number) {
                problems.push(format!("{place}: `${variable}` is a text, not a number"));
            }
            continue;
        }
        let words: Vec<&str> = variants
            .iter()
            .filter(|v| !v.is_number)
            .map(|v| v.key.as_str())
            .collect();
        // Our only `one` is the number 1 itself, so naming that number is as good.
        let has_exact_one = variants.iter().any(|v| v.is_number && v.key == "1");
        let needed: Vec<&str> = plural_categories(tag)
            .iter()
            .filter(|word| !(has_exact_one && **word == "one"))
            .copied()
            .collect();
        if words != needed {
            problems.push(format!(
                "{place}: `${variable}` must choose among {needed:?} with the last as default, not {words:?}"
            ));
        }
    }
}

fn script(tag: &str, place: &str, pieces: &[Piece], problems: &mut Vec<String>) {
    let foreign: fn(char) -> bool = match tag {
        "zh-CN" => |c| TRADITIONAL_ONLY.contains(c),
        "zh-TW" => |c| SIMPLIFIED_ONLY.contains(c),
        _ => |c| ('\u{4e00}'..='\u{9fff}').contains(&c),
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let wrong: String = text
                    .chars()
                    .filter(|c| !c.is_whitespace() && foreign(*c))
                    .collect();
                if !wrong.is_empty() {
                    problems.push(format!(
                        "{place}: `{wrong}` is not of this language's script"
                    ));
                }
                if tag.starts_with("zh") && half_width(text) {
                    problems.push(format!("{place}: `{text}`: Chinese takes ，：；！？（）"));
                }
                if text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)) {
                    problems.push(format!("{place}: private-use characters are ours"));
                }
            }
            Piece::Variable(_) => {}
            Piece::Choice { variants, .. } => {
                for variant in variants {
                    script(tag, place, &variant.pieces, problems);
                }
            }
        }
    }
}

/// Whether a Chinese text has punctuation of the Latin kind beside a Chinese character.
fn half_width(text: &str) -> bool {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).any(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (",:;!?)".contains(a) && is_han(b)) || (is_han(a) && ",:;!?(".contains(b))
    })
}
