//! Step 5: for whom.

use crate::dom::*;
use contract::{PersonRow, Right, Route, SlotId, route::DoctorDay};
use locales::{Lang, people};

use super::whose::{nobody, partial, relation};
use crate::{
    router,
    ui::{BOOKING_STEPS, Icon, Page, Role, Row, choices, for_caller, link_button, row},
};

/// Draws the page.
pub fn page(lang: &Lang, at: &DoctorDay, slot: &SlotId) -> AnyView {
    let (words, at, slot) = (lang.clone(), at.clone(), slot.clone());
    let list = for_caller(lang, move |_, session| {
        let add = Route::AddPerson {
            next: Some(router::here()),
        };
        if session.people.is_empty() {
            return nobody(&words, session, &add);
        }
        let items = session
            .people
            .iter()
            .map(|person| {
                let (words, person) = (words.clone(), person.clone());
                let route = Route::Check {
                    at: at.clone(),
                    slot: slot.clone(),
                    person: person.id.clone(),
                    change: None,
                };
                move || one(&words, &person, &route)
            })
            .collect();
        view! {
            {partial(&words, session)}
            {choices(&words, "who-for", items)}
            <div class="stack">{link_button(Role::Plain, people::do_add(&words), add.url())}</div>
        }
        .into_any()
    });
    Page::new(lang, people::who_for(lang))
        .step(5, BOOKING_STEPS)
        .show(list)
}

fn one(lang: &Lang, person: &PersonRow, route: &Route) -> AnyView {
    let may = person.rights.contains(&Right::Book);
    let base = Row {
        icon: Some(Icon::Person),
        title: person.name_masked.clone(),
        notes: vec![relation(lang, person)],
        state: None,
        href: may.then(|| route.url()),
    };
    row(if may {
        base
    } else {
        base.state(Icon::Stop, people::no_right_book(lang))
    })
}
