//! What the hospital's people would know of their slots and appointments, whoever asks: read from
//! what was stored, and looked at after every change.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::{DEPARTMENTS, Hospital, OFFSET, text};

/// The reason of what the hospital's own people call off.
pub const BY_STAFF: &str = "prov-pers";

/// What the ledger knows of a slot.
pub struct Place {
    pub status: String,
    /// Total and remaining of a session.
    pub quota: Option<(u64, u64)>,
    pub schedule: String,
    pub doctor: usize,
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Place {
    pub fn department(&self) -> String {
        format!("dep-{}", self.doctor % DEPARTMENTS)
    }

    pub fn day(&self) -> Date {
        OFFSET.to_datetime(self.start).date()
    }

    /// Half of the day.
    pub fn session(&self) -> &'static str {
        let hour = OFFSET.to_datetime(self.start).hour();
        if hour < 12 { "am" } else { "pm" }
    }

    pub fn is_free(&self) -> bool {
        self.status == "free"
    }

    pub fn is_stopped(&self) -> bool {
        self.status == "busy-unavailable"
    }

    /// Places left.
    pub fn remaining(&self) -> u64 {
        match self.quota {
            _ if !self.is_free() => 0,
            Some((_, remain)) => remain,
            None => 1,
        }
    }
}

/// What a slot was as of one of its versions, to who reads a board.
#[derive(PartialEq)]
pub struct Version {
    pub status: String,
    /// Places left.
    pub remaining: u64,
}

/// What the ledger knows of an Appointment at a slot.
#[derive(Clone)]
pub struct Visit {
    pub id: String,
    pub status: String,
    pub patient: String,
    pub doctor: String,
    pub slot: String,
    pub keys: Vec<String>,
    pub start: Timestamp,
    pub end: Timestamp,
    /// When whoever made it says that they did, to the second.
    pub created: Option<Timestamp>,
    pub expires: Option<Timestamp>,
    /// The entry of the waitlist that it was offered to.
    pub offered_to: Option<String>,
    /// What it took the place of.
    pub moved_from: Option<String>,
    /// Cancelled past the deadline.
    pub late: bool,
    /// Ended by the hospital's own people.
    pub by_staff: bool,
    /// When its status became what it is.
    pub since: i64,
}

impl Visit {
    pub fn is_hold(&self) -> bool {
        self.status == "pending"
    }

    pub fn is_live(&self) -> bool {
        self.status == "booked"
    }

    pub fn is_offer(&self) -> bool {
        self.is_hold() && self.offered_to.is_some()
    }

    pub fn takes_a_place(&self) -> bool {
        self.is_hold() || self.is_live()
    }

    pub fn is_over(&self, now: i64) -> bool {
        self.expires.is_some_and(|at| at.as_millisecond() <= now)
    }

    pub fn day(&self) -> Date {
        OFFSET.to_datetime(self.start).date()
    }
}

/// What the ledger knows of somebody who waits.
#[derive(Clone)]
pub struct Entry {
    pub id: String,
    pub status: String,
    pub patient: String,
    pub department: String,
    pub doctor: String,
    pub session: String,
    pub days: (Date, Date),
    pub keep: Option<String>,
    pub care: bool,
    pub key: String,
    /// When they joined, as whoever made it says; when it came.
    pub created: Timestamp,
    pub came: i64,
}

impl Entry {
    pub fn waits(&self) -> bool {
        self.status == "waitlist"
    }

    pub fn wants(&self, place: &Place) -> bool {
        self.department == place.department()
            && (self.doctor.is_empty() || self.doctor == format!("doc-{}", place.doctor))
            && (self.session.is_empty() || self.session == place.session())
            && (self.days.0..=self.days.1).contains(&place.day())
    }

    /// Its place in the queue.
    pub fn order(&self) -> (Timestamp, &str) {
        (self.created, &self.id)
    }
}

/// What the ledger knows of what somebody was told.
#[derive(Clone)]
pub struct Letter {
    pub id: String,
    pub status: String,
    pub kind: String,
    pub visit: String,
    pub recipient: String,
    pub text: String,
    /// How often it was about to be sent.
    pub prepared: u32,
}

