//! What patients were told, and whose visits are to be looked at.

use contract::time::Shift;
use fhir::{
    Stored,
    audit::{self, Agent, Deed},
    booking::Booking,
    bundle::{Page, Transaction},
    communication::{self, NewMessage, Standing, Told},
    names,
    slot::Slot,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    FhirRest,
    settle::token,
    wire::{Committed, unavailable},
};
use crate::backend::{BackendError, By, Dated, UNAVAILABLE_S};

/// How the Communication is named within its transaction.
const NEW: &str = "urn:uuid:0c6f5c2e-8f35-4b56-9a3f-2f6a1d8e7b10";
/// How the audit record is named within its transaction.
const RECORD: &str = "urn:uuid:3b1e2a7c-5d0f-4e8b-8c61-9f7d2e4a6c25";
/// Pages of 200 that are followed when a hospital's visits are looked through.
const MOST_PAGES: usize = 5000;
/// Changes are looked for from a little before the last look, because a server may write one
/// after another that it has already told about.
const OVERLAP: SignedDuration = SignedDuration::from_secs(10);

impl FhirRest<'_> {
    /// What was told of a visit, by the hospital's record.
    pub async fn told(&self, visit: &str) -> Result<Dated<Vec<Told>>, BackendError> {
        let query = format!(
            "Communication?identifier={}|{visit}&_count=200",
            names::VISIT_SYSTEM
        );
        let found = self.search_dated(&query).await?;
        Ok(Dated {
            value: found.value.iter().filter_map(Told::read).collect(),
            at: found.at,
        })
    }

    /// Records that a message is about to go; `Unknown` also where somebody else has.
    pub async fn claim(&self, message: &NewMessage<'_>, by: By<'_>) -> Result<(), BackendError> {
        let attempt = token()?;
        let unless = format!("identifier={}|{}", names::MESSAGE_SYSTEM, message.key);
        let record = audit::event(
            Deed::Create,
            Agent::Edge,
            Some(by.patient),
            &[NEW],
            None,
            by.now,
            self.offset,
        );
        let transaction = Transaction::new()
            .create_if_none(NEW, message.resource(&attempt), &unless)
            .create(RECORD, record);
        let ours = match self.commit(transaction).await {
            // Anything but 201: the server gave us one that was there before.
            Committed::Done(results) => results.first().is_some_and(|it| it.status == 201),
            Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
            Committed::Conflict => return Err(BackendError::Rejected),
            Committed::Unknown => false,
        };
        // The reply was lost, or the request was doubled on its way: it may be ours all the same.
        let query = format!("Communication?identifier={}|{attempt}", names::TRY_SYSTEM);
        if ours || !self.search(&query).await?.is_empty() {
            Ok(())
        } else {
            Err(BackendError::Unknown)
        }
    }

    /// Records how far a message is, if it is as far as that; false when it is not, or somebody
    /// else was quicker.
    pub async fn mark(
        &self,
        key: &str,
        from: Standing,
        to: Standing,
        now: Timestamp,
    ) -> Result<bool, BackendError> {
        let query = format!("Communication?identifier={}|{key}", names::MESSAGE_SYSTEM);
        let found = self.search(&query).await?;
        let is_it = |it: &Stored| Told::read(it).is_some_and(|told| told.standing == from);
        let Some(mut stored) = found.into_iter().find(is_it) else {
            return Ok(false);
        };
        communication::set(&mut stored, to, now, self.offset);
        match self.replace(&stored).await {
            Committed::Done(_) => Ok(true),
            Committed::Conflict => Ok(false),
            Committed::Busy { retry_after } => Err(unavailable(retry_after)),
            Committed::Unknown => Err(BackendError::Unknown),
        }
    }

    /// Which of these bookings are still booked with a doctor who was stopped, or were missed
    /// there: ids of the Appointments.
    pub async fn stopped(&self, bookings: &[&Booking]) -> Result<Vec<String>, BackendError> {
        let mut slots: Vec<&str> = bookings
            .iter()
            .filter_map(|it| it.slot.as_deref())
            .collect();
        if slots.is_empty() {
            return Ok(Vec::new());
        }
        slots.sort_unstable();
        slots.dedup();
        let ids = slots.join(",");
        let found = self.search(&format!("Slot?_id={ids}&_count=200")).await?;
        let stopped: Vec<String> = found
            .iter()
            .filter_map(|it| Slot::read(it, self.naming))
            .filter(Slot::is_stopped)
            .map(|it| it.id)
            .collect();
        let is_there = |it: &&&Booking| it.slot.as_ref().is_some_and(|slot| stopped.contains(slot));
        Ok(bookings
            .iter()
            .filter(is_there)
            .map(|it| it.id.clone())
            .collect())
    }

    /// Holds and bookings of a slot.
    pub async fn visits_of_slot(&self, slot: &str) -> Result<Vec<Booking>, BackendError> {
        let query = format!("Appointment?slot=Slot/{slot}&_count=200");
        let found = self.search(&query).await?;
        Ok(found
            .iter()
            .filter_map(|it| Booking::read(it, self.naming))
            .collect())
    }

    /// Goes through all bookings that start at `from`'s day or later. Gives when the hospital told
    /// the first of them.
    pub async fn coming(
        &self,
        from: Timestamp,
        take: &mut dyn FnMut(&Booking),
    ) -> Result<Timestamp, BackendError> {
        let day = self.offset.to_datetime(from).date();
        let query = format!("Appointment?status=booked&date=ge{day}&_count=200");
        self.each(query, take).await
    }

    /// Goes through all bookings that have changed since. Gives when the hospital told the first.
    pub async fn changed(
        &self,
        since: Timestamp,
        take: &mut dyn FnMut(&Booking),
    ) -> Result<Timestamp, BackendError> {
        let since = since.earlier(OVERLAP);
        let query =
            format!("Appointment?_lastUpdated=gt{since}&status=booked,cancelled&_count=200");
        self.each(query, take).await
    }

    async fn each(
        &self,
        query: String,
        take: &mut dyn FnMut(&Booking),
    ) -> Result<Timestamp, BackendError> {
        let mut first = None;
        let mut next = Some(query);
        for _ in 0..MOST_PAGES {
            let Some(path) = next.take() else { break };
            let answer = self.get_dated(&path).await?;
            first.get_or_insert(answer.at);
            let page = Page::read(answer.value).ok_or(BackendError::Rejected)?;
            for it in &page.resources {
                // One that cannot be read is no reason to tell nobody.
                if let Some(booking) = Booking::read(it, self.naming) {
                    take(&booking);
                }
            }
            next = page.next;
        }
        first.ok_or(unavailable(UNAVAILABLE_S))
    }
}
