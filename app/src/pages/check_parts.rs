//! What the check pages of booking and of moving share: facts, rules, and what to do when it is no.

use crate::dom::*;
use contract::{
    Alternative, Appointment, AppointmentId, Code, HospitalId, Instant, PersonId, Route, Rules,
    api::GetAppointment,
    route::{Change, DoctorDay},
};
use locales::{Lang, booking, main, when};

use crate::{
    api::{self, Failure},
    browser, clock, draft, flow, router, session,
    ui::{
        Icon, Role, busy_button, call_here, call_row, fact, failed, hospital_name, hotline_of,
        icon, in_words, link_button, live, note, problem_text, retitle, yuan,
    },
};

/// To the ticket in place of the check page: back never comes to a second booking.
pub fn to_ticket(person: &PersonId, appointment: &Appointment) {
    draft::write(&booked_key(&appointment.id), &browser::digits(clock::now()));
    // The next search is another one.
    draft::forget(&search_of(&appointment.hospital));
    let parameters = [person.as_str(), appointment.id.as_str()];
    api::remember_one(
        &api::address::<GetAppointment>(&parameters, ""),
        appointment.clone(),
    );
    router::replace(&Route::Ticket {
        person: person.clone(),
        appointment: appointment.id.clone(),
    });
}

/// Under which name the tab keeps what was searched for among a hospital's departments.
pub fn search_of(hospital: &HospitalId) -> String {
    format!("department-search:{hospital}")
}

/// Under which name the tab keeps when this was booked.
pub fn booked_key(id: &AppointmentId) -> String {
    format!("booked:{id}")
}

/// Whom it is for.
pub fn who(lang: &Lang, person: &PersonId) -> AnyView {
    let name = session::person(person)
        .map(|row| row.name_masked)
        .unwrap_or_default();
    fact(booking::check_who(lang), name.into_any())
}

/// A slot in words, seen from today.
pub fn when_words(lang: &Lang, start: &Instant, end: &Instant) -> String {
    let day = when::day_from(lang, &clock::today_like(start), &when::day_of(start));
    locales::dates::day_time(lang, &day, &when::between(lang, start, end))
}

/// Hospital and place.
pub fn place(lang: &Lang, hospital: &HospitalId, location: Option<&str>) -> AnyView {
    let value = view! {
        <span class="lines">
            <span>{hospital_name(hospital)}</span>
            {location.map(|place| view! { <span>{place.to_owned()}</span> })}
        </span>
    };
    fact(booking::check_where(lang), value.into_any())
}

/// The fee in digits and in words, and that it is paid later.
pub fn fee(lang: &Lang, fen: Option<u64>) -> AnyView {
    let words = in_words(lang, fen);
    let digits = yuan(lang, fen);
    let both = if words.is_empty() {
        digits
    } else {
        booking::fee_both(lang, &digits, &words)
    };
    let later = fen.is_some_and(|fen| fen > 0).then(|| {
        view! { <span class="hint">{booking::check_fee_later(lang)}</span> }
    });
    fact(
        booking::check_fee(lang),
        view! { <span class="lines"><span>{both}</span>{later}</span> }.into_any(),
    )
}

/// The rules that will bite, in plain words with this visit's own times.
pub fn rules(lang: &Lang, rules: &Rules, start: &Instant) -> AnyView {
    let deadline = clock::hours_before(start, rules.cancel_deadline_hours);
    let cancel = match deadline.filter(|deadline| !clock::is_past(deadline)) {
        Some(deadline) => booking::rule_cancel(lang, &when::day_time(lang, &deadline)),
        None => booking::rule_cancel_soon(lang, rules.undo_minutes),
    };
    let missed = booking::rule_missed(
        lang,
        rules.no_show.within_days,
        rules.no_show.limit,
        rules.no_show.block_days,
    );
    view! {
        <ul class="rules">
            <li>{booking::rule_come(lang, rules.check_in.nominal_minutes)}</li>
            <li>{cancel}</li>
            <li>{missed}</li>
        </ul>
    }
    .into_any()
}

/// Something is on its way to the hospital.
pub fn working(lang: &Lang, what: String) -> AnyView {
    let too_slow = RwSignal::new(false);
    crate::browser::after(10_000, move || {
        let _ = too_slow.try_set(true);
    });
    let words = lang.clone();
    let ways_out = move || {
        too_slow.get().then(|| {
            view! {
                <p>{main::saving_slow(&words)}</p>
                <div class="calls">{call_here(&words)}</div>
            }
            .into_any()
        })
    };
    view! { <div class="waiting" role="status"><p>{what}</p> {live(ways_out)}</div> }.into_any()
}

