//! One module a page, one function a module.

mod home;
mod not_found;

use contract::Route;
use leptos::prelude::*;

use crate::{prefs, router};

/// The page of the address, drawn anew when the address, the language or the mode changes.
pub fn current() -> AnyView {
    let lang = &prefs::lang();
    match router::current() {
        Route::Home => home::page(lang),
        _ => not_found::page(lang),
    }
}
