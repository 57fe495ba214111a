//! What an operation of booking works with.

use contract::{Code, HospitalId, Right};
use jiff::{Timestamp, civil::DateTime};

use super::{Record, Who};
use crate::{
    backend::{By, HospitalBackend, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::AppError,
};

/// One person at one hospital, now.
pub struct Scene<'a> {
    /// Settings, clock, ways out.
    pub ctx: &'a Ctx,
    /// For whom, by whom.
    pub who: &'a Who,
    /// Where.
    pub hospital: &'a Hospital,
    /// The person's record there.
    pub record: &'a Record,
    /// The way there.
    pub backend: FhirRest<'a>,
    /// One moment for the whole operation, so that its parts agree.
    pub now: Timestamp,
}

impl<'a> Scene<'a> {
    /// The person at a hospital.
    ///
    /// # Errors
    /// `not_found` for a hospital that does not exist or does not know the person,
    /// `hospital_unavailable` for one that could not be asked.
    pub fn at(ctx: &'a Ctx, who: &'a Who, hospital: &HospitalId) -> Result<Self, AppError> {
        let hospital = ctx.hospital(hospital)?;
        let Some(record) = who
            .records
            .iter()
            .find(|record| record.hospital == hospital.id)
        else {
            return Err(if who.unreachable.contains(&hospital.id) {
                AppError::hospital_unavailable(crate::backend::UNAVAILABLE_S)
            } else {
                Code::NotFound.into()
            });
        };
        let backend = FhirRest::new(ctx, hospital);
        Ok(Self {
            ctx,
            who,
            hospital,
            record,
            backend,
            now: ctx.clock.now(),
        })
    }

    /// Who asks, for the hospital's record.
    pub fn by(&self) -> By<'_> {
        By {
            patient: &self.record.patient,
            agent: Some(&self.record.agent),
            now: self.now,
        }
    }

    /// A moment on the hospital's clocks.
    pub fn civil(&self, at: Timestamp) -> DateTime {
        self.hospital.zone.civil(at)
    }

    /// Now on the hospital's clocks.
    pub fn civil_now(&self) -> DateTime {
        self.civil(self.now)
    }

    /// Records that a booking is about to be shown. What a write shows is recorded with it.
    ///
    /// # Errors
    /// `hospital_unavailable`: then nothing may be shown.
    pub async fn record_read(&self, appointment: &str) -> Result<(), AppError> {
        let what = format!("Appointment/{appointment}");
        Ok(self
            .backend
            .record_read(self.by(), &[&what], Right::Book)
            .await?)
    }

    /// Digest of an idempotency key, within person and operation.
    pub fn key(&self, operation: &str, key: &str) -> String {
        self.keys(operation, key).swap_remove(0)
    }

    /// The same under each secret, the one in force first: what was made under an older one is
    /// found.
    pub fn keys(&self, operation: &str, key: &str) -> Vec<String> {
        let mut keys = self.digests(&["booking", self.who.person.as_str(), operation, key]);
        for it in &mut keys {
            // 192 bits, so that an outcome's address stays short enough for an id.
            it.truncate(32);
        }
        keys
    }

    /// Digest of what was asked for, under each secret, the one in force first.
    pub fn requests(&self, parts: &[&str]) -> Vec<String> {
        let parts: Vec<&str> = ["request"].iter().chain(parts).copied().collect();
        self.digests(&parts)
    }

    fn digests(&self, parts: &[&str]) -> Vec<String> {
        let secrets = self.ctx.config.secrets.all().iter();
        secrets.map(|it| it.digest(parts)).collect()
    }
}
