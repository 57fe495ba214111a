//! What the hospital's own people do, past the edge: straight into FHIR.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{client::fresh_key, fhir::Fhir};

/// A slot as `like`, at another time and in this state; gives its id.
#[track_caller]
pub fn add_slot(fhir: &Fhir, like: &str, start: Timestamp, status: &str) -> String {
    let mut slot = fhir.read(&format!("Slot/{like}"));
    let time = |at: Timestamp| {
        at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    };
    slot.as_object_mut().unwrap().remove("meta");
    slot["id"] = json!(fresh_key());
    slot["start"] = json!(time(start));
    slot["end"] = json!(time(start + SignedDuration::from_mins(15)));
    slot["status"] = json!(status);
    fhir.put(&slot)["id"].as_str().unwrap().to_owned()
}

/// Sets the status of a slot.
#[track_caller]
pub fn set_slot(fhir: &Fhir, slot: &str, status: &str) {
    let mut stored = fhir.read(&format!("Slot/{slot}"));
    stored["status"] = json!(status);
    fhir.put(&stored);
}

/// Changes an Appointment as the staff would.
#[track_caller]
pub fn change_appointment(fhir: &Fhir, id: &str, change: impl FnOnce(&mut Value)) {
    let mut stored = fhir.read(&format!("Appointment/{id}"));
    change(&mut stored);
    fhir.put(&stored);
}

fn quota(slot: &mut Value, name: &str) -> Option<(usize, usize)> {
    let extensions = slot["extension"].as_array()?;
    let outer = extensions
        .iter()
        .position(|e| e["url"].as_str().unwrap_or("").ends_with("quota"))?;
    let inner = extensions[outer]["extension"]
        .as_array()?
        .iter()
        .position(|e| e["url"] == name)?;
    Some((outer, inner))
}

/// Gives places of a quota slot away until so many are left.
#[track_caller]
pub fn leave_quota(fhir: &Fhir, slot: &str, left: u32) {
    let mut stored = fhir.read(&format!("Slot/{slot}"));
    let (outer, inner) = quota(&mut stored, "remain").expect("not a quota slot");
    stored["extension"][outer]["extension"][inner]["valueInteger"] = json!(left);
    fhir.put(&stored);
}

/// How many places of a quota slot are left.
#[track_caller]
pub fn quota_left(fhir: &Fhir, slot: &str) -> i64 {
    let mut stored = fhir.read(&format!("Slot/{slot}"));
    let (outer, inner) = quota(&mut stored, "remain").expect("not a quota slot");
    stored["extension"][outer]["extension"][inner]["valueInteger"]
        .as_i64()
        .unwrap()
}
