//! The hospital: a versioned FHIR server in memory, with the few searches that the edge asks for,
//! and a [`ledger`] that looks at every place after every change.

pub mod ledger;
mod search;
mod seed;
mod staff;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use banzhen_edge_worker::transport::{Incoming, Outgoing};
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

pub use ledger::{Entry, Letter, Place, Version, Visit, Was};

pub const BASE: &str = "http://hospital.example/fhir";
pub const OFFSET: Offset = Offset::constant(8);
pub const DEPARTMENTS: usize = 4;
/// Patients who come to the window, and nobody else; they have no phone.
pub const WINDOW: &str = "window";

/// The phone of the patient `p-{number}`.
pub fn phone(number: usize) -> String {
    format!("138{number:08}")
}

/// A stored resource, as it is answered.
struct Stored {
    version: u64,
    value: Value,
    text: String,
}

#[derive(Default)]
pub struct Hospital {
    /// By `Kind/id`.
    stored: HashMap<String, Stored>,
    /// What has changed and when, in its order.
    changed: Vec<(i64, String)>,
    of_slot: HashMap<String, BTreeSet<String>>,
    of_patient: HashMap<String, BTreeSet<String>>,
    of_identifier: HashMap<String, BTreeSet<String>>,
    pending: BTreeSet<String>,
    waiting: BTreeSet<String>,
    directory: [String; 3],
    /// All slots, doctor by doctor.
    pub slots: Vec<String>,
    /// Whether each is still active.
    subscriptions: BTreeMap<String, bool>,
    /// How many of the changes were told of.
    told: usize,
    made: u64,
    places: BTreeMap<String, Place>,
    /// Each version of each slot, and since when.
    versions: HashMap<String, Vec<(i64, Version)>>,
    visits: BTreeMap<String, Visit>,
    entries: BTreeMap<String, Entry>,
    letters: BTreeMap<String, Letter>,
    /// When anything of a patient's was last changed.
    touched: HashMap<String, i64>,
    /// What the last change has found: to be looked at, and taken.
    pub before: Vec<Was>,
    /// Commits and refusals for a version that was not there.
    pub commits: u64,
    pub conflicts: u64,
}

impl Hospital {
    /// Answers one request.
    pub fn answer(&mut self, call: &Outgoing, now: i64) -> Incoming {
        let path = call.url.strip_prefix(BASE).expect("our own base");
        let path = path.strip_prefix('/').unwrap_or(path);
        match (call.method, path) {
            ("GET", path) => self.get(path, now),
            ("POST", "") => self.transaction(&body(call), now),
            ("POST", "AuditEvent") => reply(201, "{}".to_owned()),
            ("POST", "Subscription") => {
                self.made += 1;
                let mut made = body(call);
                made["id"] = format!("n{}", self.made).into();
                self.subscribe(made, now);
                reply(201, "{}".to_owned())
            }
            ("PUT", path) => {
                let version = call.headers.iter().find(|(name, _)| *name == "if-match");
                let version = version.map(|(_, value)| value.clone()).unwrap();
                let entry = json!({"resource": body(call),
                    "request": {"method": "PUT", "url": path, "ifMatch": version}});
                let answer = self.transaction(&json!({ "entry": [entry] }), now);
                reply(answer.status, "{}".to_owned())
            }
            other => panic!("nobody asks {other:?}"),
        }
    }

    fn get(&self, path: &str, now: i64) -> Incoming {
        if let Some((kind, query)) = path.split_once('?') {
            return self.search(kind, query, now);
        }
        if path == "metadata" {
            let resource = |kind| json!({"type": kind, "versioning": "versioned-update"});
            let statement = json!({"resourceType": "CapabilityStatement", "rest": [{
                "mode": "server", "interaction": [{"code": "transaction"}],
                "resource": [resource("Slot"), resource("Appointment")]}]});
            return reply(200, statement.to_string());
        }
        match self.stored.get(path) {
            Some(stored) => reply(200, stored.text.clone()),
            None => reply(404, "{}".to_owned()),
        }
    }

    /// All or nothing.
    fn transaction(&mut self, bundle: &Value, now: i64) -> Incoming {
        let entries = bundle["entry"].as_array().unwrap();
        for entry in entries {
            let request = &entry["request"];
            if request["method"] != "PUT" {
                continue;
            }
            let expected = request["ifMatch"].as_str().unwrap();
            let there = self.stored.get(request["url"].as_str().unwrap());
            if there.is_none_or(|it| etag(it.version) != expected) {
                self.conflicts += 1;
                let outcome = r#"{"resourceType":"OperationOutcome"}"#;
                return reply(412, outcome.to_owned());
            }
        }
        self.commits += 1;
        let alone = entries.len() == 1;
        let recorded = entries
            .iter()
            .any(|it| it["resource"]["resourceType"] == "AuditEvent");
        assert!(
            alone || recorded,
            "a change that nobody can look up: {bundle}"
        );
        let mut touched = BTreeSet::new();
        let mut responses = Vec::new();
        for entry in entries {
            responses.push(self.commit(entry, now, &mut touched));
        }
        for slot in &touched {
            self.audit(slot);
        }
        let answer = json!({"resourceType": "Bundle", "type": "transaction-response",
            "entry": responses});
        reply(200, answer.to_string())
    }