/// What was there before a change, by id.
pub enum Was {
    Visit(String, Option<Visit>),
    Entry(String, Option<Entry>),
}

impl Hospital {
    pub fn places(&self) -> impl Iterator<Item = (&String, &Place)> {
        self.places.iter()
    }

    pub fn place(&self, slot: &str) -> &Place {
        &self.places[slot]
    }

    pub fn visit(&self, id: &str) -> Option<&Visit> {
        self.visits.get(id)
    }

    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// What is given up when an offer to this entry is accepted.
    pub fn kept(&self, entry: &Entry) -> Option<&Visit> {
        let mut kept = self.visit(entry.keep.as_deref()?)?;
        while !kept.is_live() {
            let mut later = self.of_patient(&entry.patient);
            kept = later
                .find(|it| it.moved_from.as_ref() == Some(&kept.id) && it.offered_to.is_none())?;
        }
        Some(kept)
    }

    pub fn of_patient(&self, patient: &str) -> impl Iterator<Item = &Visit> {
        let ids = self.of_patient.get(patient).into_iter().flatten();
        ids.map(|id| &self.visits[id])
    }

    pub fn of_slot(&self, slot: &str) -> impl Iterator<Item = &Visit> {
        let ids = self.of_slot.get(slot).into_iter().flatten();
        ids.map(|id| &self.visits[id])
    }

    /// What was made or confirmed under a key and still has a place.
    pub fn under_key(&self, key: &str) -> impl Iterator<Item = &Visit> {
        let found = self.of_identifier.get(key).into_iter().flatten();
        let ids = found.filter_map(|it| it.strip_prefix("Appointment/"));
        ids.filter_map(|id| self.visits.get(id))
            .filter(|visit| visit.takes_a_place())
    }

    pub fn pending(&self) -> impl Iterator<Item = &Visit> {
        self.pending.iter().map(|id| &self.visits[id])
    }

    pub fn visits(&self) -> impl Iterator<Item = &Visit> {
        self.visits.values()
    }

    pub fn letters(&self) -> impl Iterator<Item = &Letter> {
        self.letters.values()
    }

    /// Who waits, in no order.
    pub fn waiting(&self) -> impl Iterator<Item = &Entry> {
        self.waiting.iter().map(|id| &self.entries[id])
    }

    /// When anything of a patient's was last changed.
    pub fn touched(&self, patient: &str) -> i64 {
        self.touched.get(patient).copied().unwrap_or_default()
    }

    pub fn last_change(&self) -> i64 {
        self.changed.last().map_or(0, |(at, _)| *at)
    }

    /// A slot as of one of its versions, and since when it is otherwise.
    pub fn version(&self, slot: &str, version: u64) -> (&Version, Option<i64>) {
        let versions = &self.versions[slot];
        let at = usize::try_from(version - 1).unwrap();
        assert!(at < versions.len(), "{slot} never had version {version}");
        let (_, was) = &versions[at];
        let other = versions[at..].iter().find(|(_, it)| it != was);
        (was, other.map(|(since, _)| *since))
    }

    /// Nothing oversold, nothing given away twice, nothing taken by nobody.
    pub(super) fn audit(&self, slot: &str) {
        let place = &self.places[slot];
        let here: Vec<&Visit> = self.of_slot(slot).filter(|it| it.takes_a_place()).collect();
        let live = here.len() as u64;
        let status = place.status.as_str();
        let right = match (place.quota, status) {
            (Some((total, remain)), _) => {
                remain + live == total && (remain > 0 || status != "free")
            }
            (None, "free" | "busy-unavailable") => live == 0,
            (None, "busy-tentative") => live == 1 && here[0].is_hold(),
            (None, "busy") => live == 1 && here[0].is_live(),
            _ => false,
        };
        let ids: Vec<&str> = here.iter().map(|it| it.id.as_str()).collect();
        assert!(
            right,
            "{slot} is {status}, quota {:?}, taken by {ids:?}",
            place.quota
        );
        for visit in here {
            for key in &visit.keys {
                assert_eq!(self.under_key(key).count(), 1, "the key {key} made two");
            }
        }
    }
}

