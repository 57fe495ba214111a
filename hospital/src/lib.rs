//! The demo's hospitals: writes believable ones into any FHIR R4 server, and plays their staff.
//! The product never imports this.

// Tables and JSON literals are long lines with reason; counts of a demo fit any integer.
#![allow(clippy::too_many_lines)]

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
