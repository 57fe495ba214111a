//! What the app and the edge say to each other: request and answer types, error codes,
//! and one [`Endpoint`] per operation that types both ends. The OpenAPI document is made from it.
//!
//! Nothing here knows FHIR, the browser or the Workers runtime.

mod appointment;
mod bulk;
mod endpoint;
mod hospital;
mod id;
mod map;
mod person;
mod problem;
mod release;
mod report;
mod waitlist;

pub mod api;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod route;
#[cfg(feature = "json")]
pub mod time;
#[cfg(feature = "tree")]
pub mod tree;

pub use appointment::*;
pub use bulk::*;
pub use endpoint::*;
pub use hospital::*;
pub use id::*;
pub use map::Map;
pub use person::*;
pub use problem::*;
pub use release::*;
pub use report::*;
pub use route::{Needs, Route};
pub use waitlist::*;
