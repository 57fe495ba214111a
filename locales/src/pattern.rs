//! Patterns: text with marks from the private-use area, written by `build/emit.rs`.
//!
//! `U+E000 + n` stands for argument n. `U+E010 + n` begins a choice by argument n: variants
//! `key U+E020 text U+E021` up to `U+E022`, the last being the default.

use crate::Tag;

const ARGUMENT: u32 = 0xE000;
const CHOICE: u32 = 0xE010;
const KEY_END: char = '\u{e020}';
const VARIANT_END: char = '\u{e021}';
const CHOICE_END: char = '\u{e022}';

/// What is put into a text.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    Text(&'a str),
    Number(u32),
}

/// The pattern with its arguments in place.
pub fn resolve(tag: Tag, mut pattern: &str, args: &[Arg]) -> String {
    let mut text = String::with_capacity(pattern.len());
    while let Some(at) = pattern.find(|c| matches!(u32::from(c), ARGUMENT..=0xE01F)) {
        text.push_str(&pattern[..at]);
        let mut rest = pattern[at..].chars();
        let mark = rest.next().map_or(0, u32::from);
        pattern = rest.as_str();
        if mark < CHOICE {
            push(&mut text, args.get((mark - ARGUMENT) as usize));
        } else {
            let (variants, after) = pattern.split_once(CHOICE_END).unwrap_or((pattern, ""));
            let chosen = choose(tag, variants, args.get((mark - CHOICE) as usize));
            text.push_str(&resolve(tag, chosen, args));
            pattern = after;
        }
    }
    text.push_str(pattern);
    text
}

fn push(text: &mut String, arg: Option<&Arg>) {
    match arg {
        Some(Arg::Text(value)) => text.push_str(value),
        Some(Arg::Number(value)) => text.push_str(&value.to_string()),
        None => {}
    }
}

/// An exact number wins over its plural category, both over the default.
fn choose<'a>(tag: Tag, variants: &'a str, arg: Option<&Arg>) -> &'a str {
    let find = |key: &str| {
        variants
            .split(VARIANT_END)
            .filter_map(|variant| variant.split_once(KEY_END))
            .find(|(name, _)| *name == key)
            .map(|(_, text)| text)
    };
    let found = match arg {
        Some(Arg::Text(word)) => find(word),
        Some(Arg::Number(n)) => find(&n.to_string()).or_else(|| find(tag.plural(*n))),
        None => None,
    };
    let default = || {
        variants
            .trim_end_matches(VARIANT_END)
            .rsplit(VARIANT_END)
            .next()
            .and_then(|variant| variant.split_once(KEY_END))
            .map_or("", |(_, text)| text)
    };
    found.unwrap_or_else(default)
}
