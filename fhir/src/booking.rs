//! Appointments: holds and bookings.

use contract::{CancelReason, Level};
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

use crate::datatypes::{extension, set_extension};
use crate::resources::{Appointment, AppointmentStatus};
use crate::slot::Slot;
use crate::{Naming, Stored, names, time};

pub(crate) const CANCELLATION_SYSTEM: &str =
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";

/// Somebody or something that takes part, with the name the Appointment gives it: for when the
/// directory no longer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// An Appointment as the domain sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Its id.
    pub id: String,
    /// As the hospital says.
    pub status: AppointmentStatus,
    /// Id of the Patient.
    pub patient: Option<String>,
    /// The PractitionerRole.
    pub doctor: Option<Named>,
    /// The HealthcareService, where it is said.
    pub department: Option<Named>,
    /// Where, in words, where it is said.
    pub location: Option<String>,
    /// Id of the Slot.
    pub slot: Option<String>,
    /// From; absent on some that wait or were proposed.
    pub start: Option<Timestamp>,
    /// To.
    pub end: Option<Timestamp>,
    /// When it was held, then when it was booked.
    pub created: Option<Timestamp>,
    /// Ten digits (A16).
    pub number: Option<String>,
    /// Digests of the idempotency keys that made and confirmed it.
    pub keys: Vec<String>,
    /// Digest of the request that made it.
    pub request: Option<String>,
    /// When the hold ends, or ended.
    pub hold_expires: Option<Timestamp>,
    /// Cancelled past the deadline.
    pub late_cancel: bool,
    /// Called off by the hospital (停诊): cancelled, or still booked in a slot that was stopped,
    /// which the Appointment alone does not tell.
    pub stopped: bool,
    /// Where it was booked.
    pub channel: Option<String>,
    /// What the visit costs, as agreed.
    pub fee_fen: Option<u64>,
    /// Id of the `RelatedPerson` who booked for the patient.
    pub proxy: Option<String>,
    /// The language in which it was booked.
    pub language: Option<String>,
    /// Id of the Appointment that it took the place of.
    pub moved_from: Option<String>,
    /// Id of the entry of the waitlist that it was offered to.
    pub offered_to: Option<String>,
}

impl Booking {
    /// Reads a stored Appointment; `None` when it breaks its type.
    pub fn read(stored: &Stored, naming: &Naming) -> Option<Self> {
        let it: Appointment = stored.read()?;
        let ext = |name| extension(&it.extension, &naming.extension(name));
        let actor = |kind| {
            it.participant.iter().find_map(|p| {
                let id = p.actor.id_of(kind)?.to_owned();
                Some(Named {
                    id,
                    name: p.actor.display.clone(),
                })
            })
        };
        let instant = |text: &Option<String>| text.as_deref().and_then(time::parse);
        let values = |system: &'static str| {
            let named = it
                .identifier
                .iter()
                .filter(move |i| i.system.as_deref() == Some(system));
            named.filter_map(|i| i.value.clone())
        };
        let reason = it.cancelation_reason.code(CANCELLATION_SYSTEM);
        Some(Self {
            patient: actor("Patient").map(|it| it.id),
            doctor: actor("PractitionerRole"),
            department: actor("HealthcareService"),
            location: actor("Location").and_then(|it| it.name),
            slot: it
                .slot
                .iter()
                .find_map(|s| s.id_of("Slot"))
                .map(str::to_owned),
            start: instant(&it.start),
            end: instant(&it.end),
            created: instant(&it.created),
            number: values(names::NUMBER_SYSTEM).next(),
            keys: values(names::BOOKING_SYSTEM).collect(),
            request: ext(names::REQUEST_DIGEST).and_then(|e| e.value_string.clone()),
            hold_expires: ext(names::HOLD_EXPIRES).and_then(|e| instant(&e.value_instant)),
            late_cancel: ext(names::LATE_CANCEL).and_then(|e| e.value_boolean) == Some(true),
            stopped: it.status == AppointmentStatus::Cancelled
                && reason.is_some_and(|code| code.starts_with("prov")),
            channel: ext(names::CHANNEL).and_then(|e| e.value_code.clone()),
            fee_fen: ext(names::FEE).and_then(|e| e.value_money.as_ref()?.fen()),
            proxy: actor("RelatedPerson").map(|it| it.id),
            language: it.language,
            moved_from: it
                .supporting_information
                .iter()
                .find_map(|it| it.id_of("Appointment"))
                .map(str::to_owned),
            offered_to: ext(names::WAITLIST)
                .and_then(|e| e.value_reference.as_ref()?.id_of("Appointment"))
                .map(str::to_owned),
            id: it.id,
            status: it.status,
        })
    }

    /// A place kept for a few minutes, whether or not they are over.
    pub fn is_hold(&self) -> bool {
        self.status == AppointmentStatus::Pending && self.hold_expires.is_some()
    }

    /// Never more than a hold: what ended before it was booked, and so was drawn no number.
    /// Nothing a person needs to see in a list.
    pub fn was_only_held(&self) -> bool {
        self.status == AppointmentStatus::Pending
            || (self.hold_expires.is_some() && self.number.is_none())
    }

    /// Booked and not over, cancelled or missed.
    pub fn is_live(&self) -> bool {
        use AppointmentStatus::{Arrived, Booked, CheckedIn};
        matches!(self.status, Booked | Arrived | CheckedIn)
    }

    /// Missed, or cancelled too late (A20).
    pub fn is_no_show(&self) -> bool {
        self.status == AppointmentStatus::NoShow
            || (self.status == AppointmentStatus::Cancelled && self.late_cancel)
    }

    /// The two spans of time share a moment.
    pub fn overlaps(&self, start: Timestamp, end: Timestamp) -> bool {
        matches!((self.start, self.end), (Some(from), Some(to)) if from < end && start < to)
    }
}

