//! Between shards and boards: the seam behind which boards may live in objects of their own. For
//! now they live in this isolate's memory, and so does who listens to them.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use jiff::{Timestamp, civil::Date};

use super::{Change, Heard, Listeners, Topic};
use crate::{
    config::Hospital,
    ctx::Ctx,
    http::AppError,
    reads::{board, directory},
};

thread_local! {
    static LISTENERS: RefCell<HashMap<String, Rc<Listeners>>> = RefCell::default();
}

/// A shard begins to listen to a topic.
///
/// # Errors
/// What keeps the hospital from being asked whether there is such a department.
pub async fn listen(ctx: &Ctx, topic: &str, shard: u8) -> Result<Heard, AppError> {
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
    LISTENERS.with_borrow_mut(|all| {
        all.entry(topic.to_owned()).or_default().add(shard);
    });
    let boards = board::load(ctx, hospital, &directory, department, day, 1).await;
    let present = boards
        .first()
        .filter(|board| board.confirmed.is_some())
        .map(|board| change(hospital, topic, board.version, board.as_of));
    Ok(Heard {
        there: true,
        present,
    })
}

/// Whether anybody may listen to a topic.
pub fn anybody(topic: &str) -> bool {
    LISTENERS.with_borrow(|all| all.contains_key(topic))
}

/// Tells all who listen that a topic has a new version. Costs next to nothing where nobody does.
pub async fn announce(ctx: &Ctx, topic: &str, version: u64, as_of: Timestamp) {
    let Some(listeners) = LISTENERS.with_borrow(|all| all.get(topic).cloned()) else {
        return;
    };
    let Some(Topic::Availability { hospital, .. }) = Topic::parse(topic) else {
        return;
    };
    if let Some(hospital) = ctx.config.hospital(&hospital.into()) {
        listeners
            .tell(ctx, change(hospital, topic, version, as_of))
            .await;
    }
    if listeners.bits() == 0 {
        LISTENERS.with_borrow_mut(|all| all.retain(|_, listeners| listeners.bits() != 0));
    }
}

/// Only days that lists show, so that there is a bound to what can be listened to.
fn is_shown(ctx: &Ctx, hospital: &Hospital, day: Date) -> bool {
    let now = hospital.zone.civil(ctx.clock.now());
    let first = now.date().yesterday().unwrap_or(now.date());
    (first..=hospital.pack.last_shown_day(now)).contains(&day)
}

fn change(hospital: &Hospital, topic: &str, version: u64, as_of: Timestamp) -> Change {
    Change {
        topic: topic.to_owned(),
        version,
        as_of: hospital.instant(as_of),
    }
}
