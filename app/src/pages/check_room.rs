//! In line at a release (A07): where one stands, that there is no hurry, and what happens next.

use crate::dom::*;
use contract::{HoldRequest, NotBookableReason, PersonId, Ticket, TicketState, api::TakeTicket};
use locales::{Lang, booking, when};

use crate::{
    api::{Caller, Failure},
    browser,
    ui::{Role, button, live_text, retitle},
};

/// How the wait ends.
pub enum Turn {
    /// It is their turn: what they wanted goes through now.
    Come,
    /// All is given away.
    Over,
    /// The page, or the line, was left.
    Left,
    /// It cannot be asked any more.
    Failed(Failure),
}

/// The place in line that a refusal gives, or that can be had because the day opens soon.
pub async fn place(
    caller: Caller,
    failure: &Failure,
    person: &PersonId,
    wish: &HoldRequest,
) -> Option<String> {
    let Failure::Problem(problem) = failure else {
        return None;
    };
    if problem.reason == Some(NotBookableReason::NotReleased) {
        let taken = caller.post::<TakeTicket>(&[person.as_str()], wish).await;
        return taken.ok().map(|ticket| ticket.ticket_url);
    }
    problem.ticket_url.clone()
}

/// A place in line: where it is asked after, and what was last told.
#[derive(Clone, Copy)]
pub struct Place {
    pub url: StoredValue<String>,
    ticket: RwSignal<Option<Ticket>>,
    /// It could not be asked after the last time.
    lost: RwSignal<bool>,
}

impl Place {
    /// None yet.
    pub fn none() -> Self {
        Self {
            url: StoredValue::new(String::new()),
            ticket: RwSignal::new(None),
            lost: RwSignal::new(false),
        }
    }
}

/// Asks until it is their turn, at the pace told and never all phones at once. A phone that
/// sleeps asks when it wakes; the place is kept. `still`: nobody has left the page or the line.
pub async fn wait(caller: Caller, place: Place, url: String, still: impl Fn() -> bool) -> Turn {
    place.url.try_set_value(url.clone());
    let _ = place.ticket.try_set(None);
    let (mut first, mut retry_s) = (true, 0);
    loop {
        if !first {
            let spread = browser::millis() % 1000.0;
            #[allow(clippy::cast_possible_truncation, reason = "below a thousand")]
            browser::sleep(
                i32::try_from(retry_s.clamp(1, 60) * 1000).unwrap_or(5000) + spread as i32,
            )
            .await;
        }
        let answer = caller.ticket(&url).await;
        if !still() {
            return Turn::Left;
        }
        let ticket = match answer {
            Ok(ticket) => Some(ticket),
            Err(failure) if failure.says_nothing() => None,
            Err(failure) => return Turn::Failed(failure),
        };
        match ticket.as_ref().map(|ticket| ticket.state) {
            Some(TicketState::Admitted) => return Turn::Come,
            Some(TicketState::Over) => return Turn::Over,
            _ => {}
        }
        retry_s = ticket.as_ref().map_or(5, |ticket| ticket.retry_after);
        let _ = place.lost.try_set(ticket.is_none());
        // What was told before is better than nothing.
        if ticket.is_some() {
            let _ = place.ticket.try_set(ticket);
        }
        first = false;
    }
}

/// Where they stand. In care mode the one thing that matters, and that there is no hurry.
/// `then`: what happens when it is their turn. It is drawn once: what is told changes in place.
pub fn view(lang: &Lang, place: Place, then: String, leave: impl Fn() + 'static) -> AnyView {
    retitle(lang, &booking::line_title(lang));
    let told = |say: fn(&Lang, &Ticket) -> String| {
        let lang = lang.clone();
        live_text(move || place.ticket.with(|it| it.as_ref().map(|it| say(&lang, it))))
    };
    let (words, lost) = (lang.clone(), place.lost);
    let ticket = place.ticket;
    let place = |lang: &Lang, ticket: &Ticket| match &ticket.draw_at {
        Some(at) => booking::line_draw(lang, &when::time(lang, at)),
        None if ticket.ahead == 0 => booking::line_next(lang),
        None => booking::line_ahead(lang, ticket.ahead),
    };
    let wait = move || {
        if lost.get() {
            return Some(booking::line_lost(&words));
        }
        let ticket = ticket.get()?;
        Some(match ticket.estimate_s {
            _ if ticket.draw_at.is_some() => String::new(),
            Some(seconds) if seconds < 60 => booking::line_soon(&words),
            Some(seconds) => booking::line_minutes(&words, seconds.div_ceil(60)),
            None => booking::line_unsure(&words),
        })
    };
    let places = (!lang.is_care()).then(|| {
        view! { <p>{told(|lang, ticket| booking::line_places(lang, ticket.places))}</p> }
    });
    view! {
        <p class="number" role="status" data-live>{told(place)}</p>
        <p class="line">{live_text(wait)}</p>
        <p class="hold-left">{booking::line_kept(lang)}</p>
        {places}
        <p>{then}</p>
        <div class="stack before">{button(Role::Plain, booking::do_leave_line(lang), leave)}</div>
    }
    .into_any()
}
