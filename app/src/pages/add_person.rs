//! Adding somebody: as on the document, checked by the hospital.

use contract::{HospitalId, IdType, NewPerson, PersonRow, Route, api::AddPerson};
use leptos::prelude::*;
use locales::{Lang, main, people, problem};

use crate::{
    api::{Attempt, Caller, Failure},
    browser, draft, router, session,
    ui::{
        Field, Icon, Page, Role, busy_button, field, for_caller, hotline_of, hotlines, link_button,
        note, problem_text,
    },
};

/// Characters of a resident identity number.
const RESIDENT_LENGTH: usize = 18;

/// What is typed and what is wrong with it.
#[derive(Clone, Copy)]
struct Form {
    hospital: RwSignal<String>,
    id_type: RwSignal<String>,
    name: RwSignal<String>,
    number: RwSignal<String>,
    name_error: RwSignal<String>,
    number_error: RwSignal<String>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    added: RwSignal<Option<PersonRow>>,
}

/// Draws the page. `next` is where the person was going.
pub fn page(lang: &Lang, next: Option<&str>) -> AnyView {
    let form = Form {
        hospital: draft::field("person-hospital"),
        id_type: draft::field("person-type"),
        name: draft::field("person-name"),
        number: draft::field("person-number"),
        name_error: RwSignal::new(String::new()),
        number_error: RwSignal::new(String::new()),
        failure: RwSignal::new(None),
        busy: RwSignal::new(false),
        added: RwSignal::new(None),
    };
    let next = next.map(Route::parse);
    if form.hospital.with_untracked(String::is_empty) {
        let known = next
            .as_ref()
            .and_then(hospital_of)
            .or(hotlines().into_iter().next().map(|line| line.hospital));
        form.hospital
            .set(known.map(|hospital| hospital.0).unwrap_or_default());
    }
    if form.id_type.with_untracked(String::is_empty) {
        form.id_type.set(IdType::Resident.as_str().to_owned());
    }
    let lang = lang.clone();
    let view = move || match form.added.get() {
        Some(person) => Page::new(&lang, people::added_title(&lang)).show(added(&lang, &person)),
        None => {
            let (words, next) = (lang.clone(), next.clone());
            let fixed = next.as_ref().and_then(hospital_of).is_some();
            Page::new(&lang, people::add_title(&lang)).show(for_caller(&lang, move |caller, _| {
                fields(&words, caller, form, fixed, next.clone())
            }))
        }
    };
    view! { {view} }.into_any()
}

/// The hospital somebody was about to book at: then it is not asked for again.
fn hospital_of(route: &Route) -> Option<HospitalId> {
    match route {
        Route::WhoFor { at, .. } => Some(at.hospital.clone()),
        _ => None,
    }
}

fn added(lang: &Lang, person: &PersonRow) -> AnyView {
    let done = people::added_detail(lang, &person.name_masked);
    view! {
        <p role="status">{done}</p>
        <div class="stack">
            {link_button(Role::Primary, main::task_book(lang), Route::Hospitals.url())}
            {link_button(Role::Plain, main::task_people(lang), Route::People.url())}
        </div>
    }
    .into_any()
}

fn fields(lang: &Lang, caller: Caller, form: Form, fixed: bool, next: Option<Route>) -> AnyView {
    let words = lang.clone();
    let send = move || check_and_send(&words, caller, form, next.clone());
    let hint = {
        let lang = lang.clone();
        move || {
            (form.id_type.get() == IdType::Resident.as_str())
                .then(|| people::number_hint_resident(&lang))
        }
    };
    view! {
        <p>{people::add_intro(lang)} " " {people::phone_hint(lang)}</p>
        {trouble(lang, form)}
        {(!fixed).then(|| hospitals(lang, form.hospital))}
        {field(Field {
            id: "person-name",
            label: people::name_label(lang),
            hint: people::name_hint(lang),
            autocomplete: "name",
            inputmode: "text",
            value: form.name,
            error: form.name_error,
        })}
        {types(lang, form.id_type)}
        <p class="hint">{hint}</p>
        {field(Field {
            id: "person-number",
            label: people::number_label(lang),
            hint: String::new(),
            autocomplete: "off",
            inputmode: "text",
            value: form.number,
            error: form.number_error,
        })}
        <div class="stack">
            {busy_button(Role::Primary, people::do_check(lang), people::checking(lang), form.busy, send)}
        </div>
    }
    .into_any()
}

/// What went wrong, above the fields, with the telephone where the record does not match.
fn trouble(lang: &Lang, form: Form) -> AnyView {
    let lang = lang.clone();
    let view = move || {
        form.failure.get().map(|failure| {
            let (title, text) = problem_text(&lang, &failure);
            let call = form
                .hospital
                .with_untracked(|id| hotline_of(Some(&HospitalId::from(id.as_str()))))
                .map(|line| {
                    link_button(Role::Plain, main::do_call(&lang, &line.number), line.href())
                });
            view! { {note(Icon::Alert, title, text)} <div class="stack">{call}</div> }
        })
    };
    view! { <div role="alert" id="summary" tabindex="-1">{view}</div> }.into_any()
}

fn hospitals(lang: &Lang, chosen: RwSignal<String>) -> AnyView {
    let options: Vec<AnyView> = hotlines()
        .into_iter()
        .map(|line| {
            let (id, same) = (line.hospital.0.clone(), line.hospital.0);
            view! {
                <label class="option">
                    <input
                        type="radio"
                        name="hospital"
                        prop:checked=move || chosen.with(|chosen| *chosen == same)
                        on:change=move |_| chosen.set(id.clone())
                    />
                    <span>{line.name}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <fieldset class="options">
            <legend>{people::hospital_label(lang)}</legend>
            {options}
        </fieldset>
    }
    .into_any()
}

fn types(lang: &Lang, chosen: RwSignal<String>) -> AnyView {
    let options: Vec<AnyView> = IdType::ALL
        .iter()
        .map(|&kind| {
            let word = match kind {
                IdType::Resident => people::type_resident(lang),
                IdType::Passport => people::type_passport(lang),
                IdType::HkMacauPermit => people::type_hk_macau_permit(lang),
                IdType::TaiwanPermit => people::type_taiwan_permit(lang),
                IdType::ForeignResident => people::type_foreign_resident(lang),
                IdType::BirthCertificate => people::type_birth_certificate(lang),
            };
            view! { <option value=kind.as_str()>{word}</option> }.into_any()
        })
        .collect();
    view! {
        <div class="field">
            <label for="person-type">{people::type_label(lang)}</label>
            <select
                id="person-type"
                prop:value=move || chosen.get()
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn check_and_send(lang: &Lang, caller: Caller, form: Form, next: Option<Route>) {
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
    leptos::task::spawn_local(async move {
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
                match next {
                    Some(next) => router::replace(&next),
                    None => {
                        let _ = form.added.try_set(Some(person));
                        router::announce(0.0);
                    }
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
