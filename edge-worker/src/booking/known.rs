//! What is known of a person's bookings, at all hospitals that answer, and the limits that
//! follow from it.

use contract::time::Shift;
use contract::{Code, HospitalId};
use fhir::{
    booking::Booking,
    resources::AppointmentStatus::{Arrived, Booked as BookedStatus, CheckedIn, Fulfilled},
    slot::Slot,
};
use jiff::{SignedDuration, Timestamp};
use rules::Booked;

use super::{place::Place, scene::Scene, stopped};
use crate::{
    backend::{BackendError, HospitalBackend, fhir_rest::FhirRest},
    http::{AppError, Refusal},
    reads, together,
};

/// One booking and where it is.
#[derive(Debug)]
pub struct Entry {
    /// Its hospital.
    pub hospital: HospitalId,
    /// The booking.
    pub booking: Booking,
}

impl Entry {
    /// Whether it was made for what was asked for, by one of its digests.
    pub fn is_for(&self, requests: &[String]) -> bool {
        let asked = self.booking.request.as_ref();
        asked.is_some_and(|it| requests.contains(it))
    }
}

/// A person's bookings and holds, past and to come.
#[derive(Debug, Default)]
pub struct Known {
    /// All of them.
    pub entries: Vec<Entry>,
    /// Hospitals that did not answer: there may be more.
    pub missing: Vec<HospitalId>,
}

impl Known {
    /// Asks all hospitals; the scene's own must answer.
    pub async fn read(scene: &Scene<'_>) -> Result<Self, BackendError> {
        let since = since(scene);
        let asked = scene.who.records.iter().filter_map(|record| {
            let hospital = scene.ctx.config.hospital(&record.hospital)?;
            let backend = FhirRest::new(scene.ctx, hospital);
            Some(async move { (record, backend.bookings(&record.patient, since).await) })
        });
        let mut known = Self {
            entries: Vec::new(),
            missing: scene.who.unreachable.clone(),
        };
        for (record, found) in together::all(asked).await {
            match found {
                Ok(bookings) => known
                    .entries
                    .extend(bookings.into_iter().map(|booking| Entry {
                        hospital: record.hospital.clone(),
                        booking,
                    })),
                Err(error) if record.hospital == scene.hospital.id => return Err(error),
                Err(_) => known.missing.push(record.hospital.clone()),
            }
        }
        Ok(known)
    }

