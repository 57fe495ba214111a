//! What a person waits for: the place in the queue, what is offered, and leaving.

use crate::dom::*;
use contract::{
    PersonId, Right, Route, Waitlist, WaitlistEntry,
    api::{LeaveWaitlistEntry, ListWaitlist},
};
use locales::{Lang, appointments, main, waitlist};

use super::whose;
use crate::{
    api::{Caller, Failure},
    flow,
    remote::read_own,
    session,
    ui::{
        Icon, Page, Role, all_known, busy_button, button, fact, for_caller, good_note, link_button,
        live, loaded, note, problem_text, source_notes,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: Option<&PersonId>) -> AnyView {
    let words = lang.clone();
    let Some(person) = person.cloned() else {
        return Page::new(lang, appointments::who(lang)).show(for_caller(lang, move |_, view| {
            whose::choose(&words, view, Right::Book, &|person| Route::Waitlist {
                person: Some(person),
            })
        }));
    };
    Page::new(lang, waitlist::title(lang)).show(for_caller(lang, move |caller, _| {
        let reading = read_own::<ListWaitlist>(caller, &[person.as_str()], "");
        let (lang, person) = (words.clone(), person.clone());
        loaded(
            &words,
            reading,
            || ().into_any(),
            move |list: &Waitlist| {
                let partial = source_notes(
                    &lang,
                    &list.sources,
                    appointments::partial,
                    appointments::partial_stale,
                );
                let none = list.entries.is_empty() && all_known(&list.sources);
                let none = none.then(|| {
                    let (title, text) = (waitlist::none_title(&lang), waitlist::none_detail(&lang));
                    let book = appointments::do_book(&lang);
                    view! {
                        {good_note(Icon::Clock, title, text)}
                        <div class="stack">
                            {link_button(Role::Primary, book, Route::Hospitals.url())}
                        </div>
                    }
                    .into_any()
                });
                let entries: Vec<AnyView> = list
                    .entries
                    .iter()
                    .map(|entry| one(&lang, caller, &person, entry))
                    .collect();
                view! { {partial} {none} {entries} }.into_any()
            },
        )
    }))
}

fn one(lang: &Lang, caller: Caller, person: &PersonId, entry: &WaitlistEntry) -> AnyView {
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let days = flow::days(lang, &entry.from, &entry.to);
    let before = match entry.before {
        0 => waitlist::first(lang),
        count => waitlist::before(lang, count),
    };
    let any = || waitlist::any_doctor(lang);
    let doctor = entry.doctor.as_ref().map_or_else(any, flow::doctor);
    let offer = entry.offer.as_ref().map(|offer| {
        let route = Route::Offer {
            person: person.clone(),
            offer: offer.clone(),
        };
        link_button(Role::Primary, waitlist::do_see_offer(lang), route.url())
    });
    let state = RwSignal::new(Leaving::No);
    let busy = RwSignal::new(false);
    let (words, who, id) = (lang.clone(), person.clone(), entry.id.clone());
    let leave = move || match state.get() {
        Leaving::No => button(Role::Plain, waitlist::do_leave(&words), move || {
            state.set(Leaving::Asked);
        }),
        Leaving::Asked => {
            let (who, id) = (who.clone(), id.clone());
            let act = move || leave(caller, &who, id.as_str(), state, busy);
            view! {
                <p>{waitlist::leave_sure(&words)}</p>
                {button(Role::Plain, waitlist::do_stay(&words), move || state.set(Leaving::No))}
                {busy_button(Role::Danger, waitlist::do_leave(&words), main::saving(&words), busy, act)}
            }
            .into_any()
        }
        Leaving::Done => view! { <p role="status">{waitlist::left(&words)}</p> }.into_any(),
        Leaving::Failed(why) => {
            let (title, text) = problem_text(&words, &why);
            view! {
                <div role="alert">{note(Icon::Alert, title, text)}</div>
                {button(Role::Plain, main::do_retry(&words), move || state.set(Leaving::Asked))}
            }
            .into_any()
        }
    };
    view! {
        <h2>{entry.department.name.clone()}</h2>
        <dl class="facts">
            {fact(appointments::label_doctor(lang), text(doctor))}
            {fact(appointments::label_when(lang), text(days))}
            {fact(appointments::label_hospital(lang), text(entry.hospital_name.clone()))}
            {fact(waitlist::label_place(lang), text(before))}
        </dl>
        <div class="stack">{offer} {live(leave)}</div>
    }
    .into_any()
}

#[derive(Clone)]
enum Leaving {
    No,
    Asked,
    Done,
    Failed(Failure),
}

fn leave(
    caller: Caller,
    person: &PersonId,
    entry: &str,
    state: RwSignal<Leaving>,
    busy: RwSignal<bool>,
) {
    let (person, entry) = (person.clone(), entry.to_owned());
    crate::browser::spawn(async move {
        let ids = [person.as_str(), entry.as_str()];
        let answer = caller.get::<LeaveWaitlistEntry>(&ids, "").await;
        let _ = busy.try_set(false);
        let _ = state.try_set(match answer {
            Ok(()) => Leaving::Done,
            Err(why) => {
                session::look_at(&why);
                Leaving::Failed(why)
            }
        });
    });
}
