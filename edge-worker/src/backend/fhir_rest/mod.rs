//! The adapter for any FHIR R4 server with transactions and versioned updates.

mod capability;
mod messages;
mod public;
mod read;
mod reports;
mod settle;
mod subscription;
mod tries;
pub(crate) mod wire;
mod write;

use contract::{Map, ReportResult, Right};
use fhir::{
    Naming,
    booking::Booking,
    capability::Capabilities,
    directory::Directory,
    report::{Document, Report},
    slot::Slot,
};
use jiff::{Timestamp, tz::Offset};

use super::{
    BackendError, By, ConfirmCommand, Dated, End, HoldCommand, HospitalBackend, Lost, MoveCommand,
    Settled,
};
use crate::{
    config::{Hospital, Limits},
    ctx::Ctx,
    feed::SlotChange,
    transport::Transport,
};

/// One hospital behind FHIR R4.
pub struct FhirRest<'a> {
    ctx: &'a Ctx,
    hospital: &'a Hospital,
    base: &'a str,
    authorization: Option<&'a str>,
    read_timeout_ms: u32,
    write_timeout_ms: u32,
    limits: Limits,
    offset: Offset,
    naming: &'a Naming,
    language: &'static str,
    capabilities: fhir::capability::CapabilityOverride,
    transport: &'a dyn Transport,
}

impl<'a> FhirRest<'a> {
    /// The adapter for a hospital of the settings.
    pub fn new(ctx: &'a Ctx, hospital: &'a Hospital) -> Self {
        let known = |name: &str| hospital.capabilities.get(name).copied();
        Self {
            ctx,
            hospital,
            base: &hospital.base_url,
            authorization: hospital.authorization.as_deref(),
            read_timeout_ms: hospital.timeout_ms,
            write_timeout_ms: hospital.write_timeout_ms,
            limits: hospital.limits,
            offset: hospital.zone.time_zone().to_offset(ctx.clock.now()),
            naming: &hospital.naming,
            language: ctx.language.as_str(),
            capabilities: fhir::capability::CapabilityOverride {
                transaction: known("transaction"),
                versioned_update: known("versioned_update"),
            },
            transport: &*ctx.transport,
        }
    }
}

impl HospitalBackend for FhirRest<'_> {
    async fn capabilities(&self) -> Result<Capabilities, BackendError> {
        self.read_capabilities().await
    }

    async fn directory(&self) -> Result<Dated<Directory>, BackendError> {
        self.fetch_directory().await
    }

    async fn slots(
        &self,
        schedules: &[&str],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Dated<Vec<SlotChange>>, BackendError> {
        self.read_slots(schedules, from, to).await
    }

    async fn slots_since(&self, since: Timestamp) -> Result<Dated<Vec<SlotChange>>, BackendError> {
        self.read_slots_since(since).await
    }

    async fn subscribe(
        &self,
        wanted: &fhir::subscription::Wanted<'_>,
    ) -> Result<fhir::subscription::State, BackendError> {
        self.keep_subscribed(wanted).await
    }

    async fn reports(&self, patient: &str) -> Result<Dated<Vec<Report>>, BackendError> {
        self.read_reports(patient).await
    }

    async fn report(&self, id: &str) -> Result<Report, BackendError> {
        self.read_report(id).await
    }

    async fn results(
        &self,
        reports: &[&Report],
    ) -> Result<Map<String, Vec<ReportResult>>, BackendError> {
        self.read_results(reports).await
    }

    async fn document(&self, document: &Document) -> Result<Vec<u8>, BackendError> {
        self.read_document(document).await
    }

    async fn slot(&self, id: &str) -> Result<Slot, BackendError> {
        Ok(self.stored_slot(id).await?.1)
    }

    async fn bookings(
        &self,
        patient: &str,
        since: Timestamp,
    ) -> Result<Vec<Booking>, BackendError> {
        self.read_bookings(patient, since).await
    }

    async fn booking(&self, id: &str) -> Result<Booking, BackendError> {
        Booking::read(&self.read("Appointment", id).await?, self.naming)
            .ok_or(BackendError::Rejected)
    }

    async fn find_by_key(&self, key: &str) -> Result<Option<Booking>, BackendError> {
        Ok(self
            .find_identified(fhir::names::BOOKING_SYSTEM, key)
            .await?
            .pop())
    }

    async fn number_is_free(&self, number: &str) -> Result<bool, BackendError> {
        Ok(self
            .find_identified(fhir::names::NUMBER_SYSTEM, number)
            .await?
            .is_empty())
    }

    async fn pending(&self) -> Result<Vec<Booking>, BackendError> {
        self.read_pending().await
    }

    async fn hold(&self, command: &HoldCommand<'_>) -> Result<String, BackendError> {
        self.write_hold(command).await
    }

    async fn confirm(&self, command: &ConfirmCommand<'_>) -> Result<(), BackendError> {
        self.write_confirm(command).await
    }

    async fn end(&self, id: &str, end: End, by: By<'_>) -> Result<(), BackendError> {
        self.write_end(id, end, by).await
    }

    async fn reschedule(&self, command: &MoveCommand<'_>) -> Result<String, BackendError> {
        self.write_move(command).await
    }

    async fn settle(&self, lost: Lost<'_>) -> Result<Settled, BackendError> {
        self.find_out(lost).await
    }

    async fn record_read(
        &self,
        by: By<'_>,
        what: &[&str],
        right: Right,
    ) -> Result<(), BackendError> {
        self.write_read_record(by, what, right).await
    }
}
