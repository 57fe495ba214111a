//! POST /dev/panic?in=: a mistake of ours on purpose, to see that it stays alone. Where: in the
//! `handler`, in a durable `object`, or `behind` the answer.

use super::OBJECT;
use crate::{
    ctx::{Class, Ctx},
    http::{AppError, Reply, Request},
};

/// Where in the durable object it panics.
pub const PATH: &str = "/panic";

#[allow(clippy::panic)]
pub(super) async fn post(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    match request.query.as_str() {
        "in=handler" => panic!("on purpose, in a handler"),
        "in=object" => ctx.ask::<()>(Class::Dev, OBJECT, PATH, &()).await?,
        "in=behind" => ctx.background.run(Box::pin(async {
            panic!("on purpose, behind the answer");
        })),
        _ => return Err(contract::Code::NotFound.into()),
    }
    Ok(Reply::empty(204))
}
