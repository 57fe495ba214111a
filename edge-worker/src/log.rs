//! One structured line a request. No path (ids stand in it), no query, no body, no person.

use serde::Serialize;

use crate::machine;

/// What is said about a request.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// Name of the operation, or `app`, `dev`, `none`.
    pub route: &'a str,
    /// Method.
    pub method: &'a str,
    /// HTTP status.
    pub status: u16,
    /// Real milliseconds.
    pub ms: i64,
    /// The hospital in the path, if one stands there and is known.
    pub hospital: Option<&'a str>,
    /// Problem code.
    pub code: Option<&'a str>,
    /// Trace id.
    pub trace: &'a str,
}

/// Writes it.
pub fn request(line: &Line<'_>) {
    if let Ok(text) = serde_json::to_string(line) {
        machine::say(&text);
    }
}

/// Something that whoever runs the edge should know; `what` is fixed text, `why` never about a
/// person.
pub fn warning(what: &str, why: &str) {
    machine::say(&serde_json::json!({ "warning": what, "why": why }).to_string());
}
