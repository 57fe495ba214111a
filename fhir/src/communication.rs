//! Messages to patients, as the hospital records them.

use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

use crate::{Stored, names, time};

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// About to be handed over, or handed over with nobody left to say so.
    Preparation,
    /// Not taken over; to be tried again.
    OnHold,
    /// Taken over for delivery.
    Completed,
    /// Will not be sent, for this reason.
    NotDone(NotDone),
    /// It may have been sent; it will not be sent again.
    Unknown,
    /// What another system made of it.
    Other,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// There is no verified phone to send it to.
    NoPhone,
    /// Nobody took it over while it was of use.
    NotTaken,
}

impl Standing {
    fn code(self) -> &'static str {
        match self {
            Self::Preparation => "preparation",
            Self::OnHold => "on-hold",
            Self::Completed => "completed",
            Self::NotDone(_) => "not-done",
            Self::Unknown | Self::Other => "unknown",
        }
    }

    fn read(code: &str) -> Self {
        match code {
            "preparation" => Self::Preparation,
            "on-hold" => Self::OnHold,
            "completed" => Self::Completed,
            "not-done" => Self::NotDone(NotDone::NotTaken),
            "unknown" => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// A message that was sent, or is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Digest of what makes it one and the same message.
    pub key: String,
    /// How far it is.
    pub standing: Standing,
    /// What it is about: `booked`, `reminder`, ...
    pub kind: String,
    /// To whom: `Patient/..` or `RelatedPerson/..`.
    pub recipient: String,
    /// Digest of the time and place that it told.
    pub said: Option<String>,
    /// When it was taken over for delivery, by the edge's clock.
    pub sent: Option<Timestamp>,
    /// When the hospital last changed it.
    pub updated: Option<Timestamp>,
}

impl Told {
    /// Reads a Communication that the edge has made; `None` for any other.
    pub fn read(stored: &Stored) -> Option<Self> {
        let json = stored.json();
        let identifier = |system: &str| {
            let all = json["identifier"].as_array()?;
            let found = all.iter().find(|it| it["system"] == system)?;
            found["value"].as_str().map(str::to_owned)
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let moment = |value: &Value| value.as_str().and_then(time::parse);
        Some(Self {
            key: identifier(names::MESSAGE_SYSTEM)?,
            standing: Standing::read(json["status"].as_str()?),
            kind: text(&json["topic"]["coding"][0]["code"]),
            recipient: text(&json["recipient"][0]["reference"]),
            said: identifier(names::SAID_SYSTEM),
            sent: moment(&json["sent"]),
            updated: moment(&json["meta"]["lastUpdated"]),
        })
    }
}

/// What a new Communication is made of.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Digest of what makes it one and the same message.
    pub key: &'a str,
    /// What it is about.
    pub kind: &'a str,
    /// Id of the Appointment.
    pub visit: &'a str,
    /// Digest of the time and place that it tells.
    pub said: &'a str,
    /// Id of the Patient.
    pub patient: &'a str,
    /// To whom: `Patient/..` or `RelatedPerson/..`.
    pub recipient: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// How far it is.
    pub standing: Standing,
}

impl NewMessage<'_> {
    /// The Communication to create, in the try that is called so.
    pub fn resource(&self, attempt: &str) -> Value {
        let identifier = |system, value| json!({ "system": system, "value": value });
        let category = match self.kind {
            "reminder" => "reminder",
            "stopped" | "changed" => "alert",
            _ => "notification",
        };
        let mut made = json!({
            "resourceType": "Communication",
            "identifier": [
                identifier(names::MESSAGE_SYSTEM, self.key),
                identifier(names::VISIT_SYSTEM, self.visit),
                identifier(names::SAID_SYSTEM, self.said),
                identifier(names::TRY_SYSTEM, attempt),
            ],
            "status": self.standing.code(),
            "category": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/communication-category",
                "code": category,
            }] }],
            "medium": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode",
                "code": "WRITTEN",
            }] }],
            "subject": { "reference": format!("Patient/{}", self.patient) },
            "topic": { "coding": [{ "system": names::MESSAGE_KIND_SYSTEM, "code": self.kind }] },
            "about": [{ "reference": format!("Appointment/{}", self.visit) }],
            "recipient": [{ "reference": self.recipient }],
            "sender": { "display": names::EDGE_NAME },
            "payload": [{ "contentString": self.text }],
        });
        if let Standing::NotDone(why) = self.standing {
            made["statusReason"] = reason(why);
        }
        made
    }
}

/// Edits a Communication: how far it is now.
pub fn set(stored: &mut Stored, standing: Standing, now: Timestamp, offset: Offset) {
    let Some(it) = stored.0.as_object_mut() else {
        return;
    };
    it.insert("status".to_owned(), standing.code().into());
    it.remove("statusReason");
    match standing {
        Standing::Completed => {
            it.insert("sent".to_owned(), time::print(now, offset).into());
        }
        Standing::NotDone(why) => {
            it.insert("statusReason".to_owned(), reason(why));
        }
        _ => {}
    }
}

fn reason(why: NotDone) -> Value {
    let code = match why {
        NotDone::NoPhone => "invalid-phone-number",
        NotDone::NotTaken => "system-error",
    };
    json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/communication-not-done-reason",
        "code": code,
    }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_as_it_was_made() {
        let made = NewMessage {
            key: "k",
            kind: "reminder",
            visit: "a1",
            said: "s",
            patient: "p1",
            recipient: "RelatedPerson/r1",
            text: "…",
            standing: Standing::Preparation,
        };
        let mut json = made.resource("t");
        json["id"] = "c1".into();
        let mut stored = Stored::new(json).unwrap();
        let told = Told::read(&stored).unwrap();
        assert_eq!((told.key.as_str(), told.kind.as_str()), ("k", "reminder"));
        assert_eq!(told.standing, Standing::Preparation);
        assert_eq!(told.recipient, "RelatedPerson/r1");
        let now = "2026-11-22T02:00:00Z".parse().unwrap();
        set(
            &mut stored,
            Standing::NotDone(NotDone::NotTaken),
            now,
            Offset::UTC,
        );
        assert!(stored.json()["statusReason"].is_object());
        set(&mut stored, Standing::Completed, now, Offset::constant(8));
        assert_eq!(stored.json()["sent"], "2026-11-22T10:00:00+08:00");
        assert_eq!(Told::read(&stored).unwrap().sent, Some(now));
        assert!(stored.json()["statusReason"].is_null());
    }
}
