//! The description of the API. It lies beside the app's files, so that the script need not carry
//! it.

use contract::Code;
use worker::Env;

use crate::{
    assets,
    http::{AppError, Reply, Request, router},
    log,
};

/// Where it is served.
pub const PATH: &str = "/api/v1/openapi.json";

/// The document, with a tag like everything public, and the name that the session's cookie has
/// where it is asked for.
///
/// # Errors
/// `internal` where it does not lie beside the app.
pub async fn reply(env: &Env, request: &Request, session_cookie: &str) -> Result<Reply, AppError> {
    let Ok(Some(document)) = assets::read(env, "/openapi.json").await else {
        log::warning("assets", "there is no openapi.json");
        return Err(Code::Internal.into());
    };
    let document = String::from_utf8_lossy(&document).replace(
        "\"name\":\"__Host-session\"",
        &format!("\"name\":\"{session_cookie}\""),
    );
    Ok(router::cacheable(
        Reply::new(200, "application/json", document.into()),
        request,
    ))
}
