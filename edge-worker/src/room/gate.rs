//! What stands before a hold.

use contract::{
    Alternative, Appointment, Code, Hold, HospitalId, Instant, NotBookableReason, PersonId,
    api::PlaceHold,
};
use rules::room::Outcome;

use super::{Ask, Came, Told, ask, current::Release, shown, too_many};
use crate::{
    ctx::Ctx,
    http::{AppError, Call, Refusal},
};

/// An attempt may be made; a room wants to be told what came of it.
pub enum Pass {
    /// No room is open for that slot.
    Free,
    /// The room of a release let it through.
    Room {
        /// The hospital.
        hospital: HospitalId,
        /// Whose attempt.
        person: u64,
        /// At what.
        slot: String,
    },
}

/// Whether somebody may try to hold a slot now. Asks nothing of the hospital for them.
///
/// # Errors
/// `waiting_room` with the ticket, `slot_taken` for what is known to be gone, `rate_limited` for
/// a phone that asks for too many people.
pub async fn enter(ctx: &Ctx, call: &Call<PlaceHold>) -> Result<Pass, AppError> {
    let body = &call.body;
    let hospital = ctx.hospital(&body.hospital)?;
    let now = ctx.clock.now();
    let Some(release) = Release::open(hospital, now) else {
        if let Some(next) = Release::soon(hospital, now)
            && is_of(ctx, &next, body.slot.as_str()).await
        {
            // A thumb too early, as there are thousands: known without the hospital.
            return Err(not_released(Some(hospital.instant(next.opens))));
        }
        return Ok(Pass::Free);
    };
    let care = body.care == Some(true);
    let who = came(ctx, call, &release, body.slot.as_str(), care)?;
    let person = who.person;
    match ask(ctx, &release, Ask::Enter(who)).await? {
        Told::Go => Ok(Pass::Room {
            hospital: hospital.id.clone(),
            person,
            slot: body.slot.0.clone(),
        }),
        Told::Line(line) => {
            let ticket = shown(
                ctx,
                hospital,
                &release,
                call,
                (body.slot.as_str(), care),
                line,
            )?;
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

/// It opens later.
pub(super) fn not_released(opens_at: Option<Instant>) -> AppError {
    Refusal::new(Code::NotBookable)
        .with(|p| {
            p.reason = Some(NotBookableReason::NotReleased);
            p.opens_at = opens_at;
        })
        .into()
}

/// It is gone; these are kept.
pub(super) fn taken(rows: Vec<Alternative>) -> AppError {
    Refusal::new(Code::SlotTaken)
        .with(|p| p.alternatives = Some(rows))
        .into()
}

impl Pass {
    /// Tells the room what came of the attempt. Where the place was gone, the answer names what
    /// the room keeps for this person instead.
    pub async fn finished(self, ctx: &Ctx, told: Result<Hold, AppError>) -> Result<Hold, AppError> {
        let Self::Room {
            hospital,
            person,
            slot,
        } = self
        else {
            return told;
        };
        let Some(release) = open(ctx, &hospital) else {
            return told;
        };
        let outcome = outcome(&told, &release);
        match ask(
            ctx,
            &release,
            Ask::Finished {
                person,
                slot,
                outcome,
            },
        )
        .await
        {
            Ok(Told::Taken(rows)) if outcome == Outcome::Taken && !rows.is_empty() => {
                Err(taken(rows))
            }
            // The room goes on without having heard.
            _ => told,
        }
    }
}

fn outcome(told: &Result<Hold, AppError>, release: &Release) -> Outcome {
    match told {
        Ok(hold) => {
            let ends = contract::time::instant(hold.expires_at.as_str());
            Outcome::Held(ends.map_or(i64::MAX / 2, |ends| release.since(ends)))
        }
        Err(AppError::OutcomeUnknown(_)) => Outcome::Unknown,
        Err(AppError::Refused(why)) => match why.code {
            Code::SlotTaken => Outcome::Taken,
            Code::NotBookable if why.problem.reason == Some(NotBookableReason::Stopped) => {
                Outcome::Taken
            }
            Code::Forbidden | Code::BookingBlocked => Outcome::Barred,
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
pub(super) fn came<E: contract::Endpoint>(
    ctx: &Ctx,
    call: &Call<E>,
    release: &Release,
    slot: &str,
    care: bool,
) -> Result<Came, AppError> {
    let person: PersonId = call.parameter("person")?;
    let address = call.request.header("cf-connecting-ip");
    Ok(Came {
        person: short(ctx, release, "person", person.as_str()),
        phone: short(ctx, release, "phone", &call.session()?.phone),
        address: address
            .filter(|address| !address.is_empty())
            .map(|address| short(ctx, release, "address", address)),
        slot: slot.to_owned(),
        care,
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
