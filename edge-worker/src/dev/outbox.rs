//! GET /dev/outbox?to=: what would have gone out.

use contract::{json::Object, record};
use futures_util::future::select;

use super::OBJECT;
use crate::{
    backend::pause,
    ctx::{Class, Ctx},
    http::{AppError, Reply, Request, body},
    messages::Sent,
    timers, together,
};

record! {
    /// Asks the object for messages.
    #[derive(Debug)]
    pub struct Wanted {
        /// Only those to this phone.
        pub to: Option<String>,
    }
}

/// What is due goes out before the outbox is shown, unless a hospital that is down keeps it.
const WAIT_MS: u64 = 2000;

async fn sent_what_is_due(ctx: &Ctx) {
    let woken = ctx.config.hospitals.iter().map(async |hospital| {
        let name = hospital.id.as_str();
        let asked: Result<(), AppError> = ctx.ask(Class::Alarms, name, timers::RUN, &()).await;
        asked
    });
    select(Box::pin(together::all(woken)), Box::pin(pause(WAIT_MS))).await;
}

pub(super) async fn get(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    let to = body::query(&request.query)
        .into_iter()
        .find(|(name, to)| name == "to" && !to.is_empty());
    let wanted = Wanted {
        to: to.map(|(_, to)| to),
    };
    sent_what_is_due(ctx).await;
    let messages: Vec<Sent> = ctx.ask(Class::Dev, OBJECT, "/outbox/list", &wanted).await?;
    Ok(Reply::json(200, &Object(&[("messages", &messages)])))
}
