//! Hold, confirm, end and move: each one transaction that expects the versions it has read.
//!
//! Every write is a loop: read, edit, send. A conflict means reading again; what is read then
//! decides whether to try once more or to tell why not. A lost reply is settled first
//! ([`super::settle`]), so nothing is ever sent twice blindly.

use contract::Right;
use fhir::{
    Stored,
    audit::{self, Agent, Deed},
    booking::{self, Ending, NewBooking, Standing},
    bundle::{EntryResult, Transaction},
    slot::{self, Taking},
};
use serde_json::Value;

use super::{
    FhirRest,
    tries::Tries,
    wire::{Committed, unavailable},
};
use crate::{
    backend::{
        BackendError, By, ConfirmCommand, End, HoldCommand, Lost, MoveCommand, UNAVAILABLE_S,
    },
    clock, line,
};

/// How the new Appointment is named within its transaction.
pub(super) const NEW: &str = "urn:uuid:5a3fb2d6-3f0c-4c6d-9d7a-0b3f1c2e4a51";
/// A record that fails sooner than this broke; later, it was not done in time, and asking again
/// would cost as much. Real milliseconds.
const AT_ONCE_MS: i64 = 1000;
/// How the audit record is named within its transaction.
pub(super) const RECORD: &str = "urn:uuid:7d0a9a10-7f0e-4f6c-8a0e-2f6b5c1d3e92";

