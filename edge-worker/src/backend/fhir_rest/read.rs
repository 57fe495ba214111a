//! Slots and appointments as they are now.

use fhir::{Stored, booking::Booking, slot::Slot};
use jiff::Timestamp;

use super::FhirRest;
use crate::backend::BackendError;

impl FhirRest<'_> {
    /// A Slot, to be edited and to be looked at.
    pub(super) async fn stored_slot(&self, id: &str) -> Result<(Stored, Slot), BackendError> {
        let stored = self.read("Slot", id).await?;
        let slot = Slot::read(&stored, self.naming).ok_or(BackendError::Rejected)?;
        Ok((stored, slot))
    }

    /// An Appointment, to be edited and to be looked at.
    pub(super) async fn appointment(&self, id: &str) -> Result<(Stored, Booking), BackendError> {
        let stored = self.read("Appointment", id).await?;
        let booking = Booking::read(&stored, self.naming).ok_or(BackendError::Rejected)?;
        Ok((stored, booking))
    }

    pub(super) async fn read_bookings(
        &self,
        patient: &str,
        since: Timestamp,
    ) -> Result<Vec<Booking>, BackendError> {
        let day = self.offset.to_datetime(since).date();
        let query = format!("Appointment?patient=Patient/{patient}&date=ge{day}&_count=200");
        let found = self.search(&query).await?;
        let bookings = found.iter().filter(|it| it.kind() == "Appointment");
        // One that cannot be read must not be passed over: a limit could be broken.
        let bookings: Option<Vec<Booking>> =
            bookings.map(|it| Booking::read(it, self.naming)).collect();
        bookings.ok_or(BackendError::Rejected)
    }

    pub(super) async fn read_pending(&self) -> Result<Vec<Booking>, BackendError> {
        let found = self.search("Appointment?status=pending&_count=200").await?;
        Ok(found
            .iter()
            .filter_map(|it| Booking::read(it, self.naming))
            .collect())
    }

    /// Appointments with an identifier; what lives last, and of what has ended the newest.
    pub(super) async fn find_identified(
        &self,
        system: &str,
        value: &str,
    ) -> Result<Vec<Booking>, BackendError> {
        let found = self
            .search(&format!("Appointment?identifier={system}|{value}"))
            .await?;
        let mut bookings: Vec<Booking> = found
            .iter()
            .filter_map(|it| Booking::read(it, self.naming))
            .collect();
        bookings.sort_by_key(|it| (it.is_live() || it.is_hold(), it.created));
        Ok(bookings)
    }
}
