//! What became of a write whose reply was lost.
//!
//! The order matters. The version is read first, then whether the write happened, and then that
//! very version is replaced: had the write committed after the version was read, the replacing
//! fails and all is looked at again; once the replacing has succeeded, the write, which expects
//! the older version, can no longer commit.

use fhir::{Stored, booking::Booking, slot};

use super::{FhirRest, wire::Committed};
use crate::{
    backend::{BackendError, Lost, Settled, pause},
    clock, secrets,
};

/// Looks before the outcome is called unknown, and the pauses before each, real milliseconds.
const LOOKS_MS: [u64; 3] = [0, 300, 1200];

/// No further look is begun after so long, real milliseconds: somebody waits for an answer, and
/// "we do not know yet" is one.
const LONGEST_MS: i64 = 5000;

impl FhirRest<'_> {
    pub(super) async fn find_out(&self, lost: Lost<'_>) -> Result<Settled, BackendError> {
        let until = clock::real_millis() + LONGEST_MS;
        for wait in LOOKS_MS {
            if clock::real_millis() > until {
                break;
            }
            if wait > 0 {
                pause(wait).await;
            }
            match self.look(lost).await {
                Ok(Some(settled)) => return Ok(settled),
                Err(BackendError::NotFound) => return Err(BackendError::NotFound),
                // It moved between two looks, or cannot be looked at now: look again.
                Ok(None) | Err(_) => {}
            }
        }
        Err(BackendError::Unknown)
    }

    async fn look(&self, lost: Lost<'_>) -> Result<Option<Settled>, BackendError> {
        let (guard, done) = match lost {
            Lost::New { key, slot } => {
                let guard = self.read("Slot", slot).await?;
                let found = self
                    .find_identified(fhir::names::BOOKING_SYSTEM, key)
                    .await?;
                (
                    guard,
                    found
                        .into_iter()
                        .rev()
                        .find(|it| it.is_live() || it.is_hold()),
                )
            }
            Lost::Confirm { appointment } => {
                let (guard, booking) = self.appointment(appointment).await?;
                (guard, Some(booking).filter(|it| !it.is_hold()))
            }
            Lost::Cancel { appointment } => {
                let (guard, booking) = self.appointment(appointment).await?;
                (
                    guard,
                    Some(booking).filter(|it| !it.is_live() && !it.is_hold()),
                )
            }
        };
        if let Some(booking) = done {
            return Ok(Some(Settled::Done(Box::new(booking))));
        }
        Ok(self.fence(guard).await?.then_some(Settled::NotDone))
    }

    /// Moves a resource's version on; `false` when somebody else did, or it is not known.
    async fn fence(&self, mut guard: Stored) -> Result<bool, BackendError> {
        slot::fence(&mut guard, self.naming, &token()?);
        Ok(matches!(self.replace(&guard).await, Committed::Done(_)))
    }

    /// [`FhirRest::find_out`] within a write: `None` means that it did not happen and may be
    /// tried again.
    pub(super) async fn find_out_within(
        &self,
        lost: Lost<'_>,
    ) -> Result<Option<Booking>, BackendError> {
        match self.find_out(lost).await? {
            Settled::Done(booking) => Ok(Some(*booking)),
            Settled::NotDone => Ok(None),
        }
    }
}

/// What nobody else has drawn.
pub(super) fn token() -> Result<String, BackendError> {
    let drawn = secrets::random().map_err(|_| BackendError::Rejected)?;
    Ok(format!("{:016x}", u64::from_be_bytes(drawn)))
}
