//! What a person says to an offer: yes, or no.

use contract::{Appointment, Code, OfferId};
use fhir::booking::Booking;
use rules::Pack;

use super::queue;
use crate::{
    backend::{BackendError, ConfirmCommand, End, HospitalBackend, Lost},
    booking::{Who, cancel, confirm, id, known::Known, outcome, place::Offer, scene::Scene, view},
    ctx::Ctx,
    http::{AppError, Refusal},
};

/// Books what is offered, and gives up what was kept until then, both or neither.
pub async fn accept(ctx: &Ctx, who: &Who, offer: &OfferId) -> Result<Appointment, AppError> {
    let (hospital, target) = id::split(offer.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let known = Known::read(&scene).await?;
    let held = known.at(&hospital, target)?;
    let entry = held.offered_to.as_deref().ok_or(Code::NotFound)?;
    if held.is_live() {
        // Accepted before.
        scene.record_read(target).await?;
        return view::appointment(&scene, held, &known.missing).await;
    }
    let expires = held.hold_expires.ok_or(Code::NotFound)?;
    if !held.is_hold() {
        return Err(ended(held));
    }
    if Pack::hold_over(scene.civil(expires), scene.civil_now()) {
        // The alarm does the same; if this fails, it will have done it.
        if scene
            .backend
            .end(target, End::Expire, scene.by())
            .await
            .is_ok()
        {
            queue::freed_later(ctx, &hospital, held);
        }
        return Err(Code::HoldExpired.into());
    }
    known.not_blocked(&scene).await?;
    let keep = scene.backend.entry(entry).await?.keep;
    let kept = super::kept(keep.as_deref(), &super::here(&known, &hospital));
    if let Some(kept) = kept
        && !cancel::may_move_now(&scene, kept).await?
    {
        return Err(cancel::too_late_to_move());
    }
    let place = Offer::read(&scene, held.slot.as_deref().ok_or(Code::Internal)?).await?;
    let without = kept.map(|it| it.id.as_str());
    known
        .allow(&scene, &place.slot, &place.place, without)
        .await?;

    let key = scene.key("accept", target);
    let number = confirm::draw(&scene).await?;
    let command = ConfirmCommand {
        by: scene.by(),
        hold: target,
        key: &key,
        number: &number,
        keep: without,
    };
    let lost = Lost::Confirm {
        appointment: target,
    };
    match scene.backend.confirm(&command).await {
        Ok(()) => {
            if let Some(kept) = kept {
                queue::freed_later(ctx, &hospital, kept);
            }
            let followed = confirm::finish(&scene, target).await;
            outcome::after_write(followed, &scene, lost, outcome::Op::Confirm)
        }
        Err(BackendError::Unknown) => Err(outcome::unknown(&scene, lost, outcome::Op::Confirm)),
        Err(BackendError::Ended) => Err(ended(&scene.backend.booking(target).await?)),
        Err(error) => Err(error.into()),
    }
}

/// Lets an offer go to the next. One that has ended already is no error.
pub async fn decline(ctx: &Ctx, who: &Who, offer: &OfferId) -> Result<(), AppError> {
    let (hospital, target) = id::split(offer.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let held = scene.backend.booking(target).await?;
    let own = held.patient.as_deref() == Some(&scene.record.patient);
    if !own || held.offered_to.is_none() || held.is_live() {
        return Err(Code::NotFound.into());
    }
    match scene.backend.end(target, End::Release, scene.by()).await {
        // Whatever became of it, its time will end it.
        Ok(()) | Err(BackendError::Unknown) => {
            queue::freed_later(ctx, &hospital, &held);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Why an offer that is no longer one cannot be accepted.
fn ended(offer: &Booking) -> AppError {
    if offer.stopped {
        Refusal::new(Code::NotBookable)
            .with(|p| p.reason = Some(contract::NotBookableReason::Stopped))
            .into()
    } else {
        Code::HoldExpired.into()
    }
}
