//! Step 6: the last look. The slot is held on entry, so nobody takes it while it is read.

use crate::dom::*;
use contract::{
    AppointmentId, Code, ConfirmRequest, Hold, HoldRequest, Outcome, PersonId, Route, SlotId,
    api::{Confirm, PlaceHold, ReleaseHold},
    route::DoctorDay,
};
use locales::{Lang, booking, main};

use super::{
    check_move, check_parts as parts,
    check_room::{self as room, Turn},
    sure,
};
use crate::{
    api::{self, Attempt, Caller, Failure},
    clock, flow, prefs, router, session,
    ui::{
        BOOKING_STEPS, Icon, MOVING_STEPS, Page, Role, busy_button, button, fact, for_caller, live,
        live_text, note, retitle, ticking,
    },
};

/// Draws the page.
pub fn page(
    lang: &Lang,
    at: &DoctorDay,
    slot: &SlotId,
    person: &PersonId,
    change: Option<&AppointmentId>,
) -> AnyView {
    let (words, at, slot, person) = (lang.clone(), at.clone(), slot.clone(), person.clone());
    let (steps, old) = (
        if change.is_some() {
            MOVING_STEPS
        } else {
            BOOKING_STEPS
        },
        change.cloned(),
    );
    let body = for_caller(lang, move |caller, _| {
        if let Some(old) = &old {
            return check_move::body(&words, caller, &at, &slot, &person, old);
        }
        let journey = Journey {
            caller,
            at: StoredValue::new(at.clone()),
            slot: StoredValue::new(slot.clone()),
            person: StoredValue::new(person.clone()),
            place: room::Place::none(),
            step: RwSignal::new(Step::Holding),
            busy: RwSignal::new(false),
        };
        journey.hold();
        journey.show(&words)
    });
    let title = if sure::goes_on() {
        sure::title(lang)
    } else {
        booking::check_title(lang)
    };
    Page::new(lang, title).step(steps, steps).show(body)
}

/// How far it is.
#[derive(Clone)]
enum Step {
    /// The slot is being held.
    Holding,
    /// It is held.
    Held(Box<Hold>),
    /// Whether it is held, or booked, is being found out.
    Settling,
    /// The reply to the confirmation was lost: it can be sent again without harm.
    Unsure(Box<Hold>, Failure),
    InLine,
    /// No.
    Refused(Failure),
    /// Waited for nothing: all is given away.
    Over,
}

#[derive(Clone, Copy)]
struct Journey {
    caller: Caller,
    at: StoredValue<DoctorDay>,
    slot: StoredValue<SlotId>,
    person: StoredValue<PersonId>,
    place: room::Place,
    step: RwSignal<Step>,
    busy: RwSignal<bool>,
}

impl Journey {
    /// What this hold is remembered by, within the tab.
    fn name(self) -> String {
        format!("hold:{}:{}", self.slot.get_value(), self.person.get_value())
    }

    fn to(self, step: Step) {
        let settling = |step: &Step| matches!(step, Step::Settling);
        if settling(&step) && self.step.try_with_untracked(settling) == Some(true) {
            return;
        }
        let is_news = !matches!(step, Step::Holding | Step::Held(_) | Step::InLine);
        // The page may have been left while the answer was on its way.
        if self.step.try_set(step).is_none() && is_news {
            router::announce(0.0);
        }
        let _ = self.busy.try_set(false);
    }

    fn hold(self) {
        let name = self.name();
        // It was being confirmed when the page was last seen: that goes on.
        let resumed = sure::goes_on();
        if let Some(hold) =
            api::recall_one::<Hold>(&name).filter(|hold| !clock::is_past(&hold.expires_at))
        {
            return self.held_now(hold, resumed);
        }
        self.to(if resumed {
            Step::Settling
        } else {
            Step::Holding
        });
        crate::browser::spawn(async move {
            let mut answer = self.place(&name).await;
            while resumed && answer.as_ref().is_err_and(Failure::says_nothing) {
                crate::browser::sleep(3_000).await;
                if !self.is_open() {
                    return;
                }
                answer = self.place(&name).await;
            }
            if answer
                .as_ref()
                .is_err_and(|no| no.code() == Some(Code::IdempotencyKeyReused))
            {
                // Care mode was switched in between, and with it the time asked for.
                Attempt::at(&name).finish();
                answer = self.place(&name).await;
            }
            match answer {
                // The same key gives the first answer again, even when its time is over.
                Ok(hold) => {
                    api::remember_one(&name, hold.clone());
                    self.held_now(hold, resumed);
                }
                Err(Failure::OutcomeUnknown(unknown)) => {
                    self.to(Step::Settling);
                    let outcome = self.caller.settle(&unknown).await;
                    self.settled(outcome);
                }
                Err(failure) => match self.line(&failure).await {
                    Some(url) => self.wait(url).await,
                    None => self.refused(failure),
                },
            }
        });
    }

