//! Booking what is held (A16, A17).

use contract::{Appointment, Code, ConfirmRequest};
use fhir::booking::Booking;
use rules::Pack;

use super::Who;
use super::{id, known::Known, outcome, place::Offer, scene::Scene, view, waitlist};
use crate::{
    backend::{BackendError, ConfirmCommand, End, HospitalBackend, Lost},
    ctx::Ctx,
    http::AppError,
    reminders::{self, About},
    secrets,
};

/// Draws before giving up; ten digits clash once in a great while.
const DRAWS: usize = 5;

/// Books a hold.
pub async fn confirm(
    ctx: &Ctx,
    who: &Who,
    body: &ConfirmRequest,
    key: &str,
) -> Result<Appointment, AppError> {
    let (hospital, target) = id::split(body.hold.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let key = scene.key("confirm", key);
    let known = Known::read(&scene).await?;
    // Before the hold is looked for: a used key is no other hold's, known or not.
    if let Some(made) = known.by_key(&key)
        && (made.hospital != hospital || made.booking.id != target)
    {
        return Err(Code::IdempotencyKeyReused.into());
    }
    let held = known.at(&hospital, target)?;
    // What was never held (booked by phone, or moved to) is no hold's id, and an offer is accepted.
    let expires = held.hold_expires.filter(|_| held.offered_to.is_none());
    let expires = expires.ok_or(Code::NotFound)?;
    if held.is_live() {
        // Booked before, by this key or by one whose answer got lost.
        scene.record_read(target).await?;
        return view::appointment(&scene, held, &known.missing).await;
    }
    if !held.is_hold() {
        return Err(ended(&known, held));
    }
    if Pack::hold_over(scene.civil(expires), scene.civil_now()) {
        // The alarm does the same; if this fails, it will have done it.
        let _ = scene.backend.end(target, End::Expire, scene.by()).await;
        waitlist::freed_later(ctx, &hospital, held);
        return Err(Code::HoldExpired.into());
    }
    known.not_blocked(&scene).await?;
    let offer = Offer::read(&scene, held.slot.as_deref().ok_or(Code::Internal)?).await?;
    known
        .allow(&scene, &offer.slot, &offer.place, Some(target))
        .await?;

    let number = draw(&scene).await?;
    let command = ConfirmCommand {
        by: scene.by(),
        hold: target,
        key: &key,
        number: &number,
        keep: None,
    };
    let lost = Lost::Confirm {
        appointment: target,
    };
    match scene.backend.confirm(&command).await {
        Ok(()) => {
            let followed = finish(&scene, target).await;
            outcome::after_write(followed, &scene, lost, outcome::Op::Confirm)
        }
        Err(BackendError::Unknown) => Err(outcome::unknown(&scene, lost, outcome::Op::Confirm)),
        Err(BackendError::Ended) => {
            let known = Known::read(&scene).await?;
            Err(ended(&known, known.at(&hospital, target)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// What follows a booking: the limits once more, then the message, in its own time. Should nobody
/// get that far, the hold's timer does ([`super::expiry`]).
pub async fn finish(scene: &Scene<'_>, made: &str) -> Result<Appointment, AppError> {
    let known = Known::read(scene).await?;
    let booking = known.at(&scene.hospital.id, made)?;
    let offer = Offer::read(scene, booking.slot.as_deref().ok_or(Code::Internal)?).await?;
    if let Err(refusal) = known
        .allow(scene, &offer.slot, &offer.place, Some(made))
        .await
        && is_later(&known, booking)
    {
        scene.backend.end(made, End::Undo, scene.by()).await?;
        waitlist::freed_later(scene.ctx, &scene.hospital.id, booking);
        return Err(refusal);
    }
    let shown = view::appointment(scene, booking, &known.missing).await?;
    reminders::soon(scene.ctx, scene.hospital, About::Visit(made)).await;
    Ok(shown)
}

/// Of two bookings that clash the later is undone. Equal times are told apart by id, so that of
/// two edges that both look exactly one gives way. What another visit was given up for stays: to
/// undo it would leave neither.
fn is_later(known: &Known, booking: &Booking) -> bool {
    if booking.moved_from.is_some() {
        return false;
    }
    let order = |it: &Booking| (it.moved_from.is_none(), it.created, it.id.clone());
    let others = known.entries.iter().map(|entry| &entry.booking);
    let clashing = others.filter(|it| it.is_live() && it.id != booking.id);
    clashing
        .max_by_key(|it| order(it))
        .is_none_or(|newest| order(newest) < order(booking))
}

/// Why a hold that is no longer one cannot be booked: another of the person's at that time has
/// taken its place, or its time was over.
fn ended(known: &Known, held: &Booking) -> AppError {
    let (Some(start), Some(end)) = (held.start, held.end) else {
        return Code::HoldExpired.into();
    };
    let replaced =
        known.entries.iter().map(|entry| &entry.booking).any(|it| {
            it.id != held.id && (it.is_live() || it.is_hold()) && it.overlaps(start, end)
        });
    if replaced {
        Code::OwnOverlap.into()
    } else {
        Code::HoldExpired.into()
    }
}

/// Ten digits that nobody can guess from another's and that this hospital has not had (A16).
pub async fn draw(scene: &Scene<'_>) -> Result<String, AppError> {
    for _ in 0..DRAWS {
        let number = ten_digits(u64::from_be_bytes(secrets::random()?));
        if let Some(number) = number
            && scene.backend.number_is_free(&number).await?
        {
            return Ok(number);
        }
    }
    Err(Code::Internal.into())
}

/// The digits of a random number; nothing for the few that would favour some digits.
fn ten_digits(random: u64) -> Option<String> {
    const NUMBERS: u64 = 10_000_000_000;
    let fair = random < u64::MAX - u64::MAX % NUMBERS;
    fair.then(|| format!("{:010}", random % NUMBERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booked(id: &str, created: i64, moved_from: Option<&str>) -> Booking {
        let stored = serde_json::json!({
            "resourceType": "Appointment", "id": id, "status": "booked", "participant": [],
            "created": jiff::Timestamp::from_second(created).unwrap().to_string(),
        });
        let naming = crate::ctx::tests::ctx().config.hospitals[0].naming.clone();
        let stored = contract::json::from_slice(stored.to_string().as_bytes());
        let stored = stored.and_then(fhir::Stored::new).unwrap();
        Booking {
            moved_from: moved_from.map(str::to_owned),
            ..Booking::read(&stored, &naming).unwrap()
        }
    }

    #[test]
    fn of_two_that_clash_the_later_goes_but_for_one_that_another_was_given_up_for() {
        let later = |of: &Booking, other: &Booking| {
            let entries = [of, other].map(|booking| crate::booking::known::Entry {
                hospital: "general".into(),
                booking: booking.clone(),
            });
            let known = Known {
                entries: entries.into(),
                missing: Vec::new(),
            };
            is_later(&known, of)
        };
        let (first, second) = (booked("a", 1, None), booked("b", 2, None));
        assert!(later(&second, &first) && !later(&first, &second));
        let moved = booked("c", 3, Some("x"));
        assert!(later(&second, &moved) && !later(&moved, &second));
    }

    #[test]
    fn numbers_have_ten_digits_and_no_favourites() {
        assert_eq!(ten_digits(7).as_deref(), Some("0000000007"));
        assert_eq!(ten_digits(10_000_000_001).as_deref(), Some("0000000001"));
        assert_eq!(ten_digits(u64::MAX), None);
    }
}
