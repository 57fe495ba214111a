//! The app's files.

use worker::{Env, Response};

use crate::{ctx::Ctx, http::Request};

/// One file of the app.
pub async fn serve(_env: &Env, _ctx: &Ctx, _request: &Request) -> worker::Result<Response> {
    Response::error("", 404)
}
