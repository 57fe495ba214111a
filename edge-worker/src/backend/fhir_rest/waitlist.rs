//! The waitlist: who waits, joining and parting. Offers are holds ([`super::write`]).

use fhir::{
    Stored,
    audit::Deed,
    booking::Booking,
    bundle::{EntryResult, Transaction},
    names,
    waitlist::{self, Entry, NewEntry, Parting},
};
use jiff::Timestamp;

use super::{
    FhirRest,
    tries::Tries,
    wire::{Committed, unavailable},
    write::{NEW, RECORD},
};
use crate::backend::{BackendError, By, JoinCommand, UNAVAILABLE_S, pause};

/// Looks for an entry whose making got no reply, and the pauses before each, real milliseconds.
const LOOKS_MS: [u64; 3] = [0, 300, 1200];

impl FhirRest<'_> {
    pub(super) async fn read_queue(
        &self,
        department: Option<&str>,
    ) -> Result<Vec<Entry>, BackendError> {
        let of = department.map(|id| format!("&actor=HealthcareService/{id}"));
        let mut found = self.read_entries(of.as_deref().unwrap_or_default()).await?;
        // One who joined twice by two edges at once waits once, from the first time on.
        let mut seen = Vec::new();
        found.retain(|entry| {
            let first = !seen.contains(&entry.key);
            seen.push(entry.key.clone());
            first
        });
        Ok(found)
    }

    /// Entries that wait, in their order.
    pub(super) async fn read_entries(&self, of: &str) -> Result<Vec<Entry>, BackendError> {
        let query = format!("Appointment?status=waitlist{of}&_count=200");
        let found = self.search(&query).await?;
        let mut entries: Vec<Entry> = found
            .iter()
            .filter_map(|it| Entry::read(it, self.naming))
            .filter(|it| it.waiting)
            .collect();
        entries.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(entries)
    }

    /// Bookings and holds that a search finds.
    pub(super) async fn read_some(&self, of: &str) -> Result<Vec<Booking>, BackendError> {
        let found = self.search(&format!("Appointment?{of}&_count=200")).await?;
        Ok(found
            .iter()
            .filter_map(|it| Booking::read(it, self.naming))
            .collect())
    }

    /// An entry, to be edited and to be looked at.
    pub(super) async fn stored_entry(&self, id: &str) -> Result<(Stored, Entry), BackendError> {
        let stored = self.read("Appointment", id).await?;
        let entry = Entry::read(&stored, self.naming).ok_or(BackendError::NotFound)?;
        Ok((stored, entry))
    }

    /// An entry to which a place is offered, edited.
    pub(super) async fn offered(
        &self,
        to: &Entry,
        until: Timestamp,
    ) -> Result<Stored, BackendError> {
        let (mut stored, entry) = self.stored_entry(&to.id).await?;
        if entry != *to {
            return Err(BackendError::Ended);
        }
        waitlist::offered(&mut stored, self.naming, until, self.offset);
        Ok(stored)
    }

    /// An entry whose offer is accepted, edited; nothing for one that is over already.
    pub(super) async fn served(&self, id: &str) -> Result<Option<Stored>, BackendError> {
        let (mut stored, entry) = self.stored_entry(id).await?;
        waitlist::end(&mut stored, Parting::Served);
        Ok(entry.waiting.then_some(stored))
    }

    pub(super) async fn write_join(&self, it: &JoinCommand<'_>) -> Result<String, BackendError> {
        self.must_book().await?;
        let own = format!("Patient/{}", it.by.patient);
        let new = NewEntry {
            patient: it.by.patient,
            agent: it.by.agent.unwrap_or(&own),
            department: it.department,
            doctor: it.doctor,
            level: it.level,
            session: it.session,
            days: it.days,
            keep: it.keep,
            care: it.care,
            language: self.language,
            key: it.key,
            request: it.request,
            now: it.by.now,
            offset: self.offset,
        };
        let record = self.record(Deed::Create, it.by, &[NEW], it.by.right());
        // No version guards a queue: a request that somebody on the way sends twice, or that comes
        // when the person has joined again, must not have them wait twice and be served twice.
        let unless = format!(
            "identifier={}|{}&status=waitlist",
            names::BOOKING_SYSTEM,
            it.key
        );
        let transaction = Transaction::new()
            .create_if_none(NEW, new.to_appointment(self.naming), &unless)
            .create(RECORD, record);
        match self.commit(transaction).await {
            Committed::Done(results) => match results.first() {
                Some(EntryResult {
                    status: 200 | 201,
                    id: Some(id),
                    ..
                }) => Ok(id.clone()),
                _ => Err(BackendError::Rejected),
            },
            Committed::Conflict => Err(BackendError::Rejected),
            Committed::Busy { retry_after } => Err(unavailable(retry_after)),
            // Not sent again: it may have happened. Whoever joins again finds it by then.
            Committed::Unknown => {
                for wait in LOOKS_MS {
                    if wait > 0 {
                        pause(wait).await;
                    }
                    let mine = format!("&patient={own}");
                    let found = self.read_entries(&mine).await.unwrap_or_default();
                    if let Some(entry) = found.into_iter().find(|entry| entry.key == it.key) {
                        return Ok(entry.id);
                    }
                }
                Err(BackendError::Unknown)
            }
        }
    }

    pub(super) async fn write_part(
        &self,
        id: &str,
        why: Parting,
        by: By<'_>,
    ) -> Result<(), BackendError> {
        self.must_book().await?;
        let mut tries = Tries::default();
        while tries.next().await {
            let (mut stored, entry) = self.stored_entry(id).await?;
            if !entry.waiting {
                return Ok(());
            }
            tries.sending(&[&stored])?;
            waitlist::end(&mut stored, why);
            let record = self.record(Deed::Update, by, &[&stored.reference()], by.right());
            let transaction = Transaction::new()
                .replace(stored)
                .ok_or(BackendError::Rejected)?
                .create(RECORD, record);
            match self.commit(transaction).await {
                Committed::Done(_) => return Ok(()),
                Committed::Conflict => {}
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                // The same versions once more do no harm: read again, and it is over or it is not.
                Committed::Unknown => tries.settled(),
            }
        }
        Err(unavailable(UNAVAILABLE_S))
    }
}
