//! Between shards and boards.

use jiff::civil::Date;

use super::{Heard, Topic};
use crate::{
    config::Hospital,
    ctx::{Class, Ctx},
    http::AppError,
    reads::{board::Key, directory},
};

/// A shard begins to listen to a topic, or goes on (`how`: [`super::LISTEN`] or
/// [`super::LISTEN_ON`]); from now on its board calls it at each change.
///
/// # Errors
/// What keeps the hospital from being asked whether there is such a department.
pub async fn listen(ctx: &Ctx, topic: &str, shard: u8, how: &str) -> Result<Heard, AppError> {
    let Some(Topic::Availability {
        hospital,
        department,
        day,
    }) = Topic::parse(topic)
    else {
        return Ok(Heard::default());
    };
    let Some(hospital) = ctx.config.hospital(&hospital.into()) else {
        return Ok(Heard::default());
    };
    let directory = directory::load(ctx, hospital).await?;
    if directory.department(department).is_none() || !is_shown(ctx, hospital, day) {
        return Ok(Heard::default());
    }
    let key = Key {
        hospital: hospital.id.clone(),
        department: department.to_owned(),
        day,
    };
    ctx.ask(Class::Board, &key.name(), how, &(&key, shard))
        .await
}

/// Only days that lists show, so that there is a bound to what can be listened to.
fn is_shown(ctx: &Ctx, hospital: &Hospital, day: Date) -> bool {
    let now = hospital.zone.civil(ctx.clock.now());
    let first = now.date().yesterday().unwrap_or(now.date());
    (first..=hospital.pack.last_shown_day(now)).contains(&day)
}
