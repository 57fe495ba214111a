//! Entries of the waitlist: Appointments with status `waitlist`, without a time of their own.

use contract::{Level, Session};
use jiff::{Timestamp, civil::Date, tz::Offset};
use serde_json::{Value, json};

use crate::booking::CANCELLATION_SYSTEM;
use crate::datatypes::{extension, set_extension};
use crate::resources::{Appointment, AppointmentStatus};
use crate::{Naming, Stored, names, time};

/// Every entry has the same: who came first is served first.
const PRIORITY: u32 = 5;

/// An entry as the domain sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Still waiting.
    pub waiting: bool,
    /// Id of the Patient.
    pub patient: String,
    /// Who joined for them: `RelatedPerson/..`, else the patient.
    pub agent: String,
    /// The HealthcareService.
    pub department: String,
    /// The PractitionerRole; `None`: any.
    pub doctor: Option<String>,
    /// Clinic type; `None`: any.
    pub level: Option<Level>,
    /// Half of the day; `None`: any.
    pub session: Option<Session>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Id of the Appointment that an accepted offer takes the place of.
    pub keep: Option<String>,
    /// Offers stand longer.
    pub care: bool,
    /// When they joined: the order of the queue.
    pub created: Timestamp,
    /// Digest of what names the wish.
    pub key: String,
    /// Digest of the whole wish.
    pub request: Option<String>,
    /// The language in which they joined.
    pub language: Option<String>,
    /// As read: an offer goes to nobody who was offered something meanwhile, or has left.
    pub version: Option<String>,
}

impl Entry {
    /// Reads a stored Appointment; `None` for one that is no entry of the waitlist, or was not made
    /// by an edge.
    pub fn read(stored: &Stored, naming: &Naming) -> Option<Self> {
        let it: Appointment = stored.read()?;
        let ext = |name| extension(&it.extension, &naming.extension(name));
        let actor = |kind| {
            let mut actors = it.participant.iter();
            actors.find_map(|p| Some(p.actor.id_of(kind)?.to_owned()))
        };
        let period = it.requested_period.first()?;
        let day = |text: &Option<String>| contract::time::date(text.as_deref()?.get(..10)?);
        let key = it
            .identifier
            .iter()
            .find(|i| i.system.as_deref() == Some(names::BOOKING_SYSTEM))?;
        let patient = actor("Patient")?;
        let level = it
            .service_type
            .iter()
            .find_map(|of| of.code(names::LEVEL_SYSTEM));
        let session = ext(names::SESSION).and_then(|e| e.value_code.as_deref());
        Some(Self {
            waiting: it.status == AppointmentStatus::Waitlist,
            agent: actor("RelatedPerson").map_or_else(
                || format!("Patient/{patient}"),
                |id| format!("RelatedPerson/{id}"),
            ),
            department: actor("HealthcareService")?,
            doctor: actor("PractitionerRole"),
            level: level.and_then(|word| Level::ALL.iter().find(|it| it.as_str() == word).copied()),
            session: session
                .and_then(|word| Session::ALL.iter().find(|it| it.as_str() == word).copied()),
            from: day(&period.start)?,
            to: day(&period.end)?,
            keep: it
                .supporting_information
                .iter()
                .find_map(|of| of.id_of("Appointment"))
                .map(str::to_owned),
            care: ext(names::CARE).and_then(|e| e.value_boolean) == Some(true),
            created: it.created.as_deref().and_then(time::parse)?,
            key: key.value.clone()?,
            request: ext(names::REQUEST_DIGEST).and_then(|e| e.value_string.clone()),
            language: it.language,
            version: stored.version().map(str::to_owned),
            patient,
            id: it.id,
        })
    }
}

/// What a new entry is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// Id of the Patient.
    pub patient: &'a str,
    /// Who joins: `Patient/..` or `RelatedPerson/..`.
    pub agent: &'a str,
    /// Id of the HealthcareService.
    pub department: &'a str,
    /// Id of the PractitionerRole.
    pub doctor: Option<&'a str>,
    /// Clinic type.
    pub level: Option<Level>,
    /// Half of the day.
    pub session: Option<Session>,
    /// First and last day.
    pub days: (Date, Date),
    /// Id of the Appointment that is kept until an offer is accepted.
    pub keep: Option<&'a str>,
    /// Offers stand longer.
    pub care: bool,
    /// The language in which they join.
    pub language: &'a str,
    /// Digest of what names the wish.
    pub key: &'a str,
    /// Digest of the whole wish.
    pub request: &'a str,
    /// Now.
    pub now: Timestamp,
    /// The hospital's offset.
    pub offset: Offset,
}

