//! Who did or saw what of a patient's, as the hospital records it.

use contract::Right;
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

use crate::{names, time};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Looked at.
    Read,
    /// Looked for and looked at a list.
    Search,
    /// Made.
    Create,
    /// Changed.
    Update,
}

impl Deed {
    /// `AuditEvent.action` and the `RESTful` interaction.
    fn codes(self) -> (&'static str, &'static str) {
        match self {
            Self::Read => ("R", "read"),
            Self::Search => ("E", "search-type"),
            Self::Create => ("C", "create"),
            Self::Update => ("U", "update"),
        }
    }
}

/// On whose behalf it was done.
#[derive(Clone, Copy, Debug)]
pub enum Agent<'a> {
    /// The patient, or who acts for them: `Patient/1` or `RelatedPerson/2`.
    Person(&'a str),
    /// The edge by itself: an expiry.
    Edge,
}

/// The record of one deed. `what` are the resources concerned besides the patient, as
/// references; within a transaction `urn:uuid:...` will do. `right` is the one it was done under.
pub fn event(
    deed: Deed,
    agent: Agent<'_>,
    patient: Option<&str>,
    what: &[&str],
    right: Option<Right>,
    at: Timestamp,
    offset: Offset,
) -> Value {
    let (action, interaction) = deed.codes();
    let agent = match agent {
        Agent::Person(reference) => json!({ "who": { "reference": reference }, "requestor": true }),
        Agent::Edge => json!({ "who": { "display": names::EDGE_NAME }, "requestor": true }),
    };
    let patient = patient.map(|id| {
        json!({
            "what": { "reference": format!("Patient/{id}") },
            "role": {
                "system": "http://terminology.hl7.org/CodeSystem/object-role",
                "code": "1",
                "display": "Patient",
            },
        })
    });
    let what = what
        .iter()
        .map(|reference| json!({ "what": { "reference": reference } }));
    let entity: Vec<Value> = patient.into_iter().chain(what).collect();
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        },
        "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": interaction }],
        "action": action,
        "recorded": time::print(at, offset),
        "outcome": "0",
        "agent": [agent],
        "source": { "observer": { "display": names::EDGE_NAME } },
    });
    if !entity.is_empty() {
        event["entity"] = entity.into();
    }
    if let Some(right) = right {
        event["purposeOfEvent"] =
            json!([{ "coding": [{ "system": names::RIGHT_SYSTEM, "code": right.as_str() }] }]);
    }
    event
}
