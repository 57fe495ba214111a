//! What the demo hospitals are made of: departments, names, laboratory tests, texts.

pub mod community;
pub mod department;
pub mod general;
pub mod labs;
pub mod names;
pub mod texts;
