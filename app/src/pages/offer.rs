//! A place that is offered: what and when it is, until when it is kept, yes or no.

use crate::dom::*;
use contract::{
    Instant, Offer, OfferId, OfferState, Offers, PersonId, Route,
    api::{AcceptOffer, DeclineOffer, ListOffers},
};
use locales::{Lang, appointments, booking, main, waitlist, when};

use super::{check_parts, sure, swap};
use crate::{
    api::{Caller, Failure},
    clock, flow,
    remote::read_own,
    session,
    ui::{
        Icon, Page, Role, all_known, busy_button, button, fact, for_caller, icon, link_button,
        loaded, note, problem_text, source_notes, ticking,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: &PersonId, offer: &OfferId) -> AnyView {
    let (words, person, offer) = (lang.clone(), person.clone(), offer.clone());
    let title = if sure::goes_on() {
        sure::title(lang)
    } else {
        waitlist::offer_title(lang)
    };
    Page::new(lang, title).show(for_caller(lang, move |caller, _| {
        let reading = read_own::<ListOffers>(caller, &[person.as_str()], "");
        let (lang, person, offer) = (words.clone(), person.clone(), offer.clone());
        // It outlives what is drawn again when another answer comes.
        let now = Now {
            state: RwSignal::new(State::Asked),
            busy: RwSignal::new(false),
        };
        loaded(
            &words,
            reading,
            || ().into_any(),
            move |list: &Offers| {
                let found = list.offers.iter().find(|it| it.id == offer);
                if found.is_none() && !all_known(&list.sources) {
                    // Not read is not gone.
                    let again = move || reading.untyped.read_again();
                    return view! {
                        {source_notes(&lang, &list.sources, appointments::partial, appointments::partial_stale)}
                        <div class="stack">{button(Role::Primary, main::do_retry(&lang), again)}</div>
                    }
                    .into_any();
                }
                let offered = found.map_or(OfferState::Over, |it| it.state);
                let until = found.map(|it| it.expires_at.clone());
                if offered != OfferState::Open || until.as_ref().is_none_or(clock::is_past) {
                    // A yes whose reply was lost was heard, or came too late.
                    sure::over(false, None);
                } else if sure::goes_on() && !now.busy.get_untracked() {
                    now.to(State::Settling);
                    now.busy.set(true);
                    send(now, caller, &person, &offer, true);
                }
                let tick = ticking();
                let stage = steady(move || {
                    tick.track();
                    stage(now, offered, until.as_ref())
                });
                let (words, who, id) = (lang.clone(), person.clone(), offer.clone());
                let decision = move || {
                    let stage = stage.get();
                    if stage == ASKS {
                        return decide(&words, caller, &who, &id, now);
                    }
                    ended(&words, &who, &id, stage, now)
                };
                let facts = found.map(|it| {
                    let hidden = move || stage.get() != ASKS;
                    view! { <div hidden=hidden>{facts(&lang, &person, it, now)}</div> }
                });
                view! { {facts} {swap::steps(decision)} }.into_any()
            },
        )
    }))
}

/// There is something to decide.
const ASKS: usize = 5;

/// How far it is, in one number.
fn stage(now: Now, offer: OfferState, until: Option<&Instant>) -> usize {
    let busy = now.busy.get();
    now.state.with(|state| match (state, offer) {
        (_, OfferState::Accepted) => 2,
        (_, OfferState::Stopped) => 3,
        (State::Refused(_), _) => 4,
        // What came of a yes that is on its way is not known.
        (State::Settling | State::Unsure(true, _), OfferState::Open) => ASKS,
        (_, OfferState::Open) if busy || !until.is_none_or(clock::is_past) => ASKS,
        _ => 0,
    })
}

/// There is nothing to decide any more. The heading says why.
fn ended(lang: &Lang, person: &PersonId, offer: &OfferId, stage: usize, now: Now) -> AnyView {
    let mut text = waitlist::still(lang);
    let title = match stage {
        2 => waitlist::accepted(lang),
        3 => waitlist::stopped(lang),
        0 => waitlist::over(lang),
        _ => now.state.with_untracked(|state| match state {
            State::Refused(why) => {
                let (title, why) = problem_text(lang, why);
                text = why;
                title
            }
            _ => String::new(),
        }),
    };
    swap::retitle(lang, title);
    let own = Some(person.clone());
    let (first, to) = if stage == 2 {
        let ticket = Route::Ticket {
            person: person.clone(),
            appointment: offer.0.clone().into(),
        };
        (appointments::do_ticket(lang), ticket)
    } else {
        let waits = Route::Waitlist {
            person: own.clone(),
        };
        (waitlist::title(lang), waits)
    };
    let mine = Route::Appointments { person: own };
    view! {
        <p class="note">{icon(Icon::Clock)} <span>{text}</span></p>
        <div class="stack">
            {link_button(Role::Primary, first, to.url())}
            {link_button(Role::Plain, main::task_appointments(lang), mine.url())}
            {link_button(Role::Plain, main::task_book(lang), Route::Hospitals.url())}
        </div>
    }
    .into_any()
}

fn facts(lang: &Lang, person: &PersonId, offer: &Offer, now: Now) -> AnyView {
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let until = waitlist::kept_until(lang, &when::day_time(lang, &offer.expires_at));
    let lost = move || {
        now.state
            .with(|state| matches!(state, State::Unsure(false, _)))
    };
    let kept = offer.keep.as_ref().map(|kept| {
        let slot = check_parts::when_words(lang, &kept.start, &kept.end);
        let kept = format!("{slot} {}", flow::doctor(&kept.doctor));
        view! { <p>{waitlist::gives_up(lang, &kept)}</p> }
    });
    view! {
        <p class="note" hidden=lost>{until}</p>
        <dl class="facts">
            {check_parts::who(lang, person)}
            {fact(booking::check_when(lang), text(check_parts::when_words(lang, &offer.start, &offer.end)))}
            {fact(booking::check_what(lang), text(offer.department.name.clone()))}
            {fact(booking::check_doctor(lang), text(flow::doctor(&offer.doctor)))}
            {check_parts::place(lang, &offer.hospital, offer.location.as_deref())}
            {check_parts::fee(lang, offer.fee_fen)}
        </dl>
        {kept}
    }
    .into_any()
}

fn decide(lang: &Lang, caller: Caller, person: &PersonId, offer: &OfferId, now: Now) -> AnyView {
    let (who, id) = (person.clone(), offer.clone());
    let answer = move |yes| send(now, caller, &who, &id, yes);
    let state = now.state.get();
    let trouble = match &state {
        State::Settling => return sure::making_sure(lang),
        State::Unsure(true, why) => {
            return check_parts::unsure(lang, why, now.busy, move || answer(true));
        }
        State::Unsure(..) => Some((
            appointments::cancel_unknown_title(lang),
            appointments::cancel_unknown_detail(lang),
        )),
        _ => None,
    };
    let trouble = trouble.map(|(title, text)| note(Icon::Alert, title, text));
    let (text, wait) = (waitlist::do_decline(lang), main::saving(lang));
    let buttons = if let State::No | State::Unsure(..) = state {
        // A no that was perhaps heard is not thought over.
        let think = matches!(state, State::No).then(|| {
            let think = waitlist::do_think(lang);
            button(Role::Plain, think, move || now.state.set(State::Asked))
        });
        let no = busy_button(Role::Danger, text, wait, now.busy, move || answer(false));
        view! {
            <p>{waitlist::decline_sure(lang)}</p>
            <div class="stack">{think} {no}</div>
        }
    } else {
        let yes = waitlist::do_accept(lang);
        let yes = busy_button(Role::Primary, yes, wait, now.busy, move || answer(true));
        let no = button(Role::Plain, text, move || now.state.set(State::No));
        view! { <div class="stack">{yes} {no}</div> }
    };
    view! { <div role="alert">{trouble}</div> {buttons} }.into_any()
}

#[derive(Clone)]
enum State {
    /// Yes or no?
    Asked,
    /// Really no?
    No,
    /// Whether it is theirs is being found out.
    Settling,
    /// The reply to a yes (`true`) or a no was lost: it can be sent again without harm.
    Unsure(bool, Failure),
    /// It cannot be theirs, or not now.
    Refused(Failure),
}

#[derive(Clone, Copy)]
struct Now {
    state: RwSignal<State>,
    busy: RwSignal<bool>,
}

impl Now {
    fn to(self, state: State) {
        // The page may have been left while the answer was on its way.
        let _ = self.state.try_set(state);
        let _ = self.busy.try_set(false);
    }

    fn failed(self, yes: bool, why: Failure) {
        session::look_at(&why);
        self.to(if why.says_nothing() {
            State::Unsure(yes, why)
        } else {
            State::Refused(why)
        });
    }
}

/// Sends the answer. Repeating it does no harm: a yes gives the same appointment again.
fn send(now: Now, caller: Caller, person: &PersonId, offer: &OfferId, yes: bool) {
    let (person, offer) = (person.clone(), offer.clone());
    crate::browser::spawn(async move {
        if yes {
            return accept(now, caller, person, offer).await;
        }
        let ids = [person.as_str(), offer.as_str()];
        match caller.get::<DeclineOffer>(&ids, "").await {
            Ok(()) if now.busy.try_set(false).is_none() => {
                swap::waits(person, waitlist::declined);
            }
            Ok(()) => {}
            Err(why) => now.failed(false, why),
        }
    });
}

async fn accept(now: Now, caller: Caller, person: PersonId, offer: OfferId) {
    let who = person.clone();
    let send: sure::Send = Box::new(move || {
        let (person, offer) = (who.clone(), offer.clone());
        Box::pin(async move {
            let ids = [person.as_str(), offer.as_str()];
            caller.get::<AcceptOffer>(&ids, "").await.map(sure::done)
        })
    });
    let outcome = sure::until_known(caller, send, move || now.to(State::Settling)).await;
    let left = now.state.try_get_untracked().is_none();
    if let Err(why) = &outcome
        && why.says_nothing()
    {
        return now.failed(true, why.clone());
    }
    let answer = sure::made(outcome);
    let there = Route::Appointments { person: None };
    sure::over(left, answer.is_ok().then_some(&there));
    match answer {
        Ok(made) if !left => check_parts::to_ticket(&person, &made),
        Ok(_) => {}
        Err(why) => now.failed(true, why),
    }
}
