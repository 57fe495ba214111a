//! Who has what, day by day, and one doctor's slots.

use contract::{
    Availability, AvailabilityDay, DepartmentId, DoctorId, DoctorSession, FieldCode, Freshness,
    HospitalId, Level, Session, SessionState, Slot, Slots,
    api::{GetAvailability, ListSlots},
};
use fhir::directory::{Directory, Doctor};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use rules::SlotFacts;

use super::{
    board::{self, Board, BoardSlot},
    checked,
    directory::{self, Known},
};
use crate::{
    backend::UNAVAILABLE_S,
    clock,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Handled, Refusal, router::Call},
};

/// Days shown unless asked for, and at most.
const DAYS: usize = 7;
const MOST_DAYS: usize = 16;

/// `GET /hospitals/{h}/departments/{d}/availability`
pub(super) async fn availability(
    ctx: Ctx,
    call: Call<GetAvailability>,
) -> Handled<GetAvailability> {
    let id: DepartmentId = call.parameter("department")?;
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let now = hospital.zone.civil(ctx.clock.now());
    let from = day(call.query("from"), "from", hospital, now)?;
    let days = match call.query("days").map(str::parse::<usize>) {
        None => DAYS,
        Some(Ok(days)) if (1..=MOST_DAYS).contains(&days) => days,
        Some(Ok(_)) => return Err(Refusal::field("days", FieldCode::OutOfRange).into()),
        Some(Err(_)) => return Err(Refusal::field("days", FieldCode::WrongType).into()),
    };
    let directory = directory::load(&ctx, hospital).await?;
    if directory.department(id.as_str()).is_none() {
        return Err(contract::Code::NotFound.into());
    }
    let boards = board::load(&ctx, hospital, id.as_str(), from, days).await;
    // The clock may have moved while the hospital was asked.
    let now = hospital.zone.civil(ctx.clock.now());
    let of = |board: &Board| AvailabilityDay {
        date: rules::day(board.day),
        doctors: sessions(board, &directory, id.as_str(), hospital, now),
    };
    let (version, as_of, freshness) = summary(&boards, &directory);
    let answer = Availability {
        as_of: hospital.instant(as_of),
        freshness,
        version,
        days: boards.iter().map(of).collect(),
    };
    Ok(checked(
        answer,
        hospital,
        boards.iter().map(|board| board.confirmed).min().flatten(),
    )
    .kept(keep_ms(&boards)))
}

/// `GET /hospitals/{h}/doctors/{id}/slots`
pub(super) async fn slots(ctx: Ctx, call: Call<ListSlots>) -> Handled<ListSlots> {
    let id: DoctorId = call.parameter("doctor")?;
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let now = hospital.zone.civil(ctx.clock.now());
    let date = day(call.query("date"), "date", hospital, now)?;
    let directory = directory::load(&ctx, hospital).await?;
    let doctor = directory
        .doctor(id.as_str())
        .ok_or(contract::Code::NotFound)?;
    let boards = board::load(&ctx, hospital, &doctor.department, date, 1).await;
    let Some(confirmed) = boards.iter().find_map(|board| board.confirmed) else {
        // No slots at all would read as if there were none.
        return Err(AppError::hospital_unavailable(UNAVAILABLE_S));
    };
    let now = hospital.zone.civil(ctx.clock.now());
    let (version, as_of, freshness) = summary(&boards, &directory);
    let slots = boards
        .iter()
        .flat_map(|board| board.slots.iter())
        .filter(|slot| slot.doctor == id.as_str())
        .map(|of| {
            let (slot, facts) = (of.slot(), of.facts(hospital, freshness));
            Slot {
                id: slot.id.as_str().into(),
                start: hospital.instant(slot.start),
                end: hospital.instant(slot.end),
                state: hospital.pack.slot_state(&facts, now),
                fee_fen: slot.fee_fen,
                capacity: facts.capacity,
                remaining: hospital.pack.slot_remaining(&facts, now),
            }
        });
    let answer = Slots {
        as_of: hospital.instant(as_of),
        freshness,
        version,
        slots: slots.collect(),
    };
    Ok(checked(answer, hospital, Some(confirmed)).kept(keep_ms(&boards)))
}

