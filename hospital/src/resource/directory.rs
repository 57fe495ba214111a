//! The hospital itself: organisation, places, departments, doctors, schedules.

use fhir::names::{ALIAS, CATALOGUE_SYSTEM, INTRODUCTION, LEVEL_SYSTEM, TITLE_SYSTEM};
use serde_json::{Value, json};

use crate::{
    calendar::{at, instant, plus_days},
    data::department::Department,
    plan::{World, doctor::Doctor, person::Sex},
    profile::Profile,
    resource::{concept, department_id, doctor_id, extension_url, organization_id, reference},
};

/// The organisation, its places and departments.
pub fn places(world: &World) -> Vec<Value> {
    let profile = world.profile;
    let mut places = vec![json!({
        "resourceType": "Organization",
        "id": organization_id(profile),
        "active": true,
        "name": profile.name(),
        "telecom": [{ "system": "phone", "value": profile.phone(), "use": "work" }],
        "address": [{ "text": profile.address(), "country": "CN" }],
    })];
    for department in profile.departments() {
        places.push(area(profile, department));
        places.push(service(profile, department));
    }
    places
}

fn area_id(profile: Profile, department: &Department) -> String {
    format!("{}-loc-{}", profile.prefix(), department.slug)
}

fn area(profile: Profile, department: &Department) -> Value {
    let (building, floor) = department.place;
    let [city, state, postal_code] = profile.city();
    json!({
        "resourceType": "Location",
        "id": area_id(profile, department),
        "status": "active",
        "name": format!("{building}{floor} {}诊区", department.name),
        "mode": "instance",
        "address": {
            "text": profile.address(),
            "line": [building, floor],
            "city": city,
            "state": state,
            "postalCode": postal_code,
            "country": "CN",
        },
        "managingOrganization": reference("Organization", &organization_id(profile)),
    })
}

fn service(profile: Profile, department: &Department) -> Value {
    let alias = extension_url(ALIAS);
    let catalogue = department.catalogue.trim_end_matches("专业");
    let mut names = department.aliases.to_vec();
    if catalogue != department.name && !names.contains(&catalogue) {
        names.insert(0, catalogue);
    }
    let names: Vec<Value> = names
        .iter()
        .map(|name| json!({ "url": alias, "valueString": name }))
        .collect();
    json!({
        "resourceType": "HealthcareService",
        "id": department_id(profile, department.slug),
        "extension": names,
        "active": true,
        "providedBy": reference("Organization", &organization_id(profile)),
        "type": [concept(CATALOGUE_SYSTEM, department.code, department.catalogue)],
        "location": [reference("Location", &area_id(profile, department))],
        "name": department.name,
        "appointmentRequired": true,
    })
}

/// Rooms, doctors and their schedules.
pub fn staff(world: &World) -> Vec<Value> {
    let mut staff = Vec::new();
    for doctor in &world.doctors {
        let department = &world.profile.departments()[doctor.department];
        staff.push(room(world.profile, department, doctor));
        if doctor.also.is_none() {
            staff.push(practitioner(world.profile, doctor));
        }
        staff.push(role(world, department, doctor));
        staff.push(schedule(world, department, doctor));
    }
    staff
}

/// Id of a doctor's consulting room.
pub fn room_id(profile: Profile, key: &str) -> String {
    format!("{}-room-{key}", profile.prefix())
}

/// Where a doctor sits, in words.
pub fn room_name(department: &Department, doctor: &Doctor) -> String {
    let (building, floor) = department.place;
    format!("{building}{floor} {}诊室", doctor.room)
}

fn room(profile: Profile, department: &Department, doctor: &Doctor) -> Value {
    json!({
        "resourceType": "Location",
        "id": room_id(profile, &doctor.key),
        "status": "active",
        "name": room_name(department, doctor),
        "mode": "instance",
        "managingOrganization": reference("Organization", &organization_id(profile)),
        "partOf": reference("Location", &area_id(profile, department)),
    })
}

fn practitioner_id(profile: Profile, key: &str) -> String {
    format!("{}-prac-{key}", profile.prefix())
}

fn practitioner(profile: Profile, doctor: &Doctor) -> Value {
    json!({
        "resourceType": "Practitioner",
        "id": practitioner_id(profile, &doctor.key),
        "active": true,
        "name": [{ "use": "official", "text": doctor.name }],
        "gender": gender(doctor.sex),
    })
}

fn role(world: &World, department: &Department, doctor: &Doctor) -> Value {
    let profile = world.profile;
    let (code, title) = doctor.title.words();
    let person = doctor
        .also
        .map_or(&doctor.key, |first| &world.doctors[first].key);
    let mut practitioner = reference("Practitioner", &practitioner_id(profile, person));
    practitioner["display"] = json!(doctor.name);
    json!({
        "resourceType": "PractitionerRole",
        "id": doctor_id(profile, &doctor.key),
        "extension": [{ "url": extension_url(INTRODUCTION), "valueString": doctor.introduction }],
        "active": true,
        "practitioner": practitioner,
        "organization": reference("Organization", &organization_id(profile)),
        "code": [concept(TITLE_SYSTEM, code, title)],
        "specialty": [concept(CATALOGUE_SYSTEM, department.code, department.catalogue)],
        "location": [reference("Location", &room_id(profile, &doctor.key))],
        "healthcareService": [reference("HealthcareService", &department_id(profile, department.slug))],
    })
}

/// Id of a doctor's Schedule.
pub fn schedule_id(profile: Profile, key: &str) -> String {
    format!("{}-sch-{key}", profile.prefix())
}

fn schedule(world: &World, department: &Department, doctor: &Doctor) -> Value {
    let (level, text) = if doctor.title.expert() {
        ("expert", "专家门诊")
    } else {
        ("ordinary", "普通门诊")
    };
    json!({
        "resourceType": "Schedule",
        "id": schedule_id(world.profile, &doctor.key),
        "active": true,
        "serviceType": [concept(LEVEL_SYSTEM, level, text)],
        "specialty": [concept(CATALOGUE_SYSTEM, department.code, department.catalogue)],
        "actor": [reference("PractitionerRole", &doctor_id(world.profile, &doctor.key))],
        "planningHorizon": {
            "start": instant(at(world.today, 0)),
            "end": instant(at(plus_days(world.today, world.profile.days_ahead() + 1), 0)),
        },
    })
}

/// Sex as R4 has it.
pub fn gender(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}
