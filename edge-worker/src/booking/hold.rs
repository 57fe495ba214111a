//! Keeping a slot for a few minutes (A14), and giving it back.

use contract::{Code, Hold, HoldId, HoldRequest, NotBookableReason};
use fhir::{booking::Booking, slot::Slot};
use jiff::Timestamp;
use rules::NotBookable;

use super::Who;
use super::{
    alternatives, expiry, id, known::Known, outcome, place::Offer, scene::Scene, waitlist,
};
use crate::{
    backend::{BackendError, By, End, HoldCommand, HospitalBackend, Lost, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Refusal},
};

/// Keeps a slot.
pub async fn place(ctx: &Ctx, who: &Who, body: &HoldRequest, key: &str) -> Result<Hold, AppError> {
    let scene = Scene::at(ctx, who, &body.hospital)?;
    let slot = body.slot.as_str();
    if !id::is_fhir_id(slot) {
        return Err(Code::NotFound.into());
    }
    let keys = scene.keys("hold", key);
    let care = if body.care == Some(true) {
        "care"
    } else {
        "normal"
    };
    let requests = scene.requests(&["hold", body.hospital.as_str(), slot, care]);

    let known = Known::read(&scene).await?;
    if let Some(made) = known.by_keys(&keys) {
        if !made.is_for(&requests) {
            return Err(Code::IdempotencyKeyReused.into());
        }
        scene.record_read(&made.booking.id).await?;
        return describe(&scene, &made.booking).await;
    }
    let (key, request) = (&keys[0], &requests[0]);
    known.not_blocked(&scene).await?;
    let offer = Offer::read(&scene, slot).await?;
    bookable(scene.hospital, &offer.slot, scene.now)?;
    known.allow(&scene, &offer.slot, &offer.place, None).await?;
    if !offer.slot.has_place() && !held_by(&known, &scene, slot) {
        return Err(alternatives::slot_taken(&scene, &known, &offer, None).await);
    }

    let expires = scene
        .hospital
        .pack
        .hold_expires(scene.civil_now(), body.care == Some(true));
    let expires = scene.hospital.zone.timestamp(expires);
    // Before the hold is sent: whatever becomes of us, it ends.
    expiry::arm(ctx, &scene.hospital.id, key, expires).await?;
    // The same slot again (another key): the old hold has its place.
    free_others(&scene, &known, Some(slot), None).await;
    let command = HoldCommand {
        by: scene.by(),
        slot,
        doctor: offer.place.doctor.id.as_str(),
        level: offer.level,
        key,
        request,
        expires,
        offered_to: None,
    };
    let made = match scene.backend.hold(&command).await {
        Ok(made) => made,
        Err(BackendError::SlotTaken) => {
            return Err(alternatives::slot_taken(&scene, &known, &offer, None).await);
        }
        Err(BackendError::Unknown) => {
            return Err(outcome::unknown(
                &scene,
                Lost::New { key, slot },
                outcome::Op::Hold,
            ));
        }
        Err(error) => return Err(error.into()),
    };
    let lost = Lost::New { key, slot };
    outcome::after_write(finish(&scene, &made).await, &scene, lost, outcome::Op::Hold)
}

/// What follows a hold that was made: the limits once more, and older holds are freed.
pub async fn finish(scene: &Scene<'_>, made: &str) -> Result<Hold, AppError> {
    let known = Known::read(scene).await?;
    let booking = known.at(&scene.hospital.id, made)?;
    let slot = booking.slot.as_deref().ok_or(Code::Internal)?;
    let offer = Offer::read(scene, slot).await?;
    if let Err(refusal) = known
        .allow(scene, &offer.slot, &offer.place, Some(made))
        .await
    {
        // A booking came in between; what is booked stays, the hold goes.
        scene.backend.end(made, End::Release, scene.by()).await?;
        waitlist::freed_later(scene.ctx, &scene.hospital.id, booking);
        return Err(refusal);
    }
    free_others(scene, &known, None, Some(made)).await;
    Ok(show(scene, booking, offer))
}

