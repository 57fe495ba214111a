//! The description of the API, made when the edge is built (`build.rs`).

use crate::http::{Reply, Request, router};

/// Where it is served.
pub const PATH: &str = "/api/v1/openapi.json";

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));

/// The document, with a tag like everything public.
pub fn reply(request: &Request) -> Reply {
    router::cacheable(Reply::new(200, "application/json", DOCUMENT.into()), request)
}
