//! The plan as FHIR R4 resources, as any R4 server takes them.

pub mod directory;
pub mod patient;
pub mod report;
pub mod visit;

use serde_json::{Value, json};

use crate::{
    plan::{World, booking::Booking},
    profile::Profile,
};

/// A hospital's resources in stages: what a stage refers to stands in an earlier one.
pub fn stages(world: &World) -> Vec<Vec<Value>> {
    let mut people = Vec::new();
    for person in world.patients() {
        people.push(patient::patient(world.profile, person));
    }
    vec![
        directory::places(world),
        directory::staff(world),
        people,
        patient::proxies(world),
        world
            .slots
            .iter()
            .map(|slot| visit::slot(world, slot))
            .collect(),
        world
            .bookings
            .iter()
            .enumerate()
            .map(|(n, b)| visit::appointment(world, n, b))
            .collect(),
        report::observations(world),
        report::reports(world),
    ]
}

/// `{"reference": "Type/id"}`.
pub fn reference(kind: &str, id: &str) -> Value {
    json!({ "reference": format!("{kind}/{id}") })
}

/// A concept with one coding and the words people read.
pub fn concept(system: &str, code: &str, text: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": text }], "text": text })
}

/// The URL of one of this project's extensions.
pub fn extension_url(name: &str) -> String {
    format!("{}{name}", fhir::names::EXTENSION_BASE)
}

/// Id of the hospital's Organization.
pub fn organization_id(profile: Profile) -> String {
    format!("{}-hospital", profile.prefix())
}

/// Id of a department's HealthcareService.
pub fn department_id(profile: Profile, slug: &str) -> String {
    format!("{}-dep-{slug}", profile.prefix())
}

/// Id of a doctor's PractitionerRole.
pub fn doctor_id(profile: Profile, key: &str) -> String {
    format!("{}-doc-{key}", profile.prefix())
}

/// Id of a patient.
pub fn patient_id(profile: Profile, index: usize) -> String {
    format!("{}-p-{index:05}", profile.prefix())
}

/// Id of a planned appointment; what staff or the edge make later has the server's ids.
pub fn appointment_id(world: &World, turn: usize, booking: &Booking) -> String {
    let day = crate::calendar::compact(booking.day);
    format!("{}-a-{day}-{turn:05}", world.profile.prefix())
}
