//! The way to hospitals and gateways: one HTTP exchange, as plain data, behind a trait.

use futures_util::future::LocalBoxFuture;

/// A call to a hospital or a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub method: &'static str,
    /// Whole URL.
    pub url: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; `None` for none.
    pub body: Option<Vec<u8>>,
    /// When to give up, real milliseconds.
    pub timeout_ms: u32,
}

/// What came back, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// HTTP status.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Incoming {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why nothing (or not all of it) came back. But for `NotSent` the other side may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// Not in time.
    Timeout,
    /// No connection, or it was cut.
    Failed,
    /// It was not tried: the other side has not answered for a while, or has too much to do
    /// already ([`crate::line`]).
    NotSent,
}

impl TransportError {
    /// In a word, for the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Failed => "failed",
            Self::NotSent => "not sent",
        }
    }
}

/// Sends one request. It never retries and never follows redirects.
pub trait Transport {
    /// Sends `call` and reads the whole answer within its time.
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>>;
}
