//! Home: six tasks and the telephone.

use crate::dom::*;
use contract::Route;
use locales::{Lang, main, waitlist};

use crate::{
    prefs,
    ui::{Icon, Page, Role, Row, button, call_row, hotlines, icon, live, row},
};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    let offered = RwSignal::new(prefs::take_offer());
    let tasks = [
        (
            Icon::Book,
            main::task_book(lang),
            main::task_book_hint(lang),
            Route::Hospitals,
        ),
        (
            Icon::List,
            main::task_appointments(lang),
            main::task_appointments_hint(lang),
            Route::Appointments { person: None },
        ),
        (
            Icon::Report,
            main::task_reports(lang),
            main::task_reports_hint(lang),
            Route::Reports { person: None },
        ),
        (
            Icon::People,
            main::task_people(lang),
            main::task_people_hint(lang),
            Route::People,
        ),
        (
            Icon::Help,
            main::task_help(lang),
            main::task_help_hint(lang),
            Route::Help,
        ),
        (
            Icon::Settings,
            main::task_settings(lang),
            main::task_settings_hint(lang),
            Route::Settings,
        ),
    ]
    .map(|(icon, title, hint, route)| {
        let task = Row::to(title, route.url()).icon(icon).note(hint);
        view! { <li>{row(task)}</li> }
    });
    let lines: Vec<AnyView> = hotlines().iter().map(|line| call_row(lang, line)).collect();
    let words = lang.clone();
    let waits = prefs::waits().then(|| waits(lang));
    Page::new(lang, main::home_title(lang)).show(
        view! {
            {live(move || offered.get().then(|| offer(&words, offered)))}
            {waits}
            <ul class="choices tasks">{tasks}</ul>
            <section class="calls" aria-label=main::call(lang)>{lines}</section>
        }
        .into_any(),
    )
}

/// There from the first frame, so that nothing moves when it is known whether there is an offer.
fn waits(lang: &Lang) -> AnyView {
    let offer = RwSignal::new(None);
    let words = lang.clone();
    follow(move || super::look_for_offers(&words, offer));
    let is_there = move || offer.with(Option::is_some);
    let words = lang.clone();
    let said = live_text(move || {
        if is_there() {
            waitlist::do_see_offer(&words)
        } else {
            waitlist::told_here(&words)
        }
    });
    let weight = move || if is_there() { "state" } else { "row-note" };
    let to = move || {
        offer
            .get()
            .unwrap_or(Route::Waitlist { person: None })
            .url()
    };
    view! {
        <ul class="choices">
            <li>
                <a class="row" href=to>
                    {icon(Icon::Clock)}
                    <span class="row-text">
                        <span class="row-title">{waitlist::title(lang)}</span>
                        <span class=weight>{said}</span>
                    </span>
                    {icon(Icon::Onward)}
                </a>
            </li>
        </ul>
    }
    .into_any()
}

/// Care mode is offered, never switched on unasked.
fn offer(lang: &Lang, offered: RwSignal<bool>) -> AnyView {
    view! {
        <section class="offer" aria-label=main::care_offer_title(lang)>
            <p class="note-title">{main::care_offer_title(lang)}</p>
            <p>{main::care_offer_detail(lang)}</p>
            <div class="stack">
                {button(Role::Plain, main::do_care_on(lang), || prefs::set_care(true))}
                {button(Role::Plain, main::do_care_later(lang), move || offered.set(false))}
            </div>
        </section>
    }
    .into_any()
}
