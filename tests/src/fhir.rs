//! A look into a hospital's FHIR server, past the edge.

use serde_json::Value;

use crate::http::{get_json, send, send_json};

/// One hospital's FHIR server.
#[derive(Clone, Debug)]
pub struct Fhir {
    /// `http://127.0.0.1:8790/fhir`
    pub base: String,
}

impl Fhir {
    /// The server that `GET /dev/hospitals` names for this hospital.
    #[track_caller]
    pub fn of(edge: &str, hospital: &str) -> Self {
        let list = get_json(&format!("{edge}/dev/hospitals"));
        let base = list["hospitals"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["id"] == hospital)
            .unwrap_or_else(|| panic!("{hospital} is not in {list}"))["base_url"]
            .as_str()
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        Self { base }
    }

    /// Reads one resource (`Slot/x`).
    #[track_caller]
    pub fn read(&self, reference: &str) -> Value {
        get_json(&format!("{}/{reference}", self.base))
    }

    /// All resources a search finds, page by page.
    #[track_caller]
    pub fn search(&self, query: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let joint = if query.contains('?') { '&' } else { '?' };
        let mut next = Some(format!("{}/{query}{joint}_count=200", self.base));
        while let Some(url) = next {
            let bundle = get_json(&url);
            for entry in bundle["entry"].as_array().into_iter().flatten() {
                found.push(entry["resource"].clone());
            }
            next = bundle["link"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|link| link["relation"] == "next")
                .and_then(|link| link["url"].as_str())
                .map(|url| self.through(url));
        }
        found
    }

    /// A next link may name the server's own address: keep to ours.
    fn through(&self, url: &str) -> String {
        match url.split_once("/fhir") {
            Some((_, rest)) if self.base.ends_with("/fhir") => format!("{}{rest}", self.base),
            _ => url.to_owned(),
        }
    }

    /// Appointments on this slot that count: neither cancelled nor entered in error.
    #[track_caller]
    pub fn live_on_slot(&self, slot: &str) -> Vec<Value> {
        // Not every server can search by slot: go by the slot's schedule is no way either, so by
        // time, and then look.
        let start = self.read(&format!("Slot/{slot}"))["start"]
            .as_str()
            .unwrap()
            .to_owned();
        let start = start.parse::<jiff::Timestamp>().unwrap();
        let wanted = format!("Slot/{slot}");
        self.search(&format!("Appointment?date={start}"))
            .into_iter()
            .filter(is_live)
            .filter(|appointment| {
                appointment["slot"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|s| {
                        s["reference"]
                            .as_str()
                            .is_some_and(|r| r.ends_with(&wanted))
                    })
            })
            .collect()
    }

    /// A patient's appointments that count.
    #[track_caller]
    pub fn live_of_patient(&self, patient: &str) -> Vec<Value> {
        let query = format!("Appointment?patient=Patient/{patient}");
        self.search(&query).into_iter().filter(is_live).collect()
    }

    /// Finds the Patient with this identity number.
    #[track_caller]
    pub fn patients_by_number(&self, number: &str) -> Vec<Value> {
        self.search(&format!("Patient?identifier={number}"))
    }

    /// Writes a resource as it is (PUT), as the hospital's own staff would.
    #[track_caller]
    pub fn put(&self, resource: &Value) -> Value {
        let kind = resource["resourceType"].as_str().unwrap();
        let id = resource["id"].as_str().unwrap();
        send_json("PUT", &format!("{}/{kind}/{id}", self.base), resource)
    }

    /// Creates a resource (POST), as the hospital's own staff would.
    #[track_caller]
    pub fn post(&self, resource: &Value) -> Value {
        let kind = resource["resourceType"].as_str().unwrap();
        send_json("POST", &format!("{}/{kind}", self.base), resource)
    }

    /// Whether the server answers at all.
    pub fn is_up(&self) -> bool {
        send("GET", &format!("{}/metadata", self.base), &[], None).is_ok_and(|r| r.status == 200)
    }
}

/// Neither cancelled, nor missed, nor a mistake.
pub fn is_live(appointment: &Value) -> bool {
    !matches!(
        appointment["status"].as_str(),
        Some("cancelled" | "noshow" | "entered-in-error" | "fulfilled") | None
    )
}

/// The id part of the edge's `{hospital}~{fhir id}`.
#[track_caller]
pub fn local(id: &str) -> &str {
    id.split_once('~')
        .unwrap_or_else(|| panic!("{id} carries no hospital"))
        .1
}
