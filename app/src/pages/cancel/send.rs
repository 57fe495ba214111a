//! Cancelling once, whatever the line does.

use crate::dom::*;
use contract::{
    Appointment, AppointmentId, CancelReason, CancelRequest, Code, OutcomeState, PersonId,
    api::{Cancel, GetAppointment},
};

use crate::{
    api::{self, Caller, Failure},
    browser, router, session,
};

/// How often it is sent before the person is told that nothing is known.
const TRIES: u32 = 3;
/// Between two tries.
const PAUSE_MILLIS: i32 = 1_500;

/// What the page remembers while it is open.
#[derive(Clone, Copy)]
pub struct State {
    /// Who asks; none until that is known.
    pub caller: StoredValue<Option<Caller>>,
    /// Why, if the person says so.
    pub reason: RwSignal<Option<CancelReason>>,
    /// It is on its way.
    pub busy: RwSignal<bool>,
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
            failure: RwSignal::new(None),
            late: RwSignal::new(false),
            done: RwSignal::new(None),
        }
    }
}

/// Sends it. `accept`: the person has been told that it counts as a no-show.
pub fn send(state: State, person: &PersonId, appointment: &AppointmentId, accept: bool) {
    let Some(caller) = state.caller.get_value() else {
        return;
    };
    let (person, appointment) = (person.clone(), appointment.clone());
    let body = CancelRequest {
        reason: state.reason.get_untracked(),
        accept_no_show: accept.then_some(true),
    };
    state.failure.set(None);
    crate::browser::spawn(async move {
        let ids = [person.as_str(), appointment.as_str()];
        let answer = until_known(caller, &ids, &body).await;
        let _ = state.busy.try_set(false);
        match answer {
            Ok(one) => {
                api::remember_one(&api::address::<GetAppointment>(&ids, ""), one.clone());
                let _ = state.done.try_set(Some(one));
                router::announce(0.0);
            }
            Err(failure) => {
                session::look_at(&failure);
                if failure.code() == Some(Code::PastDeadline) {
                    let _ = state.late.try_set(true);
                }
                let _ = state.failure.try_set(Some(failure));
            }
        }
    });
}

/// A lost reply is asked for again: the edge answers a repeated cancel as it did the first one.
async fn until_known(
    caller: Caller,
    ids: &[&str],
    body: &CancelRequest,
) -> Result<Appointment, Failure> {
    let mut answer = once(caller, ids, body).await;
    for _ in 1..TRIES {
        match &answer {
            Err(Failure::NoReply | Failure::Garbled) => {
                browser::sleep(PAUSE_MILLIS).await;
                answer = once(caller, ids, body).await;
            }
            _ => break,
        }
    }
    answer
}

async fn once(caller: Caller, ids: &[&str], body: &CancelRequest) -> Result<Appointment, Failure> {
    let unknown = match caller.post::<Cancel>(ids, body).await {
        Err(Failure::OutcomeUnknown(unknown)) => unknown,
        answer => return answer,
    };
    let outcome = caller.settle(&unknown).await?;
    match (outcome.state, outcome.appointment, outcome.problem) {
        (OutcomeState::Done, Some(appointment), _) => Ok(appointment),
        (_, _, Some(problem)) => Err(Failure::Problem(Box::new(problem))),
        _ => Err(Failure::OutcomeUnknown(unknown)),
    }
}
