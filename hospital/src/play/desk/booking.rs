//! Booking and cancelling by phone and at the window.

use fhir::names::{NUMBER_SYSTEM, QUOTA};
use jiff::ToSpan;
use serde_json::{Value, json};

use super::{Desk, Done, TRIES, Trouble, query_instant, text, version};
use crate::{
    calendar::{at, instant, parse, plus_days},
    client::put,
    plan::person::Person,
    resource::{
        concept,
        directory::schedule_id,
        extension_url, patient_id,
        visit::{CANCELLATION_SYSTEM, appointment_body},
    },
    rng::Rng,
};

/// So many visits more than the plan gave somebody do the staff book.
const ON_TOP: usize = 1;

impl Desk {
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
            if open.len() < self.profile().most_open() + ON_TOP && !clash {
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
}

fn slot_of(visit: &Value) -> Option<String> {
    let reference = visit["slot"][0]["reference"].as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
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
