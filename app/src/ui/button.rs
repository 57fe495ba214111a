//! Buttons: full rows in care mode, the task's own button stands out.

use crate::dom::*;

use super::live_text;

/// What a button does to the task. A page has one [`Role::Primary`] at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one thing this page is for.
    Primary,
    /// Another way on.
    Plain,
    /// Takes something away.
    Danger,
}

impl Role {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Danger => "button danger",
        }
    }

    pub(super) fn hook(self) -> Option<&'static str> {
        match self {
            Self::Primary => Some("primary"),
            Self::Plain => None,
            Self::Danger => Some("danger"),
        }
    }
}

/// A button that does something here.
pub fn button(role: Role, text: String, act: impl Fn() + 'static) -> AnyView {
    plain(role, text, Box::new(act))
}

fn plain(role: Role, text: String, act: Box<dyn Fn()>) -> AnyView {
    view! {
        <button type="button" class=role.class() data-role=role.hook() on:click=move |_| act()>
            {text}
        </button>
    }
    .into_any()
}

/// A button that sends something: while it is on its way it says so and takes no second press.
/// It stays focusable, so a screen reader does not lose its place.
pub fn busy_button(
    role: Role,
    text: String,
    busy_text: String,
    busy: RwSignal<bool>,
    act: impl Fn() + 'static,
) -> AnyView {
    sending(role, text, busy_text, busy, Box::new(act))
}

fn sending(
    role: Role,
    text: String,
    busy_text: String,
    busy: RwSignal<bool>,
    act: Box<dyn Fn()>,
) -> AnyView {
    let press = move |_| {
        if !busy.get_untracked() {
            busy.set(true);
            act();
        }
    };
    view! {
        <button
            type="button"
            class=role.class()
            data-role=role.hook()
            aria-disabled=move || busy.get().then_some("true")
            on:click=press
        >
            {live_text(move || if busy.get() { busy_text.clone() } else { text.clone() })}
        </button>
    }
    .into_any()
}

/// A button that leads to another page (an address of ours, or `tel:`).
pub fn link_button(role: Role, text: String, href: String) -> AnyView {
    view! {
        <a class=role.class() data-role=role.hook() href=href>
            {text}
        </a>
    }
    .into_any()
}
