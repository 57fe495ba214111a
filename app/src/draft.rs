//! What was typed or chosen on a page and not sent yet. It survives going back, a change of mode
//! and a reload, and ends with the tab.

use crate::dom::*;

use crate::browser;

const PREFIX: &str = "draft:";

/// A text field's value under a name, kept as it changes.
pub fn field(name: &str) -> RwSignal<String> {
    let key = format!("{PREFIX}{name}");
    let value = RwSignal::new(read(&key));
    follow(move || value.with(|value| write(&key, value)));
    value
}

/// How far a list has been opened on a page, kept as it changes.
pub fn page_of(name: &str) -> RwSignal<usize> {
    let key = format!("{PREFIX}page:{name}");
    let page = RwSignal::new(read(&key).parse().unwrap_or(0));
    follow(move || write(&key, &page.get().to_string()));
    page
}

/// Forgets a field.
pub fn forget(name: &str) {
    write(&format!("{PREFIX}{name}"), "");
}

/// Forgets everything of this tab: at logging out.
pub fn forget_all() {
    if let Some(storage) = browser::of_tab() {
        let _ = storage.clear();
    }
}

/// A text of the tab.
pub fn read(key: &str) -> String {
    browser::of_tab()
        .and_then(|storage| storage.get_item(key).ok()?)
        .unwrap_or_default()
}

/// Sets or, when empty, removes a text of the tab.
pub fn write(key: &str, value: &str) {
    if let Some(storage) = browser::of_tab() {
        let _ = if value.is_empty() {
            storage.remove_item(key)
        } else {
            storage.set_item(key, value)
        };
    }
}
