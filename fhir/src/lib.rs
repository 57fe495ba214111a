//! (to be written)

pub mod names;
