//! Checked messages to Rust: typed functions, and per language one list of patterns.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    EMBEDDED,
    check::{Kind, variables},
    read::{Language, Message, Piece},
};

// The marks of a pattern; `src/pattern.rs` reads what is written here.
const ARGUMENT: u32 = 0xE000;
const CHOICE: u32 = 0xE010;
const KEY_END: char = '\u{e020}';
const VARIANT_END: char = '\u{e021}';
const CHOICE_END: char = '\u{e022}';

/// The text of `messages.rs`.
pub fn code(languages: &[Language]) -> String {
    let mut code = String::new();
    let source = &languages[0];
    let areas = in_order(source);
    let embedded: usize = areas
        .iter()
        .filter(|area| is_embedded(area))
        .map(|area| source.areas[*area].len())
        .sum();

    let mut index = 0;
    for area in &areas {
        if !is_embedded(area) {
            code.push_str("#[cfg(feature = \"pages\")]\n");
        }
        let _ = writeln!(
            code,
            "/// Texts of `{area}.ftl`.\npub mod {} {{",
            area.replace('-', "_")
        );
        code.push_str("    use crate::{Arg, Lang};\n");
        let messages = &source.areas[*area];
        for (at, message) in messages.iter().enumerate() {
            if !message.is_care() {
                let has_care = messages
                    .get(at + 1)
                    .is_some_and(|next| next.name() == message.key);
                function(&mut code, message, index + at, has_care);
            }
        }
        index += messages.len();
        code.push_str("}\n");
    }
    let _ = writeln!(code, "pub(crate) const COUNT: usize = {index};");

    let mut packs = Vec::new();
    for language in languages {
        let patterns = patterns(language, source, &areas);
        let name = language.tag.to_uppercase().replace('-', "_");
        let _ = writeln!(
            code,
            "pub(crate) static EMBEDDED_{name}: [&str; {embedded}] = {:?};",
            &patterns[..embedded]
        );
        packs.push((name, json(&patterns)));
    }
    for (name, pack) in &packs {
        let _ = writeln!(code, "pub(crate) const PACK_{name}: &str = {pack:?};");
        let _ = writeln!(
            code,
            "pub(crate) const HASH_{name}: &str = \"{:016x}\";",
            fnv1a(pack)
        );
    }
    code
}

fn is_embedded(area: &str) -> bool {
    EMBEDDED.contains(&area)
}

/// What the edge embeds first, then the rest by name.
fn in_order(source: &Language) -> Vec<&str> {
    let mut areas: Vec<&str> = source.areas.keys().map(String::as_str).collect();
    areas.sort_by_key(|area| !is_embedded(area));
    areas
}

fn function(code: &mut String, message: &Message, index: usize, has_care: bool) {
    let variables = variables(message);
    let name = message.key.replace('-', "_");
    let _ = writeln!(
        code,
        "    /// {}",
        sample(&message.pieces).replace('\n', " ")
    );
    for line in message.comment.lines() {
        let _ = writeln!(code, "    ///\n    /// {}", line.replace('$', ""));
    }
    let mut parameters = String::from("lang: &Lang");
    let mut arguments = Vec::new();
    for (variable, kind) in &variables {
        let variable = variable.replace('-', "_");
        let (ty, arm) = match kind {
            Kind::Text => ("&str", "Text"),
            Kind::Number => ("u32", "Number"),
        };
        let _ = write!(parameters, ", {variable}: {ty}");
        arguments.push(format!("Arg::{arm}({variable})"));
    }
    let index = if has_care {
        format!("lang.care_or({index})")
    } else {
        index.to_string()
    };
    let arguments = arguments.join(", ");
    let _ = writeln!(
        code,
        "    pub fn {name}({parameters}) -> String {{\n        lang.text({index}, &[{arguments}])\n    }}"
    );
}

fn sample(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(name) => format!("`{name}`"),
            Piece::Choice { variants, .. } => variants
                .last()
                .map(|variant| sample(&variant.pieces))
                .unwrap_or_default(),
        })
        .collect()
}

fn patterns(language: &Language, source: &Language, areas: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for area in areas {
        let theirs: BTreeMap<&str, &Message> = language
            .areas
            .get(*area)
            .map(|messages| messages.iter().map(|m| (m.key.as_str(), m)).collect())
            .unwrap_or_default();
        for message in &source.areas[*area] {
            // `name` finds the variables' order also for the `.care` of a message.
            let names: Vec<String> = variables(message)
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            let mut pattern = String::new();
            if let Some(message) = theirs.get(message.key.as_str()) {
                encode(&message.pieces, &names, &mut pattern);
            }
            all.push(pattern);
        }
    }
    all
}

fn encode(pieces: &[Piece], names: &[String], pattern: &mut String) {
    let mark = |base: u32, name: &str| {
        let at = names
            .iter()
            .position(|known| known == name)
            .unwrap_or_default();
        u32::try_from(at)
            .ok()
            .and_then(|at| char::from_u32(base + at))
            .unwrap_or_default()
    };
    for piece in pieces {
        match piece {
            Piece::Text(text) => pattern.push_str(text),
            Piece::Variable(name) => pattern.push(mark(ARGUMENT, name)),
            Piece::Choice { variable, variants } => {
                pattern.push(mark(CHOICE, variable));
                for variant in variants {
                    pattern.push_str(&variant.key);
                    pattern.push(KEY_END);
                    encode(&variant.pieces, names, pattern);
                    pattern.push(VARIANT_END);
                }
                pattern.push(CHOICE_END);
            }
        }
    }
}

fn json(patterns: &[String]) -> String {
    let mut json = String::from("[");
    for (at, pattern) in patterns.iter().enumerate() {
        json.push_str(if at == 0 { "\"" } else { ",\"" });
        for c in pattern.chars() {
            match c {
                '"' | '\\' => {
                    json.push('\\');
                    json.push(c);
                }
                '\n' => json.push_str("\\n"),
                c => json.push(c),
            }
        }
        json.push('"');
    }
    json.push(']');
    json
}

/// A name for the content, so that a pack may be cached for ever. Not a protection.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
