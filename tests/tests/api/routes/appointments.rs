//! /people/{p}/appointments.

mod cancel;
mod confirm;
mod get;
mod list;
mod reschedule;
