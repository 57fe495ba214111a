//! Cancelling once, whatever the line does.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, CancelReason, CancelRequest, Code, PersonId, Route,
    api::{Cancel, GetAppointment},
};

use crate::{
    api::{self, Caller, Failure},
    pages::sure,
    router, session,
};

/// What the page remembers while it is open.
#[derive(Clone, Copy)]
pub struct State {
    /// Who asks; none until that is known.
    pub caller: StoredValue<Option<Caller>>,
    /// Why, if the person says so.
    pub reason: RwSignal<Option<CancelReason>>,
    /// It is on its way.
    pub busy: RwSignal<bool>,
    /// The reply was lost: it is being found out what came of it.
    pub settling: RwSignal<bool>,
    /// Why the last try did not succeed.
    pub failure: RwSignal<Option<Failure>>,
    /// The edge has said that the deadline is past, whatever this page thought.
    pub late: RwSignal<bool>,
    /// It is cancelled.
    pub done: RwSignal<Option<Appointment>>,
}

impl State {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self {
            caller: StoredValue::new(None),
            reason: RwSignal::new(None),
            busy: RwSignal::new(false),
            settling: RwSignal::new(false),
            failure: RwSignal::new(None),
            late: RwSignal::new(false),
            done: RwSignal::new(None),
        }
    }
}

/// Sends it, until it is known what came of it: the edge answers a repeated cancel as it did the
/// first one. `accept`: the person has been told that it counts as a no-show.
pub fn send(state: State, person: &PersonId, appointment: &AppointmentId, accept: bool) {
    let Some(caller) = state.caller.get_value() else {
        return;
    };
    let (person, appointment) = (person.clone(), appointment.clone());
    let body = CancelRequest {
        reason: state
            .reason
            .get_untracked()
            .map(|it| it.as_str().to_owned()),
        accept_no_show: accept.then_some(true),
    };
    state.failure.set(None);
    let again: sure::Send = {
        let (person, appointment) = (person.clone(), appointment.clone());
        Box::new(move || {
            let (person, appointment, body) = (person.clone(), appointment.clone(), body.clone());
            Box::pin(async move {
                let ids = [person.as_str(), appointment.as_str()];
                caller.post::<Cancel>(&ids, &body).await.map(sure::done)
            })
        })
    };
    crate::browser::spawn(async move {
        let tell = move || {
            if state.settling.try_get_untracked() == Some(false) {
                state.settling.set(true);
                router::announce(0.0);
            }
        };
        let answer = sure::made(sure::until_known(caller, again, tell).await);
        let left = state.busy.try_set(false).is_some();
        let one = Route::Appointment {
            person: person.clone(),
            appointment: appointment.clone(),
        };
        sure::over_with(left, &answer, &one);
        match answer {
            Ok(one) => {
                let ids = [person.as_str(), appointment.as_str()];
                api::remember_one(&api::address::<GetAppointment>(&ids, ""), one.clone());
                let _ = state.done.try_set(Some(one));
            }
            Err(failure) => {
                session::look_at(&failure);
                if failure.code() == Some(Code::PastDeadline) {
                    let _ = state.late.try_set(true);
                }
                let _ = state.failure.try_set(Some(failure));
            }
        }
        if !left {
            state.settling.set(false);
            router::announce(0.0);
        }
    });
}
