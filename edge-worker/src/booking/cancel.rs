//! Giving an appointment back (A18-A20).

use contract::{
    Action, Appointment, AppointmentId, CancelReason, CancelRequest, Code, NotBookableReason,
};
use fhir::{booking::Booking, resources::AppointmentStatus};
use rules::Change;

use super::Who;
use super::{id, outcome, scene::Scene, stopped, view, waitlist};
use crate::{
    backend::{BackendError, End, HospitalBackend, Lost},
    ctx::Ctx,
    http::{AppError, Refusal},
    reminders::{self, About},
};

/// Cancels; once cancelled, whoever did it, the answer stays the same.
pub async fn cancel(
    ctx: &Ctx,
    who: &Who,
    appointment: &AppointmentId,
    body: &CancelRequest,
) -> Result<Appointment, AppError> {
    let (hospital, appointment) = id::split(appointment.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let booking = stopped::marked_one(&scene, own(&scene, appointment).await?).await?;
    if booking.status == AppointmentStatus::Cancelled {
        scene.record_read(appointment).await?;
        return view::appointment(&scene, &booking, &[]).await;
    }
    let accepted = body.accept_no_show == Some(true);
    let late = match change(&scene, &booking)? {
        Change::Free => false,
        Change::Late if accepted => true,
        Change::Past if accepted => return Err(past()),
        Change::Late | Change::Past => return Err(past_deadline()),
    };
    let end = End::Cancel {
        reason: body.reason.as_deref().map(CancelReason::of),
        late,
    };
    let lost = Lost::Cancel { appointment };
    reminders::in_any_case(ctx, scene.hospital, About::Cancel(appointment)).await;
    match scene.backend.end(appointment, end, scene.by()).await {
        Ok(()) => {
            waitlist::freed_later(ctx, &hospital, &booking);
            let followed = finish(&scene, appointment).await;
            outcome::after_write(followed, &scene, lost, outcome::Op::Cancel)
        }
        Err(BackendError::Unknown) => Err(outcome::unknown(&scene, lost, outcome::Op::Cancel)),
        Err(error) => Err(error.into()),
    }
}

/// What follows a cancel: the message.
pub async fn finish(scene: &Scene<'_>, appointment: &str) -> Result<Appointment, AppError> {
    let booking = scene.backend.booking(appointment).await?;
    let shown = view::appointment(scene, &booking, &[]).await?;
    reminders::soon(scene.ctx, scene.hospital, About::Cancel(appointment)).await;
    Ok(shown)
}

/// A booking of the scene's person.
///
/// # Errors
/// `not_found`: no such thing, somebody else's, never more than a hold, or a place in a waitlist.
pub async fn own(scene: &Scene<'_>, appointment: &str) -> Result<Booking, AppError> {
    let booking = scene.backend.booking(appointment).await?;
    let own = booking.patient.as_deref() == Some(&scene.record.patient);
    if own && !booking.was_only_held() && booking.status != AppointmentStatus::Waitlist {
        Ok(booking)
    } else {
        Err(Code::NotFound.into())
    }
}

/// What changing a booking means now.
///
/// # Errors
/// `not_bookable` (`past`) for one that is no longer to come.
pub fn change(scene: &Scene<'_>, booking: &Booking) -> Result<Change, AppError> {
    let start = to_come(booking)?;
    if booking.stopped && start > scene.now {
        return Ok(Change::Free);
    }
    let booked = booking.created.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let pack = &scene.hospital.pack;
    Ok(pack.change(scene.civil(booked), scene.civil(start), scene.civil_now()))
}

/// Whether a booking may still be moved.
///
/// # Errors
/// `not_bookable` (`past`) for one that is no longer to come.
pub fn may_move(scene: &Scene<'_>, booking: &Booking) -> Result<bool, AppError> {
    let start = to_come(booking)?;
    let pack = &scene.hospital.pack;
    Ok(booking.stopped || pack.may_move(scene.civil(start), scene.civil_now()))
}

/// The same, where it has yet to be asked whether the doctor was stopped.
///
/// # Errors
/// As [`may_move`], and `hospital_unavailable`.
pub async fn may_move_now(scene: &Scene<'_>, booking: &Booking) -> Result<bool, AppError> {
    Ok(may_move(scene, booking)? || !stopped::ids(scene, &[booking]).await?.is_empty())
}

fn to_come(booking: &Booking) -> Result<jiff::Timestamp, AppError> {
    booking
        .start
        .filter(|_| booking.status == AppointmentStatus::Booked)
        .ok_or_else(past)
}

/// The deadline has gone by: it can still be cancelled as a no-show.
fn past_deadline() -> AppError {
    Refusal::new(Code::PastDeadline)
        .with(|p| p.counts_as_no_show = Some(true))
        .into()
}

/// The deadline has gone by, and for a move there is nothing that could be accepted.
pub fn too_late_to_move() -> AppError {
    Refusal::new(Code::PastDeadline)
        .with(|p| {
            p.counts_as_no_show = Some(true);
            p.action = Action::GoBack;
        })
        .into()
}

/// The visit has begun, or is over.
pub fn past() -> AppError {
    Refusal::new(Code::NotBookable)
        .with(|p| p.reason = Some(NotBookableReason::Past))
        .into()
}
