//! The hospital: a versioned FHIR server in memory, with the few searches that the edge asks for,
//! and a ledger that looks at every place after every change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use banzhen_edge_worker::transport::{Incoming, Outgoing};
use jiff::{Timestamp, tz::Offset};
use serde_json::{Value, json};

pub const BASE: &str = "http://hospital.example/fhir";
pub const OFFSET: Offset = Offset::constant(8);
const DOCTORS: usize = 20;
const DEPARTMENTS: usize = 4;

/// A stored resource, as it is answered.
struct Stored {
    version: u64,
    value: Value,
    text: String,
}

/// What the ledger knows of a slot.
pub struct Place {
    pub status: String,
    /// Total and remaining of a session.
    pub quota: Option<(u64, u64)>,
    schedule: String,
    start: Timestamp,
}

/// What the ledger knows of an Appointment.
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
    pub expires: Option<Timestamp>,
    /// Ended by the hospital's own people.
    pub by_staff: bool,
}

impl Visit {
    pub fn is_hold(&self) -> bool {
        self.status == "pending"
    }

    pub fn is_live(&self) -> bool {
        self.status == "booked"
    }

    fn takes_a_place(&self) -> bool {
        self.is_hold() || self.is_live()
    }
}

#[derive(Default)]
pub struct Hospital {
    slots: BTreeMap<String, Stored>,
    appointments: BTreeMap<String, Stored>,
    places: BTreeMap<String, Place>,
    visits: BTreeMap<String, Visit>,
    of_slot: HashMap<String, BTreeSet<String>>,
    of_patient: HashMap<String, BTreeSet<String>>,
    of_identifier: HashMap<String, BTreeSet<String>>,
    pending: BTreeSet<String>,
    directory: [String; 3],
    made: u64,
    /// Commits and refusals for a version that was not there.
    pub commits: u64,
    pub conflicts: u64,
    /// Slots in the order in which they changed.
    pub changed: Vec<String>,
}

impl Hospital {
    /// Doctors with seats and a session a day, `today` and the two days after.
    pub fn seeded(today: Timestamp) -> Self {
        let mut hospital = Self {
            directory: directory(),
            ..Self::default()
        };
        let today = OFFSET.to_datetime(today).date();
        for doctor in 0..DOCTORS {
            for day in 0..3 {
                let date = today.saturating_add(jiff::Span::new().days(day));
                for (n, time) in ["09:00", "09:15", "10:30", "11:00"].iter().enumerate() {
                    let id = format!("s-{doctor}-{day}-{n}");
                    hospital.put_slot(slot(&id, doctor, date, time, None), 0);
                }
                let id = format!("q-{doctor}-{day}");
                hospital.put_slot(slot(&id, doctor, date, "14:00", Some(5)), 0);
            }
        }
        hospital
    }

    pub fn slot_ids(&self) -> Vec<String> {
        self.places.keys().cloned().collect()
    }

    pub fn visit(&self, id: &str) -> Option<&Visit> {
        self.visits.get(id)
    }

    pub fn of_patient(&self, patient: &str) -> impl Iterator<Item = &Visit> {
        let ids = self.of_patient.get(patient).into_iter().flatten();
        ids.map(|id| &self.visits[id])
    }

    /// What was made or confirmed under a key and still has a place.
    pub fn under_key(&self, key: &str) -> impl Iterator<Item = &Visit> {
        let ids = self.of_identifier.get(key).into_iter().flatten();
        ids.map(|id| &self.visits[id])
            .filter(|visit| visit.takes_a_place())
    }

    pub fn pending(&self) -> impl Iterator<Item = &Visit> {
        self.pending.iter().map(|id| &self.visits[id])
    }

