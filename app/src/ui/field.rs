//! One field of a form: label, hint, what is wrong, in text and for screen readers.

use crate::dom::*;

use super::{Icon, icon, live, live_text};

/// A text field.
pub struct Field {
    /// Its id, also the name of its draft.
    pub id: &'static str,
    /// What is asked for.
    pub label: String,
    /// How it looks; may be empty.
    pub hint: String,
    /// `autocomplete` token.
    pub autocomplete: &'static str,
    /// Keyboard: `text`, `tel`, `numeric`.
    pub inputmode: &'static str,
    /// What was typed.
    pub value: RwSignal<String>,
    /// What is wrong with it, in words; empty for nothing.
    pub error: RwSignal<String>,
}

/// Draws a field.
pub fn field(field: Field) -> AnyView {
    let Field {
        id,
        label,
        hint,
        autocomplete,
        inputmode,
        value,
        error,
    } = field;
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let wrong = move || error.with(|error| !error.is_empty());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id.clone()>{hint}</p> });
    let described = format!("{hint_id} {error_id}");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {hint}
            <p class="error" id=error_id role="alert">
                {live(move || wrong().then(|| icon(Icon::Alert)))}
                {live_text(move || error.get())}
            </p>
            <input
                id=id
                name=id
                type="text"
                inputmode=inputmode
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || wrong().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}
