//! Patients, and those who may act for them.

use fhir::names::{OTHER_ID_BASE, PHONE_SYSTEM, RESIDENT_ID_SYSTEM, RIGHT_SYSTEM, VERIFIED};
use jiff::ToSpan;
use serde_json::{Value, json};

use crate::{
    calendar::{at, instant, plus_days},
    plan::{
        World,
        person::{ConsentState, Person, Proxy},
    },
    profile::Profile,
    resource::{concept, directory::gender, extension_url, organization_id, patient_id, reference},
};

/// A patient's record.
pub fn patient(profile: Profile, person: &Person) -> Value {
    let mut patient = json!({
        "resourceType": "Patient",
        "id": patient_id(profile, person.index),
        "identifier": [identifier(person)],
        "active": true,
        "name": [{ "use": "official", "text": person.name }],
        "gender": gender(person.sex),
        "birthDate": person.birth.to_string(),
        "managingOrganization": reference("Organization", &organization_id(profile)),
    });
    if let Some(phone) = &person.phone {
        patient["telecom"] = json!([telecom(phone, person.bound)]);
    }
    patient
}

fn identifier(person: &Person) -> Value {
    let system = match person.id_type {
        "resident" => RESIDENT_ID_SYSTEM.to_owned(),
        other => format!("{OTHER_ID_BASE}{other}"),
    };
    json!({ "use": "official", "system": system, "value": person.id_number })
}

fn telecom(phone: &str, verified: bool) -> Value {
    let mut telecom = json!({ "system": "phone", "value": phone, "use": "mobile" });
    if verified {
        telecom["extension"] = json!([{ "url": extension_url(VERIFIED), "valueBoolean": true }]);
    }
    telecom
}

/// A `RelatedPerson` and a Consent for each proxy, where both have a record.
pub fn proxies(world: &World) -> Vec<Value> {
    let mut resources = Vec::new();
    for person in world.patients() {
        for proxy in &person.acts_for {
            let patient = &world.people[proxy.patient];
            if patient.known_at(world.profile) {
                resources.push(related(world.profile, person, proxy));
                resources.push(consent(world, person, proxy));
            }
        }
    }
    resources
}

fn related_id(profile: Profile, person: &Person, proxy: &Proxy) -> String {
    format!(
        "{}-rp-{:05}-for-{:05}",
        profile.prefix(),
        person.index,
        proxy.patient
    )
}

fn related(profile: Profile, person: &Person, proxy: &Proxy) -> Value {
    let word = match proxy.role {
        "DAU" => "女儿",
        "SON" => "儿子",
        "GUARD" => "监护人",
        _ => "邻居",
    };
    let mut related = json!({
        "resourceType": "RelatedPerson",
        "id": related_id(profile, person, proxy),
        "identifier": [identifier(person)],
        "active": true,
        "patient": reference("Patient", &patient_id(profile, proxy.patient)),
        "relationship": [concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", proxy.role, word)],
        "name": [{ "use": "official", "text": person.name }],
        "gender": gender(person.sex),
        "birthDate": person.birth.to_string(),
    });
    if let Some(phone) = &person.phone {
        related["telecom"] = json!([telecom(phone, true)]);
        related["identifier"] =
            json!([identifier(person), { "system": PHONE_SYSTEM, "value": phone }]);
    }
    related
}

fn consent(world: &World, person: &Person, proxy: &Proxy) -> Value {
    let (from, until) = match proxy.state {
        ConsentState::Active => (-120, 600),
        ConsentState::Expired => (-400, -35),
        ConsentState::Revoked => (-90, 275),
    };
    let (from, until) = (plus_days(world.today, from), plus_days(world.today, until));
    let actions: Vec<Value> = proxy
        .rights
        .iter()
        .map(|right| json!({ "coding": [{ "system": RIGHT_SYSTEM, "code": right }] }))
        .collect();
    json!({
        "resourceType": "Consent",
        "id": format!("{}-con-{:05}-for-{:05}", world.profile.prefix(), person.index, proxy.patient),
        "status": if proxy.state == ConsentState::Revoked { "inactive" } else { "active" },
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "隐私授权"),
        "category": [concept("http://loinc.org", "59284-0", "代办授权书")],
        "patient": reference("Patient", &patient_id(world.profile, proxy.patient)),
        "dateTime": instant(at(from, 9 * 60).saturating_sub(5.minutes())),
        "organization": [reference("Organization", &organization_id(world.profile))],
        "policyRule": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN" }] },
        "provision": {
            "type": "permit",
            "period": { "start": instant(at(from, 9 * 60)), "end": instant(at(until, 23 * 60 + 59)) },
            "actor": [{
                "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": reference("RelatedPerson", &related_id(world.profile, person, proxy)),
            }],
            "action": actions,
        },
    })
}
