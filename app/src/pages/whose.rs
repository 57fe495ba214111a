//! Whose appointments, whose reports: asked only where there is a choice.

use crate::dom::*;
use contract::{PersonId, PersonRow, Right, Route, SessionView};
use locales::{Lang, people};

use crate::{
    router,
    ui::{Icon, Role, Row, choices, link_button, note, row, source_notes},
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
    let partial = source_notes(lang, &view.sources, people::partial, |lang, name, _| {
        people::partial(lang, name)
    });
    match may.as_slice() {
        [] => nobody(lang, partial),
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
            view! { {partial} {choices(lang, "whose", rows)} }.into_any()
        }
    }
}

fn nobody(lang: &Lang, partial: AnyView) -> AnyView {
    let add = Route::AddPerson {
        next: Some(router::current_untracked().url()),
    };
    view! {
        {partial}
        {note(Icon::Person, people::none_title(lang), people::none_detail(lang))}
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
