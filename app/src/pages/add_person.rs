//! Adding somebody: as on the document, checked by the hospital.

mod choose;
mod send;

use crate::dom::*;
use contract::{HospitalId, IdType, PersonRow, Route};
use locales::{Lang, main, people};

use self::{
    choose::{hospitals, types},
    send::{Form, send},
};
use crate::{
    api::Caller,
    ui::{
        Field, Icon, Page, Role, busy_button, field, for_caller, hotline_of, hotlines, link_button,
        live, note, problem_text,
    },
};

/// Draws the page. `next` is where the person was going.
pub fn page(lang: &Lang, next: Option<&str>) -> AnyView {
    let form = Form::new();
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
    let view = move || {
        if let Some(person) = form.added.get() {
            Page::new(&lang, people::added_title(&lang)).show(added(&lang, &person))
        } else {
            let (words, next) = (lang.clone(), next.clone());
            let fixed = next.as_ref().and_then(hospital_of).is_some();
            Page::new(&lang, people::add_title(&lang)).show(for_caller(&lang, move |caller, _| {
                fields(&words, caller, form, fixed, next.clone())
            }))
        }
    };
    live(view)
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
    let send = move || send(&words, caller, form, next.clone());
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
        {field(Field {
            id: "person-number",
            label: people::number_label(lang),
            hint: people::number_hint(lang),
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
            view! { {note(Icon::Alert, title, text)} <div class="stack">{call}</div> }.into_any()
        })
    };
    view! { <div role="alert" id="summary" tabindex="-1">{live(view)}</div> }.into_any()
}
