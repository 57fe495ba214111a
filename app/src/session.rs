//! Who is logged in. The cookie is the edge's; here is only what it answered.

use std::cell::{Cell, RefCell};

use crate::dom::*;
use contract::{Code, PersonId, PersonRow, Route, SessionView, api::GetSession};

use crate::{
    api::{self, Caller, Failure},
    draft, prefs, router,
    ui::all_known,
};

/// What is known about the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Not asked yet, or the answer is on its way.
    Unknown,
    /// Logged in.
    In(Caller, SessionView),
    /// Nobody.
    Out,
    /// It could not be found out.
    Failed(Failure),
}

thread_local! {
    static WHO: RefCell<Option<ArcRwSignal<Who>>> = const { RefCell::new(None) };
    /// Which time it is asked, and whether that is under way.
    static ASKED: Cell<u32> = const { Cell::new(0) };
    static ASKS: Cell<bool> = const { Cell::new(false) };
}

fn signal() -> ArcRwSignal<Who> {
    WHO.with_borrow_mut(|who| {
        who.get_or_insert_with(|| ArcRwSignal::new(Who::Unknown))
            .clone()
    })
}

/// What is known, followed.
pub fn who() -> Who {
    signal().get()
}

/// What is known, not followed.
pub fn who_untracked() -> Who {
    signal().get_untracked()
}

/// Asks the edge who is logged in, unless that is known.
pub fn find_out() {
    if !matches!(who_untracked(), Who::In(..)) {
        ask();
    }
}

/// Asks again where a hospital could not tell; what is known stays, and is drawn anew only where
/// it is another.
pub fn complete() {
    crate::browser::spawn(async {
        let asked = ASKED.get();
        let answer = Caller::known().get::<GetSession>(&[], "").await;
        if let Ok(view) = answer
            && ASKED.get() == asked
            && let Who::In(caller, before) = who_untracked()
            && (all_known(&view.sources) || view.people != before.people)
        {
            signal().set(Who::In(caller, view));
        }
    });
}

/// The same, and the person is waiting for it.
pub fn again() {
    signal().set(Who::Unknown);
    ask();
}

/// Asks the edge again: people were added, or it failed before.
pub fn ask() {
    let who = who_untracked();
    if matches!(who, Who::Failed(_)) {
        signal().set(Who::Unknown);
    }
    if !matches!(who, Who::In(..)) && ASKS.get() {
        return;
    }
    let this = asked(true);
    crate::browser::spawn(async move {
        let who = match Caller::known().get::<GetSession>(&[], "").await {
            Ok(view) => Who::In(Caller::known(), view),
            Err(failure) if failure.code() == Some(Code::Unauthenticated) => Who::Out,
            Err(failure) => Who::Failed(failure),
        };
        // Who has logged in or out since is not told what was true before.
        if ASKED.get() == this {
            ASKS.set(false);
            signal().set(who);
        }
    });
}

/// The person does not want to wait for it any longer.
pub fn stop() {
    signal().set(Who::Failed(Failure::NoReply));
}

/// Whatever was asked before does not count any more; the number of what is asked now.
fn asked(asks: bool) -> u32 {
    ASKS.set(asks);
    ASKED.set(ASKED.get().wrapping_add(1));
    ASKED.get()
}

/// The edge has logged somebody in.
pub fn enter(view: SessionView) {
    asked(false);
    signal().set(Who::In(Caller::known(), view));
}

/// Nobody is logged in any more; nothing of theirs stays.
pub fn leave() {
    api::forget_all();
    draft::forget_all();
    prefs::set_waits(false);
    asked(false);
    signal().set(Who::Out);
}

/// An answer may tell that the session has ended: then to the login, and back here after it.
pub fn look_at(failure: &Failure) {
    if failure.code() == Some(Code::Unauthenticated) {
        api::forget_all();
        asked(false);
        signal().set(Who::Out);
        to_login();
    }
}

/// To the login in place of this page, which is where it leads afterwards.
pub fn to_login() {
    let here = router::current_untracked();
    if !matches!(
        here,
        // Home is nobody's: it is of use without a login.
        Route::Home | Route::LogIn { .. } | Route::LogInCode { .. }
    ) {
        router::replace(&Route::LogIn {
            next: Some(here.url()),
        });
    }
}

/// Somebody the caller may act for.
pub fn person(id: &PersonId) -> Option<PersonRow> {
    match who() {
        Who::In(_, view) => view.people.into_iter().find(|row| row.id == *id),
        _ => None,
    }
}
