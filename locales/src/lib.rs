//! Every text of the product in its languages.
//!
//! The texts are Fluent files, `<tag>/<area>.ftl`, zh-CN being the source. The build checks them
//! and makes one module per area with one function per message: `booking::title(&lang)`. A key
//! or a variable that does not exist therefore stops the build of whoever asks for it.
//!
//! The edge carries its few areas within ([`Lang::embedded`]); the app fetches one pack
//! ([`Tag::pack_path`]) and enables the feature `pages` for the rest. At run time there is no
//! Fluent: patterns are flat texts with marks, resolved in `pattern.rs`.

pub mod care;
mod lang;
mod negotiate;
mod pattern;
pub mod problem;
pub mod when;

pub use lang::{Lang, Tag, WrongPack};
pub(crate) use pattern::Arg;

#[allow(
    clippy::doc_markdown,
    clippy::too_many_arguments,
    clippy::needless_raw_string_hashes,
    clippy::too_long_first_doc_paragraph,
    reason = "generated: the documentation is the text itself"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

pub use generated::*;

#[cfg(test)]
mod tests;
