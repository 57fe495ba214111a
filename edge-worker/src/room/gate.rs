//! What stands before a hold, and before a move.

use contract::{
    Alternative, Appointment, Code, HospitalId, Instant, NotBookableReason, PersonId, SlotId,
};
use rules::room::Outcome;

use super::{Ask, Came, Told, ask, current::Release, shown, too_many};
use crate::{
    backend::{HospitalBackend, fhir_rest::FhirRest},
    booking::{bookable, id::is_fhir_id},
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Asked, Refusal},
};

/// A slot that somebody wants to hold, or to move to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The hospital.
    pub hospital: HospitalId,
    /// The slot.
    pub slot: SlotId,
    /// Care mode.
    pub care: bool,
}

/// An attempt may be made; a room wants to be told what came of it.
pub enum Pass {
    /// No room is open for that slot.
    Free,
    /// The room of a release let it through.
    Room {
        /// What was wanted.
        wish: Wish,
        /// Whose attempt.
        person: u64,
        /// Who made it.
        phone: u64,
    },
}

/// What an attempt gave.
pub enum Won<'a> {
    /// A hold, until then.
    Held(&'a Instant),
    /// The place itself.
    Booked,
}

/// Whether somebody may try to take a slot now. Asks nothing of the hospital for them.
///
/// # Errors
/// `waiting_room` with the ticket, `slot_taken` for what is known to be gone, `rate_limited` for
/// a phone that asks for too many people.
pub async fn enter(ctx: &Ctx, asked: &Asked, wish: Wish) -> Result<Pass, AppError> {
    let hospital = ctx.hospital(&wish.hospital)?;
    let now = ctx.clock.now();
    let Some(release) = Release::open(hospital, now) else {
        if let Some(next) = Release::soon(hospital, now)
            && is_of(ctx, &next, wish.slot.as_str()).await
        {
            // A thumb too early, as there are thousands: known without the hospital.
            return Err(not_bookable(
                NotBookableReason::NotReleased,
                Some(hospital.instant(next.opens)),
            ));
        }
        return Ok(Pass::Free);
    };
    let who = came(ctx, asked, &release, &wish)?;
    let (person, phone) = (who.person, who.phone);
    match ask(ctx, &release, Ask::Enter(who)).await? {
        Told::Go => Ok(Pass::Room {
            wish,
            person,
            phone,
        }),
        Told::Line(line) => {
            let ticket = shown(ctx, &release, asked, wish, line)?;
            Err(Refusal::new(Code::WaitingRoom)
                .with(|p| {
                    p.ticket_url = Some(ticket.ticket_url);
                    p.retry_after = Some(ticket.retry_after);
                })
                .into())
        }
        Told::Taken(rows) => Err(taken(rows)),
        Told::TooMany => Err(too_many()),
        _ => Ok(Pass::Free),
    }
}

/// Whether a slot is of the day of a release, as far as is known.
async fn is_of(ctx: &Ctx, release: &Release, slot: &str) -> bool {
    let told = ask(ctx, release, Ask::Has(slot.to_owned())).await;
    matches!(told, Ok(Told::Go))
}

fn not_bookable(reason: NotBookableReason, opens_at: Option<Instant>) -> AppError {
    Refusal::new(Code::NotBookable)
        .with(|p| {
            p.reason = Some(reason);
            p.opens_at = opens_at;
        })
        .into()
}

/// Why nobody stands in line for a slot that is of no release.
pub(super) async fn no_line(ctx: &Ctx, hospital: &Hospital, slot: &str) -> AppError {
    if !is_fhir_id(slot) {
        return Code::NotFound.into();
    }
    match FhirRest::new(ctx, hospital).slot(slot).await {
        Err(error) => error.into(),
        Ok(slot) => match bookable(hospital, &slot, ctx.clock.now()) {
            Err(refused) => refused,
            // It can be had at once.
            Ok(()) if slot.has_place() => not_bookable(NotBookableReason::FreePlaces, None),
            Ok(()) => taken(Vec::new()),
        },
    }
}

