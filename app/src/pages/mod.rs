//! One module a page, one function a module.

mod add_person;
mod appointment;
mod appointments;
mod cancel;
mod check;
mod check_move;
mod check_parts;
mod check_room;
mod days;
mod departments;
mod doctors;
mod help;
mod home;
mod hospitals;
mod log_in;
mod log_in_code;
mod not_found;
mod offer;
mod people;
mod report;
mod reports;
mod settings;
mod slots;
mod status;
mod sure;
mod swap;
mod ticket;
mod wait;
mod waitlist;
mod waits;
mod who_for;
mod whose;

use std::hint::black_box;

use crate::dom::*;
use contract::Route;
use locales::Lang;

pub use sure::reminder;

use crate::{prefs, router, second};

/// The page of the address, drawn anew when the address, the language or the mode changes.
pub fn current() -> AnyView {
    let lang = &prefs::lang();
    match router::current() {
        Route::Home => home::page(lang),
        route if second::is_here() => through(lang, Wanted::Page(route)),
        _ => second::page(lang),
    }
}

/// What the second part is for.
enum Wanted {
    /// A page.
    Page(Route),
    /// For home: where an offer is to be decided on.
    Offer(RwSignal<Option<Route>>),
}

/// Into the second part, which must be here: through a pointer that the compiler cannot see
/// through. What lies behind it and nowhere else is that part. `app/split` knows it by its name.
fn through(lang: &Lang, wanted: Wanted) -> AnyView {
    black_box(rest as fn(&Lang, Wanted) -> AnyView)(lang, wanted)
}

/// Looks, once the second part is here, whether something is offered.
fn look_for_offers(lang: &Lang, offer: RwSignal<Option<Route>>) {
    if second::is_here() {
        through(lang, Wanted::Offer(offer));
    }
}

#[inline(never)]
fn rest(lang: &Lang, wanted: Wanted) -> AnyView {
    let route = match wanted {
        Wanted::Page(route) => route,
        Wanted::Offer(offer) => {
            waits::find_out(offer);
            return ().draw();
        }
    };
    match route {
        Route::Home => ().draw(),
        Route::Hospitals => hospitals::page(lang),
        Route::Departments { hospital, group } => {
            departments::page(lang, &hospital, group.as_deref())
        }
        Route::Doctors {
            hospital,
            department,
            day,
            change,
        } => doctors::page(lang, &hospital, &department, day.as_ref(), change.as_ref()),
        Route::Days {
            hospital,
            department,
            change,
        } => days::page(lang, &hospital, &department, change.as_ref()),
        Route::Slots { at, part, change } => slots::page(lang, &at, part, change.as_ref()),
        Route::WhoFor { at, slot } => who_for::page(lang, &at, &slot),
        Route::Check {
            at,
            slot,
            person,
            change,
        } => check::page(lang, &at, &slot, &person, change.as_ref()),
        Route::Ticket {
            person,
            appointment,
        } => ticket::page(lang, &person, &appointment),
        Route::LogIn { next } => log_in::page(lang, next.as_deref()),
        Route::LogInCode { next } => log_in_code::page(lang, next.as_deref()),
        Route::Appointments { person } => appointments::page(lang, person.as_ref()),
        Route::Appointment {
            person,
            appointment,
        } => appointment::page(lang, &person, &appointment),
        Route::Cancel {
            person,
            appointment,
        } => cancel::page(lang, &person, &appointment),
        Route::Wait {
            what,
            person,
            until,
            keep,
        } => wait::page(lang, &what, person, until, keep),
        Route::Waitlist { person } => waitlist::page(lang, person.as_ref()),
        Route::Offer { person, offer } => offer::page(lang, &person, &offer),
        Route::Reports { person } => reports::page(lang, person.as_ref()),
        Route::Report { person, report } => report::page(lang, &person, &report),
        Route::People => people::page(lang),
        Route::AddPerson { next } => add_person::page(lang, next.as_deref()),
        Route::Settings => settings::page(lang),
        Route::Help => help::page(lang),
        Route::Status => status::page(lang),
        Route::NotFound => not_found::page(lang),
    }
}
