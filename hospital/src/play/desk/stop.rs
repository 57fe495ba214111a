//! Stopping a doctor (停诊).

use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

use super::{Desk, Done, TRIES, Trouble, query_instant, text, version};
use crate::{
    calendar::{at, parse, plus_days},
    client::put,
    resource::{
        concept,
        directory::schedule_id,
        doctor_id,
        visit::{CANCELLATION_SYSTEM, STOPPED},
    },
    rng::Rng,
};

impl Desk {
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
            let mut slots = self.server.search(&format!(
                "Slot?schedule={schedule}&start=ge{}&_count=200",
                query_instant(from)
            ))?;
            slots.sort_by_key(|slot| text(slot, "start"));
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
}
