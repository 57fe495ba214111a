//! The API against the real edge in workerd and real FHIR servers. `routes` is laid out as the
//! URLs are; what concerns many routes stands beside it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clock;
mod conventions;
mod faults;
mod feed;
mod idempotency;
mod outage;
mod panics;
mod proxies;
mod races;
mod reminders;
mod room;
mod routes;
