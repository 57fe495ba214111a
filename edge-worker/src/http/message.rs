//! Requests and replies as plain data.

use contract::json::{self, ToJson};

use super::Headers;

/// A request whose body has been read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// As written: `GET`.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port.
    pub host: String,
    /// As sent, still percent-encoded.
    pub path: String,
    /// What stands after `?`, still percent-encoded; empty for none.
    pub query: String,
    /// The headers.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

impl Request {
    /// A header; `None` when absent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header("cookie")?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// What goes back.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// How long the edge may give the same answer to everybody, real milliseconds; 0: never.
    pub keep_ms: u32,
}

impl Reply {
    /// Nothing but a status.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// A body of some media type.
    pub fn new(status: u16, media_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            body,
            ..Self::default()
        }
        .with("content-type", media_type)
    }

    /// JSON.
    pub fn json(status: u16, value: &dyn ToJson) -> Self {
        Self::new(
            status,
            "application/json",
            json::to_string(value).into_bytes(),
        )
    }

    /// Sets a header; a value that HTTP does not allow is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        set(&mut self.headers, name, value);
        self
    }
}

/// Sets a header; a value that HTTP does not allow is left out.
pub fn set(headers: &mut Headers, name: &'static str, value: &str) {
    headers.insert(name, value.to_owned());
}