    /// Answers one request.
    pub fn answer(&mut self, call: &Outgoing, now: i64) -> Incoming {
        let path = call.url.strip_prefix(BASE).expect("our own base");
        let path = path.strip_prefix('/').unwrap_or(path);
        match (call.method, path) {
            ("GET", path) => self.get(path, now),
            ("POST", "") => self.transaction(&body(call), now),
            ("POST", "AuditEvent") => reply(201, now, "{}".to_owned()),
            ("PUT", path) => {
                let version = call.headers.iter().find(|(name, _)| *name == "if-match");
                let version = version.map(|(_, value)| value.clone()).unwrap();
                let entry = json!({"resource": body(call),
                    "request": {"method": "PUT", "url": path, "ifMatch": version}});
                let answer = self.transaction(&json!({ "entry": [entry] }), now);
                reply(answer.status, now, "{}".to_owned())
            }
            other => panic!("nobody asks {other:?}"),
        }
    }

    fn get(&self, path: &str, now: i64) -> Incoming {
        if let Some((kind, query)) = path.split_once('?') {
            let mut found: Vec<&str> = Vec::new();
            match kind {
                "HealthcareService" => found.push(&self.directory[0]),
                "PractitionerRole" => found.push(&self.directory[1]),
                "Schedule" => found.push(&self.directory[2]),
                "Slot" => found.extend(self.search_slots(query)),
                "Appointment" => found.extend(self.search_appointments(query)),
                _ => panic!("nobody searches {path}"),
            }
            let entries: Vec<String> = match kind {
                "Slot" | "Appointment" => found
                    .iter()
                    .map(|it| format!("{{\"resource\":{it}}}"))
                    .collect(),
                _ => vec![found[0].to_owned()],
            };
            let said = fhir::time::print(at(now), OFFSET);
            let text = format!(
                "{{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\
                 \"meta\":{{\"lastUpdated\":\"{said}\"}},\"entry\":[{}]}}",
                entries.join(",")
            );
            return reply(200, now, text);
        }
        if path == "metadata" {
            let resource = |kind| json!({"type": kind, "versioning": "versioned-update"});
            let statement = json!({"resourceType": "CapabilityStatement", "rest": [{
                "mode": "server", "interaction": [{"code": "transaction"}],
                "resource": [resource("Slot"), resource("Appointment")]}]});
            return reply(200, now, statement.to_string());
        }
        let found = match path.split_once('/') {
            Some(("Slot", id)) => self.slots.get(id),
            Some(("Appointment", id)) => self.appointments.get(id),
            _ => panic!("nobody reads {path}"),
        };
        match found {
            Some(stored) => reply(200, now, stored.text.clone()),
            None => reply(404, now, "{}".to_owned()),
        }
    }

    fn search_slots(&self, query: &str) -> Vec<&str> {
        let ids = query
            .split('&')
            .next()
            .and_then(|part| part.strip_prefix("_id="));
        if let Some(ids) = ids {
            let found = ids.split(',').filter_map(|id| self.slots.get(id));
            return found.map(|it| it.text.as_str()).collect();
        }
        let (mut schedules, mut from, mut to) = (Vec::new(), Timestamp::MIN, Timestamp::MAX);
        for part in query.split('&') {
            let instant = |text: &str| text.replace("%2B", "+").parse::<Timestamp>().unwrap();
            match part.split_once('=').unwrap() {
                ("schedule", ids) => schedules = ids.split(',').collect(),
                ("start", bound) if bound.starts_with("ge") => from = instant(&bound[2..]),
                ("start", bound) if bound.starts_with("lt") => to = instant(&bound[2..]),
                _ => {}
            }
        }
        let places = self.places.iter().filter(|(_, place)| {
            schedules.contains(&place.schedule.as_str()) && (from..to).contains(&place.start)
        });
        places.map(|(id, _)| self.slots[id].text.as_str()).collect()
    }

