//! A person's appointments: what is coming first, what is over on request.

use crate::dom::*;
use contract::{
    Appointment, AppointmentStatus, Appointments, PersonId, Right, Route, api::ListAppointments,
};
use locales::{Lang, appointments, when};

use super::whose;
use crate::{
    api::Caller,
    clock, flow,
    remote::read_own,
    ui::{
        Icon, Page, Role, Row, all_known, button, choices, for_caller, good_note, link_button,
        live, loaded, row, source_notes,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: Option<&PersonId>) -> AnyView {
    let words = lang.clone();
    let Some(person) = person.cloned() else {
        return Page::new(lang, appointments::who(lang)).show(for_caller(lang, move |_, view| {
            whose::choose(&words, view, Right::Book, &|person| Route::Appointments {
                person: Some(person),
            })
        }));
    };
    Page::new(lang, appointments::title(lang)).show(for_caller(lang, move |caller, _| {
        part(&words, caller, &person, None)
    }))
}

/// One page of the list as the edge gives it, and the next one below it when asked for.
fn part(lang: &Lang, caller: Caller, person: &PersonId, cursor: Option<&str>) -> AnyView {
    let query = cursor
        .map(|cursor| format!("cursor={cursor}"))
        .unwrap_or_default();
    let reading = read_own::<ListAppointments>(caller, &[person.as_str()], &query);
    let is_first = cursor.is_none();
    let (words, person) = (lang.clone(), person.clone());
    loaded(
        lang,
        reading,
        || ().into_any(),
        move |list: &Appointments| {
            let partial = source_notes(
                &words,
                &list.sources,
                appointments::partial,
                appointments::partial_stale,
            );
            let shown = if is_first {
                both(&words, caller, &person, list)
            } else {
                over(
                    &words,
                    caller,
                    &person,
                    &list.appointments,
                    list.next.clone(),
                )
            };
            view! { {partial} {shown} }.into_any()
        },
    )
}

/// What is coming; what is over takes its place on request, so there is never much to choose.
fn both(lang: &Lang, caller: Caller, person: &PersonId, list: &Appointments) -> AnyView {
    let (mut coming, past): (Vec<_>, Vec<_>) =
        list.appointments.iter().cloned().partition(is_coming);
    // They come newest first.
    coming.reverse();
    let (known, next) = (all_known(&list.sources), list.next.clone());
    let looks_back = RwSignal::new(false);
    let (lang, person) = (lang.clone(), person.clone());
    let view = move || {
        if looks_back.get() {
            let back = button(Role::Plain, appointments::do_coming(&lang), move || {
                looks_back.set(false);
            });
            let past = over(&lang, caller, &person, &past, next.clone());
            return view! {
                <h2>{appointments::past(&lang)}</h2>
                {past}
                <div class="stack">{back}</div>
            }
            .into_any();
        }
        let first = if coming.is_empty() {
            none(&lang, past.is_empty(), known)
        } else {
            rows(&lang, "coming", &person, &coming)
        };
        let earlier = (!past.is_empty() || next.is_some()).then(|| {
            button(Role::Plain, appointments::do_past(&lang), move || {
                looks_back.set(true);
            })
        });
        let waits = Route::Waitlist {
            person: Some(person.clone()),
        };
        let waits = link_button(Role::Plain, locales::waitlist::title(&lang), waits.url());
        // An offer stands for minutes: the way to it comes before what can wait.
        view! {
            <div class="stack">
                {waits}
                <div>{first} <div class="stack">{earlier}</div></div>
            </div>
        }
        .into_any()
    };
    live(view)
}

fn none(lang: &Lang, at_all: bool, known: bool) -> AnyView {
    let said = match (at_all, known) {
        (true, true) => good_note(
            Icon::List,
            appointments::none_title(lang),
            appointments::none_detail(lang),
        ),
        (false, true) => view! { <p>{appointments::none_coming(lang)}</p> }.into_any(),
        // A hospital did not answer: the note above says so, and nothing more is known.
        (_, false) => ().into_any(),
    };
    view! {
        {said}
        <div class="stack">
            {link_button(Role::Primary, appointments::do_book(lang), Route::Hospitals.url())}
        </div>
    }
    .into_any()
}

/// What is over, and what is older still behind a button.
fn over(
    lang: &Lang,
    caller: Caller,
    person: &PersonId,
    past: &[Appointment],
    next: Option<String>,
) -> AnyView {
    let older = next.map(|cursor| {
        let open = RwSignal::new(false);
        let (lang, person) = (lang.clone(), person.clone());
        move || {
            if open.get() {
                return part(&lang, caller, &person, Some(&cursor));
            }
            let show = button(Role::Plain, appointments::do_older(&lang), move || {
                open.set(true);
            });
            view! { <div class="stack">{show}</div> }.into_any()
        }
    });
    let name = format!("past{}", past.first().map_or("", |one| one.id.as_str()));
    view! { {rows(lang, &name, person, past)} {older.map(live)} }.into_any()
}

fn rows(lang: &Lang, name: &str, person: &PersonId, list: &[Appointment]) -> AnyView {
    let items: Vec<_> = list
        .iter()
        .map(|one| {
            let (lang, person, one) = (lang.clone(), person.clone(), one.clone());
            move || row(summary(&lang, &person, &one))
        })
        .collect();
    choices(lang, name, items)
}

fn summary(lang: &Lang, person: &PersonId, one: &Appointment) -> Row {
    let route = Route::Appointment {
        person: person.clone(),
        appointment: one.id.clone(),
    };
    let (icon, word) = status(lang, one);
    let today = clock::today_like(&one.start);
    let day = when::day_from(lang, &today, &when::day_of(&one.start));
    let time = locales::dates::day_time(lang, &day, &when::time(lang, &one.start));
    Row::to(time, route.url())
        .icon(Icon::Calendar)
        .note(format!(
            "{} {}",
            one.department.name,
            flow::doctor(&one.doctor)
        ))
        .note(one.hospital_name.clone())
        .state(icon, word)
}

/// Still to be gone to, or called off by the hospital and not over yet.
fn is_coming(one: &Appointment) -> bool {
    let open = matches!(
        one.status,
        AppointmentStatus::Booked | AppointmentStatus::Arrived | AppointmentStatus::Waitlist
    );
    (open || one.stopped) && clock::minutes_until(&one.end) > 0
}

/// The state in words, with the icon that says the same.
pub fn status(lang: &Lang, one: &Appointment) -> (Icon, String) {
    use AppointmentStatus as S;
    if one.stopped {
        return (Icon::Stop, appointments::status_stopped(lang));
    }
    match one.status {
        S::Booked => (Icon::Check, appointments::status_booked(lang)),
        S::Arrived => (Icon::Place, appointments::status_arrived(lang)),
        S::Fulfilled => (Icon::Check, appointments::status_fulfilled(lang)),
        S::Cancelled if one.late_cancel => (Icon::Alert, appointments::status_late_cancel(lang)),
        S::Cancelled => (Icon::Stop, appointments::status_cancelled(lang)),
        S::NoShow => (Icon::Alert, appointments::status_no_show(lang)),
        S::Waitlist => (Icon::Clock, appointments::status_waitlist(lang)),
    }
}
