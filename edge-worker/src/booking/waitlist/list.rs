//! What a person waits for and what is offered, to look at. Each look is recorded in the hospital
//! before it is shown.

use contract::{Offer, OfferState, Offers, PersonRef, Right, Source, Waitlist, WaitlistEntry};
use fhir::{booking::Booking, directory::Directory, waitlist::Entry};
use jiff::Timestamp;
use rules::Pack;

use super::wish;
use crate::{
    backend::HospitalBackend,
    booking::{Who, id, place::Place, reads::sources, scene::Scene, view},
    ctx::Ctx,
    http::{AppError, page::Page},
    reads, together,
};

/// What a person waits for.
pub async fn entries(ctx: &Ctx, who: &Who, page: &Page) -> Result<Waitlist, AppError> {
    let asked = who.records.iter().map(|record| async {
        let scene = Scene::at(ctx, who, &record.hospital)?;
        let found = entries_of(&scene).await;
        Ok::<_, AppError>((scene.hospital, found))
    });
    let (rows, sources) = gathered(ctx, who, together::all(asked).await)?;
    let (rows, next) = page.cut(rows, |(at, row)| (Some(*at), row.id.0.clone()));
    Ok(Waitlist {
        entries: rows.into_iter().map(|(_, row)| row).collect(),
        sources,
        next,
    })
}

/// What is offered, and what lately was.
pub async fn offers(ctx: &Ctx, who: &Who, page: &Page) -> Result<Offers, AppError> {
    let asked = who.records.iter().map(|record| async {
        let scene = Scene::at(ctx, who, &record.hospital)?;
        let found = offers_of(&scene).await;
        Ok::<_, AppError>((scene.hospital, found))
    });
    let (rows, sources) = gathered(ctx, who, together::all(asked).await)?;
    let (rows, next) = page.cut(rows, |(at, row)| (Some(*at), row.id.0.clone()));
    Ok(Offers {
        offers: rows.into_iter().map(|(_, row)| row).collect(),
        sources,
        next,
    })
}

type Found<'a, T> = (&'a crate::config::Hospital, Result<Vec<T>, AppError>);

/// The rows of the hospitals that answered, and who did.
fn gathered<T>(
    ctx: &Ctx,
    who: &Who,
    answers: Vec<Result<Found<'_, T>, AppError>>,
) -> Result<(Vec<T>, Vec<Source>), AppError> {
    let mut rows = Vec::new();
    let mut answered = Vec::new();
    for answer in answers {
        let (hospital, found) = answer?;
        answered.push((hospital.id.clone(), found.is_ok()));
        rows.extend(found.unwrap_or_default());
    }
    Ok((rows, sources(ctx, who, &answered)))
}

async fn entries_of(scene: &Scene<'_>) -> Result<Vec<(Timestamp, WaitlistEntry)>, AppError> {
    let mine = scene.backend.entries(&scene.record.patient).await?;
    let mut rows = Vec::new();
    for it in &mine {
        if !wish(it).over(scene.civil_now()) {
            rows.push((it.created, entry(scene, it).await?));
        }
    }
    let by = scene.by();
    scene.backend.record_read(by, &[], Right::Book).await?;
    Ok(rows)
}

