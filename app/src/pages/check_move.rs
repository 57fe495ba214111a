//! The last look before moving: from when to when. The old time is kept unless the new one is won.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, Code, Outcome, PersonId, RescheduleRequest, Route, Slot, SlotId,
    api::{GetAppointment, GetDoctor, GetRules, ListSlots, Reschedule},
    route::DoctorDay,
};
use locales::{Lang, booking, main};

use super::{check_parts as parts, sure};
use crate::{
    api::{self, Attempt, Caller, Failure},
    flow, remote, session,
    ui::{Role, busy_button, fact, link_button, live, loaded},
};

#[derive(Clone)]
enum Step {
    Looking,
    Settling,
    Unsure(Failure),
    Refused(Failure),
}

/// Draws what stands below the heading.
pub fn body(
    lang: &Lang,
    caller: Caller,
    at: &DoctorDay,
    slot: &SlotId,
    person: &PersonId,
    old: &AppointmentId,
) -> AnyView {
    let step = RwSignal::new(Step::Looking);
    let busy = RwSignal::new(false);
    let act = {
        let (slot, person, old) = (slot.clone(), person.clone(), old.clone());
        move || {
            send(
                caller,
                slot.clone(),
                person.clone(),
                old.clone(),
                step,
                busy,
            );
        }
    };
    if sure::goes_on() {
        step.set(Step::Settling);
        act();
    }
    let facts = facts(lang, caller, at, slot, person, old, busy, act.clone());
    let (words, at, person, old) = (lang.clone(), at.clone(), person.clone(), old.clone());
    let facts = StoredValue::new(facts);
    let view = move || match step.get() {
        Step::Looking => facts.with_value(|facts| facts()),
        Step::Settling => sure::making_sure(&words),
        Step::Unsure(failure) => parts::unsure(&words, &failure, busy, act.clone()),
        Step::Refused(failure) => {
            parts::refused(&words, &failure, &at, &person, Some(&old), move || {
                step.set(Step::Looking);
            })
        }
    };
    live(view)
}

fn send(
    caller: Caller,
    slot: SlotId,
    person: PersonId,
    old: AppointmentId,
    step: RwSignal<Step>,
    busy: RwSignal<bool>,
) {
    crate::browser::spawn(async move {
        let attempt = Attempt::at(&format!("move:{old}:{slot}"));
        let again: sure::Send = {
            let (attempt, slot) = (attempt.clone(), slot.clone());
            let (person, old) = (person.clone(), old.clone());
            Box::new(move || {
                let (attempt, slot) = (attempt.clone(), slot.clone());
                let (person, old) = (person.clone(), old.clone());
                Box::pin(async move {
                    let parameters = [person.as_str(), old.as_str()];
                    let request = RescheduleRequest { slot };
                    let answer = caller
                        .attempt::<Reschedule>(&parameters, &request, &attempt)
                        .await;
                    answer.map(sure::done)
                })
            })
        };
        let tell = move || {
            let _ = step.try_set(Step::Settling);
        };
        let answer = match sure::until_known(caller, again, tell).await {
            Ok(Outcome {
                appointment: Some(appointment),
                ..
            }) => Ok(appointment),
            Ok(Outcome {
                problem: Some(problem),
                ..
            }) => Err(Failure::Problem(Box::new(problem))),
            Ok(_) => Err(Failure::NoReply),
            Err(failure) => Err(failure),
        };
        let left = step.try_with_untracked(|_| ()).is_none();
        let is_known = answer.as_ref().err().is_none_or(|failure| {
            !failure.says_nothing() && failure.code() != Some(Code::Unauthenticated)
        });
        if is_known {
            let there = Route::Appointments { person: None };
            sure::over(left, answer.is_ok().then_some(&there));
        }
        let parameters = [person.as_str(), old.as_str()];
        let _ = busy.try_set(false);
        match answer {
            Ok(appointment) => {
                attempt.finish();
                api::forget(&api::address::<GetAppointment>(&parameters, ""));
                if left {
                    return;
                }
                parts::to_ticket(&person, &appointment);
            }
            Err(failure) if failure.says_nothing() => {
                let _ = step.try_set(Step::Unsure(failure));
            }
            Err(failure) => {
                session::look_at(&failure);
                let _ = step.try_set(Step::Refused(failure));
            }
        }
    });
}

/// From and to, and the two ways on; drawn again whenever it is looked at.
#[allow(clippy::too_many_arguments, reason = "one use, each of its own kind")]
fn facts(
    lang: &Lang,
    caller: Caller,
    at: &DoctorDay,
    slot: &SlotId,
    person: &PersonId,
    old: &AppointmentId,
    busy: RwSignal<bool>,
    act: impl Fn() + Clone + Send + Sync + 'static,
) -> impl Fn() -> AnyView + Send + Sync + 'static {
    let of_doctor = [at.hospital.as_str(), at.doctor.as_str()];
    let before = remote::read_own::<GetAppointment>(caller, &[person.as_str(), old.as_str()], "");
    let slots = remote::read::<ListSlots>(&of_doctor, &format!("date={}", at.day));
    let doctor = remote::read::<GetDoctor>(&of_doctor, "");
    let rules = remote::read::<GetRules>(&[at.hospital.as_str()], "");
    let (lang, slot, person, old) = (lang.clone(), slot.clone(), person.clone(), old.clone());
    move || {
        let (words, slot, person, old, act) = (
            lang.clone(),
            slot.clone(),
            person.clone(),
            old.clone(),
            act.clone(),
        );
        loaded(
            &lang,
            before,
            || ().into_any(),
            move |before| {
                let found = slots
                    .value()
                    .and_then(|answer| answer.slots.into_iter().find(|one| one.id == slot));
                let Some(slot) = found else {
                    return parts::working(&words, main::loading(&words));
                };
                let doctor = doctor.value().map_or_else(
                    || flow::doctor(&before.doctor),
                    |doctor| flow::doctor_name(&doctor.name, doctor.title.as_deref()),
                );
                let rules = rules
                    .value()
                    .map(|rules| parts::rules(&words, &rules, &slot.start));
                let keep = Route::Appointment {
                    person: person.clone(),
                    appointment: old.clone(),
                };
                view! {
                {from_to(&words, &person, before, &slot, &doctor)}
                <h2>{booking::check_rules(&words)}</h2>
                {rules}
                <div class="stack">
                    {busy_button(Role::Primary, booking::do_confirm_move(&words), main::saving(&words), busy, act.clone())}
                    {link_button(Role::Plain, booking::do_keep_time(&words), keep.url())}
                </div>
            }
            .into_any()
            },
        )
    }
}

fn from_to(
    lang: &Lang,
    person: &PersonId,
    before: &Appointment,
    slot: &Slot,
    doctor: &str,
) -> AnyView {
    view! {
        <dl class="facts">
            {parts::who(lang, person)}
            {fact(booking::check_what(lang), before.department.name.clone().into_any())}
            {fact(booking::move_from(lang), parts::when_words(lang, &before.start, &before.end).into_any())}
            {fact(booking::move_to(lang), parts::when_words(lang, &slot.start, &slot.end).into_any())}
            {fact(booking::check_doctor(lang), doctor.to_owned().into_any())}
            {parts::place(lang, &before.hospital, before.location.as_deref())}
            {parts::fee(lang, slot.fee_fen)}
        </dl>
    }
    .into_any()
}
