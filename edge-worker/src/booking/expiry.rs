//! Holds end by themselves: a timer is set before a hold is sent, and a sweep finds what no timer
//! knows. Whatever else sees a hold whose time is over (confirm, first of all) ends it too.

use std::cell::Cell;

use contract::HospitalId;
use fhir::booking::Booking;
use futures_util::future::join_all;
use jiff::Timestamp;
use rules::Pack;
use serde::{Deserialize, Serialize};

use crate::{
    backend::{BackendError, By, End, HospitalBackend, fhir_rest::FhirRest},
    config::Hospital,
    ctx::{Class, Ctx},
    http::AppError,
};

/// Where in the durable object timers are set.
pub const ARM: &str = "/arm";
/// Where it does what is due by the clock as it stands now: after the clock was set.
pub const WAKE: &str = "/wake";
/// Where it looks for holds that no timer knows: after a start.
pub const SWEEP: &str = "/sweep";

/// A timer: opaque, nothing of a person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Digest of the hold's key.
    pub key: String,
    /// When it ends.
    pub at: Timestamp,
}

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
    let timer = Timer {
        key: key.to_owned(),
        at,
    };
    ctx.ask(Class::Alarms, hospital.as_str(), ARM, &(hospital, timer))
        .await
}

/// Has the holds of all hospitals looked through, once in an isolate's life and behind the answer
/// of the request that began it.
pub fn sweep_after_start(ctx: &Ctx) {
    thread_local! { static SWEPT: Cell<bool> = const { Cell::new(false) } }
    if SWEPT.replace(true) {
        return;
    }
    let of = ctx.clone();
    ctx.background.run(Box::pin(async move {
        let ids: Vec<&HospitalId> = of.config.hospitals.iter().map(|h| &h.id).collect();
        join_all(ids.into_iter().map(async |id| {
            let asked: Result<(), AppError> = of.ask(Class::Alarms, id.as_str(), SWEEP, id).await;
            // The alarm of that object does the same in a while; the log has said why.
            let _ = asked;
        }))
        .await;
    }));
}

/// Ends the hold of a timer whose time has come. An error: try again later.
pub async fn expire(ctx: &Ctx, hospital: &Hospital, key: &str) -> Result<(), BackendError> {
    match FhirRest::new(ctx, hospital).find_by_key(key).await? {
        Some(hold) => end(ctx, hospital, &hold).await,
        None => Ok(()),
    }
}

/// Ends the holds whose time is over and gives the timers of the others.
pub async fn sweep_now(ctx: &Ctx, hospital: &Hospital) -> Result<Vec<Timer>, BackendError> {
    let mut timers = Vec::new();
    for hold in FhirRest::new(ctx, hospital).pending().await? {
        // Without an end it is none of ours: the hospital's own booking in the making.
        let (Some(at), Some(key)) = (hold.hold_expires, hold.keys.first()) else {
            continue;
        };
        if over(ctx, hospital, at) {
            end(ctx, hospital, &hold).await?;
        } else {
            timers.push(Timer {
                key: key.clone(),
                at,
            });
        }
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
        .await
}

fn over(ctx: &Ctx, hospital: &Hospital, at: Timestamp) -> bool {
    Pack::hold_over(
        hospital.zone.civil(at),
        hospital.zone.civil(ctx.clock.now()),
    )
}
