//! The demo's hospitals: writes believable ones into any FHIR R4 server, and plays their staff.
//! The product never imports this.

// JSON literals make long functions that read well; `test` and `text` are what they are called.
#![allow(clippy::too_many_lines, clippy::similar_names)]

pub mod calendar;
pub mod client;
pub mod data;
pub mod identity;
pub mod pdf;
pub mod plan;
pub mod play;
pub mod profile;
pub mod resource;
pub mod rng;
pub mod seed;
