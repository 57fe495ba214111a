//! The pages that patients see: Leptos in the browser, talking to the edge through `contract`.
//!
//! Pages are functions that give a view. A change of language or mode draws the page anew; what
//! was typed lives in [`draft`], what was read in [`api`]'s memory, so nothing is lost by it.
// `dom` is to pages what a prelude is: they use most of it.
#![allow(clippy::must_use_candidate, clippy::wildcard_imports)]

mod api;
mod browser;
mod calendar;
mod clock;
mod dom;
mod draft;
mod flow;
mod live;
mod pages;
mod prefs;
mod remote;
mod router;
mod second;
mod session;
mod ui;

use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

/// Starts the app: fetches the texts, then takes over the page that the HTML has painted.
#[wasm_bindgen(start)]
pub fn start() {
    wasm_bindgen_futures::spawn_local(async {
        let prefs = prefs::Prefs::from_page();
        let Ok(lang) = api::pack(prefs.tag).await else {
            browser::show_fallback();
            return;
        };
        prefs::start(prefs, &lang);
        router::start();
        let at_home = router::current_untracked() == contract::Route::Home;
        if !at_home {
            second::fetch_at_opening().await;
        }
        let Some(root) =
            browser::by_id("app").and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok())
        else {
            return;
        };
        browser::clear(&root);
        dom::mount(&root, pages::current);
        browser::show_app();
        if at_home {
            // What is seen comes first.
            browser::after(0, || browser::spawn(second::fetch()));
        }
    });
}
