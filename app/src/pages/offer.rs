//! A place that is offered: what and when it is, until when it is kept, yes or no.

use crate::dom::*;
use contract::{
    Offer, OfferId, OfferState, Offers, PersonId, Route,
    api::{AcceptOffer, DeclineOffer, ListOffers},
};
use locales::{Lang, appointments, booking, main, waitlist, when};

use super::{check_parts, sure};
use crate::{
    api::{Caller, Failure},
    clock, flow,
    remote::read_own,
    router, session,
    ui::{
        Icon, Page, Role, all_known, busy_button, button, fact, for_caller, link_button, live,
        loaded, note, problem_text, source_notes, ticking,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: &PersonId, offer: &OfferId) -> AnyView {
    let (words, person, offer) = (lang.clone(), person.clone(), offer.clone());
    Page::new(lang, waitlist::offer_title(lang)).show(for_caller(lang, move |caller, _| {
        let reading = read_own::<ListOffers>(caller, &[person.as_str()], "");
        let (lang, person, offer) = (words.clone(), person.clone(), offer.clone());
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
                if let Some(it) = found
                    && it.state == OfferState::Open
                    && !clock::is_past(&it.expires_at)
                {
                    return ask(&lang, caller, &person, it);
                }
                // A yes whose reply was lost was heard, or came too late.
                sure::over(false, None);
                match found.map(|it| (it, it.state)) {
                    Some((_, OfferState::Accepted)) => {
                        said(&lang, &person, waitlist::accepted(&lang))
                    }
                    Some((_, OfferState::Stopped)) => {
                        said(&lang, &person, waitlist::stopped(&lang))
                    }
                    _ => said(&lang, &person, waitlist::over(&lang)),
                }
            },
        )
    }))
}

/// There is nothing to decide any more.
fn said(lang: &Lang, person: &PersonId, text: String) -> AnyView {
    let mine = Route::Waitlist {
        person: Some(person.clone()),
    };
    let all = Route::Appointments {
        person: Some(person.clone()),
    };
    view! {
        {note(Icon::Clock, text, waitlist::still(lang))}
        <div class="stack">
            {link_button(Role::Primary, waitlist::title(lang), mine.url())}
            {link_button(Role::Plain, main::task_appointments(lang), all.url())}
        </div>
    }
    .into_any()
}

fn ask(lang: &Lang, caller: Caller, person: &PersonId, offer: &Offer) -> AnyView {
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let until = waitlist::kept_until(lang, &when::day_time(lang, &offer.expires_at));
    let kept = offer.keep.as_ref().map(|kept| {
        let slot = check_parts::when_words(lang, &kept.start, &kept.end);
        let kept = format!("{slot} {}", flow::doctor(&kept.doctor));
        view! { <p>{waitlist::gives_up(lang, &kept)}</p> }
    });
    let now = Now {
        state: RwSignal::new(State::Asked),
        busy: RwSignal::new(false),
    };
    if sure::goes_on() {
        send(now, caller, person, &offer.id, true);
    }
    let (tick, expires) = (ticking(), offer.expires_at.clone());
    let is_over = steady(move || {
        tick.track();
        usize::from(clock::is_past(&expires))
    });
    let (words, who, id) = (lang.clone(), person.clone(), offer.id.clone());
    let decision = move || {
        let (who, id) = (who.clone(), id.clone());
        match now.state.get() {
            State::Gone => said(&words, &who, waitlist::declined(&words)),
            State::Settling => sure::making_sure(&words),
            State::Unsure(why) => check_parts::unsure(&words, &why, now.busy, move || {
                send(now, caller, &who, &id, true);
            }),
            State::Asked | State::No if is_over.get() == 1 => {
                said(&words, &who, waitlist::over(&words))
            }
            State::No => {
                let act = move || send(now, caller, &who, &id, false);
                view! {
                    <p>{waitlist::decline_sure(&words)}</p>
                    <div class="stack">
                        {button(Role::Plain, waitlist::do_think(&words), move || now.state.set(State::Asked))}
                        {busy_button(Role::Danger, waitlist::do_decline(&words), main::saving(&words), now.busy, act)}
                    </div>
                }
                .into_any()
            }
            state => {
                let failed = match state {
                    State::Failed(why) => {
                        let (title, text) = problem_text(&words, &why);
                        Some(note(Icon::Alert, title, text))
                    }
                    _ => None,
                };
                let act = move || send(now, caller, &who, &id, true);
                view! {
                    <div role="alert">{failed}</div>
                    <div class="stack">
                        {busy_button(Role::Primary, waitlist::do_accept(&words), main::saving(&words), now.busy, act)}
                        {button(Role::Plain, waitlist::do_decline(&words), move || now.state.set(State::No))}
                    </div>
                }
                .into_any()
            }
        }
    };
    view! {
        <p class="note">{until}</p>
        <dl class="facts">
            {check_parts::who(lang, person)}
            {fact(booking::check_when(lang), text(check_parts::when_words(lang, &offer.start, &offer.end)))}
            {fact(booking::check_what(lang), text(offer.department.name.clone()))}
            {fact(booking::check_doctor(lang), text(flow::doctor(&offer.doctor)))}
            {check_parts::place(lang, &offer.hospital, offer.location.as_deref())}
            {check_parts::fee(lang, offer.fee_fen)}
        </dl>
        {kept}
        {live(decision)}
    }
    .into_any()
}

#[derive(Clone)]
enum State {
    /// Yes or no?
    Asked,
    /// Really no?
    No,
    /// Whether it is theirs is being found out.
    Settling,
    /// The reply to a yes was lost: it can be sent again without harm.
    Unsure(Failure),
    Failed(Failure),
    /// It went to the next.
    Gone,
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

    fn failed(self, why: Failure) {
        session::look_at(&why);
        self.to(State::Failed(why));
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
            Ok(()) => {
                now.to(State::Gone);
                router::announce(0.0);
            }
            Err(why) => now.failed(why),
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
        return now.to(State::Unsure(why.clone()));
    }
    let answer = sure::made(outcome);
    let there = Route::Appointments { person: None };
    sure::over(left, answer.is_ok().then_some(&there));
    match answer {
        Ok(made) if !left => check_parts::to_ticket(&person, &made),
        Ok(_) => {}
        Err(why) => now.failed(why),
    }
}