    /// One entry of a transaction; the slots that are another's now are added to `touched`.
    fn commit(&mut self, entry: &Value, now: i64, touched: &mut BTreeSet<String>) -> Value {
        let mut resource = entry["resource"].clone();
        let kind = text(&resource["resourceType"]);
        let created = entry["request"]["method"] == "POST";
        if let Some(unless) = entry["request"]["ifNoneExist"].as_str()
            && let Some(there) = self.there_is(&kind, unless)
        {
            return json!({"response": {"status": "200 OK", "location": there}});
        }
        if created {
            self.made += 1;
            resource["id"] = format!("{}{}", kind[..1].to_lowercase(), self.made).into();
        }
        let reference = format!("{kind}/{}", text(&resource["id"]));
        match kind.as_str() {
            "Slot" => {
                touched.insert(text(&resource["id"]));
                self.put_slot(resource, now);
            }
            "Appointment" => touched.extend(self.put_appointment(resource, now)),
            "Communication" => {
                let id = text(&resource["id"]);
                let letter = ledger::letter(&resource, self.letters.get(&id));
                self.letters.insert(id, letter);
                self.store(resource, now);
            }
            "Subscription" => self.subscribe(resource, now),
            _ => {}
        }
        let version = self.stored.get(&reference).map_or(1, |it| it.version);
        let status = if created { "201 Created" } else { "200 OK" };
        json!({"response": {"status": status, "etag": etag(version),
            "location": format!("{reference}/_history/{version}")}})
    }

    /// Keeps a resource, with its next version, and finds it by its identifiers.
    fn store(&mut self, mut resource: Value, now: i64) {
        let reference = format!(
            "{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        let version = self.stored.get(&reference).map_or(1, |it| it.version + 1);
        resource["meta"] = json!({"versionId": version.to_string(), "lastUpdated": print(now)});
        for identifier in resource["identifier"].as_array().into_iter().flatten() {
            let of = self.of_identifier.entry(text(&identifier["value"]));
            of.or_default().insert(reference.clone());
        }
        self.changed.push((now, reference.clone()));
        let stored = Stored {
            version,
            text: resource.to_string(),
            value: resource,
        };
        self.stored.insert(reference, stored);
    }

    /// Whoever has asked for it is told of changes from now on.
    fn subscribe(&mut self, mut subscription: Value, now: i64) {
        subscription["status"] = "active".into();
        let id = text(&subscription["id"]);
        self.subscriptions.insert(id, true);
        self.store(subscription, now);
    }

    /// To how many places changes are told.
    pub fn subscribed(&self) -> usize {
        self.subscriptions
            .values()
            .filter(|active| **active)
            .count()
    }

    /// Slots that have changed since this was last asked, as they are.
    pub fn news(&mut self) -> Vec<(String, String)> {
        let from = std::mem::replace(&mut self.told, self.changed.len());
        let new = self.changed[from..].iter();
        let new = new.filter_map(|(_, it)| Some((it.strip_prefix("Slot/")?, &self.stored[it])));
        new.map(|(id, stored)| (id.to_owned(), stored.text.clone()))
            .collect()
    }

    fn value(&self, kind: &str, id: &str) -> &Value {
        &self.stored[&format!("{kind}/{id}")].value
    }

    fn put_slot(&mut self, slot: Value, now: i64) {
        let (id, place) = (text(&slot["id"]), ledger::place(&slot));
        let version = Version {
            status: place.status.clone(),
            remaining: place.remaining(),
        };
        let versions = self.versions.entry(id.clone()).or_default();
        versions.push((now, version));
        self.places.insert(id, place);
        self.store(slot, now);
    }

    /// Gives the slot that it is at; an entry of the waitlist is at none.
    fn put_appointment(&mut self, appointment: Value, now: i64) -> Option<String> {
        let id = text(&appointment["id"]);
        let slot = if appointment["slot"].is_null() {
            self.put_entry(&id, &appointment, now);
            None
        } else {
            Some(self.put_visit(&id, &appointment, now))
        };
        self.store(appointment, now);
        slot
    }

    fn put_entry(&mut self, id: &str, appointment: &Value, now: i64) {
        let before = self.entries.get(id);
        let entry = ledger::entry(appointment, before.map_or(now, |it| it.came));
        let waits = entry.waits();
        self.touched.insert(entry.patient.clone(), now);
        self.before.push(Was::Entry(id.to_owned(), before.cloned()));
        self.entries.insert(id.to_owned(), entry);
        set(&mut self.waiting, id, waits);
    }

    fn put_visit(&mut self, id: &str, appointment: &Value, now: i64) -> String {
        let before = self.visits.get(id).cloned();
        let mut visit = ledger::visit(appointment);
        let same = before.as_ref().filter(|it| it.status == visit.status);
        visit.since = same.map_or(now, |it| it.since);
        self.touched.insert(visit.patient.clone(), now);
        for (of, by) in [
            (&mut self.of_slot, &visit.slot),
            (&mut self.of_patient, &visit.patient),
        ] {
            of.entry(by.clone()).or_default().insert(id.to_owned());
        }
        let (holds, slot) = (visit.is_hold(), visit.slot.clone());
        self.before.push(Was::Visit(id.to_owned(), before));
        self.visits.insert(id.to_owned(), visit);
        set(&mut self.pending, id, holds);
        slot
    }
}

fn set(all: &mut BTreeSet<String>, id: &str, within: bool) {
    if within {
        all.insert(id.to_owned());
    } else {
        all.remove(id);
    }
}

fn body(call: &Outgoing) -> Value {
    serde_json::from_slice(call.body.as_deref().unwrap()).unwrap()
}

fn print(now: i64) -> String {
    fhir::time::print_exact(Timestamp::from_millisecond(now).unwrap(), OFFSET)
}

fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

fn reply(status: u16, text: String) -> Incoming {
    Incoming {
        status,
        headers: Vec::new(),
        body: text.into_bytes(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
