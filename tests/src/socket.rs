//! A client of `GET /api/v1/live`.

use std::{
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tungstenite::{HandshakeError, Message, WebSocket, client::client_with_config, http::Request};

/// An open socket.
pub struct Socket(WebSocket<TcpStream>);

impl Socket {
    /// Opens one; `Err` is the status it was refused with.
    #[track_caller]
    pub fn open(base: &str, query: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let host = base.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = Request::builder()
            .uri(format!("ws://{host}/api/v1/live{query}"))
            .header("host", host)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match client_with_config(request.body(()).unwrap(), stream, None) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(tungstenite::Error::Http(reply))) => {
                Err(reply.status().as_u16())
            }
            Err(error) => panic!("no socket: {error}"),
        }
    }

    /// Says it as it is.
    #[track_caller]
    pub fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    /// Asks to be told of topics.
    #[track_caller]
    pub fn subscribe(&mut self, topics: &[&str]) {
        self.say(&json!({ "subscribe": topics }).to_string());
    }

    /// The next text, or none within the time; fails the test when the socket ends.
    #[track_caller]
    pub fn text(&mut self, within: Duration) -> Option<String> {
        let until = Instant::now() + within;
        loop {
            let left = until.checked_duration_since(Instant::now())?;
            let left = left.max(Duration::from_millis(1));
            self.0.get_ref().set_read_timeout(Some(left)).unwrap();
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Close(frame)) => panic!("closed: {frame:?}"),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error))
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    return None;
                }
                Err(error) => panic!("the socket broke: {error}"),
            }
        }
    }

    /// The next message, within five seconds.
    #[track_caller]
    pub fn hear(&mut self) -> Value {
        let text = self
            .text(Duration::from_secs(5))
            .expect("nothing is said within five seconds");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
    }

    /// The code the socket is closed with, within five seconds.
    #[track_caller]
    pub fn closed(&mut self) -> u16 {
        let left = Duration::from_secs(5);
        self.0.get_ref().set_read_timeout(Some(left)).unwrap();
        loop {
            match self.0.read() {
                Ok(Message::Close(frame)) => return frame.map_or(1005, |frame| frame.code.into()),
                Ok(_) => {}
                Err(error) => panic!("not closed in order: {error}"),
            }
        }
    }
}