/// One entry, with its place in the queue.
pub async fn entry(scene: &Scene<'_>, it: &Entry) -> Result<WaitlistEntry, AppError> {
    let hospital = scene.hospital;
    let directory = reads::directory::load(scene.ctx, hospital).await?;
    let queue = scene.backend.queue(Some(&it.department)).await?;
    let own = wish(it);
    let before = queue
        .iter()
        .take_while(|other| (other.created, &other.id) < (it.created, &it.id))
        .filter(|other| other.patient != it.patient && wish(other).competes(&own))
        .count();
    let all = scene
        .backend
        .bookings(&scene.record.patient, scene.now)
        .await?;
    let offer = all
        .iter()
        .find(|offer| offer.offered_to.as_deref() == Some(&it.id) && is_open(scene, offer));
    let keep = it.keep.as_deref();
    let kept = super::kept_now(scene, keep).await?;
    let unnamed = || contract::DepartmentRef {
        id: it.department.as_str().into(),
        name: String::new(),
    };
    Ok(WaitlistEntry {
        id: id::appointment(&hospital.id, &it.id).0.into(),
        hospital: hospital.id.clone(),
        hospital_name: hospital.name.clone(),
        department: directory
            .department(&it.department)
            .map_or_else(unnamed, fhir::directory::Department::to_ref),
        doctor: it
            .doctor
            .as_ref()
            .and_then(|id| Some(directory.doctor(id)?.to_ref())),
        level: it.level,
        session: it.session,
        from: it.from.to_string().into(),
        to: it.to.to_string().into(),
        keep: kept
            .as_ref()
            .map(|kept| kept.id.as_str())
            .or(keep)
            .map(|keep| id::appointment(&hospital.id, keep)),
        before: u32::try_from(before).unwrap_or(u32::MAX),
        joined_at: hospital.instant(it.created),
        offer: offer.map(|offer| id::appointment(&hospital.id, &offer.id).0.into()),
        person: person(scene),
    })
}

async fn offers_of(scene: &Scene<'_>) -> Result<Vec<(Timestamp, Offer)>, AppError> {
    let all = scene
        .backend
        .bookings(&scene.record.patient, scene.now)
        .await?;
    let directory = reads::directory::load(scene.ctx, scene.hospital).await?;
    let mut rows = Vec::new();
    for it in all.iter().filter(|it| it.offered_to.is_some()) {
        rows.extend(offer(scene, &directory, it).await?);
    }
    let by = scene.by();
    scene.backend.record_read(by, &[], Right::Book).await?;
    Ok(rows)
}

/// One offer; nothing for what cannot be read any more.
async fn offer(
    scene: &Scene<'_>,
    directory: &Directory,
    it: &Booking,
) -> Result<Option<(Timestamp, Offer)>, AppError> {
    let hospital = scene.hospital;
    let (Some(start), Some(end), Some(slot), Some(entry), Some(expires)) = (
        it.start,
        it.end,
        it.slot.clone(),
        it.offered_to.as_deref(),
        it.hold_expires,
    ) else {
        return Ok(None);
    };
    let state = if it.number.is_some() {
        OfferState::Accepted
    } else if it.stopped {
        OfferState::Stopped
    } else if is_open(scene, it) {
        OfferState::Open
    } else {
        OfferState::Over
    };
    let keep = match state {
        OfferState::Open => scene.backend.entry(entry).await?.keep,
        _ => None,
    };
    let keep = super::kept_now(scene, keep.as_deref())
        .await?
        .and_then(|of| view::show(scene, directory, &of, &[]));
    let place = Place::of_booking(directory, it);
    let offer = Offer {
        id: id::appointment(&hospital.id, &it.id).0.into(),
        state,
        hospital: hospital.id.clone(),
        hospital_name: hospital.name.clone(),
        department: place.department,
        doctor: place.doctor,
        slot: slot.into(),
        start: hospital.instant(start),
        end: hospital.instant(end),
        location: place.location,
        fee_fen: it.fee_fen,
        expires_at: hospital.instant(expires),
        keep,
        person: person(scene),
    };
    Ok(Some((expires, offer)))
}

/// Whether an offer can still be accepted.
fn is_open(scene: &Scene<'_>, offer: &Booking) -> bool {
    let expires = offer.hold_expires.map(|at| scene.civil(at));
    offer.is_hold() && expires.is_some_and(|at| !Pack::hold_over(at, scene.civil_now()))
}

fn person(scene: &Scene<'_>) -> PersonRef {
    PersonRef {
        id: scene.who.person.clone(),
        name_masked: rules::mask::name(&scene.record.name),
    }
}
