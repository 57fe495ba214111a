//! Rows: something to choose, a fact, a note.

use crate::dom::*;

use super::{Icon, icon};

/// A full-width row that leads somewhere.
#[derive(Clone, Debug)]
pub struct Row {
    /// Beside the title; none where rows differ by their words alone.
    pub icon: Option<Icon>,
    /// What it is.
    pub title: String,
    /// More about it, one line each.
    pub notes: Vec<String>,
    /// Its state in a word, and the icon that says the same.
    pub state: Option<(Icon, String)>,
    /// Where it leads; nowhere: it is only said.
    pub href: Option<String>,
}

impl Row {
    /// A row with a title that leads somewhere.
    pub fn to(title: String, href: String) -> Self {
        Self {
            icon: None,
            title,
            notes: Vec::new(),
            state: None,
            href: Some(href),
        }
    }

    /// With an icon.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        Self {
            icon: Some(icon),
            ..self
        }
    }

    /// With a note more.
    #[must_use]
    pub fn note(mut self, note: impl Into<Option<String>>) -> Self {
        self.notes.extend(note.into());
        self
    }

    /// With a state.
    #[must_use]
    pub fn state(self, icon: Icon, word: String) -> Self {
        Self {
            state: Some((icon, word)),
            ..self
        }
    }
}

/// Draws a row.
pub fn row(row: Row) -> AnyView {
    let notes: Vec<AnyView> = row
        .notes
        .into_iter()
        .map(|note| view! { <span class="row-note">{note}</span> }.into_any())
        .collect();
    let inner = view! {
        {row.icon.map(icon)}
        <span class="row-text">
            <span class="row-title">{row.title}</span>
            {notes}
            {row.state.map(|(icon, word)| state_word(icon, word))}
        </span>
    };
    match row.href {
        Some(href) => view! {
            <a class="row" href=href>
                {inner}
                {icon(Icon::Onward)}
            </a>
        }
        .into_any(),
        None => view! { <div class="row said">{inner}</div> }.into_any(),
    }
}

/// A state in a word beside its icon. It may change by itself: slot states do.
pub fn state_word(which: Icon, word: String) -> AnyView {
    view! {
        <span class="state" data-live>
            {icon(which)}
            {word}
        </span>
    }
    .into_any()
}

/// A fact: what it is about, and what it is. Belongs in a `<dl class="facts">`.
pub fn fact(about: String, value: AnyView) -> AnyView {
    view! {
        <div class="fact">
            <dt>{about}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

/// A note that matters, beside its icon.
pub fn note(which: Icon, title: String, text: String) -> AnyView {
    noted("note", which, title, text)
}

/// A note that nothing is wrong.
pub fn good_note(which: Icon, title: String, text: String) -> AnyView {
    noted("note good", which, title, text)
}

fn noted(class: &'static str, which: Icon, title: String, text: String) -> AnyView {
    view! {
        <div class=class>
            {icon(which)}
            <div>
                <p class="note-title">{title}</p>
                <p>{text}</p>
            </div>
        </div>
    }
    .into_any()
}