impl FhirRest<'_> {
    pub(super) async fn write_hold(&self, it: &HoldCommand<'_>) -> Result<String, BackendError> {
        self.must_book().await?;
        let mut tries = Tries::default();
        let told = self.try_hold(it, &mut tries).await;
        tries.honest(told)
    }

    async fn try_hold(
        &self,
        it: &HoldCommand<'_>,
        tries: &mut Tries,
    ) -> Result<String, BackendError> {
        while tries.next().await {
            let (mut stored, slot) = self.stored_slot(it.slot).await?;
            if let Some(ours) = self.ours_already(&slot, it.key, tries.made()).await? {
                return Ok(ours);
            }
            let entry = match it.offered_to {
                Some(entry) => Some(self.offered(entry, it.expires).await?),
                None => None,
            };
            let new = NewBooking {
                patient: it.by.patient,
                // Whoever joined is told.
                agent: it.offered_to.map_or(it.by.agent, |to| Some(&to.agent)),
                language: it
                    .offered_to
                    .and_then(|to| to.language.as_deref())
                    .unwrap_or(self.language),
                doctor: it.doctor,
                slot: &slot,
                level: it.level,
                key: it.key,
                request: it.request,
                now: it.by.now,
                offset: self.offset,
                standing: match it.offered_to {
                    Some(entry) => Standing::Offered {
                        until: it.expires,
                        entry: &entry.id,
                    },
                    None => Standing::Held(it.expires),
                },
            };
            let read: Vec<&Stored> = std::iter::once(&stored).chain(&entry).collect();
            tries.sending(&read)?;
            slot::take(&mut stored, self.naming, Taking::Hold);
            // Created before the entry is replaced: its place in the answer stays the same.
            let transaction = Transaction::new()
                .replace(stored)
                .map(|t| t.create(NEW, new.to_appointment(self.naming)));
            let transaction = replacing(transaction, entry)
                .ok_or(BackendError::Rejected)?
                .create(
                    RECORD,
                    self.record(Deed::Create, it.by, &[NEW], it.by.right()),
                );
            match self.commit(transaction).await {
                Committed::Done(results) => {
                    return self.made(&results, 1, it.slot, Taking::Hold).await;
                }
                Committed::Conflict => tries.refused(),
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                Committed::Unknown => {
                    let lost = Lost::New {
                        key: it.key,
                        slot: it.slot,
                    };
                    if let Some(booking) = self.find_out_within(lost).await? {
                        return Ok(booking.id);
                    }
                    tries.settled();
                }
            }
        }
        let ours = self.ours(it.key).await?;
        ours.ok_or_else(|| tries.exhausted())
    }

    pub(super) async fn write_confirm(&self, it: &ConfirmCommand<'_>) -> Result<(), BackendError> {
        self.must_book().await?;
        let mut tries = Tries::default();
        let told = self.try_confirm(it, &mut tries).await;
        tries.honest(told)
    }

    async fn try_confirm(
        &self,
        it: &ConfirmCommand<'_>,
        tries: &mut Tries,
    ) -> Result<(), BackendError> {
        while tries.next().await {
            let (mut appointment, held) = self.appointment(it.hold).await?;
            if held.keys.iter().any(|key| key == it.key) && held.is_live() {
                return Ok(());
            }
            if !held.is_hold() {
                return Err(BackendError::Ended);
            }
            let (mut stored, slot) = self
                .stored_slot(held.slot.as_deref().ok_or(BackendError::Rejected)?)
                .await?;
            if slot.is_stopped() {
                return Err(BackendError::Stopped);
            }
            let entry = match held.offered_to.as_deref() {
                Some(entry) => self.served(entry).await?,
                None => None,
            };
            let (kept, place) = match it.keep {
                Some(keep) => self.given_up(keep).await?,
                None => (None, None),
            };
            let read = [&appointment, &stored].into_iter();
            let read: Vec<&Stored> = read.chain(&entry).chain(&kept).chain(&place).collect();
            tries.sending(&read)?;
            booking::confirm(
                &mut appointment,
                it.number,
                it.key,
                it.by.agent,
                it.by.now,
                self.offset,
            );
            if let Some(kept) = &kept {
                booking::in_place_of(&mut appointment, &kept.reference());
            }
            let what: Vec<String> = std::iter::once(&appointment)
                .chain(&entry)
                .chain(&kept)
                .map(Stored::reference)
                .collect();
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            let transaction = Transaction::new().replace(appointment);
            let transaction = replacing(replacing(transaction, entry), kept);
            let mut transaction = self.giving_back(transaction, place, Taking::Booking);
            if slot::settle(&mut stored, self.naming) {
                transaction = transaction.and_then(|t| t.replace(stored));
            } else if slot.quota.is_none() {
                // The seat is no longer kept for us: free, or somebody else's.
                return Err(BackendError::Ended);
            }
            let transaction = transaction.ok_or(BackendError::Rejected)?.create(
                RECORD,
                self.record(Deed::Update, it.by, &what, it.by.right()),
            );
            match self.commit(transaction).await {
                Committed::Done(_) => return Ok(()),
                Committed::Conflict => tries.refused(),
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                Committed::Unknown => {
                    let lost = Lost::Confirm {
                        appointment: it.hold,
                    };
                    if self
                        .find_out_within(lost)
                        .await?
                        .is_some_and(|booking| booking.is_live())
                    {
                        return Ok(());
                    }
                    tries.settled();
                }
            }
        }
        Err(unavailable(UNAVAILABLE_S))
    }

    pub(super) async fn write_end(
        &self,
        id: &str,
        end: End,
        by: By<'_>,
    ) -> Result<(), BackendError> {
        self.must_book().await?;
        let mut tries = Tries::default();
        let told = self.try_end(id, end, by, &mut tries).await;
        tries.honest(told)
    }

    async fn try_end(
        &self,
        id: &str,
        end: End,
        by: By<'_>,
        tries: &mut Tries,
    ) -> Result<(), BackendError> {
        let ending = match end {
            End::Cancel { reason, late } => Ending::Cancelled { reason, late },
            End::Release => Ending::Released,
            End::Expire => Ending::Expired,
            End::Stop => Ending::Stopped,
            End::Undo => Ending::Undone,
        };
        while tries.next().await {
            let (mut appointment, held) = self.appointment(id).await?;
            let ends = match end {
                End::Cancel { .. } => held.is_live(),
                End::Release | End::Expire | End::Stop => held.is_hold(),
                End::Undo => held.is_hold() || held.is_live(),
            };
            if !ends {
                return Ok(());
            }
            let place = match held.slot.as_deref() {
                Some(slot) => self.slot_if_there(slot).await?,
                None => None,
            };
            let read: Vec<&Stored> = std::iter::once(&appointment).chain(&place).collect();
            tries.sending(&read)?;
            booking::cancel(&mut appointment, self.naming, ending);
            let what = appointment.reference();
            let taken = if held.is_hold() {
                Taking::Hold
            } else {
                Taking::Booking
            };
            let transaction = Transaction::new().replace(appointment);
            let transaction = self
                .giving_back(transaction, place, taken)
                .ok_or(BackendError::Rejected)?;
            let record = self.record(Deed::Update, by, &[&what], by.right());
            match self.commit(transaction.create(RECORD, record)).await {
                Committed::Done(_) => return Ok(()),
                Committed::Conflict => tries.refused(),
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                Committed::Unknown => {
                    if self
                        .find_out_within(Lost::Cancel { appointment: id })
                        .await?
                        .is_some()
                    {
                        return Ok(());
                    }
                    tries.settled();
                }
            }
        }
        Err(unavailable(UNAVAILABLE_S))
    }

    pub(super) async fn write_move(&self, it: &MoveCommand<'_>) -> Result<String, BackendError> {
        self.must_book().await?;
        let mut tries = Tries::default();
        let told = self.try_move(it, &mut tries).await;
        tries.honest(told)
    }

    async fn try_move(
        &self,
        it: &MoveCommand<'_>,
        tries: &mut Tries,
    ) -> Result<String, BackendError> {
        while tries.next().await {
            let (mut old, booked) = self.appointment(it.from).await?;
            let (mut stored, slot) = self.stored_slot(it.slot).await?;
            if !booked.is_live() {
                // Perhaps it was we who ended it, in a try whose reply was lost.
                return self.ours(it.key).await?.ok_or(BackendError::Ended);
            }
            if let Some(ours) = self.ours_already(&slot, it.key, tries.made()).await? {
                return Ok(ours);
            }
            let place = match booked.slot.as_deref().filter(|old| *old != it.slot) {
                Some(slot) => self.slot_if_there(slot).await?,
                None => None,
            };
            let from = old.reference();
            let new = NewBooking {
                patient: it.by.patient,
                agent: it.by.agent,
                language: self.language,
                doctor: it.doctor,
                slot: &slot,
                level: it.level,
                key: it.key,
                request: it.request,
                now: it.by.now,
                offset: self.offset,
                standing: Standing::Moved {
                    number: it.number,
                    from: &from,
                },
            };
            let read: Vec<&Stored> = [&old, &stored].into_iter().chain(&place).collect();
            tries.sending(&read)?;
            booking::cancel(&mut old, self.naming, Ending::Moved);
            slot::take(&mut stored, self.naming, Taking::Booking);
            let transaction = Transaction::new()
                .create(NEW, new.to_appointment(self.naming))
                .create(
                    RECORD,
                    self.record(Deed::Update, it.by, &[&from, NEW], it.by.right()),
                )
                .replace(old)
                .and_then(|t| t.replace(stored));
            let transaction = self
                .giving_back(transaction, place, Taking::Booking)
                .ok_or(BackendError::Rejected)?;
            match self.commit(transaction).await {
                Committed::Done(results) => {
                    return self.made(&results, 0, it.slot, Taking::Booking).await;
                }
                Committed::Conflict => tries.refused(),
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                Committed::Unknown => {
                    let lost = Lost::New {
                        key: it.key,
                        slot: it.slot,
                    };
                    if let Some(booking) = self.find_out_within(lost).await? {
                        return Ok(booking.id);
                    }
                    tries.settled();
                }
            }
        }
        let ours = self.ours(it.key).await?;
        ours.ok_or_else(|| tries.exhausted())
    }

    pub(super) async fn write_read_record(
        &self,
        by: By<'_>,
        what: &[&str],
        right: Right,
    ) -> Result<(), BackendError> {
        let deed = if what.len() == 1 {
            Deed::Read
        } else {
            Deed::Search
        };
        let record = self.record(deed, by, what, Some(right));
        let mut tries = Tries::default();
        let began = clock::real_millis();
        line::earn(self.base, &self.limits);
        while tries.next().await {
            match self.create(&record).await {
                Committed::Done(_) => return Ok(()),
                Committed::Busy { retry_after } => return Err(unavailable(retry_after)),
                // Recorded twice does no harm; not recorded means not shown.
                Committed::Unknown
                    if clock::real_millis() - began < AT_ONCE_MS && line::may_retry(self.base) => {}
                Committed::Conflict | Committed::Unknown => break,
            }
        }
        Err(unavailable(UNAVAILABLE_S))
    }

    /// The Appointment that already is ours under this key, where one was tried before: a request
    /// that somebody on the way sent twice wins against itself, and its conflict is all we hear.
    /// Otherwise whether the slot, which was read before, has a place.
    async fn ours_already(
        &self,
        slot: &slot::Slot,
        key: &str,
        tries: u32,
    ) -> Result<Option<String>, BackendError> {
        if tries > 1
            && let Some(ours) = self.ours(key).await?
        {
            return Ok(Some(ours));
        }
        if slot.has_place() {
            return Ok(None);
        }
        Err(if slot.is_stopped() {
            BackendError::Stopped
        } else {
            BackendError::SlotTaken
        })
    }

    /// The Appointment that stands under this key.
    async fn ours(&self, key: &str) -> Result<Option<String>, BackendError> {
        let found = self
            .find_identified(fhir::names::BOOKING_SYSTEM, key)
            .await?;
        let mut found = found.into_iter().rev();
        let ours = found.find(|it| it.is_live() || it.is_hold());
        Ok(ours.map(|it| it.id))
    }

    /// A booking to give up for another, edited, and the place that it gives back; nothing where
    /// it is no longer booked.
    async fn given_up(&self, id: &str) -> Result<(Option<Stored>, Option<Stored>), BackendError> {
        let (mut kept, booked) = self.appointment(id).await?;
        if !booked.is_live() {
            return Ok((None, None));
        }
        let place = match booked.slot.as_deref() {
            Some(slot) => self.slot_if_there(slot).await?,
            None => None,
        };
        booking::cancel(&mut kept, self.naming, Ending::Moved);
        Ok((Some(kept), place))
    }

    /// A Slot, or nothing where the hospital has removed it.
    async fn slot_if_there(&self, id: &str) -> Result<Option<Stored>, BackendError> {
        match self.read("Slot", id).await {
            Ok(slot) => Ok(Some(slot)),
            Err(BackendError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds the place given back, if there is one to give.
    fn giving_back(
        &self,
        transaction: Option<Transaction>,
        place: Option<Stored>,
        taken: Taking,
    ) -> Option<Transaction> {
        let transaction = transaction?;
        let Some(mut place) = place else {
            return Some(transaction);
        };
        if slot::give_back(&mut place, self.naming, taken) {
            transaction.replace(place)
        } else {
            Some(transaction)
        }
    }

    /// The new Appointment's id. Anything but 201 means that the server gave us an Appointment
    /// that was there before, perhaps somebody else's: then the place is given back at once.
    async fn made(
        &self,
        results: &[EntryResult],
        entry: usize,
        slot: &str,
        taken: Taking,
    ) -> Result<String, BackendError> {
        if let Some(EntryResult {
            status: 201,
            id: Some(id),
            ..
        }) = results.get(entry)
        {
            return Ok(id.clone());
        }
        if let Some(mut stored) = self.slot_if_there(slot).await? {
            slot::give_back(&mut stored, self.naming, taken);
            self.replace(&stored).await;
        }
        Err(BackendError::Rejected)
    }

    pub(super) fn record(
        &self,
        deed: Deed,
        by: By<'_>,
        what: &[&str],
        right: Option<Right>,
    ) -> Value {
        let agent = by.agent.map_or(Agent::Edge, Agent::Person);
        audit::event(
            deed,
            agent,
            Some(by.patient),
            what,
            right,
            by.now,
            self.offset,
        )
    }
}

/// Adds an edited resource, if there is one.
fn replacing(transaction: Option<Transaction>, edited: Option<Stored>) -> Option<Transaction> {
    match edited {
        Some(edited) => transaction?.replace(edited),
        None => transaction,
    }
}
