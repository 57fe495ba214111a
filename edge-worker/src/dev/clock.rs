//! The clock that development sets: how far it is ahead of the real one.

use contract::{
    FieldCode,
    json::{Object, Value},
    record, settings,
};

use super::OBJECT;
use crate::{
    clock,
    ctx::{Class, Ctx},
    http::{AppError, Refusal, Reply, Request, body},
    live, log, timers, together,
};

record! {
    /// How far the clock is ahead, milliseconds; `None` when it is free.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Offset {
        /// Milliseconds.
        pub millis: Option<i64>,
    }
}

settings! {
    #[derive(Debug)]
    struct Setting {
        now: String,
    }
}

/// Takes up the clock where it stood before a restart.
pub async fn restore(ctx: &Ctx) {
    if let Ok(offset) = ctx
        .ask::<Offset>(Class::Dev, OBJECT, "/clock/get", &())
        .await
    {
        clock::set_offset(offset.millis);
    }
}

pub(super) fn get(ctx: &Ctx) -> Reply {
    let now = ctx.config.home().instant(ctx.clock.now());
    Reply::json(
        200,
        &Object(&[("now", &now), ("set", &clock::offset().is_some())]),
    )
}

pub(super) async fn put(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    let setting: Setting = body::parse(request)?;
    let now = contract::time::instant(&setting.now)
        .ok_or_else(|| Refusal::field("now", FieldCode::Malformed))?;
    let millis = now.as_millisecond() - clock::real_millis();
    set(ctx, Some(millis)).await
}

pub(super) async fn delete(ctx: &Ctx) -> Result<Reply, AppError> {
    set(ctx, None).await
}

/// Sets it everywhere, and lets what is now due happen before it answers.
async fn set(ctx: &Ctx, millis: Option<i64>) -> Result<Reply, AppError> {
    // What was due before has happened before.
    wake(ctx, timers::RUN).await;
    ctx.ask::<()>(Class::Dev, OBJECT, "/clock/set", &Offset { millis })
        .await?;
    clock::set_offset(millis);
    crate::hot::clear();
    wake(ctx, timers::WAKE).await;
    look(ctx);
    Ok(get(ctx))
}

/// Has whoever looks at a page that time changes hear of it.
fn look(ctx: &Ctx) {
    let of = ctx.clone();
    ctx.background.run(Box::pin(async move {
        let shards = (0..live::SHARDS).map(live::shard_name);
        let shards = shards.map(async |shard| {
            let looked: Result<Value, _> = of.ask(Class::Live, &shard, live::LOOK, &()).await;
            looked.is_ok()
        });
        together::all(shards).await;
    }));
}

async fn wake(ctx: &Ctx, how: &str) {
    let woken = ctx.config.hospitals.iter().map(async |hospital| {
        let name = hospital.id.as_str();
        ctx.ask::<Value>(Class::Alarms, name, how, &()).await
    });
    if together::all(woken).await.iter().any(Result::is_err) {
        log::warning("dev clock", "an alarm did not run");
    }
}
