//! Booking as a person's turn does it, against a FHIR server that nobody here wrote.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod journey;
mod limits;
mod lost_replies;
mod races;
mod reminders;
mod server;
mod waitlist;
mod world;
