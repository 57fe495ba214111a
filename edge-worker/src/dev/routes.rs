//! GET /dev/routes: every page of the app, with parameters that work today.

use contract::time::Shift;
use contract::{
    Code, Map, fill,
    route::{Needs, Route},
};
use fhir::{Stored, bundle::Page};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::people;
use crate::{
    backend::fhir_rest::FhirRest,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Reply},
};

/// Who is shown: has appointments and reports.
const TAG: &str = "elder";

pub(super) async fn get(ctx: &Ctx) -> Result<Reply, AppError> {
    let hospital = ctx.config.home();
    let people = people::list(ctx).await?;
    let person = people
        .iter()
        .find(|row| {
            row["hospital"] == hospital.id.as_str()
                && row["tags"]
                    .as_array()
                    .is_some_and(|tags| tags.iter().any(|tag| tag == TAG))
        })
        .ok_or(Code::NotFound)?;
    let mut examples = place(ctx, hospital).await?;
    examples.extend(belongings(ctx, hospital, person).await?);
    let pages = Route::PAGES.iter().map(|page| {
        let names = page
            .template
            .split('{')
            .skip(1)
            .filter_map(|it| it.split('}').next());
        let values: Vec<&str> = names
            .map(|name| examples.get(name).map_or("", String::as_str))
            .collect();
        let phone = match page.needs {
            Needs::Nothing => &Value::Null,
            Needs::Session | Needs::Person => &person["phone"],
        };
        json!({
            "name": page.name,
            "path": fill(page.template, &values),
            "needs": page.needs.as_str(),
            "as": phone,
        })
    });
    Ok(Reply::json(
        200,
        &json!({ "routes": pages.collect::<Vec<_>>() }),
    ))
}

type Examples = Map<&'static str, String>;

/// A free slot from tomorrow on, and where it is.
async fn place(ctx: &Ctx, hospital: &Hospital) -> Result<Examples, AppError> {
    let server = FhirRest::new(ctx, hospital);
    let from = ctx.clock.now().later(SignedDuration::from_hours(30));
    let until = from.later(SignedDuration::from_hours(5 * 24));
    let query = format!("Slot?status=free&start=ge{from}&start=lt{until}&_count=1");
    let slot = first(&server, &query).await?;
    let start = slot.json()["start"].as_str().unwrap_or_default();
    let date = hospital
        .zone
        .read(start)
        .map(|at| rules::day(at.date()).0)
        .unwrap_or_default();
    let schedule = first(
        &server,
        &format!("Schedule?_id={}", target(&slot, "/schedule")),
    )
    .await?;
    let doctor = target(&schedule, "/actor/0");
    let role = first(&server, &format!("PractitionerRole?_id={doctor}")).await?;
    Ok(Examples::from([
        ("hospital", hospital.id.to_string()),
        ("department", target(&role, "/healthcareService/0")),
        ("doctor", doctor),
        ("date", date),
        ("slot", slot.id().to_owned()),
    ]))
}

/// The person's id, an appointment to come and a report.
async fn belongings(ctx: &Ctx, hospital: &Hospital, person: &Value) -> Result<Examples, AppError> {
    let server = FhirRest::new(ctx, hospital);
    let text = |name: &str| person[name].as_str().unwrap_or_default().to_owned();
    let phone = text("phone");
    let patient = first(&server, &format!("Patient?phone={phone}")).await?;
    let patient = patient.id();
    let now = ctx.clock.now();
    let appointment = format!("Appointment?patient={patient}&status=booked&date=gt{now}&_count=1");
    let report = format!("DiagnosticReport?patient={patient}&status=final&_count=1");
    let own = |stored: &Stored| format!("{}~{}", hospital.id, stored.id());
    Ok(Examples::from([
        ("person", text("person")),
        ("appointment", own(&first(&server, &appointment).await?)),
        ("report", own(&first(&server, &report).await?)),
        // Offers come and go: this one is gone, and its page says so.
        ("offer", format!("{}~gone", hospital.id)),
    ]))
}

async fn first(server: &FhirRest<'_>, query: &str) -> Result<Stored, AppError> {
    let page = Page::read(server.get(query).await?).ok_or(Code::Internal)?;
    page.resources
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

/// The id that a reference inside a resource points to.
fn target(stored: &Stored, at: &str) -> String {
    let reference = stored
        .json()
        .pointer(&format!("{at}/reference"))
        .and_then(Value::as_str);
    reference
        .and_then(|it| it.rsplit('/').next())
        .unwrap_or_default()
        .to_owned()
}