/// How a new Appointment stands.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// Held until then.
    Held(Timestamp),
    /// Held until then for somebody on the waitlist.
    Offered {
        /// When it goes to the next.
        until: Timestamp,
        /// Id of the entry.
        entry: &'a str,
    },
    /// Booked, with its number; the reference of what it takes the place of.
    Moved {
        /// Ten digits.
        number: &'a str,
        /// `Appointment/...`.
        from: &'a str,
    },
}

/// What a new Appointment is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewBooking<'a> {
    /// Id of the Patient.
    pub patient: &'a str,
    /// Who books: `Patient/..` or `RelatedPerson/..`.
    pub agent: Option<&'a str>,
    /// In which language.
    pub language: &'a str,
    /// Id of the PractitionerRole.
    pub doctor: &'a str,
    /// What is booked.
    pub slot: &'a Slot,
    /// Clinic type, as the Schedule has it.
    pub level: Level,
    /// Digest of the idempotency key.
    pub key: &'a str,
    /// Digest of the request.
    pub request: &'a str,
    /// Now.
    pub now: Timestamp,
    /// The hospital's offset.
    pub offset: Offset,
    /// Held or booked.
    pub standing: Standing<'a>,
}

impl NewBooking<'_> {
    /// The Appointment to create.
    pub fn to_appointment(&self, naming: &Naming) -> Value {
        let print = |at| time::print(at, self.offset);
        let key = json!({ "system": names::BOOKING_SYSTEM, "value": self.key });
        let (status, identifiers) = match self.standing {
            Standing::Held(_) | Standing::Offered { .. } => ("pending", json!([key])),
            Standing::Moved { number, .. } => ("booked", json!([key, numbered(number)])),
        };
        let mut made = json!({
            "resourceType": "Appointment",
            "identifier": identifiers,
            "status": status,
            "appointmentType": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
                "code": "ROUTINE",
            }] },
            "serviceType": [{ "coding": [{
                "system": names::LEVEL_SYSTEM,
                "code": self.level.as_str(),
            }] }],
            "slot": [{ "reference": format!("Slot/{}", self.slot.id) }],
            "start": print(self.slot.start),
            "end": print(self.slot.end),
            "created": print(self.now),
            "language": self.language,
            "participant": [
                participant(&format!("Patient/{}", self.patient)),
                participant(&format!("PractitionerRole/{}", self.doctor)),
            ],
        });
        take_part(&mut made, self.agent);
        let mut set = |name, kind, value| {
            set_extension(&mut made, &naming.extension(name), kind, value);
        };
        set(names::REQUEST_DIGEST, "valueString", self.request.into());
        set(names::CHANNEL, "valueCode", "app".into());
        if let Some(fen) = self.slot.fee_fen {
            set(names::FEE, "valueMoney", money(fen));
        }
        match self.standing {
            Standing::Held(until) => {
                set(names::HOLD_EXPIRES, "valueInstant", print(until).into());
            }
            Standing::Offered { until, entry } => {
                set(names::HOLD_EXPIRES, "valueInstant", print(until).into());
                let entry = json!({ "reference": format!("Appointment/{entry}") });
                set(names::WAITLIST, "valueReference", entry);
            }
            Standing::Moved { from, .. } => {
                made["supportingInformation"] = json!([{ "reference": from }]);
            }
        }
        made
    }
}

