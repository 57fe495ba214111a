//! Joining the waitlist and leaving it.

use contract::{
    AppointmentId, Code, DoctorId, FieldCode, LeaveRequest, NotBookableReason, WaitlistEntry,
    WaitlistId, WaitlistRequest,
};
use fhir::waitlist::{Entry, Parting};
use jiff::civil::Date;
use rules::Wish;

use super::{list, open_offers, places, queue};
use crate::{
    backend::{BackendError, End, HospitalBackend, JoinCommand, Lost},
    booking::{Who, alternatives, cancel, id, known::Known, outcome, place::Offer, scene::Scene},
    ctx::Ctx,
    http::{AppError, Refusal},
    reads,
};

/// Joins. What is asked for must be full: joining is not a booking, and nobody waits for what can
/// be had.
pub async fn join(ctx: &Ctx, who: &Who, body: &WaitlistRequest) -> Result<WaitlistEntry, AppError> {
    let scene = Scene::at(ctx, who, &body.hospital)?;
    let department = body.department.as_str();
    let doctor = body.doctor.as_ref().map(DoctorId::as_str);
    let text = |word: Option<&'static str>| word.unwrap_or_default();
    let keep = body.keep.as_ref().map(AppointmentId::as_str);
    let requests = scene.requests(&[
        "waitlist",
        department,
        doctor.unwrap_or_default(),
        text(body.level.map(contract::Level::as_str)),
        text(body.session.map(contract::Session::as_str)),
        body.from.as_str(),
        body.to.as_str(),
        keep.unwrap_or_default(),
        text((body.care == Some(true)).then_some("care")),
    ]);

    let waiting = scene.backend.entries(&scene.record.patient).await?;
    if let Some(entry) = waiting.iter().find(|it| same(it, department, doctor)) {
        let asked = entry.request.as_ref();
        if !asked.is_some_and(|it| requests.contains(it)) {
            // One entry for a department or doctor: whoever wants it otherwise leaves first.
            return Err(already().into());
        }
        scene.record_read(&entry.id).await?;
        return list::entry(&scene, entry).await;
    }

    let directory = reads::directory::load(ctx, scene.hospital).await?;
    let known_doctor = |id: &str| directory.doctor(id).map(|it| it.department.as_str());
    let there = directory.department(department).is_some()
        && doctor.is_none_or(|id| known_doctor(id) == Some(department));
    if !there {
        return Err(Code::NotFound.into());
    }
    let wish = Wish {
        department: department.to_owned(),
        doctor: doctor.map(str::to_owned),
        level: body.level,
        session: body.session,
        from: day("from", body.from.as_str())?,
        to: day("to", body.to.as_str())?,
    };
    let pack = &scene.hospital.pack;
    if !pack.may_wait_for(wish.from, wish.to, scene.civil_now()) {
        let field = if wish.from < scene.civil_now().date() {
            "from"
        } else {
            "to"
        };
        return Err(Refusal::field(field, FieldCode::OutOfRange).into());
    }
    let known = Known::read(&scene).await?;
    known.not_blocked(&scene).await?;
    let keep = match keep {
        Some(keep) => Some(kept(&scene, &known, keep).await?),
        None => None,
    };
    let open = known.open(&scene);
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    pack.may_wait_more(count, open, keep.is_some())
        .map_err(|limit| Refusal::new(Code::LimitReached).with(|p| p.limit = Some(limit)))?;
    let found = places(ctx, scene.hospital, &directory, &wish).await?;
    full(&scene, &known, found, keep).await?;

    let key = key(&scene, department, doctor);
    let command = JoinCommand {
        by: scene.by(),
        department: &wish.department,
        doctor,
        level: wish.level,
        session: wish.session,
        days: (wish.from, wish.to),
        keep,
        care: body.care == Some(true),
        key: &key,
        request: &requests[0],
    };
    let since = scene.now.as_second().to_string();
    let lost = Lost::New {
        key: &key,
        slot: &since,
    };
    let made = match scene.backend.join(&command).await {
        Ok(made) => made,
        Err(BackendError::Unknown) => {
            return Err(outcome::unknown(&scene, lost, outcome::Op::Join));
        }
        Err(error) => return Err(error.into()),
    };
    // A place may have freed while the queue was still empty.
    queue::look_later(ctx, &scene.hospital.id, &wish.department);
    let followed = joined(&scene, &made, department, doctor).await;
    outcome::after_write(followed, &scene, lost, outcome::Op::Join)
}

/// What follows: of two entries that two edges made at once the later goes.
async fn joined(
    scene: &Scene<'_>,
    made: &str,
    department: &str,
    doctor: Option<&str>,
) -> Result<WaitlistEntry, AppError> {
    let entries = scene.backend.entries(&scene.record.patient).await?;
    let mut same = entries.iter().filter(|it| same(it, department, doctor));
    // Served already, or left: as it was.
    let Some(first) = same.next() else {
        return list::entry(scene, &scene.backend.entry(made).await?).await;
    };
    for later in same {
        scene
            .backend
            .part(&later.id, Parting::Left, scene.by())
            .await?;
    }
    list::entry(scene, first).await
}

