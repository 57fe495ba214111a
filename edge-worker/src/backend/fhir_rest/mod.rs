//! The adapter for any FHIR R4 server with transactions and versioned updates.

mod capability;
mod messages;
mod public;
mod read;
mod reports;
mod settle;
mod subscription;
mod tries;
mod waitlist;
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
    waitlist::{Entry, Parting},
};
use jiff::{Timestamp, civil::Date, tz::Offset};

use super::{
    BackendError, By, ConfirmCommand, Dated, End, HoldCommand, HospitalBackend, JoinCommand, Lost,
    MoveCommand, Settled,
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
            offset: hospital.zone.offset(),
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

    async fn slots_since(
        &self,
        since: Timestamp,
        stopped: bool,
    ) -> Result<Dated<Option<Vec<SlotChange>>>, BackendError> {
        self.read_slots_since(since, stopped).await
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

    async fn queue(&self, department: Option<&str>) -> Result<Vec<Entry>, BackendError> {
        self.read_queue(department).await
    }

    async fn entries(&self, patient: &str) -> Result<Vec<Entry>, BackendError> {
        self.read_entries(&format!("&patient=Patient/{patient}"))
            .await
    }

    async fn entry(&self, id: &str) -> Result<Entry, BackendError> {
        Ok(self.stored_entry(id).await?.1)
    }

    async fn of_slot(&self, slot: &str) -> Result<Vec<Booking>, BackendError> {
        self.read_some(&format!("slot=Slot/{slot}")).await
    }

    async fn of_doctor(&self, doctor: &str, day: Date) -> Result<Vec<Booking>, BackendError> {
        let at = |day: Date| {
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let at = self.offset.to_timestamp(midnight).unwrap_or_default();
            fhir::time::print(at, self.offset).replace('+', "%2B")
        };
        let next = day.tomorrow().unwrap_or(day);
        self.read_some(&format!(
            "actor=PractitionerRole/{doctor}&date=ge{}&date=lt{}",
            at(day),
            at(next)
        ))
        .await
    }

    async fn join(&self, command: &JoinCommand<'_>) -> Result<String, BackendError> {
        self.write_join(command).await
    }

    async fn part(&self, entry: &str, why: Parting, by: By<'_>) -> Result<(), BackendError> {
        self.write_part(entry, why, by).await
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