pub fn place(slot: &Value) -> Place {
    let mut quota = slot["extension"].as_array().unwrap().iter();
    let quota = quota.find(|it| it["url"] == "urn:banzhen:ext:quota");
    let schedule = text(&slot["schedule"]["reference"])["Schedule/".len()..].to_owned();
    Place {
        status: text(&slot["status"]),
        quota: quota.map(|it| {
            let part = |n: usize| it["extension"][n]["valueInteger"].as_u64().unwrap();
            (part(0), part(1))
        }),
        doctor: schedule["sch-".len()..].parse().unwrap(),
        schedule,
        start: instant(&slot["start"]),
        end: instant(&slot["end"]),
    }
}

pub fn visit(appointment: &Value) -> Visit {
    let offered_to = extension(appointment, "waitlist");
    let offered_to = offered_to.map(|it| text(&it["valueReference"]["reference"]));
    let expires = extension(appointment, "hold-expires");
    Visit {
        id: text(&appointment["id"]),
        status: text(&appointment["status"]),
        patient: actor(appointment, "Patient/"),
        doctor: actor(appointment, "PractitionerRole/"),
        slot: text(&appointment["slot"][0]["reference"])["Slot/".len()..].to_owned(),
        keys: keys(appointment),
        start: instant(&appointment["start"]),
        end: instant(&appointment["end"]),
        created: text(&appointment["created"]).parse().ok(),
        expires: expires.map(|it| instant(&it["valueInstant"])),
        offered_to: offered_to.map(|it| it["Appointment/".len()..].to_owned()),
        moved_from: supporting(appointment),
        late: extension(appointment, "late-cancel").is_some(),
        by_staff: appointment["cancelationReason"]["coding"][0]["code"] == BY_STAFF,
        since: 0,
    }
}

fn supporting(appointment: &Value) -> Option<String> {
    let other = appointment["supportingInformation"][0]["reference"].as_str();
    other.map(|it| it["Appointment/".len()..].to_owned())
}

pub fn entry(appointment: &Value, came: i64) -> Entry {
    let period = &appointment["requestedPeriod"][0];
    let day = |at: &Value| text(at).parse().unwrap();
    let session = extension(appointment, "session");
    Entry {
        id: text(&appointment["id"]),
        status: text(&appointment["status"]),
        patient: actor(appointment, "Patient/"),
        department: actor(appointment, "HealthcareService/"),
        doctor: actor(appointment, "PractitionerRole/"),
        session: session.map_or(String::new(), |it| text(&it["valueCode"])),
        days: (day(&period["start"]), day(&period["end"])),
        keep: supporting(appointment),
        care: extension(appointment, "care").is_some(),
        key: keys(appointment).remove(0),
        created: instant(&appointment["created"]),
        came,
    }
}

pub fn letter(communication: &Value, before: Option<&Letter>) -> Letter {
    let visit = communication["about"][0]["reference"].as_str().unwrap();
    let status = text(&communication["status"]);
    let was = before.is_some_and(|it| it.status == "preparation");
    let prepares = status == "preparation" && !was;
    Letter {
        id: text(&communication["id"]),
        kind: text(&communication["topic"]["coding"][0]["code"]),
        visit: visit["Appointment/".len()..].to_owned(),
        recipient: text(&communication["recipient"][0]["reference"]),
        text: text(&communication["payload"][0]["contentString"]),
        prepared: before.map_or(0, |it| it.prepared) + u32::from(prepares),
        status,
    }
}

fn extension<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    let mut all = of["extension"].as_array().into_iter().flatten();
    all.find(|it| {
        it["url"]
            .as_str()
            .is_some_and(|url| url.strip_prefix(fhir::names::EXTENSION_BASE) == Some(name))
    })
}

fn actor(of: &Value, kind: &str) -> String {
    let all = of["participant"].as_array().unwrap().iter();
    let mut ids = all.filter_map(|it| it["actor"]["reference"].as_str()?.strip_prefix(kind));
    ids.next().unwrap_or_default().to_owned()
}

fn keys(of: &Value) -> Vec<String> {
    let all = of["identifier"].as_array().unwrap().iter();
    let keys = all.filter(|it| it["system"] == fhir::names::BOOKING_SYSTEM);
    keys.map(|it| text(&it["value"])).collect()
}

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}