/// Leaves, named by what is waited for or by the entry. What is over already is no error.
pub async fn leave(
    ctx: &Ctx,
    who: &Who,
    of: Result<&LeaveRequest, &WaitlistId>,
) -> Result<(), AppError> {
    match of {
        Ok(body) => {
            let scene = Scene::at(ctx, who, &body.hospital)?;
            let doctor = body.doctor.as_ref().map(DoctorId::as_str);
            let department = body.department.as_str();
            let entries = scene.backend.entries(&scene.record.patient).await?;
            match entries.iter().find(|it| same(it, department, doctor)) {
                Some(entry) => part(&scene, entry).await,
                None => Err(Code::NotFound.into()),
            }
        }
        Err(of) => {
            let (hospital, entry) = id::split(of.as_str())?;
            let scene = Scene::at(ctx, who, &hospital)?;
            let entry = scene.backend.entry(entry).await?;
            if entry.patient != scene.record.patient {
                return Err(Code::NotFound.into());
            }
            part(&scene, &entry).await
        }
    }
}

/// Ends the entry first, so that nothing is offered any more, then what is offered.
async fn part(scene: &Scene<'_>, entry: &Entry) -> Result<(), AppError> {
    scene
        .backend
        .part(&entry.id, Parting::Left, scene.by())
        .await?;
    for offer in open_offers(scene).await? {
        if offer.offered_to.as_deref() == Some(&entry.id) {
            // What cannot be given back now is ended by its time.
            let _ = scene.backend.end(&offer.id, End::Release, scene.by()).await;
            queue::freed_later(scene.ctx, &scene.hospital.id, &offer);
        }
    }
    Ok(())
}

/// Whether it waits for the same: by what it says, because its key is of the secret of its time.
fn same(entry: &Entry, department: &str, doctor: Option<&str>) -> bool {
    entry.department == department && entry.doctor.as_deref() == doctor
}

/// Digest of what names a wish: one entry for a department, or for a doctor of it.
fn key(scene: &Scene<'_>, department: &str, doctor: Option<&str>) -> String {
    let hospital = scene.hospital.id.as_str();
    let named = format!("{hospital}~{department}~{}", doctor.unwrap_or_default());
    scene.key("waitlist", &named)
}

fn already() -> Refusal {
    Refusal::new(Code::LimitReached).with(|p| {
        p.limit = Some(contract::Limit {
            kind: contract::LimitKind::WaitlistSame,
            most: 1,
        });
    })
}

fn day(field: &str, text: &str) -> Result<Date, AppError> {
    rules::date(text).ok_or_else(|| Refusal::field(field, FieldCode::NotADate).into())
}

/// The booking that is kept until an offer is accepted, if it can still be given up then.
async fn kept<'a>(scene: &Scene<'_>, known: &Known, keep: &'a str) -> Result<&'a str, AppError> {
    let (hospital, keep) = id::split(keep)?;
    if hospital != scene.hospital.id {
        return Err(Code::NotFound.into());
    }
    let booking = known.at(&hospital, keep)?;
    if booking.was_only_held() {
        return Err(Code::NotFound.into());
    }
    if cancel::may_move_now(scene, booking).await? {
        Ok(keep)
    } else {
        Err(cancel::too_late_to_move())
    }
}

/// There is something, and none of it can be booked.
async fn full(
    scene: &Scene<'_>,
    known: &Known,
    found: Vec<Offer>,
    keep: Option<&str>,
) -> Result<(), AppError> {
    let pack = &scene.hospital.pack;
    let now = scene.civil_now();
    let to_come = |it: &Offer| pack.bookable(scene.civil(it.slot.start), now).is_ok();
    let mut to_come: Vec<Offer> = found.into_iter().filter(to_come).collect();
    let refuse = |reason| Refusal::new(Code::NotBookable).with(|p| p.reason = Some(reason));
    if to_come.is_empty() {
        return Err(refuse(NotBookableReason::NoSession).into());
    }
    if to_come.iter().all(|it| it.slot.is_stopped()) {
        return Err(refuse(NotBookableReason::Stopped).into());
    }
    to_come.retain(|it| it.slot.has_place());
    if to_come.is_empty() {
        return Ok(());
    }
    to_come.sort_by_key(|it| it.slot.start);
    let rows = alternatives::rows(scene, known, to_come, keep).await;
    let refusal = refuse(NotBookableReason::FreePlaces);
    Err(refusal.with(|p| p.alternatives = Some(rows)).into())
}
