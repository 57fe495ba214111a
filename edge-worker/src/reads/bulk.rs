//! The public feed: SMART Scheduling Links, so that who shows free slots elsewhere need not read
//! our pages. A manifest, and NDJSON files small enough that each is cached by itself: places,
//! schedules, and the slots of one department's day.
//!
//! All of it comes from the boards. Addresses in it are those the client has asked by, so no
//! answer is kept for another client.

use contract::time;
use contract::{
    BulkExtension, BulkManifest, BulkOutput, Code, DepartmentId, FieldCode, Freshness, HospitalId,
    SlotState,
    api::{GetBulkFile, GetBulkManifest, GetBulkSlots},
    route::{DoctorDay, Route},
};
use fhir::{directory::Directory, names};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    availability::day_within,
    board::{self, BoardSlot},
    checked_at,
    directory::{self, Known},
};
use crate::{
    backend::UNAVAILABLE_S,
    config::Hospital,
    ctx::Ctx,
    http::{Answer, AppError, Handled, Refusal, Reply, Request, message, router::Call},
};

const MEDIA_TYPE: &str = "application/fhir+ndjson";
/// Any site may show it.
const ANYBODY: &str = "access-control-allow-origin";
/// The manifest has a new time as often as slots may have changed, seconds: who is told that it is
/// unchanged may believe that so is everything it names. In an outage it keeps the one it has.
const EVERY_S: i64 = 10;
const LINK: [&str; 2] = [
    "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link",
    "http://hl7.org/fhir/uv/smart-scheduling-links/StructureDefinition/booking-deep-link",
];
const CAPACITY: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/slot-capacity";

/// `GET /hospitals/{h}/$bulk-publish`. `_since` is accepted and all is told, as the specification
/// allows.
pub(super) async fn manifest(ctx: Ctx, call: Call<GetBulkManifest>) -> Handled<GetBulkManifest> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    if call
        .query("_since")
        .is_some_and(|since| time::instant(since).is_none())
    {
        return Err(Refusal::field("_since", FieldCode::NotADate).into());
    }
    let directory = directory::load(&ctx, hospital).await?;
    let base = format!("{}/api/v1/hospitals/{}", origin(&call.request), hospital.id);
    let output = |kind: &str, rest: &str| BulkOutput {
        kind: kind.to_owned(),
        url: format!("{base}/bulk/{rest}"),
    };
    let mut outputs = vec![
        output("Location", "locations"),
        output("Schedule", "schedules"),
    ];
    let today = hospital.zone.civil(ctx.clock.now());
    let last = hospital.pack.last_shown_day(today);
    for department in &directory.departments {
        let days = std::iter::successors(Some(today.date()), |day| day.tomorrow().ok());
        for day in days.take_while(|day| *day <= last) {
            outputs.push(output("Slot", &format!("slots/{}/{day}", department.id)));
        }
    }
    let confirmed = directory.confirmed();
    let second = confirmed.as_second();
    let moment = Timestamp::from_second(second - second.rem_euclid(EVERY_S)).unwrap_or(confirmed);
    let answer = BulkManifest {
        transaction_time: hospital.instant(moment),
        request: format!("{base}/$bulk-publish"),
        output: outputs,
        error: Vec::new(),
        extension: BulkExtension {
            freshness: directory.freshness(),
        },
    };
    let mut headers = checked_at(hospital, Some(confirmed));
    message::set(&mut headers, ANYBODY, "*");
    Ok(Answer::Value(answer, headers, 0))
}

/// `GET /hospitals/{h}/bulk/{file}`: `locations` or `schedules`.
pub(super) async fn file(ctx: Ctx, call: Call<GetBulkFile>) -> Handled<GetBulkFile> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let mut confirmed = ctx.clock.now();
    let lines = match call.parameter::<String>("file")?.as_str() {
        "locations" => {
            // What the settings say is there also where nothing was ever read.
            let directory = directory::load(&ctx, hospital).await.ok();
            confirmed = directory.as_ref().map_or(confirmed, Known::confirmed);
            vec![location(hospital, directory.as_deref())]
        }
        "schedules" => {
            let directory = directory::load(&ctx, hospital).await?;
            confirmed = directory.confirmed();
            let of_doctor = |doctor: &fhir::directory::Doctor| -> Vec<Value> {
                let department = directory.department(&doctor.department);
                let schedules = doctor.schedules.iter();
                schedules
                    .map(|schedule| {
                        let service = json!({
                            "text": department.map(|it| it.name.as_str()),
                            "coding": department.and_then(|it| it.code.as_deref()).map(|code| {
                                vec![json!({ "system": names::CATALOGUE_SYSTEM, "code": code })]
                            }),
                        });
                        pruned(json!({
                            "resourceType": "Schedule",
                            "id": schedule.id,
                            "serviceType": [pruned(service)],
                            "actor": [{ "reference": format!("Location/{}", hospital.id) }],
                            "comment": format!("{} {}", doctor.name, schedule.level.as_str()),
                        }))
                    })
                    .collect()
            };
            directory.doctors.iter().flat_map(of_doctor).collect()
        }
        _ => return Err(Code::NotFound.into()),
    };
    Ok(Answer::Raw(ndjson(&lines, hospital, Some(confirmed))))
}