/// Gives a hold back. One that has ended already is no error.
pub async fn release(ctx: &Ctx, who: &Who, hold: &HoldId) -> Result<(), AppError> {
    let (hospital, hold) = id::split(hold.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let booking = scene.backend.booking(hold).await?;
    let own = booking.patient.as_deref() == Some(&scene.record.patient);
    // Without an end it is the hospital's own, and no hold of ours.
    let ours = booking.was_only_held() && booking.hold_expires.is_some();
    if !own || !ours || booking.offered_to.is_some() {
        return Err(Code::NotFound.into());
    }
    match scene.backend.end(hold, End::Release, scene.by()).await {
        // Whatever became of it, its time will end it.
        Ok(()) | Err(BackendError::Unknown) => {
            waitlist::freed_later(ctx, &hospital, &booking);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Time and the doctor allow it.
pub fn bookable(hospital: &Hospital, slot: &Slot, now: Timestamp) -> Result<(), AppError> {
    let civil = |at| hospital.zone.civil(at);
    let refused = if slot.is_stopped() {
        NotBookable {
            reason: NotBookableReason::Stopped,
            opens_at: None,
        }
    } else {
        match hospital.pack.bookable(civil(slot.start), civil(now)) {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        }
    };
    let opens_at = refused.opens_at.map(|at| hospital.zone.write(at));
    Err(Refusal::new(Code::NotBookable)
        .with(|p| {
            p.reason = Some(refused.reason);
            p.opens_at = opens_at;
        })
        .into())
}

/// One open hold a person: frees the others, of one slot only or all. What cannot be freed now
/// is ended by its time.
async fn free_others(scene: &Scene<'_>, known: &Known, slot: Option<&str>, keep: Option<&str>) {
    for entry in known.holds() {
        let here = entry.hospital == scene.hospital.id;
        if here && keep == Some(entry.booking.id.as_str()) {
            continue;
        }
        if slot.is_some() && !(here && entry.booking.slot.as_deref() == slot) {
            continue;
        }
        let record = scene
            .who
            .records
            .iter()
            .find(|record| record.hospital == entry.hospital);
        let hospital = scene.ctx.config.hospital(&entry.hospital);
        let (Some(record), Some(hospital)) = (record, hospital) else {
            continue;
        };
        let by = By {
            patient: &record.patient,
            agent: Some(&record.agent),
            now: scene.now,
        };
        let backend = FhirRest::new(scene.ctx, hospital);
        let _ = backend.end(&entry.booking.id, End::Release, by).await;
        // The slot itself is held again at once by whoever frees only that.
        if slot.is_none() {
            waitlist::freed_later(scene.ctx, &hospital.id, &entry.booking);
        }
    }
}

/// The person holds that slot already.
fn held_by(known: &Known, scene: &Scene<'_>, slot: &str) -> bool {
    known
        .holds()
        .any(|e| e.hospital == scene.hospital.id && e.booking.slot.as_deref() == Some(slot))
}

/// A hold that was made before, as it was told then.
pub async fn describe(scene: &Scene<'_>, booking: &Booking) -> Result<Hold, AppError> {
    let slot = booking.slot.as_deref().ok_or(Code::Internal)?;
    Ok(show(scene, booking, Offer::read(scene, slot).await?))
}

fn show(scene: &Scene<'_>, booking: &Booking, offer: Offer) -> Hold {
    let hospital = scene.hospital;
    Hold {
        id: id::hold(&hospital.id, &booking.id),
        hospital: hospital.id.clone(),
        start: hospital.instant(offer.slot.start),
        end: hospital.instant(offer.slot.end),
        expires_at: hospital.instant(booking.hold_expires.unwrap_or(scene.now)),
        fee_fen: booking.fee_fen.or(offer.slot.fee_fen),
        rules: hospital.rules.clone(),
        department: offer.place.department,
        doctor: offer.place.doctor,
        location: offer.place.location,
        slot: offer.slot.id.into(),
    }
}
