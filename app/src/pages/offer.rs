//! A place that is offered: what and when it is, until when it is kept, yes or no.

use crate::dom::*;
use contract::{
    Offer, OfferId, OfferState, Offers, PersonId, Route,
    api::{AcceptOffer, DeclineOffer, ListOffers},
};
use locales::{Lang, booking, main, waitlist, when};

use super::check_parts;
use crate::{
    api::{Caller, Failure},
    clock, flow,
    remote::read_own,
    router, session,
    ui::{
        Icon, Page, Role, busy_button, button, fact, for_caller, link_button, live, loaded, note,
        problem_text,
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
                match found.map(|it| (it, it.state)) {
                    Some((it, OfferState::Open)) if !clock::is_past(&it.expires_at) => {
                        ask(&lang, caller, &person, it)
                    }
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
    let now = when_now();
    let (words, who, id) = (lang.clone(), person.clone(), offer.id.clone());
    let decision = move || {
        let (who, id) = (who.clone(), id.clone());
        match now.state.get() {
            State::Gone => said(&words, &who, waitlist::declined(&words)),
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
    Failed(Failure),
    /// It went to the next.
    Gone,
}

#[derive(Clone, Copy)]
struct Now {
    state: RwSignal<State>,
    busy: RwSignal<bool>,
}

fn when_now() -> Now {
    Now {
        state: RwSignal::new(State::Asked),
        busy: RwSignal::new(false),
    }
}

/// Sends the answer. Repeating it does no harm: a yes gives the same appointment again.
fn send(now: Now, caller: Caller, person: &PersonId, offer: &OfferId, yes: bool) {
    let (person, offer) = (person.clone(), offer.clone());
    crate::browser::spawn(async move {
        let ids = [person.as_str(), offer.as_str()];
        let answer = if yes {
            let made = caller.get::<AcceptOffer>(&ids, "").await;
            made.map(Some)
        } else {
            let gone = caller.get::<DeclineOffer>(&ids, "").await;
            gone.map(|()| None)
        };
        let _ = now.busy.try_set(false);
        match answer {
            Ok(Some(made)) => check_parts::to_ticket(&person, &made),
            Ok(None) => {
                let _ = now.state.try_set(State::Gone);
                router::announce(0.0);
            }
            Err(why) => {
                session::look_at(&why);
                let _ = now.state.try_set(State::Failed(why));
            }
        }
    });
}
