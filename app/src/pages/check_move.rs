//! The last look before moving: from when to when. The old time is kept unless the new one is won.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, HoldRequest, PersonId, RescheduleRequest, Route, Slot, SlotId,
    SlotState,
    api::{GetAppointment, GetDoctor, GetRules, ListSlots, Reschedule},
    route::{Change, DoctorDay},
};
use locales::{Lang, booking, main};

use super::{
    check_parts as parts,
    check_room::{self as room, Turn},
    sure,
};
use crate::{
    api::{Attempt, Caller, Failure},
    flow, prefs, remote, router, session,
    ui::{Icon, Role, busy_button, fact, link_button, live, loaded, note, retitle},
};

#[derive(Clone)]
enum Step {
    Looking,
    /// Its turn has come.
    Sending,
    Settling,
    Unsure(Failure),
    InLine,
    Refused(Failure),
    /// Waited for nothing: all is given away.
    Over,
}

type Facts = Box<dyn Fn() -> AnyView + Send + Sync>;

#[derive(Clone, Copy)]
struct Moving {
    caller: Caller,
    at: StoredValue<DoctorDay>,
    slot: StoredValue<SlotId>,
    change: StoredValue<Change>,
    /// Which wait in line counts: who leaves it must not be moved after all.
    wait: StoredValue<u32>,
    place: room::Place,
    step: RwSignal<Step>,
    busy: RwSignal<bool>,
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
    let moving = Moving {
        caller,
        at: StoredValue::new(at.clone()),
        slot: StoredValue::new(slot.clone()),
        change: StoredValue::new(Change {
            person: person.clone(),
            appointment: old.clone(),
        }),
        wait: StoredValue::new(0),
        place: room::Place::none(),
        step: RwSignal::new(Step::Looking),
        busy: RwSignal::new(false),
    };
    if sure::goes_on() {
        moving.step.set(Step::Settling);
        moving.send();
    }
    moving.show(lang)
}

impl Moving {
    fn to(self, step: Step) {
        let settling = |step: &Step| matches!(step, Step::Settling);
        if settling(&step) && self.step.try_with_untracked(settling) == Some(true) {
            return;
        }
        let is_news = !matches!(step, Step::Looking | Step::Sending | Step::InLine);
        // The page may have been left while the answer was on its way.
        if self.step.try_set(step).is_none() && is_news {
            router::announce(0.0);
        }
        let _ = self.busy.try_set(false);
    }

    fn show(self, lang: &Lang) -> AnyView {
        let facts = StoredValue::new(self.facts(lang));
        let words = lang.clone();
        let view = move || match self.step.get() {
            Step::InLine => {
                let leave = move || self.leave_line(self.place.url.get_value());
                room::view(&words, self.place, booking::line_then_move(&words), leave)
            }
            Step::Over => {
                parts::all_gone(&words, &self.at.get_value(), Some(self.change.get_value()))
            }
            step => {
                retitle(&words, &booking::check_title(&words));
                self.show_step(&words, step, facts)
            }
        };
        live(view)
    }

    fn show_step(self, words: &Lang, step: Step, facts: StoredValue<Facts>) -> AnyView {
        match step {
            Step::InLine | Step::Over => ().into_any(),
            Step::Looking => facts.with_value(|facts| facts()),
            Step::Sending => parts::working(words, main::saving(words)),
            Step::Settling => sure::making_sure(words),
            Step::Unsure(failure) => parts::unsure(words, &failure, self.busy, move || self.send()),
            Step::Refused(failure) => {
                let Change {
                    person,
                    appointment,
                } = self.change.get_value();
                let at = self.at.get_value();
                parts::refused(
                    words,
                    &failure,
                    &at,
                    &person,
                    Some(&appointment),
                    move || {
                        self.to(Step::Looking);
                    },
                )
            }
        }
    }

