//! Whom the caller may act for, and what for.

use crate::dom::*;
use contract::{PersonRow, Right, Route, SessionView};
use locales::{Lang, people};

use super::whose::{nobody, partial, relation};
use crate::ui::{Icon, Page, Role, Row, choices, for_caller, hospital_name, link_button, row};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    let words = lang.clone();
    Page::new(lang, people::title(lang)).show(for_caller(lang, move |_, view| list(&words, view)))
}

fn list(lang: &Lang, view: &SessionView) -> AnyView {
    let add = Route::AddPerson { next: None };
    if view.people.is_empty() {
        return nobody(lang, view, &add);
    }
    let rows: Vec<_> = view
        .people
        .iter()
        .cloned()
        .map(|person| {
            let lang = lang.clone();
            move || row(summary(&lang, &person))
        })
        .collect();
    view! {
        {partial(lang, view)}
        {choices(lang, "people", rows)}
        <div class="stack">{link_button(Role::Primary, people::do_add(lang), add.url())}</div>
    }
    .into_any()
}

/// Leads to what the caller may see of this person.
fn summary(lang: &Lang, person: &PersonRow) -> Row {
    let may = |right| person.rights.contains(&right);
    let id = Some(person.id.clone());
    let href = if may(Right::Book) {
        Some(Route::Appointments { person: id }.url())
    } else if may(Right::ViewReports) {
        Some(Route::Reports { person: id }.url())
    } else {
        None
    };
    let separator = people::separator(lang);
    let rights: Vec<String> = person
        .rights
        .iter()
        .map(|right| right_word(lang, *right))
        .collect();
    let hospitals: Vec<String> = person.hospitals.iter().map(hospital_name).collect();
    let rights = (!rights.is_empty()).then(|| people::you_may(lang, &rights.join(&separator)));
    Row {
        href,
        ..Row::to(person.name_masked.clone(), String::new())
    }
    .icon(Icon::Person)
    .note(relation(lang, person))
    .note(rights)
    .note(hospitals.join(&separator))
}

fn right_word(lang: &Lang, right: Right) -> String {
    match right {
        Right::Book => people::right_book(lang),
        Right::Pay => people::right_pay(lang),
        Right::ViewReports => people::right_view_reports(lang),
        Right::Manage => people::right_manage(lang),
    }
}
