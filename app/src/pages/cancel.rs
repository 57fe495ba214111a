//! The last look before cancelling: what it means, said before it is done.

mod send;

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, AppointmentStatus, CancelReason, PersonId, Route, Rules,
    api::{GetAppointment, GetRules},
};
use locales::{Lang, appointments, main, when};

use self::send::{State, send};
use super::sure;
use crate::{
    clock, flow,
    remote::{read, read_own},
    ui::{
        Icon, Page, Role, busy_button, fact, for_caller, good_note, link_button, live, loaded,
        note, problem_text, retitle,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: &PersonId, appointment: &AppointmentId) -> AnyView {
    let state = State::new();
    let (lang, person, appointment) = (lang.clone(), person.clone(), appointment.clone());
    let view = move || {
        if let Some(one) = state.done.get() {
            Page::new(&lang, appointments::cancelled_title(&lang)).show(after(&lang, &person, &one))
        } else if state.settling.get() {
            Page::new(&lang, sure::title(&lang)).show(sure::making_sure(&lang))
        } else {
            let (words, person, appointment) = (lang.clone(), person.clone(), appointment.clone());
            Page::new(&lang, appointments::cancel_title(&lang)).show(for_caller(
                &lang,
                move |caller, _| {
                    state.caller.set_value(Some(caller));
                    // It was being found out when the page was last seen: that goes on.
                    if sure::goes_on() && state.failure.with_untracked(Option::is_none) {
                        state.settling.set(true);
                        send(state, &person, &appointment, false);
                    }
                    let ids = [person.as_str(), appointment.as_str()];
                    let reading = read_own::<GetAppointment>(caller, &ids, "");
                    let (lang, person) = (words.clone(), person.clone());
                    loaded(
                        &words,
                        reading,
                        || ().into_any(),
                        move |one| match one.status {
                            AppointmentStatus::Booked => ask(&lang, &person, one, state),
                            AppointmentStatus::Cancelled => {
                                retitle(&lang, &appointments::cancelled_title(&lang));
                                after(&lang, &person, one)
                            }
                            _ => too_late(&lang, &person),
                        },
                    )
                },
            ))
        }
    };
    live(view)
}

/// It is done, and what it counted as.
fn after(lang: &Lang, person: &PersonId, one: &Appointment) -> AnyView {
    let counted = if one.late_cancel {
        appointments::cancelled_late(lang)
    } else {
        appointments::cancelled_free(lang)
    };
    let again = Route::Doctors {
        hospital: one.hospital.clone(),
        department: one.department.id.clone(),
        day: None,
        change: None,
    };
    let mine = Route::Appointments {
        person: Some(person.clone()),
    };
    view! {
        <div role="status">{good_note(Icon::Check, counted, appointments::cancelled_again(lang))}</div>
        <div class="stack">
            {link_button(Role::Primary, main::task_appointments(lang), mine.url())}
            {link_button(Role::Plain, appointments::do_book_again(lang), again.url())}
        </div>
    }
    .into_any()
}

/// It has begun, or is over.
fn too_late(lang: &Lang, person: &PersonId) -> AnyView {
    let mine = Route::Appointments {
        person: Some(person.clone()),
    };
    view! {
        <p>{appointments::cancel_not_possible(lang)}</p>
        <div class="stack">
            {link_button(Role::Primary, main::task_appointments(lang), mine.url())}
        </div>
    }
    .into_any()
}

fn ask(lang: &Lang, person: &PersonId, one: &Appointment, state: State) -> AnyView {
    let (words, person, one) = (lang.clone(), person.clone(), one.clone());
    let rules = read::<GetRules>(&[one.hospital.as_str()], "");
    let keep = Route::Appointment {
        person: person.clone(),
        appointment: one.id.clone(),
    };
    let shown = which(lang, &one);
    let decision = move || {
        let late = state.late.get() || clock::minutes_until(&one.cancel_before) == 0;
        let consequence = if late {
            late_note(&words, rules.value().as_ref())
        } else {
            let until = when::day_time(&words, &one.cancel_before);
            good_note(
                Icon::Check,
                appointments::cancel_free(&words),
                appointments::cancel_free_until(&words, &until),
            )
        };
        let text = if late {
            appointments::do_cancel_late(&words)
        } else {
            appointments::do_cancel_confirm(&words)
        };
        let (person, id) = (person.clone(), one.id.clone());
        let act = move || send(state, &person, &id, late);
        view! {
            {consequence}
            {reasons(&words, state.reason)}
            <div class="stack">
                {link_button(Role::Plain, appointments::do_keep(&words), keep.url())}
            </div>
            <div class="stack apart">
                {busy_button(Role::Danger, text, main::saving(&words), state.busy, act)}
            </div>
        }
        .into_any()
    };
    view! { {trouble(lang, state)} {shown} {live(decision)} }.into_any()
}

/// Enough to know which one it is.
fn which(lang: &Lang, one: &Appointment) -> AnyView {
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let doctor = format!("{} {}", one.department.name, flow::doctor(&one.doctor));
    view! {
        <dl class="facts">
            {fact(appointments::label_when(lang), text(when::slot(lang, &one.start, &one.end)))}
            {fact(appointments::label_doctor(lang), text(doctor))}
            {fact(appointments::label_hospital(lang), text(one.hospital_name.clone()))}
        </dl>
    }
    .into_any()
}

fn late_note(lang: &Lang, rules: Option<&Rules>) -> AnyView {
    let text = rules.map_or_else(
        || appointments::cancel_late_unknown(lang),
        |rules| {
            let rule = &rules.no_show;
            appointments::cancel_late_detail(lang, rule.limit, rule.within_days, rule.block_days)
        },
    );
    view! {
        {note(Icon::Alert, appointments::cancel_late_title(lang), text)}
        <p>{appointments::cancel_late_call(lang)}</p>
    }
    .into_any()
}

/// Why: asked once, and may be left out.
fn reasons(lang: &Lang, reason: RwSignal<Option<CancelReason>>) -> AnyView {
    let options: Vec<AnyView> = CancelReason::ALL
        .iter()
        .map(|&option| {
            let word = match option {
                CancelReason::CannotCome => appointments::reason_cannot_come(lang),
                CancelReason::FeelsBetter => appointments::reason_feels_better(lang),
                CancelReason::Mistake => appointments::reason_mistake(lang),
                CancelReason::Other => appointments::reason_other(lang),
            };
            view! {
                <label class="option">
                    <input
                        type="radio"
                        name="reason"
                        value=option.as_str()
                        prop:checked=move || reason.get() == Some(option)
                        on:change=move |_| reason.set(Some(option))
                    />
                    <span>{word}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <fieldset class="options">
            <legend>{appointments::reason_question(lang)}</legend>
            {options}
        </fieldset>
    }
    .into_any()
}

/// What went wrong at the last try. Where nothing is known, that is what is said.
fn trouble(lang: &Lang, state: State) -> AnyView {
    let lang = lang.clone();
    let view = move || {
        state.failure.get().map(|failure| {
            let (title, text) = if failure.says_nothing() {
                (
                    appointments::cancel_unknown_title(&lang),
                    appointments::cancel_unknown_detail(&lang),
                )
            } else {
                problem_text(&lang, &failure)
            };
            note(Icon::Alert, title, text)
        })
    };
    view! { <div role="alert">{live(view)}</div> }.into_any()
}