    /// What an idempotency key made or confirmed and still lives.
    pub fn by_key(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            let booking = &entry.booking;
            (booking.is_live() || booking.is_hold()) && booking.keys.iter().any(|k| k == key)
        })
    }

    /// The same under any of these digests of the key.
    pub fn by_keys(&self, keys: &[String]) -> Option<&Entry> {
        keys.iter().find_map(|key| self.by_key(key))
    }

    /// One of the scene's hospital.
    ///
    /// # Errors
    /// `not_found`: no such booking of this person.
    pub fn at(&self, hospital: &HospitalId, id: &str) -> Result<&Booking, AppError> {
        let found = self
            .entries
            .iter()
            .find(|e| e.hospital == *hospital && e.booking.id == id);
        found
            .map(|entry| &entry.booking)
            .ok_or_else(|| Code::NotFound.into())
    }

    /// The open holds. What the waitlist offers is none: it stands beside them.
    pub fn holds(&self) -> impl Iterator<Item = &Entry> {
        let hold = |it: &Booking| it.is_hold() && it.offered_to.is_none();
        self.entries.iter().filter(move |it| hold(&it.booking))
    }

    /// How many bookings are to come.
    pub fn open(&self, scene: &Scene<'_>) -> u32 {
        let open = self.entries.iter().map(|entry| &entry.booking);
        let open = open.filter(|it| {
            it.status == BookedStatus && it.start.is_some_and(|start| start > scene.now)
        });
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// Whether online booking is blocked at the scene's hospital (A21).
    pub async fn not_blocked(&self, scene: &Scene<'_>) -> Result<(), AppError> {
        let no_shows: Vec<&Booking> = self
            .entries
            .iter()
            .filter(|e| e.hospital == scene.hospital.id && e.booking.is_no_show())
            .map(|e| &e.booking)
            .collect();
        let rule = &scene.hospital.rules.no_show;
        let blocked = |but: &[String]| {
            let counted = no_shows.iter().filter(|it| !but.contains(&it.id));
            let starts: Vec<_> = counted
                .filter_map(|it| it.start.map(|start| scene.civil(start)))
                .collect();
            rules::blocked_until(&starts, scene.civil_now(), rule)
        };
        if blocked(&[]).is_none() {
            return Ok(());
        }
        // Whom the hospital could not see has not missed anything, whatever was noted (A23).
        match blocked(&stopped::ids(scene, &no_shows).await?) {
            None => Ok(()),
            Some(until) => Err(Refusal::new(Code::BookingBlocked)
                .with(|p| p.until = Some(scene.hospital.zone.write(until)))
                .into()),
        }
    }

    /// Whether the person may have a visit beside what they have; `without` is not counted (what
    /// is being confirmed, or moved away from).
    pub async fn allow(
        &self,
        scene: &Scene<'_>,
        slot: &Slot,
        place: &Place,
        without: Option<&str>,
    ) -> Result<(), AppError> {
        let new = Booked {
            doctor: qualified(&scene.hospital.id, place.doctor.id.as_str()),
            department: qualified(&scene.hospital.id, place.department.id.as_str()),
            start: scene.civil(slot.start),
            end: scene.civil(slot.end),
            open: true,
        };
        let own = |entry: &Entry| entry.hospital == scene.hospital.id;
        let mut has = Vec::new();
        for entry in &self.entries {
            if own(entry) && without == Some(entry.booking.id.as_str()) {
                continue;
            }
            let booked = self.booked(scene, entry).await;
            has.extend(booked.map(|it| (entry, it)));
        }
        let all = |has: &[(&Entry, Booked)]| -> Vec<Booked> {
            has.iter().map(|(_, it)| it.clone()).collect()
        };
        let refused = within(scene, &new, &all(&has));
        if refused.is_ok() {
            return refused;
        }
        // What does not take place stands in nobody's way: the person is to book another (A23).
        let to_come = has.iter().filter(|(entry, it)| own(entry) && it.open);
        let to_come: Vec<&Booking> = to_come.map(|(entry, _)| &entry.booking).collect();
        let gone = stopped::ids(scene, &to_come).await?;
        has.retain(|(entry, _)| !(own(entry) && gone.contains(&entry.booking.id)));
        within(scene, &new, &all(&has))
    }

    /// A booking as the limits see it; nothing for what no longer counts.
    async fn booked(&self, scene: &Scene<'_>, entry: &Entry) -> Option<Booked> {
        let it = &entry.booking;
        if !matches!(it.status, BookedStatus | Arrived | CheckedIn | Fulfilled) {
            return None;
        }
        let (start, end) = (it.start?, it.end?);
        let doctor = it.doctor.as_ref().map_or("", |named| &named.id);
        let department = match &it.department {
            Some(named) => named.id.clone(),
            None => self
                .department(scene, entry, doctor)
                .await
                .unwrap_or_default(),
        };
        Some(Booked {
            doctor: qualified(&entry.hospital, doctor),
            department: qualified(&entry.hospital, &department),
            start: scene.civil(start),
            end: scene.civil(end),
            open: it.status == BookedStatus && start > scene.now,
        })
    }

    async fn department(&self, scene: &Scene<'_>, entry: &Entry, doctor: &str) -> Option<String> {
        let hospital = scene.ctx.config.hospital(&entry.hospital)?;
        let directory = reads::directory::load(scene.ctx, hospital).await.ok()?;
        Some(directory.doctor(doctor)?.department.clone())
    }
}

/// From when on bookings are looked at: the `within_days` that count no-shows end with one that may
/// be `block_days` ago.
pub fn since(scene: &Scene<'_>) -> Timestamp {
    let rule = &scene.hospital.rules.no_show;
    let days = i64::from(rule.within_days) + i64::from(rule.block_days) + 1;
    scene.now.earlier(SignedDuration::from_hours(24 * days))
}

fn within(scene: &Scene<'_>, new: &Booked, has: &[Booked]) -> Result<(), AppError> {
    if has.iter().any(|booked| rules::overlaps(booked, new)) {
        return Err(Code::OwnOverlap.into());
    }
    let within = scene.hospital.pack.within_caps(new, has);
    within.map_err(|limit| {
        Refusal::new(Code::LimitReached)
            .with(|p| p.limit = Some(limit))
            .into()
    })
}

/// Ids of two hospitals differ even where they are spelled alike.
fn qualified(hospital: &HospitalId, id: &str) -> String {
    format!("{hospital}~{id}")
}
