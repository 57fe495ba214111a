//! What there is in the beginning.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{DEPARTMENTS, Hospital, OFFSET};

const DOCTORS: usize = 20;

impl Hospital {
    /// Doctors with seats and a session a day, `today` and the two days after, and the records of
    /// so many patients.
    pub fn seeded(today: Timestamp, patients: usize) -> Self {
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
                    hospital.slots.push(id);
                }
                let id = format!("q-{doctor}-{day}");
                hospital.put_slot(slot(&id, doctor, date, "14:00", Some(5)), 0);
                hospital.slots.push(id);
            }
        }
        for n in 0..patients {
            hospital.store(patient(&format!("p-{n}"), Some(n)), 0);
        }
        hospital.store(patient(super::WINDOW, None), 0);
        hospital.news();
        hospital
    }
}

/// A patient; with a phone, if they have a number.
fn patient(id: &str, number: Option<usize>) -> Value {
    let document = json!({"system": fhir::names::RESIDENT_ID_SYSTEM, "value": format!("id-{id}")});
    let phone = number.map(|n| {
        json!({"system": "phone", "value": super::phone(n), "extension": [
            {"url": "urn:banzhen:ext:verified", "valueBoolean": true}]})
    });
    json!({"resourceType": "Patient", "id": id, "identifier": [document],
        "name": [{"text": "王建国"}], "telecom": phone.into_iter().collect::<Vec<_>>()})
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
