//! No answer without its record: what was shown to whom, written in the hospital, where the
//! patient can read it.

use contract::Right;
use fhir::audit::{Agent, Deed, event};

use crate::{
    backend::{
        UNAVAILABLE_S,
        fhir_rest::{FhirRest, wire::Committed},
    },
    config::Hospital,
    ctx::Ctx,
    http::AppError,
    people::Binding,
};

/// Records that something of a patient's is about to be shown to who acts for them. `what` are
/// the resources beside the patient's record, as references.
///
/// # Errors
/// `hospital_unavailable`: then nothing may be shown.
pub async fn read(
    ctx: &Ctx,
    hospital: &Hospital,
    binding: &Binding,
    what: &[&str],
    right: Option<Right>,
) -> Result<(), AppError> {
    let now = ctx.clock.now();
    let event = event(
        Deed::Read,
        Agent::Person(&binding.agent),
        Some(&binding.patient.id),
        what,
        right,
        now,
        hospital.zone.offset(),
    );
    match FhirRest::new(ctx, hospital).create(&event).await {
        Committed::Done(_) => Ok(()),
        _ => Err(AppError::hospital_unavailable(UNAVAILABLE_S)),
    }
}
