//! What a handler gives back.

use contract::Endpoint;

use super::{AppError, Headers, Reply, message};

/// What a handler of `E` gives back.
pub type Handled<E> = Result<Answer<<E as Endpoint>::Answer>, AppError>;

/// An answer: its value, which the router writes with the endpoint's status (and, for what is
/// public, with an `ETag` and 304), or a reply that the handler has made itself.
#[derive(Debug)]
pub enum Answer<T> {
    /// The value, headers beside it, and how long it may be given to everybody
    /// ([`Reply::keep_ms`]).
    Value(T, Headers, u32),
    /// A reply as it is: a PDF, or bytes kept ready.
    Raw(Reply),
}

impl<T> Answer<T> {
    /// Lets the edge give it to everybody for so many real milliseconds.
    #[must_use]
    pub fn kept(mut self, ms: u32) -> Self {
        match &mut self {
            Self::Value(_, _, keep_ms) => *keep_ms = ms,
            Self::Raw(reply) => reply.keep_ms = ms,
        }
        self
    }

    /// Adds a header; on one that HTTP does not allow nothing happens.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        match &mut self {
            Self::Value(_, headers, _) => message::set(headers, name, value),
            Self::Raw(reply) => message::set(&mut reply.headers, name, value),
        }
        self
    }
}

impl<T> From<T> for Answer<T> {
    fn from(value: T) -> Self {
        Self::Value(value, Headers::default(), 0)
    }
}
