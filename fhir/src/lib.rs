//! The FHIR R4 codec: the few resources that are used, how the domain lies in them, and the
//! transactions of a booking. No I/O.
//!
//! What is read goes through typed structs that only deserialise; what is written back is the
//! hospital's own JSON, edited ([`Stored`]). So an element nobody here models is never lost.

// `Option<Option<..>>` never occurs; `struct_field_names` complains of FHIR's own names.
#![allow(clippy::struct_field_names)]

pub mod audit;
pub mod booking;
pub mod bundle;
pub mod capability;
pub mod communication;
pub mod datatypes;
pub mod directory;
pub mod names;
mod naming;
pub mod people;
mod read;
pub mod report;
pub mod resources;
pub mod slot;
mod stored;
pub mod subscription;
pub mod time;
pub mod waitlist;

pub use naming::Naming;
pub use stored::Stored;
