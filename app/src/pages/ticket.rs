//! The booking's ticket: number, code, where, when, what to bring, until when it can be called off.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, AppointmentStatus, PersonId, Route,
    api::{GetAppointment, GetRules},
};
use locales::{Lang, booking, ticket, when};

use super::check_parts::{self as parts, booked_key};
use crate::{
    browser, calendar, clock, draft, flow, remote,
    ui::{
        Icon, Page, Role, fact, for_caller, icon, link_button, live_text, loaded, qr, retitle,
        ticking,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: &PersonId, appointment: &AppointmentId) -> AnyView {
    let (words, person, id) = (lang.clone(), person.clone(), appointment.clone());
    let body = for_caller(lang, move |caller, _| {
        let reading =
            remote::read_own::<GetAppointment>(caller, &[person.as_str(), id.as_str()], "");
        let (words, person) = (words.clone(), person.clone());
        let lang = words.clone();
        loaded(
            &lang,
            reading,
            || ().into_any(),
            move |appointment| ticket(&words, &person, appointment),
        )
    });
    Page::new(lang, ticket::booked_title(lang)).show(body)
}

fn ticket(lang: &Lang, person: &PersonId, one: &Appointment) -> AnyView {
    let still = matches!(
        one.status,
        AppointmentStatus::Booked | AppointmentStatus::Arrived
    );
    if !still {
        let route = Route::Appointments {
            person: Some(person.clone()),
        };
        retitle(lang, &ticket::not_valid_title(lang));
        return view! {
            <p class="note">{icon(Icon::Alert)} <span>{ticket::not_valid_detail(lang)}</span></p>
            <div class="stack">
                {link_button(Role::Primary, ticket::do_my_appointments(lang), route.url())}
            </div>
        }
        .into_any();
    }
    let number = one.number.clone().unwrap_or_default();
    let code = (!number.is_empty()).then(|| qr(&number, ticket::qr_alt(lang)));
    let notes: Vec<AnyView> = one
        .notes
        .iter()
        .map(|note| view! { <li>{note.clone()}</li> }.into_any())
        .collect();
    let list = Route::Appointments {
        person: Some(person.clone()),
    };
    view! {
        <section class="ticket">
            <p>{ticket::show_this(lang)}</p>
            <p class="hint">{ticket::number(lang)}</p>
            <p class="number">{spaced(&number)}</p>
            {code}
        </section>
        <dl class="facts">
            {fact(ticket::when(lang), parts::when_words(lang, &one.start, &one.end).into_any())}
            {parts::place(lang, &one.hospital, one.location.as_deref())}
            {fact(ticket::doctor(lang), format!("{} {}", one.department.name, flow::doctor(&one.doctor)).into_any())}
            {fact(ticket::who(lang), one.person.name_masked.clone().into_any())}
            {parts::fee(lang, one.fee_fen)}
        </dl>
        {come_at(lang, one)}
        <h2>{ticket::bring_title(lang)}</h2>
        <ul class="rules">{notes}</ul>
        <p class="line">{ticket::cancel_before(lang, &when::day_time(lang, &one.cancel_before))}</p>
        <div class="stack">
            {calendar(lang, one)}
            {link_button(Role::Plain, ticket::do_my_appointments(lang), list.url())}
            {undo(lang, person, one)}
        </div>
    }
    .into_any()
}

/// When to be there, by the hospital's own rule.
fn come_at(lang: &Lang, one: &Appointment) -> AnyView {
    let rules = remote::read::<GetRules>(&[one.hospital.as_str()], "");
    let (lang, start) = (lang.clone(), one.start.clone());
    let text = move || {
        let before = rules.value()?.check_in.nominal_minutes;
        let at = clock::minutes_before(&start, before)?;
        Some(ticket::come_at(&lang, &when::time(&lang, &at)))
    };
    view! { <p class="line strong">{live_text(text)}</p> }.into_any()
}

/// `1234 567 890`: read out in groups.
fn spaced(number: &str) -> String {
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at == 4 || at == 7 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn calendar(lang: &Lang, one: &Appointment) -> AnyView {
    let title = ticket::calendar_title(lang, &one.department.name, &one.doctor.name);
    let href = calendar::href(one, &title);
    view! {
        <a class="button" href=href download="banzhen.ics">{ticket::do_calendar(lang)}</a>
    }
    .into_any()
}

/// Just booked: it can be taken back at once. Later the button says what it then is.
fn undo(lang: &Lang, person: &PersonId, one: &Appointment) -> AnyView {
    let rules = remote::read::<GetRules>(&[one.hospital.as_str()], "");
    let now = ticking();
    let booked_at: Option<f64> = browser::number(&draft::read(&booked_key(&one.id)));
    let fresh = steady(move || {
        now.track();
        let minutes = rules.value().map_or(0, |rules| rules.undo_minutes);
        let is_fresh =
            booked_at.is_some_and(|at| clock::now() - at < f64::from(minutes) * 60_000.0);
        if is_fresh { minutes as usize } else { 0 }
    });
    let route = Route::Cancel {
        person: person.clone(),
        appointment: one.id.clone(),
    };
    let words = lang.clone();
    let text = move || match fresh.get() {
        0 => booking::do_cancel(&words),
        minutes => ticket::undo(&words, u32::try_from(minutes).unwrap_or_default()),
    };
    view! { <a class="button danger" data-role="danger" href=route.url() data-live>{live_text(text)}</a> }
        .into_any()
}
