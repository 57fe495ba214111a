//! One hospital's staff: each thing they can do is one version-aware transaction, as any other
//! client's would be.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use fhir::names::{NUMBER_SYSTEM, QUOTA};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use serde_json::{Value, json};

use crate::{
    calendar::{RELEASE_HOUR, at, instant, parse, plus_days},
    client::{Error, Server, put},
    plan::{World, day_slots, person::Person},
    play::clock::Clock,
    profile::Profile,
    resource::{
        concept,
        directory::schedule_id,
        doctor_id, extension_url, patient_id,
        report::laboratory_report,
        visit::{self, CANCELLATION_SYSTEM, STOPPED, appointment_body},
    },
    rng::Rng,
    seed::write_all,
};

/// Days beyond the seeded ones that a jump of the clock can make the staff release at once.
const LONGEST_JUMP: i64 = 400;
/// How often something is tried with another patient or slot before giving up.
const TRIES: usize = 12;
/// Most open visits of one patient for whom the staff still book.
const MOST_OPEN: usize = 8;

/// Why nothing was done.
#[derive(Debug)]
pub enum Trouble {
    /// The command is wrong.
    Asked(String),
    /// What it names does not exist.
    NotFound(String),
    /// There was nothing to do it to, or somebody else was faster each time.
    Nothing(&'static str),
    /// The hospital's server.
    Server(Error),
}

impl Trouble {
    /// The command is wrong.
    pub fn asked(why: &str) -> Self {
        Self::Asked(why.to_owned())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(why) | Self::NotFound(why) => f.write_str(why),
            Self::Nothing(why) => f.write_str(why),
            Self::Server(error) => error.fmt(f),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

type Done = Result<Value, Trouble>;

/// One hospital's staff.
pub struct Desk {
    server: Server,
    world: World,
    clock: Arc<Clock>,
    /// The last day that has slots; unknown until first asked for.
    last_day: Mutex<Option<Date>>,
}

impl Desk {
    /// The staff of a seeded hospital.
    pub fn new(server: Server, world: World, clock: Arc<Clock>) -> Self {
        Self {
            server,
            world,
            clock,
            last_day: Mutex::new(None),
        }
    }

    /// The hospital's id.
    pub fn id(&self) -> &'static str {
        self.profile().id()
    }

    /// Where its FHIR server is.
    pub fn base_url(&self) -> &str {
        self.server.base()
    }

    /// What it was seeded with.
    pub fn world(&self) -> &World {
        &self.world
    }

    fn profile(&self) -> Profile {
        self.world.profile
    }

    /// The last day that may be booked now.
    fn released_until(&self) -> Date {
        let now = self.clock.now();
        let closed = i64::from(now.hour() < RELEASE_HOUR);
        plus_days(now.date(), self.profile().days_ahead() - closed)
    }

    /// Books by phone or at the window: a given slot, or any that is free.
    pub fn book(&self, slot: Option<&str>, rng: &mut Rng) -> Done {
        for _ in 0..TRIES {
            let slot = match slot {
                Some(id) => self.read("Slot", id)?,
                None => match self.some_free_slot(rng)? {
                    Some(slot) => slot,
                    None => continue,
                },
            };
            if slot["status"] != "free" {
                return Err(Trouble::Nothing("the slot is not free"));
            }
            match self.book_slot(slot, rng) {
                Err(Trouble::Server(error)) if error.is_conflict() => {}
                other => return other,
            }
        }
        Err(Trouble::Nothing("no free slot, or no patient for it"))
    }

    fn book_slot(&self, mut slot: Value, rng: &mut Rng) -> Done {
        let schedule = slot["schedule"]["reference"].as_str().unwrap_or_default();
        let doctor = self
            .world
            .doctors
            .iter()
            .find(|doctor| {
                schedule.ends_with(&format!("/{}", schedule_id(self.profile(), &doctor.key)))
            })
            .ok_or(Trouble::Nothing("a slot of nobody we know"))?;
        let audience = self.profile().departments()[doctor.department].audience;
        let (start, end) = (text(&slot, "start"), text(&slot, "end"));
        let patient = self
            .somebody(rng, (&start, &end), |person| {
                audience.takes(person.age(self.world.today), person.sex)
            })?
            .ok_or(Trouble::Nothing("no patient for the slot"))?;
        let patient = patient_id(self.profile(), patient.index);
        let slot_id = text(&slot, "id");
        let channel = *rng.pick(&["phone", "window"]);
        let mut appointment = appointment_body(
            self.profile(),
            doctor,
            &patient,
            &slot_id,
            (&start, &end),
            channel,
        );
        let number = 3_000_000_000 + rng.below(6_000_000_000);
        appointment["identifier"] =
            json!([{ "system": NUMBER_SYSTEM, "value": number.to_string() }]);
        appointment["created"] = json!(instant(self.clock.now()));
        let left = remaining(&mut slot, -1);
        if left.is_none_or(|left| left == 0) {
            slot["status"] = json!("busy");
        }
        let version = version(&slot);
        let answer = self.server.transaction(&[
            put(slot, Some(&version)),
            json!({ "resource": appointment, "request": { "method": "POST", "url": "Appointment" } }),
        ])?;
        let location = answer["entry"][1]["response"]["location"]
            .as_str()
            .unwrap_or_default();
        let id = location
            .split_once("Appointment/")
            .and_then(|(_, rest)| rest.split('/').next())
            .unwrap_or_default();
        Ok(json!({
            "hospital": self.id(), "slot": slot_id, "appointment": id, "patient": patient,
            "channel": channel,
        }))
    }

    /// A regular patient who fits, with time for the visit and few enough others.
    fn somebody(
        &self,
        rng: &mut Rng,
        (start, end): (&str, &str),
        fits: impl Fn(&Person) -> bool,
    ) -> Result<Option<&Person>, Trouble> {
        let people: Vec<&Person> = self.world.regulars().filter(|p| fits(p)).collect();
        for _ in 0..TRIES {
            let Some(&person) = people.get(rng.index(people.len())) else {
                break;
            };
            let open = self.open_visits(person)?;
            let clash = open.iter().any(|visit| {
                parse(&text(visit, "start")) < parse(end)
                    && parse(start) < parse(&text(visit, "end"))
            });
            if open.len() < MOST_OPEN && !clash {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }

    fn open_visits(&self, person: &Person) -> Result<Vec<Value>, Trouble> {
        let patient = patient_id(self.profile(), person.index);
        let from = query_instant(self.clock.now());
        Ok(self.server.search(&format!(
            "Appointment?patient={patient}&status=booked,pending&date=ge{from}&_count=50"
        ))?)
    }

    fn some_free_slot(&self, rng: &mut Rng) -> Result<Option<Value>, Trouble> {
        let doctor = rng.pick(&self.world.doctors);
        let schedule = schedule_id(self.profile(), &doctor.key);
        let from = query_instant(self.clock.now().saturating_add(45.minutes()));
        let until = query_instant(at(plus_days(self.released_until(), 1), 0));
        let mut slots = self.server.search(&format!(
            "Slot?schedule={schedule}&status=free&start=ge{from}&start=lt{until}&_count=60"
        ))?;
        if slots.is_empty() {
            return Ok(None);
        }
        Ok(Some(slots.swap_remove(rng.index(slots.len()))))
    }

    /// A regular patient calls and cancels.
    pub fn cancel(&self, rng: &mut Rng) -> Done {
        let people: Vec<&Person> = self.world.regulars().collect();
        let in_time = self.clock.now().saturating_add(26.hours());
        for _ in 0..TRIES {
            let Some(&person) = people.get(rng.index(people.len())) else {
                break;
            };
            let visits = self.open_visits(person)?;
            let Some(visit) = visits.into_iter().find(|visit| {
                visit["status"] == "booked"
                    && parse(&text(visit, "start")).is_some_and(|start| start > in_time)
            }) else {
                continue;
            };
            match self.call_off(visit, ("pat", "患者取消"), true) {
                Err(Trouble::Server(error)) if error.is_conflict() => {}
                other => return other,
            }
        }
        Err(Trouble::Nothing("nobody had anything to cancel"))
    }

    fn call_off(&self, mut visit: Value, (code, why): (&str, &str), free: bool) -> Done {
        let id = text(&visit, "id");
        let slot_id = slot_of(&visit);
        visit["status"] = json!("cancelled");
        visit["cancelationReason"] = concept(CANCELLATION_SYSTEM, code, why);
        let version_seen = version(&visit);
        let mut entries = vec![put(visit, Some(&version_seen))];
        if free && let Some(slot_id) = &slot_id {
            let mut slot = self.read("Slot", slot_id)?;
            remaining(&mut slot, 1);
            slot["status"] = json!("free");
            let version_seen = version(&slot);
            entries.push(put(slot, Some(&version_seen)));
        }
        self.server.transaction(&entries)?;
        Ok(json!({ "hospital": self.id(), "appointment": id, "slot": slot_id }))
    }

    /// Stops a doctor for a day (停诊): the given one, or the next on which the doctor sits.
    /// Who had booked is cancelled by the hospital in the same transaction.
    pub fn stop(&self, doctor: &str, date: Option<Date>) -> Done {
        let found = self
            .world
            .doctors
            .iter()
            .find(|known| doctor_id(self.profile(), &known.key) == doctor)
            .ok_or_else(|| Trouble::NotFound("no such doctor".into()))?;
        let schedule = schedule_id(self.profile(), &found.key);
        for _ in 0..TRIES {
            let from = date.map_or_else(|| self.clock.now(), |day| at(day, 0));
            let slots = self.server.search(&format!(
                "Slot?schedule={schedule}&start=ge{}&_sort=start&_count=60",
                query_instant(from)
            ))?;
            let day_of = |slot: &Value| parse(&text(slot, "start")).map(DateTime::date);
            let day = date.or_else(|| {
                slots
                    .iter()
                    .find(|slot| slot["status"] != "busy-unavailable")
                    .and_then(day_of)
            });
            let slots: Vec<Value> = slots
                .into_iter()
                .filter(|slot| day.is_some() && day_of(slot) == day)
                .collect();
            let (Some(day), false) = (day, slots.is_empty()) else {
                return Err(Trouble::Nothing("the doctor does not sit then"));
            };
            match self.stop_slots(doctor, day, slots) {
                Err(Trouble::Server(error)) if error.is_conflict() => {}
                other => return other,
            }
        }
        Err(Trouble::Nothing("others kept booking"))
    }

    fn stop_slots(&self, doctor: &str, day: Date, slots: Vec<Value>) -> Done {
        let visits = self.server.search(&format!(
            "Appointment?actor=PractitionerRole/{doctor}&status=booked,pending&date=ge{}&date=lt{}&_count=200",
            query_instant(at(day, 0)),
            query_instant(at(plus_days(day, 1), 0)),
        ))?;
        let mut entries = Vec::new();
        let (mut stopped, mut called_off) = (Vec::new(), Vec::new());
        for mut slot in slots {
            stopped.push(slot["id"].clone());
            slot["status"] = json!("busy-unavailable");
            let version_seen = version(&slot);
            entries.push(put(slot, Some(&version_seen)));
        }
        for mut visit in visits {
            called_off.push(visit["id"].clone());
            visit["status"] = json!("cancelled");
            visit["cancelationReason"] = concept(CANCELLATION_SYSTEM, STOPPED.0, STOPPED.1);
            let version_seen = version(&visit);
            entries.push(put(visit, Some(&version_seen)));
        }
        self.server.transaction(&entries)?;
        Ok(json!({
            "hospital": self.id(), "doctor": doctor, "date": day.to_string(),
            "slots": stopped, "appointments": called_off,
        }))
    }

    /// Stops some doctor on the next day that doctor sits.
    pub fn stop_somebody(&self, rng: &mut Rng) -> Done {
        let doctor = rng.pick(&self.world.doctors);
        self.stop(&doctor_id(self.profile(), &doctor.key), None)
    }

    /// The laboratory signs a report that was preliminary; when there is none, a new one.
    pub fn report_final(&self, rng: &mut Rng) -> Done {
        let now = instant(self.clock.now());
        let waiting = self
            .server
            .search("DiagnosticReport?status=preliminary,registered,partial&_count=20")?;
        if let Some(mut report) = waiting.into_iter().next() {
            let (id, subject) = (report["id"].clone(), report["subject"]["reference"].clone());
            report["status"] = json!("final");
            report["issued"] = json!(now);
            let version_seen = version(&report);
            self.server
                .transaction(&[put(report, Some(&version_seen))])?;
            return Ok(json!({
                "hospital": self.id(), "report": id, "patient": subject, "new": false,
            }));
        }
        let people: Vec<&Person> = self.world.regulars().collect();
        let Some(&person) = people.get(rng.index(people.len())) else {
            return Err(Trouble::Nothing("no patients"));
        };
        let stamp = self.clock.now().strftime("%Y%m%d%H%M%S").to_string();
        let resources = laboratory_report(&self.world, person, &stamp, self.clock.now(), rng);
        let id = resources
            .last()
            .map(|report| report["id"].clone())
            .unwrap_or_default();
        let entries: Vec<Value> = resources.into_iter().map(|r| put(r, None)).collect();
        self.server.transaction(&entries)?;
        let subject = format!("Patient/{}", patient_id(self.profile(), person.index));
        Ok(json!({ "hospital": self.id(), "report": id, "patient": subject, "new": true }))
    }

    /// Visits whose time is over took place.
    pub fn close_visits(&self) -> Done {
        let until = query_instant(self.clock.now().saturating_sub(1.hour()));
        let over = self.server.search(&format!(
            "Appointment?status=booked&date=lt{until}&_count=30"
        ))?;
        let mut entries = Vec::new();
        for mut visit in over {
            visit["status"] = json!("fulfilled");
            let version_seen = version(&visit);
            entries.push(put(visit, Some(&version_seen)));
        }
        if !entries.is_empty() {
            self.server.transaction(&entries)?;
        }
        Ok(json!({ "hospital": self.id(), "closed": entries.len() }))
    }

    /// Adds the days that the clock has made due, if any.
    pub fn release_due(&self) -> Result<Option<Value>, Trouble> {
        let last = self.last_day()?;
        let due = plus_days(self.released_until(), 1);
        let due = due.min(plus_days(self.world.today, LONGEST_JUMP));
        if last >= due {
            return Ok(None);
        }
        // Days that nobody had time to release are left out: nobody can book the past.
        let from = plus_days(last, 1).max(self.clock.now().date());
        self.release(from, due).map(Some)
    }

    /// Adds the next day that has no slots yet.
    pub fn release_next(&self) -> Done {
        let next = plus_days(self.last_day()?, 1);
        self.release(next, next)
    }

    fn release(&self, from: Date, until: Date) -> Done {
        let mut count = 0;
        let mut day = from;
        while day <= until {
            let slots: Vec<Value> = day_slots(self.profile(), &self.world.doctors, day)
                .iter()
                .map(|slot| visit::slot(&self.world, slot))
                .collect();
            count += slots.len();
            write_all(&self.server, slots)?;
            *self.last_day.lock().unwrap_or_else(PoisonError::into_inner) = Some(day);
            day = plus_days(day, 1);
        }
        Ok(json!({
            "hospital": self.id(), "from": from.to_string(), "date": until.to_string(),
            "slots": count,
        }))
    }

    /// The last day that has slots, as the server says the first time.
    fn last_day(&self) -> Result<Date, Trouble> {
        let known = *self.last_day.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(day) = known {
            return Ok(day);
        }
        let slots = self.server.search("Slot?_sort=-start&_count=1")?;
        let day = slots
            .first()
            .and_then(|slot| parse(&text(slot, "start")))
            .ok_or(Trouble::Nothing("the hospital has no slots: seed it first"))?
            .date();
        *self.last_day.lock().unwrap_or_else(PoisonError::into_inner) = Some(day);
        Ok(day)
    }

    fn read(&self, kind: &str, id: &str) -> Done {
        let safe = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if !safe || id.is_empty() {
            return Err(Trouble::asked("not an id"));
        }
        match self.server.get(&format!("{kind}/{id}")) {
            Err(Error::Refused(404 | 410, _)) => Err(Trouble::NotFound(format!("no such {kind}"))),
            other => Ok(other?),
        }
    }
}

fn text(resource: &Value, field: &str) -> String {
    resource[field].as_str().unwrap_or_default().to_owned()
}

fn version(resource: &Value) -> String {
    resource["meta"]["versionId"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn slot_of(visit: &Value) -> Option<String> {
    let reference = visit["slot"][0]["reference"].as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
}

/// An instant as it stands in a query, its `+` escaped.
fn query_instant(moment: DateTime) -> String {
    instant(moment).replace('+', "%2B")
}

/// Adds to what is left of a quota slot; the new number, or none for a single seat.
fn remaining(slot: &mut Value, change: i64) -> Option<i64> {
    let url = extension_url(QUOTA);
    let quota = slot["extension"]
        .as_array_mut()?
        .iter_mut()
        .find(|e| e["url"] == *url)?;
    let left = quota["extension"]
        .as_array_mut()?
        .iter_mut()
        .find(|e| e["url"] == "remain")?;
    let now = left["valueInteger"].as_i64()? + change;
    left["valueInteger"] = json!(now);
    Some(now)
}
