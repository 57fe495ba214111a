//! What comes where something else stood is read out, and takes no tap that was meant for what
//! stood there before (CM-17).

use std::cell::Cell;

use crate::dom::*;
use contract::{PersonId, Route};
use locales::Lang;

use crate::{
    browser, prefs, router,
    ui::{self, live},
};

/// A second tap comes within this.
const QUIET_MILLIS: i32 = 800;
/// What has just come.
const FRESH: &str = "#fresh";

/// The page is about something else now, and says so in its heading.
pub fn retitle(lang: &Lang, title: String) {
    let lang = lang.clone();
    browser::after(0, move || {
        ui::retitle(&lang, &title);
        router::announce(0.0);
    });
}

/// What somebody waits for, read anew, in place of this page; the heading says what was done.
pub fn waits(person: PersonId, done: fn(&Lang) -> String) {
    router::replace(&Route::Waitlist {
        person: Some(person),
    });
    let lang = prefs::lang();
    retitle(&lang, done(&lang));
}

/// A question and what comes of it, step by step.
pub fn steps(draw: impl Fn() -> AnyView + 'static) -> AnyView {
    steps_boxed(Box::new(draw))
}

fn steps_boxed(draw: Box<dyn Fn() -> AnyView>) -> AnyView {
    let drawn = Cell::new(false);
    live(move || {
        let view = draw();
        if !drawn.replace(true) {
            return view;
        }
        browser::after(0, || {
            let announcer = browser::find("#announce");
            if let (Some(fresh), Some(announcer)) = (browser::find(FRESH), announcer) {
                let _ = fresh.focus();
                announcer.set_text_content(fresh.text_content().as_deref());
            }
        });
        browser::after(QUIET_MILLIS, || {
            if let Some(fresh) = browser::find(FRESH) {
                let _ = fresh.remove_attribute("style");
                let _ = fresh.remove_attribute("id");
            }
        });
        view! {
            <div class="stack" id="fresh" tabindex="-1" prop:style="pointer-events:none">
                {view}
            </div>
        }
        .into_any()
    })
}
