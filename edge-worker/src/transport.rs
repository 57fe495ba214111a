//! The way to hospitals and gateways: one HTTP exchange, as plain data, behind a trait.

use futures_util::{
    future::LocalBoxFuture,
    stream::{Stream, StreamExt},
};

/// The longest body of an answer, bytes: many times the longest page of a search. An endless one
/// would take the memory of all who are served beside it.
pub const CAP: usize = 16 * 1024 * 1024;

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

    /// Whether its body is announced to be no longer than [`CAP`], so that it need not be counted
    /// as it comes. A packed one says how long it is packed.
    pub fn is_short(&self) -> bool {
        let length = self.header("content-length");
        let length = length.and_then(|value| value.parse::<usize>().ok());
        length.is_some_and(|length| length <= CAP) && self.header("content-encoding").is_none()
    }
}

/// A body as it comes, counted.
///
/// # Errors
/// `Failed` when it breaks off, or is longer than [`CAP`].
pub async fn counted<E>(
    mut chunks: impl Stream<Item = Result<Vec<u8>, E>> + Unpin,
) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| TransportError::Failed)?;
        if body.len() + chunk.len() > CAP {
            return Err(TransportError::Failed);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why nothing (or not all of it) came back. But for `NotSent` the other side may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// Not in time.
    Timeout,
    /// No connection, or it was cut, or there was no end of the answer.
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

#[cfg(test)]
mod tests {
    use futures_executor::block_on;
    use futures_util::stream::iter;

    use super::*;

    #[test]
    fn an_answer_without_end_is_none() {
        let chunks =
            |many: usize| iter(std::iter::repeat_n(Ok::<_, ()>(vec![b' '; 1 << 20]), many));
        assert_eq!(
            block_on(counted(chunks(16))).map(|body| body.len()),
            Ok(CAP)
        );
        assert_eq!(block_on(counted(chunks(17))), Err(TransportError::Failed));
        let broken = iter([Ok(vec![b'{']), Err(())]);
        assert_eq!(block_on(counted(broken)), Err(TransportError::Failed));
    }

    #[test]
    fn only_what_is_announced_need_not_be_counted() {
        let is_short = |headers: &[(&str, &str)]| {
            let headers = headers.iter();
            Incoming {
                headers: headers
                    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                    .collect(),
                ..Incoming::default()
            }
            .is_short()
        };
        assert!(is_short(&[("content-length", "16777216")]));
        assert!(!is_short(&[("content-length", "16777217")]));
        assert!(!is_short(&[
            ("content-length", "9"),
            ("content-encoding", "gzip")
        ]));
        assert!(!is_short(&[]));
    }
}
