//! What a person waits for: the place in the queue, what is offered, and leaving.

use crate::dom::*;
use contract::{
    PersonId, Right, Route, Waitlist, WaitlistEntry,
    api::{LeaveWaitlistEntry, ListWaitlist},
};
use locales::{Lang, appointments, main, waitlist};

use super::{swap, whose};
use crate::{
    api::{Caller, Failure},
    flow, prefs,
    remote::read_own,
    session,
    ui::{
        Icon, Page, Role, all_known, busy_button, button, fact, for_caller, good_note, link_button,
        loaded, note, problem_text, source_notes,
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
        // It outlives what is drawn again when another answer comes.
        let leaving = Leaving {
            asked: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
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
                if !list.entries.is_empty() {
                    prefs::set_waits(true);
                }
                let none = is_over(list).then(|| {
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
                let mut entries: Vec<AnyView> = Vec::new();
                for entry in &list.entries {
                    // What cannot wait comes first.
                    let at = if entry.offer.is_some() {
                        0
                    } else {
                        entries.len()
                    };
                    entries.insert(at, one(&lang, caller, &person, entry, leaving));
                }
                view! { {partial} {none} {entries} }.into_any()
            },
        )
    }))
}

/// Nothing is waited for, and that is known.
pub fn is_over(list: &Waitlist) -> bool {
    list.entries.is_empty() && all_known(&list.sources)
}

/// How far the leaving is.
#[derive(Clone, Copy)]
struct Leaving {
    /// Which entry the question is about.
    asked: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

fn one(
    lang: &Lang,
    caller: Caller,
    person: &PersonId,
    entry: &WaitlistEntry,
    leaving: Leaving,
) -> AnyView {
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
    let Leaving {
        asked,
        busy,
        failure,
    } = leaving;
    let id = entry.id.clone();
    let is_asked = steady(move || usize::from(asked.with(|asked| *asked == id.0)));
    let (words, who, id) = (lang.clone(), person.clone(), entry.id.clone());
    let question = move || {
        let (who, id, of) = (who.clone(), id.0.clone(), id.0.clone());
        let text = waitlist::do_leave(&words);
        if is_asked.get() == 0 {
            let ask = button(Role::Plain, text, move || {
                failure.set(None);
                asked.set(of.clone());
            });
            return view! { <div class="stack">{ask}</div> }.into_any();
        }
        let trouble = failure.get().map(|why| {
            let (title, text) = if why.says_nothing() {
                (
                    appointments::cancel_unknown_title(&words),
                    appointments::cancel_unknown_detail(&words),
                )
            } else {
                problem_text(&words, &why)
            };
            note(Icon::Alert, title, text)
        });
        let stay = move || asked.set(String::new());
        let act = move || leave(caller, &who, &id, leaving);
        view! {
            <div role="alert">{trouble}</div>
            <p>{waitlist::leave_sure(&words)}</p>
            <div class="stack">
                {button(Role::Plain, waitlist::do_stay(&words), stay)}
                {busy_button(Role::Danger, text, main::saving(&words), busy, act)}
            </div>
        }
        .into_any()
    };
    view! {
        <h2>{entry.department.name.clone()}</h2>
        <dl class="facts">
            {fact(appointments::label_doctor(lang), text(doctor))}
            {fact(appointments::label_when(lang), text(days))}
            {fact(appointments::label_hospital(lang), text(entry.hospital_name.clone()))}
            {fact(waitlist::label_place(lang), text(before))}
        </dl>
        <div class="stack">{offer}</div>
        {swap::steps(question)}
    }
    .into_any()
}

fn leave(caller: Caller, person: &PersonId, entry: &str, leaving: Leaving) {
    let (person, entry) = (person.clone(), entry.to_owned());
    crate::browser::spawn(async move {
        let ids = [person.as_str(), &*entry];
        let answer = caller.get::<LeaveWaitlistEntry>(&ids, "").await;
        if leaving.busy.try_set(false).is_some() {
            // The page has been left.
            return;
        }
        match answer {
            Ok(()) => swap::waits(person, waitlist::left),
            Err(why) => {
                session::look_at(&why);
                leaving.failure.set(Some(why));
            }
        }
    });
}