    fn held_now(self, hold: Hold, resumed: bool) {
        if resumed && self.is_open() {
            self.to(Step::Settling);
            self.confirm(Box::new(hold));
        } else {
            self.to(Step::Held(Box::new(hold)));
        }
    }

    /// Whether the page is still there.
    fn is_open(self) -> bool {
        self.step.try_with_untracked(|_| ()).is_some()
    }

    async fn line(self, failure: &Failure) -> Option<String> {
        room::place(
            self.caller,
            failure,
            &self.person.get_value(),
            &self.request(),
        )
        .await
    }

    async fn wait(self, url: String) {
        self.to(Step::InLine);
        match room::wait(self.caller, self.place, url, || self.is_open()).await {
            Turn::Come => self.hold(),
            Turn::Over => self.to(Step::Over),
            Turn::Left => {}
            Turn::Failed(failure) => self.refused(failure),
        }
    }

    /// Does not want to wait: back to the choice. The place in line is given up.
    fn leave_line(self, url: String) {
        crate::browser::spawn(async move { self.caller.leave(&url).await });
        self.to_times();
    }

    fn to_times(self) {
        router::go(&Route::Slots {
            at: self.at.get_value(),
            part: None,
            change: None,
        });
    }

    fn request(self) -> HoldRequest {
        HoldRequest {
            hospital: self.at.get_value().hospital,
            slot: self.slot.get_value(),
            care: Some(prefs::is_care()),
        }
    }

    async fn place(self, name: &str) -> Result<Hold, Failure> {
        let person = self.person.get_value();
        self.caller
            .attempt::<PlaceHold>(&[person.as_str()], &self.request(), &Attempt::at(name))
            .await
    }

    fn hold_again(self) {
        Attempt::at(&self.name()).finish();
        self.hold();
    }

    fn confirm(self, hold: Box<Hold>) {
        let (caller, person) = (self.caller, self.person.get_value());
        let id = hold.id.clone();
        let send: sure::Send = Box::new(move || {
            let (person, hold) = (person.clone(), id.clone());
            Box::pin(async move {
                let attempt = Attempt::at(&format!("book:{hold}"));
                let request = ConfirmRequest { hold };
                let answer = caller
                    .attempt::<Confirm>(&[person.as_str()], &request, &attempt)
                    .await;
                answer.map(sure::done)
            })
        });
        crate::browser::spawn(async move {
            let outcome = sure::until_known(caller, send, move || self.to(Step::Settling)).await;
            match outcome {
                Err(failure) if failure.says_nothing() => self.to(Step::Unsure(hold, failure)),
                outcome => self.settled(outcome),
            }
        });
    }

    fn booked(self, appointment: &contract::Appointment) {
        // Who has left finds it where they are; nobody is taken away from another page.
        let Some(person) = self.person.try_get_value() else {
            let route = Route::Appointments { person: None };
            return sure::over(true, Some(&route));
        };
        sure::over(false, None);
        Attempt::at(&self.name()).finish();
        parts::to_ticket(&person, appointment);
    }

    fn settled(self, outcome: Result<Outcome, Failure>) {
        match outcome {
            Ok(Outcome {
                appointment: Some(appointment),
                ..
            }) => self.booked(&appointment),
            Ok(Outcome {
                hold: Some(hold), ..
            }) if self.is_open() => {
                api::remember_one(&self.name(), hold.clone());
                self.to(Step::Held(Box::new(hold)));
            }
            Ok(Outcome {
                problem: Some(problem),
                ..
            }) => {
                self.refused(Failure::Problem(Box::new(problem)));
            }
            Ok(_) => self.refused(Failure::NoReply),
            Err(failure) => self.refused(failure),
        }
    }

