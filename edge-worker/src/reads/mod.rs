//! What is public: hospitals, departments, doctors, slots.

mod availability;
pub mod board;
mod bulk;
mod departments;
pub(crate) mod directory;
mod flight;
mod kept;
mod status;
mod trouble;

#[cfg(test)]
pub(crate) mod tests;

use contract::{
    Health, Hospital, HospitalId, Hospitals,
    api::{GetHealth, GetRules, ListHospitals},
};
use jiff::Timestamp;

use crate::{
    config,
    ctx::Ctx,
    http::{
        Answer, Handled, Headers, message,
        router::{Call, Router},
    },
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router
        .on(health)
        .on(status::status)
        .on(hospitals)
        .on(rules)
        .on(departments::list)
        .on(departments::doctor)
        .on(availability::availability)
        .on(availability::slots)
        .on(bulk::manifest)
        .on(bulk::file)
        .on(bulk::slots)
}

async fn health(ctx: Ctx, _: Call<GetHealth>) -> Handled<GetHealth> {
    let answer = Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(checked(answer, ctx.config.home(), Some(ctx.clock.now())))
}

/// From the settings: they show whatever is down.
async fn hospitals(ctx: Ctx, _: Call<ListHospitals>) -> Handled<ListHospitals> {
    let hospitals = ctx.config.hospitals.iter().map(|hospital| Hospital {
        id: hospital.id.clone(),
        name: hospital.name.clone(),
        address: hospital.address.clone(),
        hotline: hospital.hotline.clone(),
        time_zone: hospital.time_zone.clone(),
    });
    let answer = Hospitals {
        hospitals: hospitals.collect(),
    };
    // The settings confirm themselves.
    Ok(checked(answer, ctx.config.home(), Some(ctx.clock.now())))
}

async fn rules(ctx: Ctx, call: Call<GetRules>) -> Handled<GetRules> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    Ok(checked(
        hospital.pack.rules().clone(),
        hospital,
        Some(ctx.clock.now()),
    ))
}

/// How long the same answer is given to everybody, real milliseconds.
const KEEP_MS: u32 = 1000;

/// An answer with when it was last confirmed by the hospital. The header stands outside the `ETag`:
/// a 304 carries it too.
fn checked<T>(answer: T, hospital: &config::Hospital, confirmed: Option<Timestamp>) -> Answer<T> {
    Answer::Value(answer, checked_at(hospital, confirmed), KEEP_MS)
}

/// When it was last confirmed, as a header.
pub(crate) fn checked_at(hospital: &config::Hospital, confirmed: Option<Timestamp>) -> Headers {
    let mut headers = Headers::default();
    if let Some(at) = confirmed {
        let at = hospital.instant(at);
        message::set(&mut headers, "banzhen-checked-at", at.as_str());
    }
    headers
}
