//! Setting the scene: a day with so many places, and so many people who are logged in.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{Plan, http::Line};
use crate::{
    clock,
    http::{get_json, send_json},
    identity,
    people::fresh_phone,
    stack::Own,
};

/// So many resources go in one transaction.
const AT_ONCE: usize = 100;
/// So many codes are sent before the outbox, which shows a thousand messages, is read.
const CODES: usize = 800;
/// Logging in is done by so many at once.
const DOORS: usize = 12;

/// Somebody who is logged in.
pub(super) struct Somebody {
    pub person: String,
    pub cookie: String,
}

/// A doctor of the day, and their places.
#[derive(Clone, Debug)]
pub(super) struct Doctor {
    pub department: String,
    pub id: String,
    pub slots: Vec<String>,
}

/// The scene.
pub(super) struct Scene {
    pub base: String,
    pub people: Vec<Somebody>,
    pub doctors: Vec<Doctor>,
    pub date: String,
    pub opens: Timestamp,
    /// Seconds it took.
    pub took_s: u64,
}

impl Scene {
    #[track_caller]
    pub fn prepare(own: &Own, plan: &Plan) -> Self {
        let began = Instant::now();
        let base = own.world.edge.base.clone();
        // The day that the evening's release opens; the evening is made to be tonight's.
        let today = clock::china_day(Timestamp::now());
        let opens = clock::china(today, 20, 0);
        let date = today.checked_add(15.days()).unwrap().to_string();
        clock::set(&base, opens - SignedDuration::from_hours(1));
        let doctors = places(own, &date, plan.slots);
        let phones = patients(own, plan.people);
        let people = log_in(&base, &phones);
        assert_eq!(people.len(), plan.people, "everybody is logged in");
        // What was asked so far is not part of the rush.
        own.proxy.forget();
        Self {
            base,
            people,
            doctors,
            date,
            opens,
            took_s: began.elapsed().as_secs(),
        }
    }

    /// All places.
    pub fn slots(&self) -> impl Iterator<Item = &String> {
        self.doctors.iter().flat_map(|doctor| &doctor.slots)
    }
}

/// Leaves `count` seats of the day, and stops all others.
fn places(own: &Own, date: &str, count: usize) -> Vec<Doctor> {
    let day: jiff::civil::Date = date.parse().unwrap();
    let (from, to) = (
        clock::china(day, 0, 0),
        clock::china(day.tomorrow().unwrap(), 0, 0),
    );
    let general = &own.world.general;
    let owner: BTreeMap<String, (String, String)> = doctors_of(own);
    let mut left = count;
    let mut doctors: BTreeMap<String, Doctor> = BTreeMap::new();
    let mut stopped = Vec::new();
    for mut slot in general.search(&format!("Slot?start=ge{from}&start=lt{to}")) {
        let schedule = slot["schedule"]["reference"].as_str().unwrap().to_owned();
        let is_seat = !slot["extension"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|it| it["url"].as_str().unwrap_or("").ends_with("quota"));
        let doctor = owner.get(schedule.rsplit('/').next().unwrap());
        if let Some((department, id)) =
            doctor.filter(|_| is_seat && left > 0 && slot["status"] == "free")
        {
            left -= 1;
            let doctor = doctors.entry(id.clone()).or_insert_with(|| Doctor {
                department: department.clone(),
                id: id.clone(),
                slots: Vec::new(),
            });
            doctor.slots.push(slot["id"].as_str().unwrap().to_owned());
        } else {
            slot["status"] = "busy-unavailable".into();
            stopped.push(slot);
        }
    }
    assert_eq!(left, 0, "the day has fewer seats");
    write(&general.base, &stopped);
    doctors.into_values().collect()
}

