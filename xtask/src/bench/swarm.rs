//! Many clients in one thread: each has a connection of its own and one question under way.

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// One client.
struct Client {
    connection: TcpStream,
    bytes: Vec<u8>,
    asked: Option<Instant>,
}

/// What came back to one client.
#[derive(Clone, Debug)]
pub struct Told {
    /// Whose.
    pub client: usize,
    /// HTTP status.
    pub status: u16,
    /// Its `ETag`, quotes included.
    pub tag: Option<String>,
    /// From the question to the last byte.
    pub took: Duration,
}

/// All of them.
pub struct Swarm {
    host: String,
    clients: Vec<Client>,
}

impl Swarm {
    /// So many connections to `http://<host>`.
    pub fn connect(host: &str, count: usize) -> Result<Self> {
        let address: SocketAddr = host.parse().with_context(|| format!("{host}?"))?;
        let clients = (0..count).map(|_| {
            let connection = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
            connection.set_nodelay(true)?;
            connection.set_nonblocking(true)?;
            Ok(Client {
                connection,
                bytes: Vec::new(),
                asked: None,
            })
        });
        Ok(Self {
            host: host.to_owned(),
            clients: clients.collect::<Result<_>>()?,
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether a client waits for an answer.
    pub fn waits(&self, client: usize) -> bool {
        self.clients[client].asked.is_some()
    }

    /// A client asks.
    pub fn ask(&mut self, client: usize, path: &str, tag: Option<&str>) -> Result<()> {
        let known = tag.map_or_else(String::new, |tag| format!("if-none-match: {tag}\r\n"));
        let text = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{known}\r\n", self.host);
        let client = &mut self.clients[client];
        client.asked = Some(Instant::now());
        // So little always fits into what the kernel keeps for an idle connection.
        client.connection.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Waits for answers, `patience` at most, and gives those that are whole.
    pub fn listen(&mut self, patience: Duration) -> Result<Vec<Told>> {
        let waiting: Vec<usize> = (0..self.len()).filter(|&it| self.waits(it)).collect();
        let mut all: Vec<PollFd<'_>> = waiting
            .iter()
            .map(|&it| PollFd::new(&self.clients[it].connection, PollFlags::IN))
            .collect();
        let patience = Timespec {
            tv_sec: i64::try_from(patience.as_secs())?,
            tv_nsec: patience.subsec_nanos().into(),
        };
        if poll(&mut all, Some(&patience))? == 0 {
            return Ok(Vec::new());
        }
        let ready: Vec<usize> = waiting
            .iter()
            .zip(&all)
            .filter(|(_, fd)| !fd.revents().is_empty())
            .map(|(&it, _)| it)
            .collect();
        let mut told = Vec::new();
        for client in ready {
            told.extend(self.clients[client].hear(client)?);
        }
        Ok(told)
    }
}

impl Client {
    fn hear(&mut self, client: usize) -> Result<Option<Told>> {
        let mut chunk = [0; 16 * 1024];
        loop {
            match self.connection.read(&mut chunk) {
                Ok(0) => bail!("a server hung up"),
                Ok(read) => self.bytes.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let Some((status, tag, length)) = whole(&self.bytes)? else {
            return Ok(None);
        };
        self.bytes.drain(..length);
        let took = self.asked.take().map(|asked| asked.elapsed());
        Ok(Some(Told {
            client,
            status,
            tag,
            took: took.unwrap_or_default(),
        }))
    }
}

/// Status, tag and length of the answer that the bytes begin with, once it is whole.
fn whole(bytes: &[u8]) -> Result<Option<(u16, Option<String>, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).context("a head that is no text")?;
    let status: u16 = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .context("no status")?;
    let field = |wanted: &str| {
        head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let body = &bytes[end + 4..];
    let length = if status == 304 || status == 204 {
        Some(0)
    } else if let Some(length) = field("content-length") {
        Some(length.parse()?)
    } else {
        // Chunked; none of our bodies holds this in its middle.
        let last = body.windows(5).position(|five| five == b"0\r\n\r\n");
        last.map(|at| at + 5)
    };
    Ok(length
        .filter(|length| body.len() >= *length)
        .map(|length| (status, field("etag").map(str::to_owned), end + 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_says_so() {
        let text = b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(
            whole(text).unwrap(),
            Some((200, Some("\"a\"".to_owned()), text.len()))
        );
        assert!(whole(&text[..text.len() - 1]).unwrap().is_none());
        let unchanged = b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
        assert_eq!(whole(unchanged).unwrap().unwrap().2, unchanged.len());
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert_eq!(whole(chunked).unwrap().unwrap().2, chunked.len());
    }
}