/// The reply was lost. Sending it again does no harm: it is the same request to the hospital.
pub fn unsure(
    lang: &Lang,
    failure: &Failure,
    busy: RwSignal<bool>,
    again: impl Fn() + 'static,
) -> AnyView {
    let (title, _) = problem_text(lang, failure);
    view! {
        <div role="alert">{note(Icon::Alert, title, booking::unsure_detail(lang))}</div>
        <div class="stack">
            {busy_button(Role::Primary, booking::do_ask_again(lang), main::saving(lang), busy, again)}
        </div>
        <div class="calls">{call_here(lang)}</div>
    }
    .into_any()
}

/// It is no: why, and the next step. `old` is the appointment that was to be moved.
pub fn refused(
    lang: &Lang,
    failure: &Failure,
    at: &DoctorDay,
    person: &PersonId,
    old: Option<&AppointmentId>,
    again: impl Fn() + 'static,
) -> AnyView {
    let change = old.map(|old| Change {
        person: person.clone(),
        appointment: old.clone(),
    });
    let other_times = || {
        let route = Route::Doctors {
            hospital: at.hospital.clone(),
            department: at.department.clone(),
            day: Some(at.day.clone()),
            change: change.clone(),
        };
        link_button(Role::Primary, booking::do_other_times(lang), route.url())
    };
    let own = || {
        let route = Route::Appointments {
            person: Some(person.clone()),
        };
        link_button(
            Role::Plain,
            locales::ticket::do_my_appointments(lang),
            route.url(),
        )
    };
    let call = || hotline_of(Some(&at.hospital)).map(|line| call_row(lang, &line));
    let Failure::Problem(problem) = failure else {
        return failed(lang, failure, again);
    };
    let (title, text) = problem_text(lang, failure);
    let ways_on = match problem.code {
        Code::SlotTaken => {
            return taken(
                lang,
                problem.alternatives.as_deref(),
                at,
                person,
                old,
                other_times(),
            );
        }
        Code::NotBookable => other_times(),
        Code::OwnOverlap | Code::LimitReached => view! { {other_times()} {own()} }.into_any(),
        Code::BookingBlocked | Code::Forbidden | Code::PastDeadline => {
            view! { {call()} {own()} }.into_any()
        }
        _ => return failed(lang, failure, again),
    };
    view! {
        <div role="alert">{note(Icon::Alert, title, text)}</div>
        <div class="stack">{ways_on}</div>
    }
    .into_any()
}

/// They stood in line for nothing: said plainly, and what can be done. `change`: what was to be
/// moved is still there.
pub fn all_gone(lang: &Lang, at: &DoctorDay, change: Option<Change>) -> AnyView {
    retitle(lang, &booking::line_over_title(lang));
    let text = if change.is_some() {
        booking::line_over_kept(lang)
    } else {
        booking::line_over_detail(lang)
    };
    let days = Route::Days {
        hospital: at.hospital.clone(),
        department: at.department.clone(),
        change,
    };
    let call = hotline_of(Some(&at.hospital)).map(|line| call_row(lang, &line));
    view! {
        <div role="alert">
            <p class="note">{icon(Icon::Calendar)} <span>{text}</span></p>
        </div>
        <div class="stack">{link_button(Role::Primary, booking::do_other_day(lang), days.url())} {call}</div>
    }
    .into_any()
}

/// Somebody was quicker: other times on the same screen, for the same person.
fn taken(
    lang: &Lang,
    alternatives: Option<&[Alternative]>,
    at: &DoctorDay,
    person: &PersonId,
    old: Option<&AppointmentId>,
    other_times: AnyView,
) -> AnyView {
    let alternatives = alternatives.unwrap_or_default();
    let text = if alternatives.is_empty() {
        booking::alternatives_none(lang)
    } else if old.is_some() {
        booking::taken_kept(lang)
    } else {
        booking::taken_detail(lang)
    };
    let rows: Vec<AnyView> = alternatives
        .iter()
        .map(|one| {
            let route = Route::Check {
                at: flow::at(at, &one.department, &one.doctor, &one.start),
                slot: one.id.clone(),
                person: person.clone(),
                change: old.cloned(),
            };
            view! {
                <li>
                    <a class="row" href=route.url() data-replace>
                        {icon(Icon::Clock)}
                        <span class="row-text">
                            <span class="row-title">{when_words(lang, &one.start, &one.end)}</span>
                            <span class="row-note">{one.department.name.clone()} " " {flow::doctor(&one.doctor)}</span>
                        </span>
                        {icon(Icon::Onward)}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <div role="alert">{note(Icon::Alert, booking::taken_title(lang), text)}</div>
        <ul class="choices">{rows}</ul>
        <div class="stack">{other_times}</div>
    }
    .into_any()
}
