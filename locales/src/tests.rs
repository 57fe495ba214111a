//! Fluent's own implementation is the judge of the packs; the wording is held to its limits.

use std::fs;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

use crate::{Arg, Lang, Tag};

/// A text as the packs index it.
struct Entry {
    area: String,
    /// With `.care` for care mode's wording.
    key: String,
    /// Name, and whether it is a number.
    variables: Vec<(String, bool)>,
}

fn read(tag: Tag, area: &str) -> String {
    let path = format!("{}/{}/{area}.ftl", env!("CARGO_MANIFEST_DIR"), tag.as_str());
    fs::read_to_string(path).unwrap()
}

/// Every text in the order of the packs: the embedded areas first, then by name.
fn entries() -> Vec<Entry> {
    let folder = format!("{}/zh-CN", env!("CARGO_MANIFEST_DIR"));
    let mut areas: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .filter(|area| area != "terms")
        .collect();
    areas.sort();
    areas.sort_by_key(|area| !["dates", "errors", "messages", "notes"].contains(&area.as_str()));

    let mut entries: Vec<Entry> = Vec::new();
    for area in areas {
        let mut variables = Vec::new();
        for line in read(Tag::ZhCn, &area).lines() {
            if let Some(rest) = line.strip_prefix("# $") {
                let (name, kind) = rest.split_once(' ').unwrap();
                variables.push((name.to_owned(), kind.starts_with("(Number)")));
            } else if line.trim_start().starts_with(".care =") {
                let last = entries.last().unwrap();
                let (key, variables) = (format!("{}.care", last.key), last.variables.clone());
                entries.push(Entry {
                    area: area.clone(),
                    key,
                    variables,
                });
            } else if let Some((key, _)) = line.split_once(" =")
                && key.starts_with(|c: char| c.is_ascii_lowercase())
            {
                let variables = std::mem::take(&mut variables);
                entries.push(Entry {
                    area: area.clone(),
                    key: key.to_owned(),
                    variables,
                });
            } else if !line.starts_with('#') {
                variables.clear();
            }
        }
    }
    entries
}

/// The pack as the app takes it in.
fn fetched(tag: Tag) -> Lang {
    Lang::fetched(tag, serde_json::from_str(tag.pack()).unwrap()).unwrap()
}

/// One area with the terms, as Fluent itself would load it.
fn bundle(tag: Tag, area: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![tag.as_str().parse().unwrap()]);
    bundle.set_use_isolating(false);
    for text in [read(tag, "terms"), read(tag, area)] {
        bundle
            .add_resource(FluentResource::try_new(text).unwrap())
            .unwrap();
    }
    bundle
}

#[test]
fn packs_resolve_as_fluent_does() {
    let samples = [
        ("am", 0),
        ("pm", 1),
        ("night", 2),
        ("王*国", 3),
        ("evening", 7),
        ("noon", 12),
        ("", 15),
    ];
    for tag in Tag::ALL {
        let lang = fetched(tag);
        let entries = entries();
        for (
            index,
            Entry {
                area,
                key,
                variables,
            },
        ) in entries.iter().enumerate()
        {
            let bundle = bundle(tag, area);
            let (name, attribute) = key.split_once('.').unwrap_or((key, ""));
            let message = bundle.get_message(name).unwrap();
            let pattern = match attribute {
                "" => message.value().unwrap(),
                _ => message.get_attribute(attribute).unwrap().value(),
            };
            for (text, number) in samples {
                let mut ours = Vec::new();
                let mut args = FluentArgs::new();
                for (name, is_number) in variables {
                    if *is_number {
                        ours.push(Arg::Number(number));
                        args.set(name.clone(), f64::from(number));
                    } else {
                        ours.push(Arg::Text(text));
                        args.set(name.clone(), text);
                    }
                }
                let mut errors = Vec::new();
                let theirs = bundle.format_pattern(pattern, Some(&args), &mut errors);
                assert!(
                    errors.is_empty(),
                    "{} {area} {key}: {errors:?}",
                    tag.as_str()
                );
                assert_eq!(
                    lang.text(index, &ours),
                    theirs,
                    "{} {area} {key} with {text:?} and {number}",
                    tag.as_str()
                );
            }
        }
    }
}

#[test]
fn embedded_texts_are_the_first_of_the_pack() {
    for tag in Tag::ALL {
        let (embedded, fetched) = (Lang::embedded(tag), fetched(tag));
        for (index, entry) in entries().iter().enumerate() {
            let expected = match entry.area.as_str() {
                "dates" | "errors" | "messages" | "notes" => fetched.text(index, &[]),
                _ => String::new(),
            };
            assert_eq!(embedded.text(index, &[]), expected, "{}", entry.key);
        }
    }
}

#[test]
fn a_pack_of_another_build_is_refused() {
    assert!(Lang::fetched(Tag::En, vec!["too few".to_owned()]).is_err());
}

/// What an old reader takes in: short buttons, short sentences (`care-mode.md`, CM-13 and 5).
#[test]
fn wording_keeps_to_its_limits() {
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let mut wrong = Vec::new();
    for tag in [Tag::ZhCn, Tag::ZhTw] {
        let lang = fetched(tag);
        for (index, entry) in entries().iter().enumerate() {
            let text = lang.text(index, &[]);
            let place = format!("{} {} {}: {text}", tag.as_str(), entry.area, entry.key);
            let is_button = entry.key.starts_with("do-") || entry.key.starts_with("action-");
            if is_button && text.chars().filter(is_han).count() > 6 {
                wrong.push(format!("a button of more than 6 Han: {place}"));
            }
            for sentence in text.split(['。', '；', '！', '？', '\n']) {
                if sentence.chars().filter(is_han).count() > 25 {
                    wrong.push(format!("a sentence of more than 25 Han: {place}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A text that nobody says is not sent to every phone.
#[test]
fn every_text_is_said_somewhere() {
    fn read_all(folder: &std::path::Path, sources: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read_all(&path, sources);
            } else if path.extension().is_some_and(|end| end == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap();
    let mut sources = String::new();
    for folder in ["app/src", "edge-worker/src", "locales/src"] {
        read_all(&root.join(folder), &mut sources);
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let said = |name: &str| {
        sources
            .match_indices(name)
            .any(|(at, _)| !sources[at + name.len()..].starts_with(is_name))
    };
    let unsaid: Vec<String> = entries()
        .iter()
        .filter(|entry| !entry.key.contains('.'))
        .map(|entry| (entry.area.as_str(), entry.key.replace('-', "_")))
        // `problem.rs` names the errors' texts in tables, without their area.
        .filter(|(area, key)| match *area {
            "errors" => !said(&format!("=> {key}")) && !said(&format!("errors::{key}")),
            // The edge knows its areas by other names too.
            "messages" => !said(&format!("::{key}")),
            _ => !said(&format!("{area}::{key}")),
        })
        .map(|(area, key)| format!("{area}::{key}"))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}
