//! GET /dev/routes: every page of the app, with parameters that work.

use contract::Code;

use crate::{ctx::Ctx, http::{AppError, Reply}};

pub(super) async fn get(_ctx: &Ctx) -> Result<Reply, AppError> {
    Err(Code::NotFound.into())
}
