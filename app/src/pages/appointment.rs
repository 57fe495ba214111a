//! One appointment: what, when, where, and what can be done about it.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, AppointmentStatus, PersonId, Route, api::GetAppointment,
    route::Change,
};
use locales::{Lang, appointments, when};

use super::appointments::status;
use crate::{
    clock, flow,
    remote::read_own,
    ui::{
        Icon, Page, Role, fact, for_caller, good_note, link_button, loaded, note, state_word, yuan,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: &PersonId, appointment: &AppointmentId) -> AnyView {
    let (words, person, appointment) = (lang.clone(), person.clone(), appointment.clone());
    Page::new(lang, appointments::one_title(lang)).show(for_caller(lang, move |caller, _| {
        let ids = [person.as_str(), appointment.as_str()];
        let reading = read_own::<GetAppointment>(caller, &ids, "");
        let (lang, person) = (words.clone(), person.clone());
        loaded(
            &words,
            reading,
            || ().into_any(),
            move |one| {
                view! {
                    {news(&lang, one)}
                    {facts(&lang, one)}
                    {what_to_know(&lang, one)}
                    {ways_on(&lang, &person, one)}
                }
                .into_any()
            },
        )
    }))
}

/// What has happened to it, where something has.
fn news(lang: &Lang, one: &Appointment) -> Option<AnyView> {
    if one.stopped {
        let title = appointments::status_stopped(lang);
        return Some(note(Icon::Stop, title, appointments::stopped_detail(lang)));
    }
    (one.status == AppointmentStatus::Cancelled).then(|| {
        let counted = if one.late_cancel {
            appointments::cancelled_late(lang)
        } else {
            appointments::cancelled_free(lang)
        };
        good_note(Icon::Check, appointments::cancelled_title(lang), counted)
    })
}

/// The facts of a booking, in the order in which people need them.
pub fn facts(lang: &Lang, one: &Appointment) -> AnyView {
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let (icon, word) = status(lang, one);
    let place = one
        .location
        .clone()
        .unwrap_or_else(|| appointments::place_unknown(lang));
    let channel = match one.channel.as_deref() {
        Some("phone") => Some(appointments::channel_phone(lang)),
        Some("window") => Some(appointments::channel_window(lang)),
        Some("community") => Some(appointments::channel_community(lang)),
        _ => None,
    };
    view! {
        <dl class="facts">
            {fact(appointments::label_status(lang), state_word(icon, word))}
            {fact(appointments::label_when(lang), text(when::slot(lang, &one.start, &one.end)))}
            {fact(appointments::label_department(lang), text(one.department.name.clone()))}
            {fact(appointments::label_doctor(lang), text(flow::doctor(&one.doctor)))}
            {fact(appointments::label_hospital(lang), text(one.hospital_name.clone()))}
            {fact(appointments::label_place(lang), text(place))}
            {one.number.clone().map(|number| fact(appointments::label_number(lang), text(number)))}
            {fact(appointments::label_fee(lang), text(yuan(lang, one.fee_fen)))}
            {channel.map(|channel| fact(appointments::label_channel(lang), text(channel)))}
        </dl>
    }
    .into_any()
}

fn what_to_know(lang: &Lang, one: &Appointment) -> Option<AnyView> {
    let coming = one.status == AppointmentStatus::Booked && !one.stopped;
    if !coming || one.notes.is_empty() {
        return None;
    }
    let notes: Vec<AnyView> = one
        .notes
        .iter()
        .map(|note| view! { <li>{note.clone()}</li> }.into_any())
        .collect();
    Some(
        view! {
            <h2>{appointments::label_notes(lang)}</h2>
            <ul class="plain">{notes}</ul>
        }
        .into_any(),
    )
}

fn ways_on(lang: &Lang, person: &PersonId, one: &Appointment) -> AnyView {
    if one.stopped || one.status != AppointmentStatus::Booked {
        let doctors = Route::Doctors {
            hospital: one.hospital.clone(),
            department: one.department.id.clone(),
            day: None,
            change: None,
        };
        let again = link_button(
            Role::Primary,
            appointments::do_book_again(lang),
            doctors.url(),
        );
        return view! { <div class="stack">{again}</div> }.into_any();
    }
    let (person, appointment) = (person.clone(), one.id.clone());
    let ticket = Route::Ticket {
        person: person.clone(),
        appointment: appointment.clone(),
    };
    let cancel = Route::Cancel {
        person: person.clone(),
        appointment: appointment.clone(),
    };
    let is_free = clock::minutes_until(&one.cancel_before) > 0;
    let deadline = if is_free {
        appointments::free_until(lang, &when::day_time(lang, &one.cancel_before))
    } else {
        appointments::free_over(lang)
    };
    // Past the deadline a move is never granted, so it is not offered.
    let to_move = is_free.then(|| {
        let doctors = Route::Doctors {
            hospital: one.hospital.clone(),
            department: one.department.id.clone(),
            day: None,
            change: Some(Change {
                person,
                appointment,
            }),
        };
        link_button(Role::Plain, appointments::do_move(lang), doctors.url())
    });
    view! {
        <div class="stack">
            {link_button(Role::Primary, appointments::do_ticket(lang), ticket.url())} {to_move}
        </div>
        <p data-live>{deadline}</p>
        <div class="stack apart">
            {link_button(Role::Danger, appointments::do_cancel(lang), cancel.url())}
        </div>
    }
    .into_any()
}
