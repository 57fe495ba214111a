//! The description of the API, made when the edge is built (`build.rs`).

use crate::http::{Reply, Request, router};

/// Where it is served.
pub const PATH: &str = "/api/v1/openapi.json";

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

/// The document, with a tag like everything public, and the name that the session's cookie has
/// where it is asked for.
pub fn reply(request: &Request, session_cookie: &str) -> Reply {
    let document = DOCUMENT.replace(
        "\"name\":\"__Host-session\"",
        &format!("\"name\":\"{session_cookie}\""),
    );
    router::cacheable(
        Reply::new(200, "application/json", document.into()),
        request,
    )
}