/// It is gone; these are kept.
pub(super) fn taken(rows: Vec<Alternative>) -> AppError {
    Refusal::new(Code::SlotTaken)
        .with(|p| p.alternatives = Some(rows))
        .into()
}

impl Pass {
    /// Tells the room what came of the attempt. Where the place was gone, the room may keep
    /// others for this person: that is then to be said instead.
    pub async fn finished(self, ctx: &Ctx, came: Result<Won<'_>, &AppError>) -> Option<AppError> {
        let Self::Room {
            wish,
            person,
            phone,
        } = self
        else {
            return None;
        };
        let release = open(ctx, &wish.hospital)?;
        let outcome = outcome(&came, &release);
        let who = Came {
            person,
            phone,
            address: None,
            slot: wish.slot.0,
            care: wish.care,
        };
        let finished = Ask::Finished { who, outcome };
        match ask(ctx, &release, finished).await {
            Ok(Told::Taken(rows)) if outcome == Outcome::Taken && !rows.is_empty() => {
                Some(taken(rows))
            }
            // The room goes on without having heard.
            _ => None,
        }
    }
}

fn outcome(came: &Result<Won<'_>, &AppError>, release: &Release) -> Outcome {
    match came {
        Ok(Won::Held(ends)) => {
            let ends = contract::time::instant(ends.as_str());
            Outcome::Held(ends.map_or(i64::MAX / 2, |ends| release.since(ends)))
        }
        Ok(Won::Booked) => Outcome::Booked,
        Err(AppError::OutcomeUnknown(_)) => Outcome::Unknown,
        Err(AppError::Refused(why)) => match why.code {
            Code::SlotTaken => Outcome::Taken,
            Code::NotBookable if why.problem.reason == Some(NotBookableReason::Stopped) => {
                Outcome::Taken
            }
            Code::Forbidden | Code::BookingBlocked => Outcome::Barred,
            Code::HospitalUnavailable | Code::Internal => Outcome::Failed,
            _ => Outcome::Refused,
        },
    }
}

/// A hold was booked: one place less is open. Not waited for.
pub fn booked(ctx: &Ctx, person: &PersonId, appointment: &Appointment) {
    let Some(release) = open(ctx, &appointment.hospital) else {
        return;
    };
    if appointment
        .start
        .as_str()
        .starts_with(&release.day.to_string())
    {
        let person = short(ctx, &release, "person", person.as_str());
        tell(ctx, release, Ask::Booked(person));
    }
}

/// A hold was given back. Not waited for.
pub fn released(ctx: &Ctx, person: &PersonId, hospital: &HospitalId) {
    if let Some(release) = open(ctx, hospital) {
        let person = short(ctx, &release, "person", person.as_str());
        tell(ctx, release, Ask::Released(person));
    }
}

fn open(ctx: &Ctx, hospital: &HospitalId) -> Option<Release> {
    Release::open(ctx.config.hospital(hospital)?, ctx.clock.now())
}

fn tell(ctx: &Ctx, release: Release, what: Ask) {
    let of = ctx.clone();
    ctx.background.run(Box::pin(async move {
        // What it does not hear, it learns when somebody tries.
        let _ = ask(&of, &release, what).await;
    }));
}

/// Who wants what, as the room knows them.
pub(super) fn came(
    ctx: &Ctx,
    asked: &Asked,
    release: &Release,
    wish: &Wish,
) -> Result<Came, AppError> {
    let person: PersonId = asked.parameter("person")?;
    let address = ctx.address(&asked.request);
    Ok(Came {
        person: short(ctx, release, "person", person.as_str()),
        phone: short(ctx, release, "phone", &asked.session()?.phone),
        address: address.map(|it| short(ctx, release, "address", &it)),
        slot: wish.slot.0.clone(),
        care: wish.care,
    })
}

/// The front of a digest under the edge's secret, another one for each release.
fn short(ctx: &Ctx, release: &Release, kind: &str, of: &str) -> u64 {
    let day = release.day.to_string();
    let secret = ctx.config.secrets.current();
    let mac = secret.mac(&["room", kind, release.hospital.as_str(), &day, of]);
    mac.iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