impl NewEntry<'_> {
    /// The Appointment to create.
    pub fn to_appointment(&self, naming: &Naming) -> Value {
        let participant = |reference: String| json!({ "actor": { "reference": reference }, "status": "accepted" });
        let mut participants = vec![
            participant(format!("Patient/{}", self.patient)),
            participant(format!("HealthcareService/{}", self.department)),
        ];
        participants.extend(
            self.doctor
                .map(|it| participant(format!("PractitionerRole/{it}"))),
        );
        if self.agent.starts_with("RelatedPerson/") {
            participants.push(participant(self.agent.to_owned()));
        }
        let mut made = json!({
            "resourceType": "Appointment",
            "identifier": [{ "system": names::BOOKING_SYSTEM, "value": self.key }],
            "status": "waitlist",
            "priority": PRIORITY,
            "language": self.language,
            // Two who join within a second are in the order in which they came.
            "created": time::print_exact(self.now, self.offset),
            "requestedPeriod": [{
                "start": self.days.0.to_string(),
                "end": self.days.1.to_string(),
            }],
            "participant": participants,
        });
        if let Some(level) = self.level {
            made["serviceType"] = json!([{ "coding": [{
                "system": names::LEVEL_SYSTEM,
                "code": level.as_str(),
            }] }]);
        }
        if let Some(keep) = self.keep {
            made["supportingInformation"] = json!([{ "reference": format!("Appointment/{keep}") }]);
        }
        let mut set = |name, kind, value| {
            set_extension(&mut made, &naming.extension(name), kind, value);
        };
        set(names::REQUEST_DIGEST, "valueString", self.request.into());
        set(names::CHANNEL, "valueCode", "app".into());
        if let Some(session) = self.session {
            set(names::SESSION, "valueCode", session.as_str().into());
        }
        if self.care {
            set(names::CARE, "valueBoolean", true.into());
        }
        made
    }
}

/// Why waiting ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// An offer was accepted.
    Served,
    /// The person does not want to wait any more.
    Left,
    /// The last day has gone by.
    Over,
}

/// Edits an entry: its waiting is over.
pub fn end(stored: &mut Stored, why: Parting) {
    let code = match why {
        // "Patient: Scheduled from Wait List".
        Parting::Served => "pat-swl",
        Parting::Left => "pat-cpp",
        Parting::Over => "other",
    };
    stored.0["status"] = "cancelled".into();
    stored.0["cancelationReason"] =
        json!({ "coding": [{ "system": CANCELLATION_SYSTEM, "code": code }] });
}

/// Edits an entry: a place is offered until then. Its version moves on, so that of two who offer
/// at once one gives way, and a person who has just left is offered nothing.
pub fn offered(stored: &mut Stored, naming: &Naming, until: Timestamp, offset: Offset) {
    let url = naming.extension(names::OFFERED_UNTIL);
    set_extension(
        &mut stored.0,
        &url,
        "valueInstant",
        time::print(until, offset).into(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFSET: Offset = Offset::constant(8);

    #[test]
    fn an_entry_reads_back_as_it_was_made() {
        let at = |text| time::parse(text).unwrap();
        let days = ("2026-11-24".parse().unwrap(), "2026-11-26".parse().unwrap());
        let mut made = NewEntry {
            patient: "p",
            agent: "RelatedPerson/r",
            department: "h",
            doctor: Some("d"),
            level: Some(Level::Expert),
            session: Some(Session::Pm),
            days,
            keep: Some("k"),
            care: true,
            language: "en",
            key: "key",
            request: "all",
            now: at("2026-11-22T10:00:00+08:00"),
            offset: OFFSET,
        }
        .to_appointment(&Naming::default());
        made["id"] = "a".into();
        let mut stored = Stored::new(made).unwrap();
        let read = |stored: &Stored| Entry::read(stored, &Naming::default()).unwrap();
        let entry = Entry {
            id: "a".into(),
            waiting: true,
            patient: "p".into(),
            agent: "RelatedPerson/r".into(),
            department: "h".into(),
            doctor: Some("d".into()),
            level: Some(Level::Expert),
            session: Some(Session::Pm),
            from: days.0,
            to: days.1,
            keep: Some("k".into()),
            care: true,
            created: at("2026-11-22T02:00:00Z"),
            key: "key".into(),
            request: Some("all".into()),
            language: Some("en".into()),
            version: None,
        };
        assert_eq!(read(&stored), entry);
        offered(
            &mut stored,
            &Naming::default(),
            at("2026-11-22T02:30:00Z"),
            OFFSET,
        );
        assert_eq!(read(&stored), entry);
        end(&mut stored, Parting::Served);
        assert!(!read(&stored).waiting);
    }
}
