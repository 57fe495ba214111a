//! What the hospital's own people do, past the edge.

use serde_json::{Value, json};

use super::Hospital;

impl Hospital {
    /// They change a slot.
    pub fn edit(&mut self, slot: &str, now: i64, edit: impl FnOnce(&mut Value)) {
        let mut value = self.value("Slot", slot).clone();
        edit(&mut value);
        self.put_slot(value, now);
    }

    /// Their server gives up on whoever did not take its notifications.
    pub fn unsubscribe(&mut self, now: i64) {
        let ids: Vec<String> = self.subscriptions.keys().cloned().collect();
        for id in ids {
            let mut value = self.value("Subscription", &id).clone();
            value["status"] = "error".into();
            self.subscriptions.insert(id, false);
            self.store(value, now);
        }
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
        let of = self.value("Slot", slot).clone();
        let doctor = self.places[slot].doctor;
        let appointment = json!({"resourceType": "Appointment", "id": format!("w{}", self.made),
            "status": "booked", "identifier": [], "start": of["start"], "end": of["end"],
            "slot": [{"reference": format!("Slot/{slot}")}],
            "participant": [{"actor": {"reference": format!("Patient/{patient}")}},
                {"actor": {"reference": format!("PractitionerRole/doc-{doctor}")}}]});
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
        let mut value = self.value("Appointment", id).clone();
        value["status"] = "cancelled".into();
        value["cancelationReason"] = json!({"coding": [{"code": super::ledger::BY_STAFF,
            "system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"}]});
        let slot = self.put_appointment(value, now).unwrap();
        self.edit(&slot, now, |it| {
            if let Some(remain) = quota(it) {
                *remain = (remain.as_u64().unwrap() + 1).into();
            }
        });
    }
}

fn quota(slot: &mut Value) -> Option<&mut Value> {
    slot.pointer_mut("/extension/1/extension/1/valueInteger")
}
