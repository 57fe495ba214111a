//! The hospitals' telephone lines. They stand in the page's HTML, before any WASM runs, and are
//! read from there, so that the number is never waited for.

use crate::dom::*;
use contract::{HospitalId, Route, TimeOfDay};
use locales::{Lang, help, main, when};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{Icon, icon};
use crate::{browser, clock, router};

/// A line staffed by people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotline {
    /// Whose it is.
    pub hospital: HospitalId,
    /// The hospital's name.
    pub name: String,
    /// As dialled.
    pub number: String,
    /// From when people answer.
    pub opens: TimeOfDay,
    /// Until when.
    pub closes: TimeOfDay,
}

impl Hotline {
    /// The address that dials it.
    pub fn href(&self) -> String {
        format!("tel:{}", self.number)
    }

    /// Whether somebody answers now.
    pub fn is_open(&self) -> bool {
        let now = clock::time_of_day();
        self.opens.as_str() <= now.as_str() && now.as_str() < self.closes.as_str()
    }
}

/// All lines, as the HTML has them.
pub fn hotlines() -> Vec<Hotline> {
    let mut lines = Vec::new();
    let found =
        browser::document().and_then(|document| document.query_selector_all("[data-hotline]").ok());
    for at in 0..found.as_ref().map_or(0, web_sys::NodeList::length) {
        let element: Option<Element> = found
            .as_ref()
            .and_then(|list| list.get(at))
            .and_then(|node| node.dyn_into().ok());
        let Some(element) = element else { continue };
        let text = |name: &str| element.get_attribute(name).unwrap_or_default();
        lines.push(Hotline {
            hospital: text("data-hotline").into(),
            name: text("data-name"),
            number: text("data-number"),
            opens: text("data-opens").into(),
            closes: text("data-closes").into(),
        });
    }
    lines
}

/// The line of a hospital, or the first when it is not known.
pub fn hotline_of(hospital: Option<&HospitalId>) -> Option<Hotline> {
    let lines = hotlines();
    lines
        .iter()
        .find(|line| Some(&line.hospital) == hospital)
        .or(lines.first())
        .cloned()
}

/// The line that belongs to a page.
pub fn hotline_for(route: &Route) -> Option<Hotline> {
    // An appointment's or report's id carries its hospital before the `~`.
    let carried = |id: &str| {
        id.split_once('~')
            .map(|(hospital, _)| HospitalId::from(hospital))
    };
    let hospital = match route {
        Route::Departments { hospital, .. }
        | Route::Doctors { hospital, .. }
        | Route::Days { hospital, .. } => Some(hospital.clone()),
        Route::Wait { what, .. } => Some(what.hospital.clone()),
        Route::Offer { offer, .. } => carried(offer.as_str()),
        Route::Slots { at, .. } | Route::WhoFor { at, .. } | Route::Check { at, .. } => {
            Some(at.hospital.clone())
        }
        Route::Ticket { appointment, .. }
        | Route::Appointment { appointment, .. }
        | Route::Cancel { appointment, .. } => carried(appointment.as_str()),
        Route::Report { report, .. } => carried(report.as_str()),
        _ => None,
    };
    hotline_of(hospital.as_ref())
}

/// The line that belongs to the page that is open, as a row.
pub fn call_here(lang: &Lang) -> Option<AnyView> {
    hotline_for(&router::current_untracked()).map(|line| call_row(lang, &line))
}

/// A row that dials, and says whether somebody answers now.
pub fn call_row(lang: &Lang, line: &Hotline) -> AnyView {
    let hours = if line.is_open() {
        help::hotline_open(lang)
    } else {
        help::hotline_closed(lang, &when::time_of_day(lang, &line.opens))
    };
    view! {
        <a class="row" href=line.href() data-help>
            {icon(Icon::Phone)}
            <span class="row-text">
                <span class="row-title">{main::do_call(lang, &line.number)}</span>
                <span class="row-note">{line.name.clone()}</span>
                <span class="row-note">{hours}</span>
            </span>
        </a>
    }
    .into_any()
}