fn participant(reference: &str) -> Value {
    json!({ "actor": { "reference": reference }, "status": "accepted" })
}

/// Whoever books for a patient takes part: so that they are told what the patient is told.
fn take_part(appointment: &mut Value, agent: Option<&str>) {
    let proxy = agent.filter(|agent| agent.starts_with("RelatedPerson/"));
    let list = appointment["participant"].as_array_mut();
    if let (Some(proxy), Some(list)) = (proxy, list)
        && !list.iter().any(|it| it["actor"]["reference"] == proxy)
    {
        list.push(participant(proxy));
    }
}

fn money(fen: u64) -> Value {
    let yuan = format!("{}.{:02}", fen / 100, fen % 100);
    let value: serde_json::Number = yuan.parse().unwrap_or_else(|_| 0.into());
    json!({ "value": value, "currency": "CNY" })
}

fn numbered(number: &str) -> Value {
    json!({ "system": names::NUMBER_SYSTEM, "value": number })
}

/// Edits a held Appointment: booked, with its number and the digest of the key that did it.
/// `created` becomes the moment of booking, from which the time to undo counts.
pub fn confirm(
    stored: &mut Stored,
    number: &str,
    key: &str,
    agent: Option<&str>,
    now: Timestamp,
    offset: Offset,
) {
    stored.0["status"] = "booked".into();
    take_part(&mut stored.0, agent);
    stored.0["created"] = time::print(now, offset).into();
    let Some(resource) = stored.0.as_object_mut() else {
        return;
    };
    let list = resource.entry("identifier").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(numbered(number));
        list.push(json!({ "system": names::BOOKING_SYSTEM, "value": key }));
    }
}

/// Edits an Appointment: it takes the place of another (`Appointment/...`).
pub fn in_place_of(stored: &mut Stored, other: &str) {
    stored.0["supportingInformation"] = json!([{ "reference": other }]);
}

/// Why an Appointment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The patient gives a booking back, for this reason, past the deadline or not.
    Cancelled {
        /// What the patient said.
        reason: Option<CancelReason>,
        /// Counts as a no-show.
        late: bool,
    },
    /// Another takes its place.
    Moved,
    /// A hold that was given back or freed.
    Released,
    /// A hold whose time was over.
    Expired,
    /// The hospital called off what was offered (停诊).
    Stopped,
    /// Undone by the edge, because it broke one of the person's limits.
    Undone,
}

