//! One module a page, one function a module.

mod add_person;
mod appointment;
mod appointments;
mod cancel;
mod help;
mod home;
mod not_found;
mod people;
mod report;
mod reports;
mod settings;
mod whose;

use contract::Route;
use leptos::prelude::*;

use crate::{prefs, router};

/// The page of the address, drawn anew when the address, the language or the mode changes.
pub fn current() -> AnyView {
    let lang = &prefs::lang();
    match router::current() {
        Route::Home => home::page(lang),
        Route::Appointments { person } => appointments::page(lang, person.as_ref()),
        Route::Appointment { person, appointment } => {
            appointment::page(lang, &person, &appointment)
        }
        Route::Cancel { person, appointment } => cancel::page(lang, &person, &appointment),
        Route::Reports { person } => reports::page(lang, person.as_ref()),
        Route::Report { person, report } => report::page(lang, &person, &report),
        Route::People => people::page(lang),
        Route::AddPerson { next } => add_person::page(lang, next.as_deref()),
        Route::Settings => settings::page(lang),
        Route::Help => help::page(lang),
        _ => not_found::page(lang),
    }
}
