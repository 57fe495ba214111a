//! What the tests share: a typed client that checks every answer against the served OpenAPI
//! document, people and slots nobody else uses, a look into the hospitals' FHIR servers, the
//! running stacks, and the fault proxy that stands between edge and hospital.
//!
//! The tests themselves lie in `tests/api`, laid out as the URLs are.

// A test that cannot go on has failed: here, unwrapping is how it says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

pub mod client;
pub mod clock;
pub mod fault_proxy;
pub mod fhir;
pub mod http;
pub mod identity;
pub mod openmetrics;
pub mod people;
pub mod rush;
pub mod schema;
pub mod slots;
pub mod socket;
pub mod stack;
pub mod staff;
pub mod waiting;
pub mod world;

pub use client::{Client, Reply};
pub use http::Raw;
