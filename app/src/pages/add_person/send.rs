//! What is typed, what is wrong with it, and sending it once.

use crate::dom::*;
use contract::{HospitalId, IdType, NewPerson, PersonRow, Route, api::AddPerson};
use locales::{Lang, people, problem};

use crate::{
    api::{Attempt, Caller, Failure},
    browser, draft, router, session,
};

/// Characters of a resident identity number.
const RESIDENT_LENGTH: usize = 18;

/// The form: what is typed is a draft, so it survives going back and logging in.
#[derive(Clone, Copy)]
pub struct Form {
    pub hospital: RwSignal<String>,
    pub id_type: RwSignal<String>,
    pub name: RwSignal<String>,
    pub number: RwSignal<String>,
    pub name_error: RwSignal<String>,
    pub number_error: RwSignal<String>,
    pub failure: RwSignal<Option<Failure>>,
    pub busy: RwSignal<bool>,
    /// Whom the hospital has confirmed.
    pub added: RwSignal<Option<PersonRow>>,
}

impl Form {
    /// As it was left.
    pub fn new() -> Self {
        Self {
            hospital: draft::field("person-hospital"),
            id_type: draft::field("person-type"),
            name: draft::field("person-name"),
            number: draft::field("person-number"),
            name_error: RwSignal::new(String::new()),
            number_error: RwSignal::new(String::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            added: RwSignal::new(None),
        }
    }
}

/// Checks what can be checked here, then lets the hospital check the rest.
pub fn send(lang: &Lang, caller: Caller, form: Form, next: Option<Route>) {
    let id_type = IdType::ALL
        .iter()
        .copied()
        .find(|kind| {
            form.id_type
                .with_untracked(|chosen| chosen == kind.as_str())
        })
        .unwrap_or(IdType::Resident);
    let name = form.name.get_untracked().trim().to_owned();
    let number: String = form
        .number
        .get_untracked()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let short = id_type == IdType::Resident && number.chars().count() < RESIDENT_LENGTH;
    form.failure.set(None);
    form.name_error.set(if name.is_empty() {
        people::name_missing(lang)
    } else {
        String::new()
    });
    form.number_error.set(match (number.is_empty(), short) {
        (true, _) => people::number_missing(lang),
        (_, true) => people::number_short(lang),
        _ => String::new(),
    });
    if name.is_empty() || number.is_empty() || short {
        form.busy.set(false);
        focus_first_error();
        return;
    }
    let hospital = HospitalId::from(form.hospital.get_untracked());
    let body = NewPerson {
        hospital,
        name,
        id_type,
        id_number: number,
    };
    let lang = lang.clone();
    crate::browser::spawn(async move {
        let attempt = Attempt::at("person");
        let answer = caller.attempt::<AddPerson>(&[], &body, &attempt).await;
        let _ = form.busy.try_set(false);
        match answer {
            Ok(person) => {
                attempt.finish();
                for name in [
                    "person-hospital",
                    "person-type",
                    "person-name",
                    "person-number",
                ] {
                    draft::forget(name);
                }
                session::ask();
                if let Some(next) = next {
                    router::replace(&next);
                } else {
                    let _ = form.added.try_set(Some(person));
                    router::announce(0.0);
                }
            }
            Err(failure) => {
                session::look_at(&failure);
                refused(&lang, form, &attempt, failure);
            }
        }
    });
}

/// Puts each message where it belongs: at its field, or above them all.
fn refused(lang: &Lang, form: Form, attempt: &Attempt, failure: Failure) {
    if !failure.says_nothing() {
        // It was answered, so what is sent next is another attempt.
        attempt.finish();
    }
    if let Failure::Problem(problem) = &failure {
        for error in problem.errors.iter().flatten() {
            let words = problem::field(lang, error.code);
            match error.field.as_str() {
                "name" => {
                    let _ = form.name_error.try_set(words);
                }
                "id_number" => {
                    let _ = form.number_error.try_set(words);
                }
                _ => {}
            }
        }
    }
    let _ = form.failure.try_set(Some(failure));
    focus_first_error();
}

/// After the messages are drawn: to the first field that is wrong, else to the message above.
fn focus_first_error() {
    browser::after(0, || {
        let target = browser::find("[aria-invalid=true]").or_else(|| browser::find("#summary"));
        if let Some(target) = target {
            let _ = target.focus();
        }
    });
}
