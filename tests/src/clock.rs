//! The edge's virtual clock (`/dev/clock`). It is one for the whole edge, so only the tests of a
//! stack of their own move it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::http::{get_json, send, send_json};

/// What the edge's clock says.
#[track_caller]
pub fn now(base: &str) -> Timestamp {
    get_json(&format!("{base}/dev/clock"))["now"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// Sets the clock; alarms that are due have fired when this returns.
#[track_caller]
pub fn set(base: &str, now: Timestamp) {
    send_json(
        "PUT",
        &format!("{base}/dev/clock"),
        &json!({ "now": now.to_string() }),
    );
}

/// Moves the clock forward.
#[track_caller]
pub fn advance(base: &str, by: SignedDuration) {
    set(base, now(base).checked_add(by).unwrap());
}

/// Back to real time.
#[track_caller]
pub fn free(base: &str) {
    let reply = send("DELETE", &format!("{base}/dev/clock"), &[], None).unwrap();
    assert!((200..300).contains(&reply.status), "{}", reply.text());
}

/// An instant as the API writes it.
#[track_caller]
pub fn instant(text: &contract::Instant) -> Timestamp {
    text.as_str()
        .parse()
        .unwrap_or_else(|e| panic!("{text} is no instant: {e}"))
}

/// A day and time in China's zone, which has no summer time.
#[track_caller]
pub fn china(day: jiff::civil::Date, hour: i8, minute: i8) -> Timestamp {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.at(hour, minute, 0, 0)
        .to_zoned(zone)
        .unwrap()
        .timestamp()
}

/// The civil day in China at that instant.
pub fn china_day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .date()
}
