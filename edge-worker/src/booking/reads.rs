//! A person's appointments to look at. Each look is recorded in the hospital before it is shown.

use contract::{Appointment, AppointmentId, Appointments, Freshness, HospitalId, Right, Source};
use fhir::booking::Booking;
use jiff::Timestamp;

use super::Who;
use super::{cancel, id, scene::Scene, stopped, view};
use crate::{
    backend::HospitalBackend,
    ctx::Ctx,
    http::{AppError, page::Page},
    reads, together,
};

/// A person's appointments, newest first, by hospital that answered.
pub async fn list(ctx: &Ctx, who: &Who, page: &Page) -> Result<Appointments, AppError> {
    let asked = who.records.iter().map(|record| async {
        let scene = Scene::at(ctx, who, &record.hospital)?;
        let found = of_hospital(&scene).await;
        Ok::<_, AppError>((scene, found))
    });
    let mut rows: Vec<(Timestamp, Appointment)> = Vec::new();
    let mut answered = Vec::new();
    for answer in together::all(asked).await {
        let (scene, found) = answer?;
        answered.push((scene.hospital.id.clone(), found.is_ok()));
        rows.extend(found.unwrap_or_default());
    }
    let sources = sources(ctx, who, &answered);
    let (rows, next) = page.cut(rows, |(start, row)| (Some(*start), row.id.0.clone()));
    let appointments = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Appointments {
        appointments,
        sources,
        next,
    })
}

async fn of_hospital(scene: &Scene<'_>) -> Result<Vec<(Timestamp, Appointment)>, AppError> {
    let found = scene
        .backend
        .bookings(&scene.record.patient, Timestamp::UNIX_EPOCH)
        .await?;
    let found = stopped::marked(scene, found).await?;
    let directory = reads::directory::load(scene.ctx, scene.hospital).await?;
    let row = |it: &Booking| Some((it.start?, view::show(scene, &directory, it, &[])?));
    let rows: Vec<_> = found.iter().filter_map(row).collect();
    let by = scene.by();
    scene.backend.record_read(by, &[], Right::Book).await?;
    Ok(rows)
}

/// One appointment.
///
/// # Errors
/// `not_found`: no such thing, or somebody else's.
pub async fn one(
    ctx: &Ctx,
    who: &Who,
    appointment: &AppointmentId,
) -> Result<Appointment, AppError> {
    let (hospital, appointment) = id::split(appointment.as_str())?;
    let scene = Scene::at(ctx, who, &hospital)?;
    let booking = stopped::marked_one(&scene, cancel::own(&scene, appointment).await?).await?;
    let shown = view::appointment(&scene, &booking, &[]).await?;
    scene.record_read(appointment).await?;
    Ok(shown)
}

/// The hospitals where the person is known, in the order of the settings, and which of them have
/// answered.
pub fn sources(ctx: &Ctx, who: &Who, answered: &[(HospitalId, bool)]) -> Vec<Source> {
    let asked = |id: &HospitalId| answered.iter().find(|(of, _)| of == id).map(|(_, ok)| *ok);
    let all = ctx.config.hospitals.iter();
    all.filter_map(|hospital| {
        let ok = asked(&hospital.id)
            .or_else(|| who.unreachable.contains(&hospital.id).then_some(false))?;
        Some(Source {
            hospital: hospital.id.clone(),
            freshness: if ok {
                Freshness::Fresh
            } else {
                Freshness::Unknown
            },
            as_of: ok.then(|| hospital.instant(ctx.clock.now())),
        })
    })
    .collect()
}