/// Department and doctor of each schedule.
fn doctors_of(own: &Own) -> BTreeMap<String, (String, String)> {
    let general = &own.world.general;
    let id = |reference: &Value| {
        let text = reference["reference"].as_str().unwrap_or_default();
        text.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let departments: BTreeMap<String, String> = general
        .search("PractitionerRole")
        .iter()
        .map(|role| {
            let department = id(&role["healthcareService"][0]);
            (role["id"].as_str().unwrap().to_owned(), department)
        })
        .collect();
    general
        .search("Schedule")
        .iter()
        .filter_map(|schedule| {
            let doctor = schedule["actor"]
                .as_array()?
                .iter()
                .map(id)
                .find(|id| departments.contains_key(id))?;
            let department = departments.get(&doctor)?.clone();
            Some((schedule["id"].as_str()?.to_owned(), (department, doctor)))
        })
        .collect()
}

/// Writes resources by PUT, many at once.
fn write(base: &str, resources: &[Value]) {
    for some in resources.chunks(AT_ONCE) {
        let entries: Vec<Value> = some
            .iter()
            .map(|it| {
                let url = format!(
                    "{}/{}",
                    it["resourceType"].as_str().unwrap(),
                    it["id"].as_str().unwrap()
                );
                json!({ "resource": it, "request": { "method": "PUT", "url": url } })
            })
            .collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        send_json("POST", base, &bundle);
    }
}

/// Patients, each bound to a phone of their own. Gives the phones.
fn patients(own: &Own, count: usize) -> Vec<String> {
    let model = own.world.cast.take();
    let model = own
        .world
        .general
        .patients_by_number(&model.id_number)
        .remove(0);
    let mut phones = Vec::with_capacity(count);
    let mut made = Vec::with_capacity(count);
    let run = Timestamp::now().as_second();
    for index in 0..count {
        let mut patient = model.clone();
        let (number, birth_date) = identity::fresh_adult();
        let phone = fresh_phone();
        patient["id"] = format!("rush-{run}-{index}").into();
        patient["birthDate"] = birth_date.into();
        patient["identifier"][0]["value"] = number.into();
        patient["identifier"].as_array_mut().unwrap().truncate(1);
        patient["telecom"][0]["value"] = phone.as_str().into();
        patient.as_object_mut().unwrap().remove("meta");
        made.push(patient);
        phones.push(phone);
    }
    write(&own.world.general.base, &made);
    phones
}

fn log_in(base: &str, phones: &[String]) -> Vec<Somebody> {
    let mut people = Vec::with_capacity(phones.len());
    for some in phones.chunks(CODES) {
        each(base, some, |line, phone| {
            let body = json!({ "phone": phone });
            let sent = line.send("POST", "/api/v1/session/codes", "", "", &body);
            assert_eq!(sent.status, 202, "{}", sent.body);
        });
        // In bulk: one look at the outbox instead of one a person.
        let outbox = get_json(&format!("{base}/dev/outbox"));
        let codes: BTreeMap<String, String> = outbox["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| {
                Some((
                    it["to"].as_str()?.to_owned(),
                    it["code"].as_str()?.to_owned(),
                ))
            })
            .collect();
        let logged_in = Mutex::new(Vec::new());
        each(base, some, |line, phone| {
            let body = json!({ "phone": phone, "code": codes[phone] });
            let answer = line.send("POST", "/api/v1/session", "", "", &body);
            assert_eq!(answer.status, 201, "{}", answer.body);
            let person = answer.body["people"][0]["id"].as_str();
            logged_in.lock().unwrap().push(Somebody {
                person: person.expect("the phone is bound").to_owned(),
                cookie: answer.cookie.expect("a session"),
            });
        });
        people.extend(logged_in.into_inner().unwrap());
    }
    people
}

fn each(base: &str, phones: &[String], act: impl Fn(&Line, &str) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..DOORS {
            scope.spawn(|| {
                let line = Line::to(base);
                while let Some(phone) = phones.get(next.fetch_add(1, Ordering::Relaxed)) {
                    act(&line, phone);
                }
            });
        }
    });
}