/// Edits an Appointment: cancelled.
pub fn cancel(stored: &mut Stored, naming: &Naming, ending: Ending) {
    let code = match ending {
        Ending::Cancelled {
            reason: Some(CancelReason::FeelsBetter),
            ..
        } => "pat-fb",
        Ending::Cancelled {
            reason: Some(CancelReason::Mistake),
            ..
        }
        | Ending::Undone => "oth-err",
        Ending::Cancelled { .. } | Ending::Moved | Ending::Released => "pat-cpp",
        Ending::Expired => "other",
        Ending::Stopped => "prov",
    };
    stored.0["status"] = "cancelled".into();
    stored.0["cancelationReason"] =
        json!({ "coding": [{ "system": CANCELLATION_SYSTEM, "code": code }] });
    if let Ending::Cancelled { late: true, .. } = ending {
        let url = naming.extension(names::LATE_CANCEL);
        set_extension(&mut stored.0, &url, "valueBoolean", true.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::SlotStatus;

    const OFFSET: Offset = Offset::constant(8);

    fn at(text: &str) -> Timestamp {
        time::parse(text).unwrap()
    }

    fn held() -> Stored {
        let slot = Slot {
            id: "s1".into(),
            schedule: "d".into(),
            start: at("2026-11-23T08:00:00+08:00"),
            end: at("2026-11-23T08:15:00+08:00"),
            status: SlotStatus::Free,
            fee_fen: Some(2250),
            quota: None,
        };
        let mut made = NewBooking {
            patient: "p",
            agent: Some("RelatedPerson/child"),
            language: "en",
            doctor: "r",
            slot: &slot,
            level: Level::Expert,
            key: "key-1",
            request: "body",
            now: at("2026-11-22T10:00:00+08:00"),
            offset: OFFSET,
            standing: Standing::Held(at("2026-11-22T10:05:00+08:00")),
        }
        .to_appointment(&Naming::default());
        made["id"] = "a1".into();
        made["novel"] = json!({"keep": 1});
        Stored::new(made).unwrap()
    }

    fn view(stored: &Stored) -> Booking {
        Booking::read(stored, &Naming::default()).unwrap()
    }

    #[test]
    fn a_hold_reads_back_as_it_was_made() {
        let booking = view(&held());
        assert!(booking.is_hold() && booking.was_only_held() && !booking.is_live());
        let mut theirs = held().json().clone();
        theirs["extension"] = json!([]);
        let theirs = view(&Stored::new(theirs).unwrap());
        assert!(!theirs.is_hold() && theirs.was_only_held());
        assert_eq!(booking.patient.as_deref(), Some("p"));
        assert_eq!(booking.doctor.map(|it| it.id).as_deref(), Some("r"));
        assert_eq!(booking.slot.as_deref(), Some("s1"));
        assert_eq!(booking.keys, ["key-1"]);
        assert_eq!(booking.hold_expires, Some(at("2026-11-22T02:05:00Z")));
        assert_eq!(booking.channel.as_deref(), Some("app"));
        assert_eq!(booking.fee_fen, Some(2250));
        assert_eq!(booking.proxy.as_deref(), Some("child"));
        assert_eq!(booking.language.as_deref(), Some("en"));
        assert_eq!(held().json()["created"], "2026-11-22T10:00:00+08:00");
    }

    #[test]
    fn confirming_adds_number_and_key_and_loses_nothing() {
        let mut stored = held();
        confirm(
            &mut stored,
            "0123456789",
            "key-2",
            Some("RelatedPerson/child"),
            at("2026-11-22T10:03:00+08:00"),
            OFFSET,
        );
        let booking = view(&stored);
        assert!(booking.is_live() && !booking.was_only_held());
        assert_eq!(booking.number.as_deref(), Some("0123456789"));
        assert_eq!(booking.keys, ["key-1", "key-2"]);
        assert_eq!(booking.created, Some(at("2026-11-22T02:03:00Z")));
        assert_eq!(stored.json()["novel"], json!({"keep": 1}));
        assert_eq!(stored.json()["participant"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn only_a_late_cancel_of_the_patients_is_a_no_show() {
        let end = |ending| {
            let mut stored = held();
            cancel(&mut stored, &Naming::default(), ending);
            view(&stored)
        };
        assert!(
            end(Ending::Cancelled {
                reason: None,
                late: true
            })
            .is_no_show()
        );
        assert!(
            !end(Ending::Cancelled {
                reason: None,
                late: false
            })
            .is_no_show()
        );
        assert!(!end(Ending::Expired).is_no_show());
        assert!(end(Ending::Expired).was_only_held());
        assert!(!end(Ending::Released).stopped);
    }

    #[test]
    fn the_hospital_calling_off_is_told_by_its_reason() {
        let mut stored = held();
        stored.0["status"] = "cancelled".into();
        stored.0["cancelationReason"] =
            json!({"coding":[{"system":CANCELLATION_SYSTEM,"code":"prov-pers"}]});
        assert!(view(&stored).stopped);
    }

    #[test]
    fn spans_that_only_touch_do_not_overlap() {
        let booking = view(&held());
        let (eight, quarter) = (at("2026-11-23T00:00:00Z"), at("2026-11-23T00:15:00Z"));
        assert!(booking.overlaps(eight, quarter));
        assert!(!booking.overlaps(quarter, at("2026-11-23T00:30:00Z")));
        assert!(!booking.overlaps(at("2026-11-22T23:45:00Z"), eight));
    }
}
