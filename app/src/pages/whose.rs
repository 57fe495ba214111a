//! Whose appointments, whose reports: asked only where there is a choice.

use crate::dom::*;
use contract::{PersonId, PersonRow, Right, Route, SessionView};
use locales::{Lang, main, people};

use crate::{
    router, session,
    ui::{
        Icon, Role, Row, all_known, button, call_here, choices, link_button, note, row,
        source_notes,
    },
};

/// Shows who can be chosen; with a single person, goes on to theirs in place of this page.
pub fn choose(
    lang: &Lang,
    view: &SessionView,
    right: Right,
    to: &dyn Fn(PersonId) -> Route,
) -> AnyView {
    let may: Vec<PersonRow> = view
        .people
        .iter()
        .filter(|person| person.rights.contains(&right))
        .cloned()
        .collect();
    let add = Route::AddPerson {
        next: Some(router::current_untracked().url()),
    };
    match may.as_slice() {
        [] => nobody(lang, view, &add),
        [only] => {
            router::replace(&to(only.id.clone()));
            ().into_any()
        }
        _ => {
            let words = lang.clone();
            let rows: Vec<_> = may
                .into_iter()
                .map(|person| {
                    let (words, url) = (words.clone(), to(person.id.clone()).url());
                    move || {
                        row(Row::to(person.name_masked.clone(), url.clone())
                            .icon(Icon::Person)
                            .note(relation(&words, &person)))
                    }
                })
                .collect();
            view! { {partial(lang, view)} {choices(lang, "whose", rows)} }.into_any()
        }
    }
}

/// A note for each hospital that could not tell whom the caller may act for; it is asked again.
pub fn partial(lang: &Lang, view: &SessionView) -> AnyView {
    if all_known(&view.sources) {
        return ().into_any();
    }
    session::complete();
    let notes = source_notes(lang, &view.sources, people::partial, |lang, name, _| {
        people::partial(lang, name)
    });
    view! {
        {notes}
        <div class="stack">
            {button(Role::Plain, main::do_retry(lang), session::again)} {call_here(lang)}
        </div>
    }
    .into_any()
}

/// There is nobody to choose. `add`: where somebody is added.
pub fn nobody(lang: &Lang, view: &SessionView, add: &Route) -> AnyView {
    // Who could not be found out may well be there.
    if !all_known(&view.sources) {
        return partial(lang, view);
    }
    view! {
        {note(Icon::People, people::none_title(lang), people::none_detail(lang))}
        <div class="stack">{link_button(Role::Primary, people::do_add(lang), add.url())}</div>
    }
    .into_any()
}

/// What the caller is to this person, in words.
pub fn relation(lang: &Lang, person: &PersonRow) -> String {
    use contract::Relation as R;
    let word = match person.relation {
        R::Own => return people::relation_own(lang),
        R::Spouse => people::relation_spouse(lang),
        R::Child => people::relation_child(lang),
        R::Parent => people::relation_parent(lang),
        R::Grandchild => people::relation_grandchild(lang),
        R::Grandparent => people::relation_grandparent(lang),
        R::Sibling => people::relation_sibling(lang),
        R::Guardian => people::relation_guardian(lang),
        R::Other => people::relation_other(lang),
    };
    people::you_are(lang, &word)
}
