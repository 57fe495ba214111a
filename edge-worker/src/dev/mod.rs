//! What is there in development only.

pub mod clock;

use contract::Code;

use crate::{
    ctx::Ctx,
    http::{AppError, Reply, Request},
};

/// Everything under `/dev`.
pub async fn serve(_ctx: &Ctx, _request: &Request) -> Result<Reply, AppError> {
    Err(Code::NotFound.into())
}
