//! A hospital that takes its time and counts: it answers each question from what the real one has
//! said to it once, after a fixed while.

use anyhow::{Context, Result};
use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// One answer, whole.
type Bytes = Arc<Vec<u8>>;

struct Shared {
    /// Host and port of the real one.
    upstream: String,
    port: u16,
    pace: Duration,
    said: Mutex<HashMap<String, Bytes>>,
    calls: Mutex<HashMap<String, u32>>,
}

/// What it answers, whole.
pub struct Said(Bytes);

impl Said {
    /// A body of JSON.
    pub fn json(body: &[u8]) -> Self {
        Self(answer(200, "application/json", "", body))
    }

    /// A small body that has a tag of its own for each version.
    pub fn version(version: usize) -> Self {
        let tag = format!("etag: \"{version}\"\r\n");
        let body = format!("{{\"version\":{version}}}");
        Self(answer(200, "application/json", &tag, body.as_bytes()))
    }
}

/// A running one; it lives as long as we do.
#[derive(Clone)]
pub struct Slow(Arc<Shared>);

impl Slow {
    /// Listens on a free port of loopback, in front of `http://127.0.0.1:<upstream>`.
    pub fn start(upstream: u16, pace: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port")?;
        let shared = Arc::new(Shared {
            upstream: format!("127.0.0.1:{upstream}"),
            pace,
            port: listener.local_addr()?.port(),
            said: Mutex::default(),
            calls: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&own);
                // Who hangs up has what they wanted.
                thread::spawn(move || drop(shared.serve(connection)));
            }
        });
        Ok(Self(shared))
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// Has it answer `path` from now on.
    pub fn say(&self, path: &str, said: Said) {
        lock(&self.0.said).insert(path.to_owned(), said.0);
    }

    /// How often each path was asked for since the last time, and forgets it.
    pub fn take_calls(&self) -> HashMap<String, u32> {
        std::mem::take(&mut *lock(&self.0.calls))
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(status: u16, kind: &str, more: &str, body: &[u8]) -> Bytes {
    let head = format!(
        "HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\n{more}content-length: {}\r\n\r\n",
        body.len()
    );
    Arc::new([head.as_bytes(), body].concat())
}

impl Shared {
    fn serve(&self, mut connection: TcpStream) -> Result<()> {
        connection.set_nodelay(true)?;
        let mut bytes = Vec::new();
        while let Some((head, body)) = request(&mut connection, &mut bytes)? {
            let arrived = Instant::now();
            let mut words = head.split(' ');
            let method = words.next().unwrap_or_default().to_owned();
            let path = words.next().unwrap_or_default().to_owned();
            *lock(&self.calls).entry(path.clone()).or_default() += 1;
            let known = lock(&self.said)
                .get(&path)
                .filter(|_| method == "GET")
                .cloned();
            let said = match known {
                Some(said) => said,
                None => self.ask(&method, &path, &head, &body)?,
            };
            thread::sleep(self.pace.saturating_sub(arrived.elapsed()));
            connection.write_all(&said)?;
        }
        Ok(())
    }

    /// Asks the real one, and remembers what can be said again.
    fn ask(&self, method: &str, path: &str, head: &str, body: &[u8]) -> Result<Bytes> {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(30)))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let url = format!("http://{}{path}", self.upstream);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for name in [
            "content-type",
            "accept",
            "if-match",
            "if-none-exist",
            "prefer",
        ] {
            let line = head.lines().find_map(|line| {
                let (other, value) = line.split_once(':')?;
                other.eq_ignore_ascii_case(name).then_some(value.trim())
            });
            if let Some(value) = line {
                request = request.header(name, value);
            }
        }
        let mut reply = agent.run(request.body(body)?)?;
        let status = reply.status().as_u16();
        let date = reply.headers().get("date").and_then(|it| it.to_str().ok());
        let date = date.map_or_else(String::new, |it| format!("date: {it}\r\n"));
        let said = reply.body_mut().read_to_vec()?;
        let said = answer(status, "application/fhir+json", &date, &said);
        if method == "GET" && status == 200 {
            lock(&self.said).insert(path.to_owned(), Arc::clone(&said));
        }
        Ok(said)
    }
}

/// The next request of a connection: its head and its body; none when the other side is done.
fn request(from: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<Option<(String, Vec<u8>)>> {
    let mut chunk = [0; 16 * 1024];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match from.read(&mut chunk)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.unwrap_or(0);
    while bytes.len() < end + length {
        match from.read(&mut chunk)? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    let body = bytes[end..end + length].to_vec();
    bytes.drain(..end + length);
    Ok(Some((head, body)))
}
