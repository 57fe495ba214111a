//! Moving an appointment (A18): the old one is kept unless the new one is won.

use contract::{Appointment, AppointmentId, Code, RescheduleRequest};
use fhir::booking::Booking;

use super::Who;
use super::{
    alternatives, cancel, confirm, expiry, hold, id, known::Known, outcome, place::Offer,
    scene::Scene, stopped, view, waitlist,
};
use crate::{
    backend::{BackendError, HospitalBackend, Lost, MoveCommand},
    clock,
    ctx::Ctx,
    http::AppError,
};

/// When to look what became of a move, should its turn not get that far, seconds.
const AFTER_S: i64 = 60;

/// A move as far as it can be judged before any slot is looked at.
struct Begun<'a> {
    scene: Scene<'a>,
    known: Known,
    key: String,
    request: String,
    next: Next,
}

enum Next {
    /// It was made under this key before.
    Told(Appointment),
    /// It may be made.
    From(Booking),
}

async fn begin<'a>(
    ctx: &'a Ctx,
    who: &'a Who,
    appointment: &AppointmentId,
    body: &RescheduleRequest,
    key: &str,
) -> Result<Begun<'a>, AppError> {
    let (hospital, from) = id::split(appointment.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let slot = body.slot.as_str();
    if !id::is_fhir_id(slot) {
        return Err(Code::NotFound.into());
    }
    let mut keys = scene.keys("reschedule", key);
    let mut requests = scene.requests(&["reschedule", appointment.as_str(), slot]);

    let known = Known::read(&scene).await?;
    let next = if let Some(made) = known.by_keys(&keys) {
        if made.hospital != hospital || !made.is_for(&requests) {
            return Err(Code::IdempotencyKeyReused.into());
        }
        scene.record_read(&made.booking.id).await?;
        Next::Told(view::appointment(&scene, &made.booking, &known.missing).await?)
    } else {
        let old = known.at(&hospital, from)?;
        if old.was_only_held() {
            return Err(Code::NotFound.into());
        }
        let old = stopped::marked_one(&scene, old.clone()).await?;
        if !cancel::may_move(&scene, &old)? {
            return Err(cancel::too_late_to_move());
        }
        Next::From(old)
    };
    Ok(Begun {
        scene,
        known,
        key: keys.swap_remove(0),
        request: requests.swap_remove(0),
        next,
    })
}

/// The appointment, if it was moved under this key before.
///
/// # Errors
/// `past_deadline` and what else forbids the move whatever slot is wanted.
pub async fn known(
    ctx: &Ctx,
    who: &Who,
    appointment: &AppointmentId,
    body: &RescheduleRequest,
    key: &str,
) -> Result<Option<Appointment>, AppError> {
    match begin(ctx, who, appointment, body, key).await?.next {
        Next::Told(appointment) => Ok(Some(appointment)),
        Next::From(_) => Ok(None),
    }
}

/// Moves an appointment to another slot of its hospital.
pub async fn reschedule(
    ctx: &Ctx,
    who: &Who,
    appointment: &AppointmentId,
    body: &RescheduleRequest,
    key: &str,
) -> Result<Appointment, AppError> {
    let Begun {
        scene,
        known,
        key,
        request,
        next,
    } = begin(ctx, who, appointment, body, key).await?;
    let old = match next {
        Next::Told(appointment) => return Ok(appointment),
        Next::From(old) => old,
    };
    let (slot, from) = (body.slot.as_str(), old.id.as_str());
    let hospital = &scene.hospital.id;
    known.not_blocked(&scene).await?;
    let offer = Offer::read(&scene, slot).await?;
    if old.slot.as_deref() == Some(slot) {
        // It is there already; a move to itself would give the place away and take it again.
        return Err(Code::OwnOverlap.into());
    }
    hold::bookable(scene.hospital, &offer.slot, scene.now)?;
    known
        .allow(&scene, &offer.slot, &offer.place, Some(from))
        .await?;
    if !offer.slot.has_place() {
        return Err(alternatives::slot_taken(&scene, &known, &offer, Some(from)).await);
    }

    let number = confirm::draw(&scene).await?;
    let command = MoveCommand {
        by: scene.by(),
        from,
        slot,
        doctor: offer.place.doctor.id.as_str(),
        level: offer.level,
        key: &key,
        request: &request,
        number: &number,
    };
    let lost = Lost::New { key: &key, slot };
    // Whatever becomes of us, whoever is moved is told.
    expiry::arm(ctx, hospital, &key, clock::after(scene.now, AFTER_S)).await?;
    match scene.backend.reschedule(&command).await {
        Ok(made) => {
            waitlist::freed_later(ctx, hospital, &old);
            let followed = confirm::finish(&scene, &made).await;
            outcome::after_write(followed, &scene, lost, outcome::Op::Move)
        }
        Err(BackendError::SlotTaken) => {
            Err(alternatives::slot_taken(&scene, &known, &offer, Some(from)).await)
        }
        Err(BackendError::Unknown) => Err(outcome::unknown(&scene, lost, outcome::Op::Move)),
        // Cancelled meanwhile, by the hospital or at its window.
        Err(BackendError::Ended) => Err(cancel::past()),
        Err(error) => Err(error.into()),
    }
}
