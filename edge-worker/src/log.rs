//! One structured line a request. No path (ids stand in it), no query, no body, no person.

use contract::json::{self, Object};

use crate::machine;

/// What is said about a request.
#[derive(Debug)]
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
    machine::say(&json::to_string(&Object(&[
        ("route", &line.route),
        ("method", &line.method),
        ("status", &line.status),
        ("ms", &line.ms),
        ("hospital", &line.hospital),
        ("code", &line.code),
        ("trace", &line.trace),
    ])));
}

/// Something that whoever runs the edge should know; `what` is fixed text, `why` never about a
/// person.
pub fn warning(what: &str, why: &str) {
    machine::say(&json::to_string(&Object(&[
        ("warning", &what),
        ("why", &why),
    ])));
}
