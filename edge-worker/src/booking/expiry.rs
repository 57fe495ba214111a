//! Holds end by themselves: a timer is set before a hold is sent, and a sweep finds what no timer
//! knows. Whatever else sees a hold whose time is over (confirm, first of all) ends it too.

use contract::HospitalId;
use fhir::booking::Booking;
use jiff::Timestamp;
use rules::Pack;

use crate::{
    backend::{BackendError, By, End, HospitalBackend, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::AppError,
    log,
    reminders::About,
    timers::{self, Kind, SEVERAL, Timer},
};

/// Sets a hold's timer.
///
/// # Errors
/// `internal`; then the hold must not be placed.
pub async fn arm(
    ctx: &Ctx,
    hospital: &HospitalId,
    key: &str,
    at: Timestamp,
) -> Result<(), AppError> {
    timers::arm(ctx, hospital, &[timer(key, at)]).await
}

fn timer(key: &str, at: Timestamp) -> Timer {
    Timer {
        kind: Kind::Hold,
        id: key.to_owned(),
        at,
    }
}

/// Ends the hold of a timer whose time has come; what was booked instead is looked at, in case
/// nobody was left to say so. An error: try again later.
pub async fn expire(ctx: &Ctx, hospital: &Hospital, key: &str) -> Result<Vec<Timer>, BackendError> {
    match FhirRest::new(ctx, hospital).find_by_key(key).await? {
        Some(it) if it.is_live() => Ok(vec![About::Visit(&it.id).at(ctx.clock.now())]),
        Some(hold) => match hold.hold_expires.filter(|_| hold.is_hold()) {
            // The hospital keeps whole seconds, so its end may be a little later than the timer's.
            Some(at) if !over(ctx, hospital, at) => Ok(vec![timer(key, at)]),
            _ => end(ctx, hospital, &hold).await.map(|()| Vec::new()),
        },
        None => Ok(Vec::new()),
    }
}

/// Ends the holds whose time is over and gives the timers of the others.
pub async fn sweep_now(ctx: &Ctx, hospital: &Hospital) -> Result<Vec<Timer>, BackendError> {
    let mut timers = Vec::new();
    let mut failed = 0;
    for hold in FhirRest::new(ctx, hospital).pending().await? {
        // Without an end it is none of ours: the hospital's own booking in the making.
        let (Some(at), Some(key)) = (hold.hold_expires, hold.keys.first()) else {
            continue;
        };
        if failed < SEVERAL && over(ctx, hospital, at) {
            match end(ctx, hospital, &hold).await {
                Ok(()) => {
                    failed = 0;
                    continue;
                }
                Err(error) => log::warning("hold not ended", error.name()),
            }
            failed += 1;
        }
        // One that cannot be ended now keeps none of the others.
        timers.push(timer(key, at));
    }
    Ok(timers)
}

async fn end(ctx: &Ctx, hospital: &Hospital, hold: &Booking) -> Result<(), BackendError> {
    let over = hold.hold_expires.is_some_and(|at| over(ctx, hospital, at));
    let Some(patient) = hold.patient.as_deref().filter(|_| hold.is_hold() && over) else {
        return Ok(());
    };
    let by = By {
        patient,
        agent: None,
        now: ctx.clock.now(),
    };
    FhirRest::new(ctx, hospital)
        .end(&hold.id, End::Expire, by)
        .await?;
    super::waitlist::freed(ctx, hospital, hold).await;
    Ok(())
}

fn over(ctx: &Ctx, hospital: &Hospital, at: Timestamp) -> bool {
    Pack::hold_over(
        hospital.zone.civil(at),
        hospital.zone.civil(ctx.clock.now()),
    )
}
