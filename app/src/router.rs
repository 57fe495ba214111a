//! Which page is shown: the URL is the state, every step is one entry of the history.

use std::cell::{Cell, RefCell};

use crate::dom::*;
use contract::Route;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FocusOptions, MouseEvent, ScrollRestoration};

use crate::browser;

thread_local! {
    static ROUTE: RefCell<Option<RwSignal<Route>>> = const { RefCell::new(None) };
    /// Number of the history entry we are at; 0 is where this visit began.
    static ENTRY: Cell<u32> = const { Cell::new(0) };
    /// Where to go as soon as a step back has been taken.
    static AFTER_BACK: RefCell<Option<Route>> = const { RefCell::new(None) };
    /// How far each entry was scrolled.
    static SCROLLED: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

/// Reads the address and follows it from now on.
pub fn start() {
    ROUTE.set(Some(RwSignal::new(Route::parse(&here()))));
    ENTRY.set(entry_of(history().and_then(|history| history.state().ok())));
    if let Some(history) = history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
        let _ = history.replace_state(&JsValue::from(ENTRY.get()), "");
    }
    browser::listen("popstate", |event| {
        keep_scroll();
        let state = js_sys::Reflect::get(&event, &"state".into()).ok();
        ENTRY.set(entry_of(state));
        if let Some(route) = AFTER_BACK.take() {
            return replace(&route);
        }
        let y = SCROLLED
            .with_borrow(|all| all.get(ENTRY.get() as usize).copied())
            .unwrap_or(0.0);
        show(Route::parse(&here()), y);
    });
    browser::listen("click", |event| {
        if let Some((route, replaces)) = link_clicked(&event) {
            event.prevent_default();
            if replaces {
                replace(&route);
            } else {
                go(&route);
            }
        }
    });
}

/// The page to show, followed.
pub fn current() -> Route {
    ROUTE.with_borrow(|route| route.map_or(Route::NotFound, |route| route.get()))
}

/// The page shown, not followed.
pub fn current_untracked() -> Route {
    ROUTE.with_borrow(|route| route.map_or(Route::NotFound, |route| route.get_untracked()))
}

/// The address shown, path and query.
pub fn here() -> String {
    let location = browser::window().map(|window| window.location());
    let part =
        |text: Option<Result<String, JsValue>>| text.and_then(Result::ok).unwrap_or_default();
    part(location.as_ref().map(web_sys::Location::pathname))
        + &part(location.as_ref().map(web_sys::Location::search))
}

/// To another page, as a new step.
pub fn go(route: &Route) {
    keep_scroll();
    ENTRY.set(ENTRY.get() + 1);
    if let Some(history) = history() {
        let _ = history.push_state_with_url(&JsValue::from(ENTRY.get()), "", Some(&route.url()));
    }
    show(route.clone(), 0.0);
}

/// To another page in place of this one: back does not come here again.
pub fn replace(route: &Route) {
    if let Some(history) = history() {
        let _ = history.replace_state_with_url(&JsValue::from(ENTRY.get()), "", Some(&route.url()));
    }
    show(route.clone(), 0.0);
}

/// A step back; where the visit began here, to the page that lies above this one.
pub fn back() {
    match history() {
        Some(history) if ENTRY.get() > 0 => {
            let _ = history.back();
        }
        _ => replace(&above(&current_untracked())),
    }
}

/// To another page in place of this one and of the one before: back comes to neither.
pub fn replace_two(route: &Route) {
    match history() {
        Some(history) if ENTRY.get() > 0 => {
            AFTER_BACK.set(Some(route.clone()));
            let _ = history.back();
        }
        _ => replace(route),
    }
}

/// The page that lies above: where 返回 leads when there is no step before.
fn above(route: &Route) -> Route {
    match route.clone() {
        Route::Departments {
            hospital,
            group: Some(_),
        } => Route::Departments {
            hospital,
            group: None,
        },
        Route::Departments { .. } => Route::Hospitals,
        Route::Doctors {
            change: Some(change),
            ..
        } => Route::Appointment {
            person: change.person,
            appointment: change.appointment,
        },
        Route::Doctors { hospital, .. } => Route::Departments {
            hospital,
            group: None,
        },
        Route::Days {
            hospital,
            department,
            change,
        } => Route::Doctors {
            hospital,
            department,
            day: None,
            change,
        },
        Route::Slots {
            at,
            part: Some(_),
            change,
        } => Route::Slots {
            at,
            part: None,
            change,
        },
        Route::Slots { at, change, .. } => Route::Doctors {
            hospital: at.hospital,
            department: at.department,
            day: Some(at.day),
            change,
        },
        Route::WhoFor { at, .. } => Route::Slots {
            at,
            part: None,
            change: None,
        },
        Route::Check {
            at,
            person,
            change: Some(appointment),
            ..
        } => Route::Slots {
            at,
            part: None,
            change: Some(contract::route::Change {
                person,
                appointment,
            }),
        },
        Route::Check { at, slot, .. } => Route::WhoFor { at, slot },
        Route::Appointment { person, .. } | Route::Ticket { person, .. } => Route::Appointments {
            person: Some(person),
        },
        Route::Cancel {
            person,
            appointment,
        } => Route::Appointment {
            person,
            appointment,
        },
        Route::Report { person, .. } => Route::Reports {
            person: Some(person),
        },
        Route::AddPerson { .. } => Route::People,
        Route::LogInCode { next } => Route::LogIn { next },
        _ => Route::Home,
    }
}

fn show(route: Route, scroll_to: f64) {
    ROUTE.with_borrow(|signal| {
        if let Some(signal) = signal {
            signal.set(route);
        }
    });
    announce(scroll_to);
}

/// After the page is drawn: the heading takes the focus, so that it is read out. Also for a page
/// that has become another one without a step of the history.
pub fn announce(scroll_to: f64) {
    browser::after(0, move || {
        if let Some(heading) = browser::find("h1") {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = heading.focus_with_options(&options);
            if let (Some(announcer), Some(title)) =
                (browser::by_id("announce"), heading.text_content())
            {
                announcer.set_text_content(Some(&title));
            }
        }
        if let Some(window) = browser::window() {
            window.scroll_to_with_x_and_y(0.0, scroll_to);
        }
    });
}

fn history() -> Option<web_sys::History> {
    browser::window()?.history().ok()
}

fn entry_of(state: Option<JsValue>) -> u32 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "we put a u32 there"
    )]
    let entry = state.and_then(|state| state.as_f64()).unwrap_or(0.0) as u32;
    entry
}

fn keep_scroll() {
    let y = browser::window()
        .and_then(|window| window.scroll_y().ok())
        .unwrap_or(0.0);
    let entry = ENTRY.get() as usize;
    SCROLLED.with_borrow_mut(|all| {
        if all.len() <= entry {
            all.resize(entry + 1, 0.0);
        }
        all[entry] = y;
    });
}

/// A plain click on a link of ours, and whether it says that it replaces this page.
fn link_clicked(event: &web_sys::Event) -> Option<(Route, bool)> {
    let click: &MouseEvent = event.dyn_ref()?;
    let modified = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
    if event.default_prevented() || click.button() != 0 || modified {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let link = target.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    if !href.starts_with('/') || link.has_attribute("download") || link.has_attribute("target") {
        return None;
    }
    match Route::parse(&href) {
        Route::NotFound => None,
        route => Some((route, link.has_attribute("data-replace"))),
    }
}
