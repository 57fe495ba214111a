//! GET /dev/outbox?to=: what would have gone out.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::OBJECT;
use crate::{
    ctx::{Class, Ctx},
    http::{AppError, Reply, Request, body},
    messages::Sent,
};

/// Asks the object for messages.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    /// Only those to this phone.
    pub to: Option<String>,
}

pub(super) async fn get(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    let to = body::query(&request.query)
        .into_iter()
        .find(|(name, _)| name == "to");
    let wanted = Wanted {
        to: to.map(|(_, to)| to),
    };
    let messages: Vec<Sent> = ctx.ask(Class::Dev, OBJECT, "/outbox/list", &wanted).await?;
    Ok(Reply::json(200, &json!({ "messages": messages })))
}
