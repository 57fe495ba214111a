//! What changes a person's bookings, one after the other.

use contract::{
    Appointment, AppointmentId, CancelRequest, Code, ConfirmRequest, Hold, HoldId, HoldRequest,
    Outcome, OutcomeUnknown, RescheduleRequest, WaitlistEntry, choice, record,
};

use super::Who;
use super::{
    cancel, confirm, hold, outcome, reschedule,
    waitlist::{self, Wait},
};
use crate::{
    ctx::{Class, Ctx},
    http::{AppError, Refusal},
    metrics::{self, Metric},
};

/// Where in the durable object tasks go.
pub const PATH: &str = "/task";

record! {
    /// Something to do in a person's turn.
    #[derive(Debug)]
    pub struct Task {
        /// For whom.
        pub who: Who,
        /// The `Idempotency-Key`; empty where none is needed.
        pub key: String,
        /// What.
        pub what: What,
    }
}

choice! {
    /// What to do.
    #[derive(Debug)]
    pub enum What {
        /// Keep a slot.
        Hold(HoldRequest) => "hold",
        /// Give a hold back.
        Release(HoldId) => "release",
        /// Book a hold.
        Confirm(ConfirmRequest) => "confirm",
        /// Cancel.
        Cancel {
            /// Which.
            appointment: AppointmentId,
            /// How.
            body: CancelRequest,
        } => "cancel",
        /// Move.
        Reschedule {
            /// Which.
            appointment: AppointmentId,
            /// Where to.
            body: RescheduleRequest,
        } => "reschedule",
        /// What is known of a move before any slot is looked at.
        Moved {
            /// Which.
            appointment: AppointmentId,
            /// Where to.
            body: RescheduleRequest,
        } => "moved",
        /// Find out about a lost reply.
        Outcome(String) => "outcome",
        /// The waitlist.
        Wait(Wait) => "wait",
    }
}

impl What {
    /// The step and the hospital, for metrics.
    fn named(&self) -> (&'static str, String) {
        let (step, id) = match self {
            Self::Hold(body) => ("hold", body.hospital.as_str()),
            Self::Release(id) => ("release", id.as_str()),
            Self::Confirm(body) => ("confirm", body.hold.as_str()),
            Self::Cancel { appointment, .. } => ("cancel", appointment.as_str()),
            Self::Reschedule { appointment, .. } => ("move", appointment.as_str()),
            Self::Moved { appointment, .. } => ("outcome", appointment.as_str()),
            Self::Outcome(id) => ("outcome", id.as_str()),
            Self::Wait(Wait::Join(body)) => ("join", body.hospital.as_str()),
            Self::Wait(Wait::Leave(body)) => ("leave", body.hospital.as_str()),
            Self::Wait(Wait::LeaveEntry(id)) => ("leave", id.as_str()),
            Self::Wait(Wait::Accept(id)) => ("accept", id.as_str()),
            Self::Wait(Wait::Decline(id)) => ("decline", id.as_str()),
        };
        let hospital = id.split('~').next().unwrap_or_default();
        (step, hospital.to_owned())
    }
}

choice! {
    /// What came of it.
    #[derive(Debug)]
    pub enum Told {
        /// A hold.
        Hold(Box<Hold>) => "hold",
        /// Given back.
        Released => "released",
        /// An appointment.
        Appointment(Box<Appointment>) => "appointment",
        /// What became of a lost reply.
        Outcome(Box<Outcome>) => "outcome",
        /// A place in the queue.
        Waiting(Box<WaitlistEntry>) => "waiting",
        /// No.
        Refused(Box<Refusal>) => "refused",
        /// It may or may not have happened.
        Unknown(OutcomeUnknown) => "unknown",
    }
}

impl Told {
    /// The hold.
    pub fn hold(self) -> Result<Hold, AppError> {
        if let Self::Hold(hold) = self {
            Ok(*hold)
        } else {
            Err(self.into_error())
        }
    }

