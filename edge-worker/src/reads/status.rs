//! How each hospital is doing, for patients.

use contract::{BookingStatus, Freshness, HospitalStatus, Status, api::GetStatus, time};

use super::{checked, directory};
use crate::{
    config::Hospital,
    ctx::Ctx,
    http::{Handled, router::Call},
    line::{self, State},
    together,
};

/// From this share of troubles on a hospital is called slow, percent.
const SLOW_PERCENT: u32 = 20;

/// `GET /status`: hospitals are asked at the same time, and one that does not answer is part of
/// the answer.
pub(super) async fn status(ctx: Ctx, _: Call<GetStatus>) -> Handled<GetStatus> {
    let hospitals = ctx.config.hospitals.iter();
    let answer = Status {
        hospitals: together::all(hospitals.map(|hospital| of(&ctx, hospital))).await,
    };
    let known = answer.hospitals.iter().filter_map(|it| it.as_of.as_ref());
    let oldest = known.filter_map(|at| time::instant(at.as_str())).min();
    Ok(checked(answer, ctx.config.home(), oldest))
}

async fn of(ctx: &Ctx, hospital: &Hospital) -> HospitalStatus {
    let known = directory::load(ctx, hospital).await.ok();
    // After the reading, which may have found out how the line is.
    let line = line::health(&hospital.base_url);
    let freshness = known.as_ref().map(directory::Known::freshness);
    let booking = match (line.state, freshness) {
        (State::Open, _) | (_, None) => BookingStatus::Down,
        (State::Closed, Some(Freshness::Fresh)) if line.error_percent() < SLOW_PERCENT => {
            BookingStatus::Works
        }
        _ => BookingStatus::Slow,
    };
    HospitalStatus {
        id: hospital.id.clone(),
        name: hospital.name.clone(),
        freshness: freshness.unwrap_or(Freshness::Unknown),
        as_of: known.map(|known| hospital.instant(known.confirmed())),
        booking,
        hotline: hospital.hotline.clone(),
    }
}
