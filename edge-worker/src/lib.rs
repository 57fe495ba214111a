//! The edge: a thin shell of the Workers runtime round logic that is tested natively.
//!
//! A request comes in through [`entry`], is matched by [`http::router`] against the endpoints of
//! `contract`, and reaches its handler with a [`ctx::Ctx`]: settings, clock, language, trace and
//! the ways out (hospitals, durable objects) as traits. Files named `*_do.rs` are the durable
//! objects, where requests that must take turns meet.

pub mod audit;
pub mod auth;
pub mod backend;
pub mod booking;
pub mod clock;
pub mod config;
pub mod ctx;
#[cfg(feature = "development")]
pub mod dev;
pub mod feed;
pub mod http;
pub mod line;
pub mod live;
pub mod log;
pub mod machine;
pub mod messages;
pub mod metrics;
pub mod people;
pub mod reads;
pub mod reminders;
pub mod reports;
pub mod room;
pub mod secrets;
pub mod session;
pub mod timers;
pub mod transport;

mod alarms_do;
mod assets;
mod board_do;
#[cfg(feature = "development")]
mod dev_do;
mod entry;
mod feed_do;
mod hot;
mod live_do;
mod login_do;
mod metrics_do;
mod openapi;
mod room_do;
mod runtime;
mod together;
mod turn_do;

/// Every operation and its handler.
pub fn routes() -> http::router::Router {
    let router = http::router::Router::default();
    let router = session::routes(router);
    let router = people::routes(router);
    let router = reads::routes(router);
    let router = booking::routes(router);
    let router = room::routes(router);
    reports::routes(router)
}