    fn search_appointments(&self, query: &str) -> Vec<&str> {
        let (name, value) = query.split('&').next().unwrap().split_once('=').unwrap();
        let none = BTreeSet::new();
        let ids = match name {
            "patient" => self.of_patient.get(value.trim_start_matches("Patient/")),
            "identifier" => self.of_identifier.get(value.split_once('|').unwrap().1),
            "status" if value == "pending" => Some(&self.pending),
            _ => panic!("nobody searches Appointment?{query}"),
        };
        let ids = ids.unwrap_or(&none).iter();
        ids.map(|id| self.appointments[id].text.as_str()).collect()
    }

    /// All or nothing.
    fn transaction(&mut self, bundle: &Value, now: i64) -> Incoming {
        let entries = bundle["entry"].as_array().unwrap();
        for entry in entries {
            let request = &entry["request"];
            if request["method"] != "PUT" {
                continue;
            }
            let (kind, id) = request["url"].as_str().unwrap().split_once('/').unwrap();
            let all = if kind == "Slot" {
                &self.slots
            } else {
                &self.appointments
            };
            let expected = request["ifMatch"].as_str().unwrap();
            if all
                .get(id)
                .is_none_or(|it| format!("W/\"{}\"", it.version) != expected)
            {
                self.conflicts += 1;
                return reply(
                    412,
                    now,
                    r#"{"resourceType":"OperationOutcome"}"#.to_owned(),
                );
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
            let mut resource = entry["resource"].clone();
            let created = entry["request"]["method"] == "POST";
            let kind = resource["resourceType"].as_str().unwrap().to_owned();
            if created {
                self.made += 1;
                resource["id"] = format!("{}{}", kind[..1].to_lowercase(), self.made).into();
            }
            let id = resource["id"].as_str().unwrap().to_owned();
            let status = if created { "201 Created" } else { "200 OK" };
            responses.push(json!({"response": {"status": status,
                "location": format!("{kind}/{id}/_history/1")}}));
            match kind.as_str() {
                "Slot" => {
                    self.put_slot(resource, now);
                    touched.insert(id);
                }
                "Appointment" => {
                    touched.insert(self.put_appointment(resource, now));
                }
                _ => {}
            }
        }
        for slot in &touched {
            self.audit(slot);
        }
        let answer = json!({"resourceType": "Bundle", "type": "transaction-response",
            "entry": responses});
        reply(200, now, answer.to_string())
    }

    fn put_slot(&mut self, mut slot: Value, now: i64) {
        let id = slot["id"].as_str().unwrap().to_owned();
        let version = self.slots.get(&id).map_or(1, |it| it.version + 1);
        stamp(&mut slot, version, now);
        let quota = slot["extension"].as_array().unwrap().iter();
        let mut quota = quota.filter(|it| it["url"] == "urn:banzhen:ext:quota");
        let quota = quota.next().map(|it| {
            let part = |n: usize| it["extension"][n]["valueInteger"].as_u64().unwrap();
            (part(0), part(1))
        });
        let place = Place {
            status: slot["status"].as_str().unwrap().to_owned(),
            quota,
            schedule: slot["schedule"]["reference"].as_str().unwrap()["Schedule/".len()..]
                .to_owned(),
            start: slot["start"].as_str().unwrap().parse().unwrap(),
        };
        self.places.insert(id.clone(), place);
        self.changed.push(id.clone());
        self.slots.insert(id, store(slot, version));
    }

    /// Gives the slot back that it is at.
    fn put_appointment(&mut self, mut appointment: Value, now: i64) -> String {
        let id = appointment["id"].as_str().unwrap().to_owned();
        let before = self.appointments.get(&id).map_or(0, |it| it.version);
        stamp(&mut appointment, before + 1, now);
        let visit = visit(&appointment);
        for identifier in appointment["identifier"].as_array().unwrap() {
            let value = identifier["value"].as_str().unwrap().to_owned();
            self.of_identifier
                .entry(value)
                .or_default()
                .insert(id.clone());
        }
        let index = |of: &mut HashMap<String, BTreeSet<String>>, by: &str| {
            of.entry(by.to_owned()).or_default().insert(id.clone());
        };
        index(&mut self.of_slot, &visit.slot);
        index(&mut self.of_patient, &visit.patient);
        if visit.is_hold() {
            self.pending.insert(id.clone());
        } else {
            self.pending.remove(&id);
        }
        let slot = visit.slot.clone();
        self.visits.insert(id.clone(), visit);
        self.appointments.insert(id, store(appointment, before + 1));
        slot
    }

    /// Nothing oversold, nothing given away twice, nothing taken by nobody.
    fn audit(&self, slot: &str) {
        let place = &self.places[slot];
        let here = self.of_slot.get(slot).into_iter().flatten();
        let here: Vec<&Visit> = here
            .map(|id| &self.visits[id])
            .filter(|it| it.takes_a_place())
            .collect();
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

    /// The hospital's own people change a slot, and what is on it, past the edge.
    pub fn edit(&mut self, slot: &str, now: i64, edit: impl FnOnce(&mut Value)) {
        let mut value = self.slots[slot].value.clone();
        edit(&mut value);
        self.put_slot(value, now);
    }

    /// They stop a doctor: what is booked there is cancelled with it.
    pub fn stop(&mut self, slot: &str, now: i64) {
        for id in self.of_slot.get(slot).cloned().unwrap_or_default() {
            if self.visits[&id].takes_a_place() {
                self.cancel_at_the_window(&id, now);
            }
        }
        self.edit(slot, now, |it| it["status"] = "busy-unavailable".into());
        self.audit(slot);
    }

    /// They book somebody who came by.
    pub fn book_at_the_window(&mut self, slot: &str, patient: &str, now: i64) -> bool {
        if self.places[slot].status != "free" {
            return false;
        }
        self.made += 1;
        let of = &self.slots[slot].value;
        let appointment = json!({"resourceType": "Appointment", "id": format!("w{}", self.made),
            "status": "booked", "identifier": [], "start": of["start"], "end": of["end"],
            "slot": [{"reference": format!("Slot/{slot}")}],
            "participant": [{"actor": {"reference": format!("Patient/{patient}")}}]});
        self.put_appointment(appointment, now);
        self.edit(slot, now, |it| match quota(it) {
            Some(remain) => {
                *remain = (remain.as_u64().unwrap() - 1).into();
                if *remain == 0 {
                    it["status"] = "busy".into();
                }
            }
            None => it["status"] = "busy".into(),
        });
        self.audit(slot);
        true
    }

    fn cancel_at_the_window(&mut self, id: &str, now: i64) {
        let mut value = self.appointments[id].value.clone();
        value["status"] = "cancelled".into();
        value["cancelationReason"] = json!({"coding": [{"code": "prov-pers",
            "system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"}]});
        let slot = self.put_appointment(value, now);
        self.edit(&slot, now, |it| {
            if let Some(remain) = quota(it) {
                *remain = (remain.as_u64().unwrap() + 1).into();
            }
        });
        self.visits.get_mut(id).unwrap().by_staff = true;
    }
}

fn quota(slot: &mut Value) -> Option<&mut Value> {
    slot.pointer_mut("/extension/1/extension/1/valueInteger")
}

fn visit(appointment: &Value) -> Visit {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let actor = |kind: &str| {
        let all = appointment["participant"].as_array().unwrap().iter();
        let mut ids = all.filter_map(|it| it["actor"]["reference"].as_str()?.strip_prefix(kind));
        ids.next().unwrap_or_default().to_owned()
    };
    let identifiers = appointment["identifier"].as_array().unwrap().iter();
    let keys = identifiers.filter(|it| it["system"] == fhir::names::BOOKING_SYSTEM);
    let extensions = appointment["extension"].as_array().into_iter().flatten();
    let mut expires = extensions.filter(|it| it["url"] == "urn:banzhen:ext:hold-expires");
    Visit {
        id: text(&appointment["id"]),
        status: text(&appointment["status"]),
        patient: actor("Patient/"),
        doctor: actor("PractitionerRole/"),
        slot: text(&appointment["slot"][0]["reference"])["Slot/".len()..].to_owned(),
        keys: keys.map(|it| text(&it["value"])).collect(),
        start: text(&appointment["start"]).parse().unwrap(),
        end: text(&appointment["end"]).parse().unwrap(),
        expires: expires
            .next()
            .map(|it| text(&it["valueInstant"]).parse().unwrap()),
        by_staff: false,
    }
}

fn body(call: &Outgoing) -> Value {
    serde_json::from_slice(call.body.as_deref().unwrap()).unwrap()
}

fn at(now: i64) -> Timestamp {
    Timestamp::from_millisecond(now).unwrap()
}

fn reply(status: u16, _: i64, text: String) -> Incoming {
    Incoming {
        status,
        headers: Vec::new(),
        body: text.into_bytes(),
    }
}

fn stamp(resource: &mut Value, version: u64, now: i64) {
    resource["meta"] = json!({"versionId": version.to_string(),
        "lastUpdated": fhir::time::print(at(now), OFFSET)});
}

fn store(value: Value, version: u64) -> Stored {
    Stored {
        version,
        text: value.to_string(),
        value,
    }
}

fn slot(
    id: &str,
    doctor: usize,
    date: jiff::civil::Date,
    time: &str,
    session: Option<u64>,
) -> Value {
    let start: jiff::civil::Time = time.parse().unwrap();
    let minutes = if session.is_some() { 180 } else { 15 };
    let start = date.to_datetime(start);
    let end = start
        .checked_add(jiff::Span::new().minutes(minutes))
        .unwrap();
    let print = |at| fhir::time::print(OFFSET.to_timestamp(at).unwrap(), OFFSET);
    let mut slot = json!({"resourceType": "Slot", "id": id, "status": "free",
        "schedule": {"reference": format!("Schedule/sch-{doctor}")},
        "start": print(start), "end": print(end),
        "extension": [{"url": "urn:banzhen:ext:fee",
            "valueMoney": {"value": 22.5, "currency": "CNY"}}]});
    if let Some(places) = session {
        let quota = json!({"url": "urn:banzhen:ext:quota", "extension": [
            {"url": "total", "valueInteger": places}, {"url": "remain", "valueInteger": places}]});
        slot["extension"].as_array_mut().unwrap().push(quota);
    }
    slot
}

/// Entries of departments, of doctors, of schedules.
fn directory() -> [String; 3] {
    let reference = |kind: &str, id: String| json!({"reference": format!("{kind}/{id}")});
    let departments = (0..DEPARTMENTS).map(|n| {
        json!({"resourceType": "HealthcareService", "id": format!("dep-{n}"), "active": true,
            "name": format!("科{n}")})
    });
    let doctors = (0..DOCTORS).flat_map(|n| {
        let person = json!({"resourceType": "Practitioner", "id": format!("prac-{n}"),
            "name": [{"text": format!("医生{n}")}]});
        let service = reference("HealthcareService", format!("dep-{}", n % DEPARTMENTS));
        let role = json!({"resourceType": "PractitionerRole", "id": format!("doc-{n}"),
            "active": true, "practitioner": reference("Practitioner", format!("prac-{n}")),
            "healthcareService": [service]});
        [person, role]
    });
    let schedules = (0..DOCTORS).map(|n| {
        json!({"resourceType": "Schedule", "id": format!("sch-{n}"), "active": true,
            "serviceType": [{"coding": [{"system": "urn:banzhen:level", "code": "ordinary"}]}],
            "actor": [reference("PractitionerRole", format!("doc-{n}"))]})
    });
    let entries = |all: Vec<Value>| {
        let all = all
            .into_iter()
            .map(|it| json!({ "resource": it }).to_string());
        all.collect::<Vec<_>>().join(",")
    };
    [
        entries(departments.collect()),
        entries(doctors.collect()),
        entries(schedules.collect()),
    ]
}