    fn refused(self, failure: Failure) {
        // Who has to log in again is told after that.
        if failure.code() != Some(Code::Unauthenticated) {
            sure::over(!self.is_open(), None);
        }
        session::look_at(&failure);
        self.to(Step::Refused(failure));
    }

    /// Gives the slot back and returns to the choice. The hospital frees it by itself as well,
    /// so nobody waits for the answer.
    fn let_go(self, hold: &Hold) {
        let (person, id) = (self.person.get_value(), hold.id.clone());
        Attempt::at(&self.name()).finish();
        api::forget(&self.name());
        crate::browser::spawn(async move {
            let _ = self
                .caller
                .get::<ReleaseHold>(&[person.as_str(), id.as_str()], "")
                .await;
        });
        self.to_times();
    }

    fn show(self, lang: &Lang) -> AnyView {
        let lang = lang.clone();
        let view = move || match self.step.get() {
            Step::InLine => {
                let leave = move || self.leave_line(self.place.url.get_value());
                room::view(&lang, self.place, booking::line_then(&lang), leave)
            }
            Step::Over => parts::all_gone(&lang, &self.at.get_value(), None),
            step => {
                retitle(&lang, &booking::check_title(&lang));
                self.show_step(&lang, step)
            }
        };
        live(view)
    }

    fn show_step(self, lang: &Lang, step: Step) -> AnyView {
        match step {
            Step::InLine | Step::Over => ().into_any(),
            Step::Holding => parts::working(lang, booking::holding(lang)),
            Step::Settling => sure::making_sure(lang),
            Step::Held(hold) => self.held(lang, &hold),
            Step::Unsure(hold, failure) => parts::unsure(lang, &failure, self.busy, move || {
                self.confirm(hold.clone());
            }),
            Step::Refused(failure) if failure.code() == Some(Code::HoldExpired) => self.over(lang),
            Step::Refused(failure) => {
                let at = self.at.get_value();
                parts::refused(
                    lang,
                    &failure,
                    &at,
                    &self.person.get_value(),
                    None,
                    move || self.hold(),
                )
            }
        }
    }

    fn held(self, lang: &Lang, hold: &Hold) -> AnyView {
        let now = ticking();
        let until = hold.expires_at.clone();
        let left = steady(move || {
            now.track();
            clock::minutes_until(&until) as usize
        });
        let over = steady(move || usize::from(left.get() == 0));
        let (words, kept) = (lang.clone(), Box::new(hold.clone()));
        let time_left = move || match left.get() {
            0 => String::new(),
            1 => booking::held_last(&words),
            minutes => booking::held_for(&words, u32::try_from(minutes).unwrap_or(u32::MAX)),
        };
        let (words, kept) = (lang.clone(), kept);
        let ways_on = move || {
            if over.get() == 1 {
                return self.over(&words);
            }
            let (for_confirm, for_release) = (kept.clone(), kept.clone());
            view! {
                <div class="stack">
                    {busy_button(
                        Role::Primary,
                        booking::do_confirm(&words),
                        main::saving(&words),
                        self.busy,
                        move || self.confirm(for_confirm.clone()),
                    )}
                    {button(Role::Plain, booking::do_not_yet(&words), move || self.let_go(&for_release))}
                </div>
            }
            .into_any()
        };
        view! {
            <dl class="facts">
                {parts::who(lang, &self.person.get_value())}
                {fact(booking::check_what(lang), hold.department.name.clone().into_any())}
                {fact(booking::check_doctor(lang), flow::doctor(&hold.doctor).into_any())}
                {fact(booking::check_when(lang), parts::when_words(lang, &hold.start, &hold.end).into_any())}
                {parts::place(lang, &hold.hospital, hold.location.as_deref())}
                {parts::fee(lang, hold.fee_fen)}
            </dl>
            <h2>{booking::check_rules(lang)}</h2>
            {parts::rules(lang, &hold.rules, &hold.start)}
            <p class="hold-left" data-live>{live_text(time_left)}</p>
            {live(ways_on)}
        }
        .into_any()
    }

    /// The time is over: said in place, and offered again.
    fn over(self, lang: &Lang) -> AnyView {
        view! {
            <div data-live>
                {note(Icon::Clock, booking::held_over_title(lang), booking::held_over_detail(lang))}
            </div>
            <div class="stack">
                {button(Role::Primary, booking::do_hold_again(lang), move || self.hold_again())}
            </div>
        }
        .into_any()
    }
}
