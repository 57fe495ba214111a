//! The frame of every page: back, care mode and help in the same places, one heading, one task.

use crate::dom::*;
use contract::Route;
use locales::{Lang, main};

use super::{Icon, hotline_for, icon, live_text};
use crate::{browser, prefs, router, session};

/// Steps of a booking: hospital, department, doctor, time, person, check.
pub const BOOKING_STEPS: u32 = 6;
/// Steps of a move: doctor, time, check.
pub const MOVING_STEPS: u32 = 3;

/// A page before it is drawn.
pub struct Page<'a> {
    lang: &'a Lang,
    title: String,
    step: Option<(u32, u32)>,
}

impl<'a> Page<'a> {
    /// A page with a heading. The heading names the task, never a person.
    pub fn new(lang: &'a Lang, title: String) -> Self {
        Self {
            lang,
            title,
            step: None,
        }
    }

    /// Says how far the journey is.
    #[must_use]
    pub fn step(mut self, step: u32, of: u32) -> Self {
        self.step = Some((step, of));
        self
    }

    /// Draws the page.
    pub fn show(self, body: AnyView) -> AnyView {
        let Self { lang, title, step } = self;
        if let Some(document) = browser::document() {
            document.set_title(&main::document_title(lang, &title));
        }
        let route = router::current_untracked();
        let step =
            step.map(|(step, of)| view! { <p class="step">{main::step(lang, step, of)}</p> });
        view! {
            <a class="skip" href="#main">{main::skip_to_content(lang)}</a>
            {header(lang, &route)}
            <main id="main">
                {acting_for(lang, &route)}
                {step}
                <h1 tabindex="-1">{title}</h1>
                {crate::pages::reminder(lang)}
                {body}
            </main>
            {footer(lang, &route)}
        }
        .into_any()
    }
}

/// The task of a page has changed, and with it its heading.
pub fn retitle(lang: &Lang, title: &str) {
    if let Some(document) = browser::document() {
        document.set_title(&main::document_title(lang, title));
    }
    if let Some(heading) = browser::find("main h1") {
        heading.set_text_content(Some(title));
    }
}

fn header(lang: &Lang, route: &Route) -> AnyView {
    let corner = if *route == Route::Home {
        view! { <span class="brand">{icon(Icon::Department)} {main::app_name(lang)}</span> }
            .into_any()
    } else {
        view! {
            <button type="button" class="bar" data-role="back" on:click=|_| router::back()>
                {icon(Icon::Back)}
                {main::back(lang)}
            </button>
        }
        .into_any()
    };
    let care = lang.is_care();
    let help = hotline_for(route).map(|line| {
        view! {
            <a class="bar" href=line.href() data-help aria-label=main::call_label(lang, &line.name)>
                {icon(Icon::Phone)}
                {main::call(lang)}
            </a>
        }
    });
    view! {
        <header>
            {corner}
            <button
                type="button"
                class="bar toggle"
                id="care-toggle"
                data-care-toggle
                aria-pressed=if care { "true" } else { "false" }
                on:click=move |_| prefs::set_care(!care)
            >
                {icon(Icon::Larger)}
                {main::care_on(lang)}
            </button>
            {help}
        </header>
    }
    .into_any()
}

/// Whom this is done for, at the same place on every page of a journey. The line keeps its room
/// while the name is on its way, so nothing moves when it comes.
fn acting_for(lang: &Lang, route: &Route) -> Option<AnyView> {
    let person = route.person()?.clone();
    // Pages that anybody may see do not ask who is logged in, and the name comes with that.
    session::find_out();
    let lang = lang.clone();
    let name =
        move || session::person(&person).map(|row| main::acting_for(&lang, &row.name_masked));
    Some(view! { <p class="acting">{live_text(name)}</p> }.into_any())
}

/// The same two ways on under every page but home, which has them as tasks.
fn footer(lang: &Lang, route: &Route) -> Option<AnyView> {
    if *route == Route::Home {
        return None;
    }
    let settings = (*route != Route::Settings).then(|| {
        view! { <a class="bar" href=Route::Settings.url()>{icon(Icon::Settings)} {main::settings(lang)}</a> }
    });
    let view = view! {
        <footer>
            <nav aria-label=main::more_ways(lang)>
                <a class="bar" href=Route::Home.url()>{icon(Icon::Home)} {main::do_home(lang)}</a>
                {settings}
            </nav>
        </footer>
    };
    Some(view.into_any())
}
