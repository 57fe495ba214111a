//! Sockets that listen to one topic.

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

struct Listener {
    connection: TcpStream,
    bytes: Vec<u8>,
    heard: Option<Instant>,
}

/// All of them.
pub struct Listeners {
    topic: String,
    all: Vec<Listener>,
}

impl Listeners {
    /// So many sockets of an edge (`http://host`), each listening to the topic.
    pub fn connect(edge: &str, topic: &str, count: usize) -> Result<Self> {
        let host = edge.trim_start_matches("http://");
        let listener = |_| {
            let mut connection = TcpStream::connect(host)?;
            connection.set_nodelay(true)?;
            connection.set_read_timeout(Some(Duration::from_secs(10)))?;
            let text = format!(
                "GET /api/v1/live HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\n\
                 connection: Upgrade\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            connection.write_all(text.as_bytes())?;
            let mut bytes = Vec::new();
            let mut chunk = [0; 4096];
            let end = loop {
                if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                    break at + 4;
                }
                match connection.read(&mut chunk)? {
                    0 => bail!("no socket"),
                    read => bytes.extend_from_slice(&chunk[..read]),
                }
            };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                bail!("no socket: {}", String::from_utf8_lossy(&bytes));
            }
            bytes.drain(..end);
            let wish = format!("{{\"subscribe\":[\"{topic}\"]}}");
            connection.write_all(&frame(wish.as_bytes())?)?;
            connection.set_nonblocking(true)?;
            Ok(Listener {
                connection,
                bytes,
                heard: None,
            })
        };
        Ok(Self {
            topic: topic.to_owned(),
            all: (0..count).map(listener).collect::<Result<_>>()?,
        })
    }

    /// What was heard so far does not count.
    pub fn forget(&mut self) -> Result<()> {
        self.hear()?;
        self.all.iter_mut().for_each(|it| it.heard = None);
        Ok(())
    }

    /// Takes in what has come, without waiting; tells how many know.
    pub fn hear(&mut self) -> Result<usize> {
        let mut fds: Vec<PollFd<'_>> = self
            .all
            .iter()
            .map(|it| PollFd::new(&it.connection, PollFlags::IN))
            .collect();
        let ready: Vec<usize> = if poll(&mut fds, Some(&Timespec::default()))? > 0 {
            (0..fds.len())
                .filter(|&it| !fds[it].revents().is_empty())
                .collect()
        } else {
            Vec::new()
        };
        for at in ready {
            self.all[at].hear(&self.topic)?;
        }
        Ok(self.all.iter().filter(|it| it.heard.is_some()).count())
    }

    /// When each has heard of a change first.
    pub fn heard(&self) -> impl Iterator<Item = Instant> + '_ {
        self.all.iter().filter_map(|it| it.heard)
    }
}

impl Listener {
    fn hear(&mut self, topic: &str) -> Result<()> {
        let mut chunk = [0; 4096];
        loop {
            match self.connection.read(&mut chunk) {
                Ok(0) => bail!("a socket was closed"),
                Ok(read) => self.bytes.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        while let Some((text, length)) = message(&self.bytes) {
            if text.contains(topic) && self.heard.is_none() {
                self.heard = Some(Instant::now());
            }
            self.bytes.drain(..length);
        }
        Ok(())
    }
}

/// A text of a client, masked as RFC 6455 wants it: with zeros, which change nothing.
fn frame(text: &[u8]) -> Result<Vec<u8>> {
    let length = u8::try_from(text.len()).ok().filter(|it| *it < 126);
    let length = length.context("too long a wish")?;
    Ok([&[0x81, 0x80 | length, 0, 0, 0, 0], text].concat())
}

/// A server's message that the bytes begin with, and its length, once it is whole.
fn message(bytes: &[u8]) -> Option<(String, usize)> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        127 => return None,
        short => (2, usize::from(short)),
    };
    let text = bytes.get(head..head + length)?;
    Some((String::from_utf8_lossy(text).into_owned(), head + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_apart() {
        let long = "x".repeat(300);
        let bytes = [&[0x81, 2], &b"hi"[..], &[0x81, 126, 1, 44], long.as_bytes()].concat();
        assert_eq!(message(&bytes), Some(("hi".to_owned(), 4)));
        assert_eq!(message(&bytes[4..]), Some((long, 304)));
        assert_eq!(message(&bytes[4..9]), None);
        assert_eq!(frame(b"a").unwrap(), [0x81, 0x81, 0, 0, 0, 0, b'a']);
    }
}
