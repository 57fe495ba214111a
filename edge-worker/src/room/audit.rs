//! What a release decided, for whoever wants to check (A25): see [`rules::room`] for how.

use std::{cell::RefCell, fmt::Write as _};

use contract::{Code, Day, HospitalId, api::GetRelease};
use jiff::Timestamp;
use rules::room::{TicketId, commitment};

use super::{Ask, Told, ask, current::Release};
use crate::{
    clock,
    config::Hospital,
    ctx::Ctx,
    http::{Answer, AppError, Call, Handled},
    reads::checked_at,
};

/// So many days back.
const DAYS: i64 = 30;
/// So long the same is told, and by the same URL as long again, real milliseconds.
const KEEP_MS: u32 = 1000;

thread_local! {
    /// What was told of late, and until when it is: anybody may ask, and for each answer the room
    /// writes out all it has done.
    static KEPT: RefCell<Vec<(i64, Timestamp, contract::Release)>> = const { RefCell::new(Vec::new()) };
}

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
    let (at, answer) = told(&ctx, hospital, date, &release).await?;
    Ok(Answer::Value(
        answer,
        checked_at(hospital, Some(at)),
        KEEP_MS,
    ))
}

/// What can be told of a release, and when it was so.
async fn told(
    ctx: &Ctx,
    hospital: &Hospital,
    date: Day,
    release: &Release,
) -> Result<(Timestamp, contract::Release), AppError> {
    let now = ctx.clock.now();
    let kept = KEPT.with_borrow_mut(|kept| {
        let real = clock::real_millis();
        kept.retain(|(until, ..)| *until > real);
        let mut kept = kept.iter();
        let kept = kept.find(|(.., it)| it.hospital == hospital.id && it.date == date);
        kept.map(|(_, at, it)| (*at, it.clone()))
    });
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let Told::Record { record, key } = ask(ctx, release, Ask::Record).await? else {
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
    let until = clock::real_millis() + i64::from(KEEP_MS);
    KEPT.with_borrow_mut(|kept| kept.push((until, now, answer.clone())));
    Ok((now, answer))
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

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use contract::json;
    use futures_executor::block_on;
    use futures_util::future::LocalBoxFuture;
    use rules::room::Record;

    use super::*;
    use crate::ctx::{Class, ObjectError, Objects, tests::ctx};

    /// A room that counts how often it is asked.
    #[derive(Default)]
    struct Room(Cell<u32>);

    impl Objects for Room {
        fn call<'a>(
            &'a self,
            _: Class,
            _: &'a str,
            _: &'a str,
            _: Vec<u8>,
        ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
            self.0.set(self.0.get() + 1);
            let record = Box::new(Record {
                arrivals: self.0.get(),
                ..Record::default()
            });
            let told = json::to_string(&Told::Record { record, key: None });
            Box::pin(async move { Ok(told.into_bytes()) })
        }
    }

    #[test]
    fn a_room_is_asked_once_a_second_for_each_day() {
        let room = Rc::new(Room::default());
        let ctx = Ctx {
            objects: room.clone(),
            ..ctx()
        };
        let hospital = ctx.config.home();
        let arrivals = |day: &str| {
            let release = Release::of(hospital, rules::date(day).unwrap());
            let told = told(&ctx, hospital, day.into(), &release);
            block_on(told).unwrap().1.arrivals
        };
        let days = ["2026-11-22", "2026-11-23", "2026-11-22", "2026-11-23"];
        assert_eq!(days.map(arrivals), [1, 2, 1, 2]);
        KEPT.with_borrow_mut(|kept| kept[0].0 -= i64::from(KEEP_MS));
        assert_eq!(days.map(arrivals), [3, 2, 3, 2]);
    }
}
