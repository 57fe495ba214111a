//! Slots and appointments as they are now.

use fhir::{Stored, booking::Booking, slot::Slot, time};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use super::{FhirRest, directory::place};
use crate::backend::{BackendError, Offer};

/// How far from the wished time other doctors' slots are looked for, seconds.
const NEAR_S: u64 = 4 * 3600;
/// With so many of the same doctor's, nobody else's are looked for. More than are shown, because
/// some of them are not for this person.
const ENOUGH: usize = 6;
/// The most that are given back.
const MOST_ALTERNATIVES: usize = 12;

impl FhirRest<'_> {
    /// A Slot, to be edited and to be looked at.
    pub(super) async fn slot(&self, id: &str) -> Result<(Stored, Slot), BackendError> {
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
        Ok(found.iter().filter_map(|it| Booking::read(it, self.naming)).collect())
    }

    /// Appointments with an identifier; what lives before what has ended.
    pub(super) async fn find_identified(
        &self,
        system: &str,
        value: &str,
    ) -> Result<Vec<Booking>, BackendError> {
        let found = self.search(&format!("Appointment?identifier={system}|{value}")).await?;
        let mut bookings: Vec<Booking> =
            found.iter().filter_map(|it| Booking::read(it, self.naming)).collect();
        bookings.sort_by_key(|it| it.is_live() || it.is_hold());
        Ok(bookings)
    }

    /// Free slots of the same doctor that day, then of the department near in time; nearest first.
    pub(super) async fn read_alternatives(
        &self,
        offer: &Offer,
    ) -> Result<Vec<Offer>, BackendError> {
        let directory = self.read_directory().await?;
        let wanted = &offer.place.doctor.id;
        let near = |slot: &Slot| {
            (slot.start.as_second() - offer.slot.start.as_second()).unsigned_abs()
        };
        let mut rows: Vec<(bool, u64, Slot, &str)> = Vec::new();
        let department = offer.place.department.id.as_str();
        for own in [true, false] {
            if rows.len() >= ENOUGH {
                break;
            }
            let schedules: Vec<(&str, &str)> = directory
                .doctors_of(department)
                .filter(|doctor| (doctor.id == wanted.as_str()) == own)
                .flat_map(|doctor| {
                    doctor.schedules.iter().map(|s| (s.id.as_str(), doctor.id.as_str()))
                })
                .collect();
            for slot in self.free_slots(&schedules, offer.slot.start).await? {
                let doctor = schedules.iter().find(|(id, _)| *id == slot.schedule);
                let away = near(&slot);
                if slot.id != offer.slot.id && (own || away <= NEAR_S) && let Some((_, doctor)) = doctor {
                    rows.push((!own, away, slot, doctor));
                }
            }
        }
        rows.sort_by_key(|(other, away, ..)| (*other, *away));
        let offers = rows.into_iter().filter_map(|(_, _, slot, doctor)| {
            Some(Offer { slot, place: place(&directory, doctor)? })
        });
        Ok(offers.take(MOST_ALTERNATIVES).collect())
    }

    /// What is free on the day of `at`.
    async fn free_slots(
        &self,
        schedules: &[(&str, &str)],
        at: Timestamp,
    ) -> Result<Vec<Slot>, BackendError> {
        if schedules.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = schedules.iter().map(|(id, _)| *id).collect();
        let day = self.offset.to_datetime(at).date();
        let midnight = |day: Date| {
            let at = self.offset.to_timestamp(day.to_datetime(Time::midnight())).unwrap_or(at);
            time::print(at, self.offset).replace('+', "%2B")
        };
        let query = format!(
            "Slot?schedule={}&status=free&start=ge{}&start=lt{}&_count=200",
            ids.join(","),
            midnight(day),
            midnight(day.tomorrow().unwrap_or(day)),
        );
        let found = self.search(&query).await?;
        let slots = found.iter().filter_map(|it| Slot::read(it, self.naming));
        Ok(slots.filter(Slot::has_place).collect())
    }
}