/// A day of the query, today where there is none. Only days that a list shows are answered, and
/// yesterday, because a phone abroad may still have it.
fn day(
    text: Option<&str>,
    field: &str,
    hospital: &Hospital,
    now: DateTime,
) -> Result<Date, AppError> {
    let Some(text) = text else {
        return Ok(now.date());
    };
    let day = rules::date(text).ok_or_else(|| Refusal::field(field, FieldCode::NotADate))?;
    if is_shown(day, hospital, now) {
        Ok(day)
    } else {
        Err(Refusal::field(field, FieldCode::OutOfRange).into())
    }
}

fn is_shown(day: Date, hospital: &Hospital, now: DateTime) -> bool {
    let first = now.date().yesterday().unwrap_or(now.date());
    (first..=hospital.pack.last_shown_day(now)).contains(&day)
}

/// A day as it stands in a path, if it is one that a list shows.
pub(super) fn day_within(text: &str, hospital: &Hospital, now: DateTime) -> Option<Date> {
    rules::date(text).filter(|day| is_shown(*day, hospital, now))
}

/// How long what is shown of some boards may be shown again.
fn keep_ms(boards: &[Board]) -> u32 {
    let until = boards.iter().map(|board| board.until).min();
    let left = until.unwrap_or_default() - clock::real_millis();
    u32::try_from(left).unwrap_or_default()
}

/// The newest version of several boards and when it was read, and how far what they tell can be
/// trusted: as far as the worst of them. A day that is not known says so row by row. What was never
/// read is no version; where nothing was, who sits there is all that is shown.
fn summary(boards: &[Board], directory: &Known) -> (u64, Timestamp, Freshness) {
    let read = boards.iter().filter(|board| board.confirmed.is_some());
    let newest = read.map(|board| (board.version, board.as_of)).max();
    let (version, as_of) = newest.unwrap_or_else(|| (directory.version(), directory.as_of()));
    let known = boards.iter().map(|board| board.freshness);
    let worst = known.filter(|it| *it != Freshness::Unknown).max();
    (version, as_of, worst.unwrap_or(Freshness::Unknown))
}

/// Each doctor's morning and afternoon on one day.
fn sessions(
    board: &Board,
    directory: &Directory,
    department: &str,
    hospital: &Hospital,
    now: DateTime,
) -> Vec<DoctorSession> {
    let released = hospital.pack.released(board.day, now);
    if board.slots.is_empty() && (!released || board.freshness == Freshness::Unknown) {
        // Nothing is known of who sits when, which is not the same as nobody.
        let state = if released {
            SessionState::Unknown
        } else {
            SessionState::NotReleased
        };
        return directory
            .doctors_of(department)
            .flat_map(|doctor| {
                Session::ALL
                    .iter()
                    .map(|half| row(doctor, doctor.level, *half, state, None))
            })
            .collect();
    }
    let slots: Vec<(&BoardSlot, SlotFacts)> = board
        .slots
        .iter()
        .map(|slot| (slot, slot.facts(hospital, board.freshness)))
        .collect();
    let mut rows = Vec::new();
    for doctor in directory.doctors_of(department) {
        for &half in Session::ALL {
            for &level in Level::ALL {
                let own = slots.iter().filter(|(slot, facts)| {
                    facts.session() == half && slot.level == level && slot.doctor == doctor.id
                });
                let own: Vec<SlotFacts> = own.map(|(_, facts)| *facts).collect();
                if let Some(session) = hospital.pack.session_facts(&own, now) {
                    rows.push(row(doctor, level, half, session.state, session.free));
                }
            }
        }
    }
    rows
}

fn row(
    doctor: &Doctor,
    level: Level,
    session: Session,
    state: SessionState,
    free: Option<u32>,
) -> DoctorSession {
    DoctorSession {
        id: doctor.id.as_str().into(),
        name: doctor.name.clone(),
        title: doctor.title.clone(),
        level,
        session,
        state,
        free,
    }
}
