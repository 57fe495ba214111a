//! A write whose reply was lost: it is found out what came of it, and said wherever the person is.

use std::pin::Pin;

use crate::dom::*;
use contract::{Appointment, Code, Outcome, OutcomeState, Route};
use locales::{Lang, booking};

use crate::{
    api::{Caller, Failure},
    browser, draft, router,
    ui::{Icon, call_here, icon, live, retitle},
};

/// Under which name the tab keeps it: `?` and the page that finds it out, or `+` or `-`, what it was
/// ([`What`]) and where more is to be seen.
const NAME: &str = "sure";
/// Seconds between two tries where nothing comes back at all.
const WAITS: [i32; 12] = [1, 2, 3, 5, 5, 5, 8, 8, 10, 10, 10, 10];

/// What is being found out.
#[derive(Clone, Copy)]
enum What {
    Booking,
    Move,
    Cancel,
}

impl What {
    /// What the page at this address does.
    fn of(url: &str) -> Self {
        match Route::parse(url) {
            Route::Check {
                change: Some(_), ..
            } => Self::Move,
            Route::Cancel { .. } => Self::Cancel,
            _ => Self::Booking,
        }
    }

    fn kept(self) -> char {
        match self {
            Self::Booking => 'b',
            Self::Move => 'm',
            Self::Cancel => 'c',
        }
    }
}

/// Sending it, once more or for the first time: the same key, so it is done once.
pub type Send = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Outcome, Failure>>>>>;

/// Sends until it is known what came of it; `tell` when that takes more than one try. The tab
/// remembers it until [`over`].
pub async fn until_known(caller: Caller, send: Send, tell: impl Fn()) -> Result<Outcome, Failure> {
    keep(&format!("?{}", router::here()));
    let mut answer = send().await;
    for wait in WAITS {
        match &answer {
            Err(Failure::OutcomeUnknown(unknown)) => {
                tell();
                return caller.settle(unknown).await;
            }
            Err(Failure::Offline | Failure::NoReply | Failure::Garbled) => {
                tell();
                browser::sleep(wait * 1000).await;
                answer = send().await;
            }
            _ => break,
        }
    }
    answer
}

/// Whether this page was finding something out when it was last seen.
pub fn goes_on() -> bool {
    draft::read(NAME).strip_prefix('?') == Some(&router::here())
}

/// It is known now. Who has left the page is told on the next: where to see it if it is done.
pub fn over(left: bool, done: Option<&Route>) {
    if !left && !goes_on() || left && !draft::read(NAME).starts_with('?') {
        return;
    }
    let what = What::of(draft::read(NAME).get(1..).unwrap_or_default()).kept();
    let told = match (left, done) {
        (false, _) => String::new(),
        (true, Some(route)) => format!("+{what}{}", route.url()),
        (true, None) => format!("-{what}{}", Route::Appointments { person: None }.url()),
    };
    keep(&told);
}

/// The same of an appointment, unless nothing was said or the person has to log in first.
pub fn over_with(left: bool, answer: &Result<Appointment, Failure>, done: &Route) {
    if answer.as_ref().err().is_none_or(|failure| {
        !failure.says_nothing() && failure.code() != Some(Code::Unauthenticated)
    }) {
        over(left, answer.is_ok().then_some(done));
    }
}

fn keep(told: &str) {
    draft::write(NAME, told);
    changed().notify();
}

/// Tells when what the tab keeps is another.
fn changed() -> ArcTrigger {
    thread_local!(static CHANGED: ArcTrigger = ArcTrigger::new());
    CHANGED.with(Clone::clone)
}

/// What a write of an appointment gave.
pub fn done(appointment: Appointment) -> Outcome {
    Outcome {
        state: OutcomeState::Done,
        appointment: Some(appointment),
        hold: None,
        problem: None,
    }
}

/// The appointment that came of it, or why there is none.
pub fn made(outcome: Result<Outcome, Failure>) -> Result<Appointment, Failure> {
    match outcome? {
        Outcome {
            appointment: Some(made),
            ..
        } => Ok(made),
        Outcome {
            problem: Some(problem),
            ..
        } => Err(Failure::Problem(Box::new(problem))),
        _ => Err(Failure::NoReply),
    }
}

/// The heading of a page that finds something out.
pub fn title(lang: &Lang) -> String {
    match What::of(&router::here()) {
        What::Booking => booking::checking_title(lang),
        What::Move => booking::checking_move_title(lang),
        What::Cancel => booking::checking_cancel_title(lang),
    }
}

/// We are making sure, and nobody has to wait for it here.
pub fn making_sure(lang: &Lang) -> AnyView {
    let detail = match What::of(&router::here()) {
        What::Booking => booking::checking_detail(lang),
        What::Move => booking::checking_move_detail(lang),
        What::Cancel => booking::checking_cancel_detail(lang),
    };
    let detail = if browser::is_online() {
        detail
    } else {
        booking::checking_offline(lang)
    };
    retitle(lang, &title(lang));
    view! {
        <div role="status"><p class="note">{icon(Icon::Clock)} <span>{detail}</span></p></div>
        <p>{booking::checking_call(lang)}</p>
        <div class="calls">{call_here(lang)}</div>
    }
    .into_any()
}

/// On any other page: what is being found out, or what came of it, until that was looked at.
pub fn reminder(lang: &Lang) -> AnyView {
    let (lang, here) = (lang.clone(), router::here());
    let told = live(move || {
        changed().track();
        let told = draft::read(NAME);
        let (mark, rest) = told.split_at_checked(1)?;
        let (what, url) = match mark {
            "?" if rest == here => return None,
            "?" => ("", rest),
            _ => rest.split_at_checked(1)?,
        };
        let text = match (mark, what) {
            ("?", _) => booking::checking_elsewhere(&lang),
            ("+", "m") => booking::checking_moved(&lang),
            ("+", "c") => booking::checking_cancelled(&lang),
            ("+", _) => booking::checking_done(&lang),
            (_, "m") => booking::checking_not_moved(&lang),
            (_, "c") => booking::checking_not_cancelled(&lang),
            _ => booking::checking_not_done(&lang),
        };
        let url = url.to_owned();
        let looked = move |_| {
            if !told.starts_with('?') {
                draft::write(NAME, "");
            }
        };
        Some(
            view! { <p><a class="row" href=url on:click=looked>{icon(Icon::Clock)} <span class="row-text">{text}</span> {icon(Icon::Onward)}</a></p> }
            .into_any(),
        )
    });
    view! { <div role="status">{told}</div> }.into_any()
}
