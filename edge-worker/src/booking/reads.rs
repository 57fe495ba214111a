//! A person's appointments to look at. Each look is recorded in the hospital before it is shown.

use contract::{Appointment, AppointmentId, Appointments, FieldCode, Freshness, Right, Source};
use fhir::booking::Booking;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::Who;
use super::{cancel, id, scene::Scene, view};
use crate::{
    backend::HospitalBackend,
    ctx::Ctx,
    http::{AppError, Refusal},
    reads,
};

const DEFAULT_LIMIT: usize = 50;
const MOST: usize = 200;

/// Where a page begins: after this appointment, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    start: i64,
    id: String,
}

/// Limit and cursor of a query.
///
/// # Errors
/// `invalid_request`.
pub fn page(
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<(usize, Option<Cursor>), AppError> {
    let limit = match limit.map(str::parse) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(Ok(_)) => return Err(Refusal::field("limit", FieldCode::OutOfRange).into()),
        Some(Err(_)) => return Err(Refusal::field("limit", FieldCode::WrongType).into()),
    };
    let cursor = match cursor.map(read_cursor) {
        None => None,
        Some(Some(cursor)) => Some(cursor),
        Some(None) => return Err(Refusal::field("cursor", FieldCode::Malformed).into()),
    };
    Ok((limit, cursor))
}

/// `{seconds}~{appointment}`: nothing secret, and nothing that is a person's.
fn read_cursor(text: &str) -> Option<Cursor> {
    let (start, id) = text.split_once('~')?;
    id::split(id).ok()?;
    Some(Cursor {
        start: start.parse().ok()?,
        id: id.to_owned(),
    })
}

/// A person's appointments, newest first, by hospital that answered.
pub async fn list(
    ctx: &Ctx,
    who: &Who,
    limit: usize,
    cursor: Option<Cursor>,
) -> Result<Appointments, AppError> {
    let asked = who.records.iter().map(|record| async {
        let scene = Scene::at(ctx, who, &record.hospital)?;
        let found = of_hospital(&scene).await;
        Ok::<_, AppError>((scene, found))
    });
    let mut rows: Vec<(i64, Appointment)> = Vec::new();
    let mut sources: Vec<Source> = who
        .unreachable
        .iter()
        .map(|id| unknown(id.clone()))
        .collect();
    for answer in join_all(asked).await {
        let (scene, found) = answer?;
        match found {
            Ok(found) => {
                sources.push(Source {
                    hospital: scene.hospital.id.clone(),
                    freshness: Freshness::Fresh,
                    as_of: Some(scene.hospital.instant(scene.now)),
                });
                rows.extend(found);
            }
            Err(_) => sources.push(unknown(scene.hospital.id.clone())),
        }
    }
    let place = |id: &contract::HospitalId| ctx.config.hospitals.iter().position(|h| h.id == *id);
    sources.sort_by_key(|source| place(&source.hospital));
    // Newest first; equal starts by id, so that pages never overlap.
    rows.sort_by(|(a, one), (b, other)| (b, &other.id).cmp(&(a, &one.id)));
    if let Some(cursor) = cursor {
        let from = (cursor.start, cursor.id.as_str());
        rows.retain(|(start, row)| (*start, row.id.as_str()) < from);
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|(start, row)| format!("{start}~{}", row.id));
    let appointments = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Appointments {
        appointments,
        sources,
        next,
    })
}

async fn of_hospital(scene: &Scene<'_>) -> Result<Vec<(i64, Appointment)>, AppError> {
    let found = scene
        .backend
        .bookings(&scene.record.patient, Timestamp::UNIX_EPOCH)
        .await?;
    let directory = reads::directory::load(scene.ctx, scene.hospital).await?;
    let row = |it: &Booking| {
        Some((
            it.start?.as_second(),
            view::show(scene, &directory, it, &[])?,
        ))
    };
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
    let booking = cancel::own(&scene, appointment).await?;
    let shown = view::appointment(&scene, &booking, &[]).await?;
    scene.record_read(appointment).await?;
    Ok(shown)
}

fn unknown(hospital: contract::HospitalId) -> Source {
    Source {
        hospital,
        freshness: Freshness::Unknown,
        as_of: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_asked_for_properly() {
        assert_eq!(page(None, None), Ok((50, None)));
        let cursor = Cursor {
            start: 17,
            id: "general~a-1".into(),
        };
        assert_eq!(
            page(Some("200"), Some("17~general~a-1")),
            Ok((200, Some(cursor)))
        );
        for (limit, cursor) in [
            (Some("0"), None),
            (Some("201"), None),
            (Some("x"), None),
            (None, Some("17")),
            (None, Some("x~general~a")),
            (None, Some("17~general~a/b")),
        ] {
            assert!(page(limit, cursor).is_err(), "{limit:?} {cursor:?}");
        }
    }
}
