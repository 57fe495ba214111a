//! What the hospital's own people do, past the edge: straight into FHIR.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{client::fresh_key, fhir::Fhir, people::Somebody};

/// A slot as `like`, at another time and in this state; gives its id.
#[track_caller]
pub fn add_slot(fhir: &Fhir, like: &str, start: Timestamp, status: &str) -> String {
    let mut slot = fhir.read(&format!("Slot/{like}"));
    let time = |at: Timestamp| {
        at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    };
    let of_like = |name: &str| slot[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    let length = of_like("start").duration_until(of_like("end"));
    slot.as_object_mut().unwrap().remove("meta");
    slot["id"] = json!(fresh_key());
    slot["start"] = json!(time(start));
    slot["end"] = json!(time(start + length));
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

/// A consent somebody gave, and the `RelatedPerson` it was given to.
pub struct Consent {
    id: String,
    related: String,
}

/// Lets `proxy` act for the patient: as the seeded consents are, with these rights, without end.
#[track_caller]
pub fn consent(fhir: &Fhir, record: &str, proxy: &Somebody, rights: &[&str]) -> Consent {
    let like = fhir
        .search("Consent?status=active")
        .into_iter()
        .next()
        .expect("no seeded consent");
    let actor = &like["provision"]["actor"][0]["reference"]["reference"];
    let mut related = fhir.read(actor.as_str().expect("a consent to nobody"));
    let mut consent = like.clone();
    for copy in [&mut related, &mut consent] {
        copy.as_object_mut().unwrap().remove("meta");
        copy["id"] = json!(fresh_key());
    }
    let patient = json!({ "reference": format!("Patient/{record}") });
    related["patient"] = patient.clone();
    related["name"] = json!([{ "text": proxy.name }]);
    // The phone stands in the telecom and, to be found by, in an identifier.
    for of in ["telecom", "identifier"] {
        for row in related[of].as_array_mut().into_iter().flatten() {
            let is_phone = row["value"]
                .as_str()
                .is_some_and(|v| v.len() == 11 && v.starts_with('1'));
            if is_phone {
                row["value"] = json!(proxy.phone);
            }
        }
    }
    let related = fhir.put(&related)["id"].as_str().unwrap().to_owned();
    consent["patient"] = patient;
    let provision = &mut consent["provision"];
    provision["actor"][0]["reference"] = json!({ "reference": format!("RelatedPerson/{related}") });
    provision.as_object_mut().unwrap().remove("period");
    let coding = provision["action"][0]["coding"][0].clone();
    provision["action"] = rights
        .iter()
        .map(|right| {
            let mut coding = coding.clone();
            coding["code"] = json!(right);
            coding.as_object_mut().unwrap().remove("display");
            json!({ "coding": [coding] })
        })
        .collect();
    let id = fhir.put(&consent)["id"].as_str().unwrap().to_owned();
    Consent { id, related }
}

impl Consent {
    #[track_caller]
    fn change(&self, fhir: &Fhir, change: impl FnOnce(&mut Value)) {
        let mut stored = fhir.read(&format!("Consent/{}", self.id));
        change(&mut stored);
        fhir.put(&stored);
    }

    /// Takes it back.
    #[track_caller]
    pub fn revoke(&self, fhir: &Fhir) {
        self.change(fhir, |stored| stored["status"] = json!("inactive"));
    }

    /// Sets from when to when it holds.
    #[track_caller]
    pub fn period(&self, fhir: &Fhir, from: Timestamp, to: Timestamp) {
        self.change(fhir, |stored| {
            stored["provision"]["period"] =
                json!({ "start": from.to_string(), "end": to.to_string() });
        });
    }

    /// Takes the word back that the proxy's phone was verified.
    #[track_caller]
    pub fn unverify(&self, fhir: &Fhir) {
        let mut related = fhir.read(&format!("RelatedPerson/{}", self.related));
        for telecom in related["telecom"].as_array_mut().unwrap() {
            telecom.as_object_mut().unwrap().remove("extension");
        }
        fhir.put(&related);
    }
}
