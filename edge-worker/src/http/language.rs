//! Which language to answer in.

pub use locales::Tag as Language;