    /// Whether it was given back.
    pub fn released(self) -> Result<(), AppError> {
        if let Self::Released = self {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }

    /// The appointment.
    pub fn appointment(self) -> Result<Appointment, AppError> {
        if let Self::Appointment(it) = self {
            Ok(*it)
        } else {
            Err(self.into_error())
        }
    }

    /// The outcome.
    pub fn outcome(self) -> Result<Outcome, AppError> {
        if let Self::Outcome(it) = self {
            Ok(*it)
        } else {
            Err(self.into_error())
        }
    }

    /// In one word, for metrics.
    fn outcome_name(&self, step: &str) -> &'static str {
        match self {
            Self::Refused(refusal) if refusal.code == Code::SlotTaken => "taken",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
            Self::Appointment(_) if step != "cancel" => "booked",
            _ => "done",
        }
    }

    /// The place in the queue.
    pub fn waiting(self) -> Result<WaitlistEntry, AppError> {
        if let Self::Waiting(it) = self {
            Ok(*it)
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> AppError {
        match self {
            Self::Refused(refusal) => AppError::Refused(refusal),
            Self::Unknown(unknown) => AppError::OutcomeUnknown(unknown),
            _ => Code::Internal.into(),
        }
    }
}

impl From<AppError> for Told {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => Self::Refused(refusal),
            AppError::OutcomeUnknown(unknown) => Self::Unknown(unknown),
        }
    }
}

/// Has it done in the person's turn.
///
/// # Errors
/// What was refused, or may or may not have happened.
pub async fn take(ctx: &Ctx, task: Task) -> Result<Told, AppError> {
    let person = task.who.person.clone();
    let told: Told = ctx.ask(Class::Turn, person.as_str(), PATH, &task).await?;
    match told {
        Told::Refused(_) | Told::Unknown(_) => Err(told.into_error()),
        told => Ok(told),
    }
}

/// Does it. Only the person's turn calls this, one task after the other.
pub async fn run(ctx: &Ctx, task: Task) -> Told {
    let Task { who, key, what } = task;
    let (step, hospital) = what.named();
    let hospital = ctx.hospital(&hospital.into());
    let hospital = hospital.map_or("none", |it| it.id.as_str());
    let told = match what {
        What::Hold(body) => hold::place(ctx, &who, &body, &key)
            .await
            .map(|it| Told::Hold(Box::new(it))),
        What::Release(hold) => hold::release(ctx, &who, &hold)
            .await
            .map(|()| Told::Released),
        What::Confirm(body) => confirm::confirm(ctx, &who, &body, &key)
            .await
            .map(appointment),
        What::Cancel {
            appointment: id,
            body,
        } => cancel::cancel(ctx, &who, &id, &body).await.map(appointment),
        What::Reschedule {
            appointment: id,
            body,
        } => reschedule::reschedule(ctx, &who, &id, &body, &key)
            .await
            .map(appointment),
        What::Moved {
            appointment: id,
            body,
        } => reschedule::known(ctx, &who, &id, &body, &key)
            .await
            .map(|known| known.map_or(Told::Released, appointment)),
        What::Outcome(id) => outcome::ask(ctx, &who, &id)
            .await
            .map(|it| Told::Outcome(Box::new(it))),
        What::Wait(Wait::Join(body)) => waitlist::join(ctx, &who, &body)
            .await
            .map(|it| Told::Waiting(Box::new(it))),
        What::Wait(Wait::Leave(body)) => waitlist::leave(ctx, &who, Ok(&body))
            .await
            .map(|()| Told::Released),
        What::Wait(Wait::LeaveEntry(entry)) => waitlist::leave(ctx, &who, Err(&entry))
            .await
            .map(|()| Told::Released),
        What::Wait(Wait::Accept(offer)) => {
            waitlist::accept(ctx, &who, &offer).await.map(appointment)
        }
        What::Wait(Wait::Decline(offer)) => waitlist::decline(ctx, &who, &offer)
            .await
            .map(|()| Told::Released),
    };
    let told = told.unwrap_or_else(Told::from);
    let outcome = told.outcome_name(step);
    metrics::count(Metric::Bookings, &[hospital, step, outcome]);
    if let Told::Refused(refusal) = &told {
        metrics::count(Metric::Refusals, &[step, refusal.code.as_str()]);
    }
    told
}

fn appointment(it: Appointment) -> Told {
    Told::Appointment(Box::new(it))
}
