//! What a release decided, for whoever wants to check (A25): see [`rules::room`] for how.

use std::fmt::Write as _;

use contract::{Code, Day, HospitalId, api::GetRelease};
use rules::room::{TicketId, commitment};

use super::{Ask, Told, ask, current::Release};
use crate::{
    ctx::Ctx,
    http::{Answer, Call, Handled},
    reads::checked_at,
};

/// So many days back.
const DAYS: i64 = 30;

/// `GET /hospitals/{h}/releases/{date}`
pub(super) async fn get(ctx: Ctx, call: Call<GetRelease>) -> Handled<GetRelease> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let date: Day = call.parameter("date")?;
    let day = rules::date(date.as_str()).ok_or(Code::NotFound)?;
    let release = Release::of(hospital, day);
    let now = ctx.clock.now();
    // From the next release back to those that are still kept.
    let near = day <= Release::next(hospital, now).day && release.since(now) < DAYS * 86_400_000;
    if !near {
        return Err(Code::NotFound.into());
    }
    let Told::Record { record, key } = ask(&ctx, &release, Ask::Record).await? else {
        return Err(Code::Internal.into());
    };
    let secrets = &ctx.config.secrets;
    let secret = key
        .and_then(|id| secrets.get(&id))
        .unwrap_or(secrets.current());
    let seed = release.seed(secret);
    // Before lots are drawn nobody may know it.
    let told = record.mix.is_some() || release.is_over(hospital, now);
    let answer = contract::Release {
        hospital: hospital.id.clone(),
        date,
        opens_at: hospital.instant(release.opens),
        commitment: hex(&commitment(&seed)),
        seed: told.then(|| hex(&seed)),
        mix: record.mix.map(|mix| hex(&mix.0)),
        drawn: tickets(&record.drawn),
        admitted: tickets(&record.admitted),
        arrivals: record.arrivals,
        slowed: record.slowed,
        attempts: record.attempts,
        held: record.held,
        booked: record.booked,
        taken: record.taken,
        refused: record.refused,
        unknown: record.unknown,
        over: record.over,
        missed: record.missed,
    };
    // Asked of the room each time.
    Ok(Answer::Value(answer, checked_at(hospital, Some(now)), 0))
}

fn tickets(ids: &[TicketId]) -> Vec<String> {
    ids.iter().map(TicketId::to_string).collect()
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