/// `GET /hospitals/{h}/bulk/slots/{d}/{date}`: what can be booked and what is taken. What is not
/// released yet, and what is over, is not told; nor is anything while it is not known: an empty
/// file would say that there is nothing.
pub(super) async fn slots(ctx: Ctx, call: Call<GetBulkSlots>) -> Handled<GetBulkSlots> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let department: DepartmentId = call.parameter("department")?;
    let now = hospital.zone.civil(ctx.clock.now());
    let date: String = call.parameter("date")?;
    let day = day_within(&date, hospital, now).ok_or(Code::NotFound)?;
    let directory = directory::load(&ctx, hospital).await?;
    if directory.department(department.as_str()).is_none() {
        return Err(Code::NotFound.into());
    }
    let boards = board::load(&ctx, hospital, department.as_str(), day, 1).await;
    let board = boards
        .into_iter()
        .find(|board| board.freshness != Freshness::Unknown)
        .ok_or_else(|| AppError::hospital_unavailable(UNAVAILABLE_S))?;
    let now = hospital.zone.civil(ctx.clock.now());
    let origin = origin(&call.request);
    let lines: Vec<Value> = board
        .slots
        .iter()
        .filter_map(|slot| {
            let facts = slot.facts(hospital, board.freshness);
            let free = match hospital.pack.slot_state(&facts, now) {
                SlotState::Free => true,
                SlotState::Held | SlotState::Full | SlotState::Stopped => false,
                SlotState::NotReleased | SlotState::Past | SlotState::Unknown => return None,
            };
            let places = if free {
                hospital.pack.slot_remaining(&facts, now)
            } else {
                Some(facts.capacity)
            };
            let at = DoctorDay {
                hospital: hospital.id.clone(),
                department: department.clone(),
                doctor: slot.doctor.as_str().into(),
                day: rules::day(day),
            };
            Some(resource(slot, free, places, &link(&origin, at), hospital))
        })
        .collect();
    Ok(Answer::Raw(ndjson(&lines, hospital, board.confirmed)))
}

fn location(hospital: &Hospital, directory: Option<&Directory>) -> Value {
    let [city, state, postal_code] = directory.map_or_else(Default::default, |it| it.city.clone());
    json!({
        "resourceType": "Location",
        "id": hospital.id,
        "identifier": [{ "system": names::HOSPITAL_SYSTEM, "value": hospital.id }],
        "name": hospital.name,
        "telecom": [{ "system": "phone", "value": hospital.hotline.number }],
        "address": pruned(json!({
            "text": hospital.address,
            "line": [hospital.address],
            "city": city,
            "state": state,
            "postalCode": postal_code,
            "country": "CN",
        })),
    })
}

fn resource(
    slot: &BoardSlot,
    free: bool,
    places: Option<u32>,
    link: &str,
    hospital: &Hospital,
) -> Value {
    let mut extension = Vec::new();
    if free {
        extension.extend(LINK.map(|url| json!({ "url": url, "valueUrl": link })));
    }
    if let Some(places) = places.filter(|_| slot.slot().quota.is_some()) {
        extension.push(json!({ "url": CAPACITY, "valueInteger": places }));
    }
    pruned(json!({
        "resourceType": "Slot",
        "id": slot.slot().id,
        "extension": extension,
        "schedule": { "reference": format!("Schedule/{}", slot.slot().schedule) },
        "status": if free { "free" } else { "busy" },
        "start": hospital.instant(slot.slot().start),
        "end": hospital.instant(slot.slot().end),
    }))
}

/// Where a person goes on booking: the app's page of the doctor's day.
fn link(origin: &str, at: DoctorDay) -> String {
    let page = Route::Slots {
        at,
        part: None,
        change: None,
    };
    format!("{origin}{}", page.url())
}

/// Scheme and host that the client has asked by.
fn origin(request: &Request) -> String {
    format!("{}://{}", request.scheme, request.host)
}

/// FHIR knows neither null nor empty lists.
fn pruned(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| {
            !field.is_null() && field.as_array().is_none_or(|it| !it.is_empty())
        });
    }
    value
}

fn ndjson(lines: &[Value], hospital: &Hospital, confirmed: Option<Timestamp>) -> Reply {
    let mut body = String::new();
    for line in lines {
        body.push_str(&line.to_string());
        body.push('\n');
    }
    let mut reply = Reply::new(200, MEDIA_TYPE, body.into_bytes());
    reply.headers.extend(checked_at(hospital, confirmed));
    reply.with(ANYBODY, "*")
}
