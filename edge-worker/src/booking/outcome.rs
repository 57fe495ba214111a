//! A write whose reply was lost: 202 with an address, and what is found there.
//!
//! Nothing is kept: the address carries what to look for, sealed so that nobody can have the
//! edge look (and close ways) for somebody else.

use contract::{Code, Outcome, OutcomeState, OutcomeUnknown};
use fhir::booking::Booking;

use super::Who;
use super::{cancel, confirm, hold, id, scene::Scene};
use crate::{
    backend::{BackendError, HospitalBackend, Lost, Settled, UNAVAILABLE_S},
    ctx::Ctx,
    http::{AppError, Refusal},
    secrets::Secret,
};

/// Seconds until it is worth asking.
const ASK_AGAIN_S: u32 = 3;
/// So long after its timeout nothing of a lost request is on its way any more, seconds.
const LATE_S: i64 = 60;
/// Characters of the seal: 72 bits.
const SEAL: usize = 12;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// A hold.
    Hold,
    /// Booking a hold.
    Confirm,
    /// Cancelling.
    Cancel,
    /// Moving.
    Move,
    /// Joining the waitlist.
    Join,
}

impl Op {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Hold, "h"),
        (Self::Confirm, "b"),
        (Self::Cancel, "c"),
        (Self::Move, "m"),
        (Self::Join, "w"),
    ];

    fn letter(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(op, _)| *op == self)
            .map_or("", |(_, letter)| letter)
    }
}

/// It may or may not have happened.
pub fn unknown(scene: &Scene<'_>, lost: Lost<'_>, op: Op) -> AppError {
    let (target, key) = match lost {
        Lost::New { key, slot } => (slot, key),
        Lost::Confirm { appointment } | Lost::Cancel { appointment } => (appointment, "-"),
    };
    let what = format!("{}~{}~{target}~{key}", scene.hospital.id, op.letter());
    let seal = seal(scene.ctx.config.secrets.current(), scene.who, &what);
    let person = scene.who.person.as_str();
    AppError::OutcomeUnknown(OutcomeUnknown {
        code: "outcome_unknown".to_owned(),
        check_at: format!("/api/v1/people/{person}/outcomes/{what}~{seal}"),
        retry_after: ASK_AGAIN_S,
    })
}

/// What follows a write that did happen may fail; then the person is not told that the write
/// failed, but where to ask.
pub fn after_write<T>(
    followed: Result<T, AppError>,
    scene: &Scene<'_>,
    lost: Lost<'_>,
    op: Op,
) -> Result<T, AppError> {
    followed.map_err(|error| match error {
        AppError::Refused(why) if why.code == Code::HospitalUnavailable => unknown(scene, lost, op),
        other => other,
    })
}

/// What became of it.
pub async fn ask(ctx: &Ctx, who: &Who, outcome: &str) -> Result<Outcome, AppError> {
    let (what, sealed) = outcome.rsplit_once('~').ok_or(Code::NotFound)?;
    let [hospital, letter, target, key] = what.split('~').collect::<Vec<_>>()[..] else {
        return Err(Code::NotFound.into());
    };
    let op = Op::ALL
        .iter()
        .find(|(_, known)| *known == letter)
        .map(|(op, _)| *op);
    let mut secrets = ctx.config.secrets.all().iter();
    let ours = secrets.any(|it| seal(it, who, what) == sealed);
    let op = op.filter(|_| ours && id::is_fhir_id(target));
    let op = op.ok_or(Code::NotFound)?;
    let scene = Scene::at(ctx, who, &hospital.into())?;
    let lost = match op {
        Op::Join | Op::Hold | Op::Move => Lost::New { key, slot: target },
        Op::Confirm => Lost::Confirm {
            appointment: target,
        },
        Op::Cancel => Lost::Cancel {
            appointment: target,
        },
    };
    let settled = match op {
        Op::Join => joined(&scene, target, key).await,
        _ => scene.backend.settle(lost).await,
    };
    let found = match settled {
        // It did happen: a hospital that is gone again by now only puts off saying so.
        Ok(Settled::Done(booking)) => {
            after_write(done(&scene, op, &booking).await, &scene, lost, op)
        }
        Ok(Settled::NotDone) => Err(AppError::hospital_unavailable(UNAVAILABLE_S)),
        Err(BackendError::Unknown | BackendError::Unavailable { .. }) => Ok(checking()),
        Err(error) => Err(error.into()),
    };
    match found {
        Ok(outcome) => Ok(outcome),
        Err(AppError::Refused(refusal)) => Ok(not_done(ctx, *refusal)),
        Err(AppError::OutcomeUnknown(_)) => Ok(checking()),
    }
}

/// Whether somebody has joined since then (seconds), though they may have left again. No slot's
/// version guards a queue, so there is nothing to fence: it is waited instead until the request can
/// hardly be on its way. One that comes later still does no harm, because who has joined again by
/// then waits once all the same.
async fn joined(scene: &Scene<'_>, since: &str, key: &str) -> Result<Settled, BackendError> {
    let unknown = BackendError::Unknown;
    let since: i64 = since.parse().map_err(|_| unknown)?;
    let found = scene.backend.find_by_key(key).await.map_err(|_| unknown)?;
    let joined = |it: &Booking| it.created.is_some_and(|at| at.as_second() >= since);
    if let Some(entry) = found.filter(joined) {
        return Ok(Settled::Done(Box::new(entry)));
    }
    let timeout = i64::from(scene.hospital.write_timeout_ms) / 1000;
    let late = scene.now.as_second() - since > timeout + LATE_S;
    late.then_some(Settled::NotDone).ok_or(unknown)
}

/// What follows the write, which its own request could not do any more.
async fn done(scene: &Scene<'_>, op: Op, booking: &Booking) -> Result<Outcome, AppError> {
    let done = |appointment, hold| Outcome {
        state: OutcomeState::Done,
        appointment,
        hold,
        problem: None,
    };
    if booking.patient.as_deref() != Some(&scene.record.patient) {
        return Err(Code::NotFound.into());
    }
    match op {
        Op::Hold if booking.is_hold() => {
            Ok(done(None, Some(hold::finish(scene, &booking.id).await?)))
        }
        Op::Join => Ok(done(None, None)),
        Op::Hold => Ok(done(None, Some(hold::describe(scene, booking).await?))),
        Op::Confirm | Op::Move if !booking.is_live() => Err(Code::HoldExpired.into()),
        Op::Confirm | Op::Move => Ok(done(Some(confirm::finish(scene, &booking.id).await?), None)),
        Op::Cancel => Ok(done(Some(cancel::finish(scene, &booking.id).await?), None)),
    }
}

fn checking() -> Outcome {
    Outcome {
        state: OutcomeState::Checking,
        appointment: None,
        hold: None,
        problem: None,
    }
}

fn not_done(ctx: &Ctx, refusal: Refusal) -> Outcome {
    Outcome {
        state: OutcomeState::NotDone,
        appointment: None,
        hold: None,
        problem: Some(refusal.into_problem(ctx.language)),
    }
}

fn seal(secret: &Secret, who: &Who, what: &str) -> String {
    let mut seal = secret.digest(&["outcome", who.person.as_str(), what]);
    seal.truncate(SEAL);
    seal
}
