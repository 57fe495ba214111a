//! Slots and appointments.

use fhir::names::{CATALOGUE_SYSTEM, CHANNEL, FEE, LATE_CANCEL, NUMBER_SYSTEM, QUOTA};
use serde_json::{Value, json};

use crate::{
    calendar::{at, clock, compact, instant},
    data::department::Department,
    plan::{
        Slot, SlotState, World,
        booking::{Booking, Fate},
        doctor::{Doctor, Title},
    },
    profile::Profile,
    resource::{
        appointment_id, concept, department_id,
        directory::{room_id, room_name, schedule_id},
        doctor_id, extension_url, patient_id, reference,
    },
};

/// Id of a slot: who, which day, when.
pub fn slot_id(profile: Profile, doctor: &Doctor, day: jiff::civil::Date, start: u16) -> String {
    format!(
        "{}-s-{}-{}-{}",
        profile.prefix(),
        doctor.key,
        compact(day),
        clock(start)
    )
}

/// A slot.
pub fn slot(world: &World, slot: &Slot) -> Value {
    let doctor = &world.doctors[slot.doctor];
    let mut extensions = vec![json!({
        "url": extension_url(FEE),
        "valueMoney": { "value": fee(world.profile, doctor.title), "currency": "CNY" },
    })];
    if let Some((total, left)) = slot.quota {
        extensions.push(json!({ "url": extension_url(QUOTA), "extension": [
            { "url": "total", "valueInteger": total },
            { "url": "remain", "valueInteger": left },
        ] }));
    }
    json!({
        "resourceType": "Slot",
        "id": slot_id(world.profile, doctor, slot.day, slot.start),
        "extension": extensions,
        "schedule": reference("Schedule", &schedule_id(world.profile, &doctor.key)),
        "status": match slot.state {
            SlotState::Free => "free",
            SlotState::Busy => "busy",
            SlotState::Stopped => "busy-unavailable",
        },
        "start": instant(at(slot.day, slot.start)),
        "end": instant(at(slot.day, slot.end)),
    })
}

/// Registration fee in yuan.
pub fn fee(profile: Profile, title: Title) -> f64 {
    match (profile, title) {
        (Profile::General, Title::Chief) => 100.0,
        (Profile::General, Title::Associate) => 60.0,
        (Profile::General, Title::Attending) => 22.5,
        (Profile::General, Title::Resident) => 15.0,
        (Profile::Community, Title::Chief | Title::Associate) => 10.5,
        (Profile::Community, _) => 5.0,
    }
}

/// An appointment of the plan.
pub fn appointment(world: &World, turn: usize, booking: &Booking) -> Value {
    let doctor = &world.doctors[booking.doctor];
    let mut appointment = appointment_body(
        world.profile,
        doctor,
        &patient_id(world.profile, booking.patient),
        &slot_id(world.profile, doctor, booking.day, booking.start),
        (
            &instant(at(booking.day, booking.start)),
            &instant(at(booking.day, booking.end)),
        ),
        booking.channel,
    );
    appointment["id"] = json!(appointment_id(world, turn, booking));
    appointment["created"] = json!(instant(booking.created));
    if let Some(number) = booking.number {
        appointment["identifier"] =
            json!([{ "system": NUMBER_SYSTEM, "value": format!("{number:010}") }]);
    }
    let (status, reason) = match booking.fate {
        Fate::Booked => ("booked", None),
        Fate::Fulfilled => ("fulfilled", None),
        Fate::NoShow => ("noshow", None),
        Fate::Cancelled | Fate::CancelledLate => ("cancelled", Some(("pat", "患者取消"))),
        Fate::Stopped => ("cancelled", Some(STOPPED)),
    };
    appointment["status"] = json!(status);
    if let Some((code, text)) = reason {
        appointment["cancelationReason"] = concept(CANCELLATION_SYSTEM, code, text);
    }
    if booking.fate == Fate::CancelledLate
        && let Some(extensions) = appointment["extension"].as_array_mut()
    {
        extensions.push(json!({ "url": extension_url(LATE_CANCEL), "valueBoolean": true }));
    }
    appointment
}

/// Code system of `Appointment.cancelationReason`.
pub const CANCELLATION_SYSTEM: &str =
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
/// The reason when a doctor does not come.
pub const STOPPED: (&str, &str) = ("prov", "医生停诊");

/// An appointment without id, number and the day it was made: what plan and staff share.
pub fn appointment_body(
    profile: Profile,
    doctor: &Doctor,
    patient: &str,
    slot: &str,
    (start, end): (&str, &str),
    channel: &str,
) -> Value {
    let department = &profile.departments()[doctor.department];
    json!({
        "resourceType": "Appointment",
        "extension": [{ "url": extension_url(CHANNEL), "valueCode": channel }],
        "status": "booked",
        "serviceType": [concept(CATALOGUE_SYSTEM, department.code, department.catalogue)],
        "appointmentType": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0276", "code": "ROUTINE",
        }] },
        "start": start,
        "end": end,
        "slot": [reference("Slot", slot)],
        "participant": participants(profile, department, doctor, patient),
    })
}

fn participants(
    profile: Profile,
    department: &Department,
    doctor: &Doctor,
    patient: &str,
) -> Value {
    let accepted = |kind: &str, id: &str, display: Option<&str>| {
        let mut actor = reference(kind, id);
        if let Some(display) = display {
            actor["display"] = json!(display);
        }
        json!({ "actor": actor, "status": "accepted" })
    };
    let room = room_name(department, doctor);
    json!([
        accepted("Patient", patient, None),
        accepted(
            "PractitionerRole",
            &doctor_id(profile, &doctor.key),
            Some(&doctor.name)
        ),
        accepted(
            "HealthcareService",
            &department_id(profile, department.slug),
            Some(department.name)
        ),
        accepted("Location", &room_id(profile, &doctor.key), Some(&room)),
    ])
}