    fn send(self) {
        let (caller, slot) = (self.caller, self.slot.get_value());
        let Change {
            person,
            appointment: old,
        } = self.change.get_value();
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
                        let request = RescheduleRequest {
                            slot,
                            care: Some(prefs::is_care()),
                        };
                        let answer = caller
                            .attempt::<Reschedule>(&parameters, &request, &attempt)
                            .await;
                        answer.map(sure::done)
                    })
                })
            };
            let tell = move || self.to(Step::Settling);
            let answer = sure::made(sure::until_known(caller, again, tell).await);
            let left = self.step.try_with_untracked(|_| ()).is_none();
            sure::over_with(left, &answer, &Route::Appointments { person: None });
            match answer {
                Ok(appointment) => {
                    attempt.finish();
                    if left {
                        return;
                    }
                    parts::to_ticket(&person, &appointment);
                }
                Err(failure) if failure.says_nothing() => self.to(Step::Unsure(failure)),
                Err(failure) => {
                    session::look_at(&failure);
                    if !left && let Some(url) = self.line(&failure, &person, slot).await {
                        return self.wait(url).await;
                    }
                    self.to(Step::Refused(failure));
                }
            }
        });
    }

    async fn line(self, failure: &Failure, person: &PersonId, slot: SlotId) -> Option<String> {
        let wish = HoldRequest {
            hospital: self.at.try_get_value()?.hospital,
            slot,
            care: Some(prefs::is_care()),
        };
        room::place(self.caller, failure, person, &wish).await
    }

    /// In line: it was wanted before, so it goes through when it is their turn.
    async fn wait(self, url: String) {
        let Some(this) = self.another_wait() else {
            return;
        };
        let still = || self.wait.try_get_value() == Some(this);
        self.to(Step::InLine);
        match room::wait(self.caller, self.place, url, still).await {
            Turn::Come => {
                self.to(Step::Sending);
                self.send();
            }
            Turn::Over => self.to(Step::Over),
            Turn::Left => {}
            Turn::Failed(failure) => self.to(Step::Refused(failure)),
        }
    }

    /// Ends the wait that there is; the number of the next. None: the page was left.
    fn another_wait(self) -> Option<u32> {
        let next = self.wait.try_get_value()? + 1;
        self.wait.set_value(next);
        Some(next)
    }

    fn leave_line(self, url: String) {
        self.another_wait();
        crate::browser::spawn(async move { self.caller.leave(&url).await });
        self.to(Step::Looking);
    }

    /// From and to, and the two ways on; drawn again whenever it is looked at.
    fn facts(self, lang: &Lang) -> Facts {
        let (caller, at, slot) = (self.caller, self.at.get_value(), self.slot.get_value());
        let Change {
            person,
            appointment: old,
        } = self.change.get_value();
        let of_doctor = [at.hospital.as_str(), at.doctor.as_str()];
        let before =
            remote::read_own::<GetAppointment>(caller, &[person.as_str(), old.as_str()], "");
        let slots = remote::read::<ListSlots>(&of_doctor, &format!("date={}", at.day));
        let doctor = remote::read::<GetDoctor>(&of_doctor, "");
        let rules = remote::read::<GetRules>(&[at.hospital.as_str()], "");
        let lang = lang.clone();
        Box::new(move || {
            let (words, slot, person, old) =
                (lang.clone(), slot.clone(), person.clone(), old.clone());
            let at = at.clone();
            loaded(
                &lang,
                before,
                || ().into_any(),
                move |before| {
                    let other = {
                        let (words, at) = (words.clone(), at.clone());
                        let (person, appointment) = (person.clone(), old.clone());
                        let change = Change {
                            person,
                            appointment,
                        };
                        move || gone(&words, &at, &change)
                    };
                    let Some(answer) = slots.value() else {
                        // Why it is not there.
                        return loaded(&words, slots, other, |_| ().into_any());
                    };
                    let mut slots = answer.slots.into_iter();
                    let gone = [
                        SlotState::Full,
                        SlotState::Held,
                        SlotState::Stopped,
                        SlotState::Past,
                    ];
                    let found = slots.find(|one| one.id == slot);
                    let Some(slot) = found.filter(|one| !gone.contains(&one.state)) else {
                        return other();
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
                    {busy_button(Role::Primary, booking::do_confirm_move(&words), main::saving(&words), self.busy, move || self.send())}
                    {link_button(Role::Plain, booking::do_keep_time(&words), keep.url())}
                </div>
            }
            .into_any()
                },
            )
        })
    }
}

/// There is no such time any more: another one.
fn gone(lang: &Lang, at: &DoctorDay, change: &Change) -> AnyView {
    let times = Route::Slots {
        at: at.clone(),
        part: None,
        change: Some(change.clone()),
    };
    view! {
        {note(Icon::Calendar, booking::taken_title(lang), String::new())}
        <div class="stack">
            {link_button(Role::Primary, booking::do_other_times(lang), times.url())}
        </div>
    }
    .into_any()
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
