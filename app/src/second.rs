//! The pages that home does not need come after it, as a second part of the compiled app:
//! `app/split` cuts it off, `start.js` fetches it, mostly ahead while home is looked at.

use std::cell::RefCell;

use crate::dom::*;
use contract::Route;
use js_sys::{Array, Promise};
use locales::{Lang, main};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use crate::{
    browser, router,
    ui::{Page, out_of_reach, waiting},
};

/// After this the person is offered to stop, and the telephone.
const TOO_SLOW_MILLIS: i32 = 10_000;

#[wasm_bindgen]
extern "C" {
    /// Fetches it unless it is there or on its way; `again` when the person asks for it.
    #[wasm_bindgen(js_name = banzhenRest)]
    fn join(again: bool) -> Promise;
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Coming,
    TooSlow,
    Failed,
}

/// Nobody's: whoever asks first may be drawn anew.
#[derive(Clone)]
struct State {
    here: ArcRwSignal<bool>,
    stage: ArcRwSignal<Stage>,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

fn state() -> State {
    STATE.with_borrow_mut(|state| {
        let state = state.get_or_insert_with(|| State {
            here: ArcRwSignal::new(false),
            stage: ArcRwSignal::new(Stage::Coming),
        });
        state.clone()
    })
}

/// Whether it is there, followed.
pub fn is_here() -> bool {
    state().here.get()
}

/// Fetches it, ahead of time.
pub async fn fetch() {
    came(join(false)).await;
}

/// Fetches it before anything is drawn. Where that takes too long, what stands in for the page is
/// more than the page of plain HTML, which has no way out.
pub async fn fetch_at_opening() {
    let late = browser::pause(TOO_SLOW_MILLIS);
    came(Promise::race(&Array::of2(&join(false), &late))).await;
}

async fn came(promise: Promise) -> bool {
    let State { here, stage } = state();
    let part = JsFuture::from(promise).await;
    let came = part.is_ok_and(|part| !part.is_undefined());
    if !came {
        stage.set(Stage::Failed);
    } else if !here.get_untracked() {
        here.set(true);
    }
    came
}

/// Stands in for a page until it is there.
pub fn page(lang: &Lang) -> AnyView {
    // What failed while nobody waited for it is tried again.
    ask(false);
    let words = lang.clone();
    Page::new(lang, main::loading(lang)).show(live(move || match state().stage.get() {
        // The heading says it.
        Stage::Coming => waiting(&words, None, || {}),
        Stage::TooSlow => waiting(&words, Some(true), router::back),
        Stage::Failed => out_of_reach(&words, || ask(true)),
    }))
}

fn ask(again: bool) {
    let stage = state().stage;
    stage.set(Stage::Coming);
    browser::after(TOO_SLOW_MILLIS, move || {
        if stage.get_untracked() == Stage::Coming {
            stage.set(Stage::TooSlow);
        }
    });
    browser::spawn(async move {
        if came(join(again)).await && router::current_untracked() != Route::Home {
            router::announce(0.0);
        }
    });
}
