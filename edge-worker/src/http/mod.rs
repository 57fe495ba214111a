//! HTTP as plain data: requests, replies, routing, problem details.

pub mod answer;
pub mod body;
pub mod etag;
pub mod headers;
pub mod language;
pub mod message;
pub mod operator;
pub mod origin;
pub mod page;
pub mod problem;
pub mod router;
pub mod texts;
pub mod trace;

pub use answer::{Answer, Handled};
pub use headers::Headers;
pub use language::Language;
pub use message::{Reply, Request};
pub use problem::{AppError, Refusal, not_allowed};
pub use router::{Asked, Call};
