//! Fluent files to flat messages: references are put in place, so that what is left is text,
//! variables and one level of choice.

use std::{collections::BTreeMap, fs, path::Path};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};

/// One language, all its areas.
pub struct Language {
    pub tag: String,
    /// By area, then in the order of the file.
    pub areas: BTreeMap<String, Vec<Message>>,
}

/// One text: a message's value, or its `.care` attribute as `key.care`.
pub struct Message {
    pub key: String,
    pub comment: String,
    pub pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone)]
pub enum Piece {
    Text(String),
    Variable(String),
    Choice {
        variable: String,
        variants: Vec<Variant>,
    },
}

/// One way a choice can go; the default stands last.
#[derive(Clone)]
pub struct Variant {
    pub key: String,
    pub is_number: bool,
    pub pieces: Vec<Piece>,
}

impl Message {
    /// The name without `.care`.
    pub fn name(&self) -> &str {
        self.key.split('.').next().unwrap_or_default()
    }

    /// Whether it is care mode's wording of another.
    pub fn is_care(&self) -> bool {
        self.key.contains('.')
    }
}

/// By area and key; terms, which every area may use, by the area `""`.
type Patterns = BTreeMap<(String, String), Pattern<String>>;

/// Reads every `.ftl` file of a folder.
pub fn language(folder: &Path, tag: &str, problems: &mut Vec<String>) -> Language {
    let mut found = Patterns::new();
    let mut order = BTreeMap::<String, Vec<(String, String)>>::new();
    for (area, text) in files(folder, problems) {
        let place = format!("{tag}/{area}.ftl");
        let resource = match parser::parse(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                problems.extend(errors.iter().map(|error| format!("{place}: {error}")));
                resource
            }
        };
        let mut keys = Vec::new();
        let mut add = |area: &str, key: &str, pattern, problems: &mut Vec<String>| {
            if found
                .insert((area.to_owned(), key.to_owned()), pattern)
                .is_some()
            {
                problems.push(format!("{place}: `{key}` stands twice"));
            }
        };
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let name = message.id.name;
                    let comment = message
                        .comment
                        .map(|c| c.content.join("\n"))
                        .unwrap_or_default();
                    match message.value {
                        Some(value) => add(&area, &name, value, problems),
                        None => problems.push(format!("{place}: `{name}` has no text")),
                    }
                    keys.push((name.clone(), comment.clone()));
                    for attribute in message.attributes {
                        if attribute.id.name != "care" {
                            problems.push(format!("{place}: `{name}`: only `.care` is known"));
                        }
                        let key = format!("{name}.care");
                        add(&area, &key, attribute.value, problems);
                        keys.push((key, comment.clone()));
                    }
                }
                Entry::Term(term) => add("", &term.id.name, term.value, problems),
                Entry::Junk { content } => problems.push(format!("{place}: not Fluent: {content}")),
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            }
        }
        if !keys.is_empty() {
            order.insert(area, keys);
        }
    }
    let mut areas = BTreeMap::new();
    for (area, keys) in order {
        let mut messages = Vec::new();
        for (key, comment) in keys {
            let place = (area.clone(), key);
            let mut flat = Flat {
                tag,
                place: &place,
                found: &found,
                problems,
                depth: 0,
            };
            let pieces = found
                .get(&place)
                .map(|p| flat.pattern(p))
                .unwrap_or_default();
            messages.push(Message {
                key: place.1,
                comment,
                pieces,
            });
        }
        areas.insert(area, messages);
    }
    Language {
        tag: tag.to_owned(),
        areas,
    }
}

fn files(folder: &Path, problems: &mut Vec<String>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.extension().is_none_or(|end| end != "ftl") {
                    continue;
                }
                let area = path
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                match fs::read_to_string(&path) {
                    Ok(text) => files.push((area, text)),
                    Err(error) => problems.push(format!("{}: {error}", path.display())),
                }
            }
        }
        Err(error) => problems.push(format!("{}: {error}", folder.display())),
    }
    files.sort();
    files
}

struct Flat<'a> {
    tag: &'a str,
    place: &'a (String, String),
    found: &'a Patterns,
    problems: &'a mut Vec<String>,
    depth: usize,
}

impl Flat<'_> {
    fn problem(&mut self, what: &str) {
        let (area, key) = self.place;
        self.problems
            .push(format!("{}/{area}.ftl: `{key}`: {what}", self.tag));
    }

    fn pattern(&mut self, pattern: &Pattern<String>) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for element in &pattern.elements {
            let next = match element {
                PatternElement::TextElement { value } => vec![Piece::Text(value.clone())],
                PatternElement::Placeable { expression } => self.expression(expression),
            };
            for piece in next {
                match (pieces.last_mut(), piece) {
                    (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
                    (_, piece) => pieces.push(piece),
                }
            }
        }
        pieces
    }

    fn expression(&mut self, expression: &Expression<String>) -> Vec<Piece> {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                let InlineExpression::VariableReference { id } = selector else {
                    self.problem("only a variable can be chosen by");
                    return Vec::new();
                };
                let mut flat: Vec<(bool, Variant)> = Vec::new();
                for variant in variants {
                    let (key, is_number) = match &variant.key {
                        VariantKey::Identifier { name } => (name.clone(), false),
                        VariantKey::NumberLiteral { value } => (value.clone(), true),
                    };
                    let pieces = self.pattern(&variant.value);
                    if pieces
                        .iter()
                        .any(|piece| matches!(piece, Piece::Choice { .. }))
                    {
                        self.problem("a choice within a choice: write whole sentences instead");
                    }
                    flat.push((
                        variant.default,
                        Variant {
                            key,
                            is_number,
                            pieces,
                        },
                    ));
                }
                flat.sort_by_key(|(is_default, _)| *is_default);
                let variants = flat.into_iter().map(|(_, variant)| variant).collect();
                vec![Piece::Choice {
                    variable: id.name.clone(),
                    variants,
                }]
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<String>) -> Vec<Piece> {
        match inline {
            InlineExpression::StringLiteral { value }
            | InlineExpression::NumberLiteral { value } => {
                vec![Piece::Text(value.clone())]
            }
            InlineExpression::VariableReference { id } => vec![Piece::Variable(id.name.clone())],
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::MessageReference {
                id,
                attribute: None,
            } => self.refer(&self.place.0, &id.name),
            InlineExpression::TermReference {
                id,
                attribute: None,
                arguments: None,
            } => self.refer("", &id.name),
            InlineExpression::MessageReference { .. } | InlineExpression::TermReference { .. } => {
                self.problem("references take neither attributes nor arguments here");
                Vec::new()
            }
            InlineExpression::FunctionReference { .. } => {
                self.problem("no functions: pass the finished text or a whole number");
                Vec::new()
            }
        }
    }

    fn refer(&mut self, area: &str, key: &str) -> Vec<Piece> {
        if self.depth > 8 {
            self.problem("references go round in a circle");
            return Vec::new();
        }
        let Some(pattern) = self.found.get(&(area.to_owned(), key.to_owned())) else {
            self.problem(&format!("refers to `{key}`, which does not exist"));
            return Vec::new();
        };
        self.depth += 1;
        let pieces = self.pattern(pattern);
        self.depth -= 1;
        pieces
    }
}
