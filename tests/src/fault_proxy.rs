//! The fault proxy: a small HTTP/1.1 proxy that stands between the edge and a hospital and breaks
//! chosen exchanges in chosen ways. One request a connection, so that a broken one breaks no other.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// A request on its way to the hospital.
#[derive(Clone, Debug)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Trace id of `traceparent`, by which a test knows the exchanges of its own request.
    pub trace: Option<String>,
    /// The body as text.
    pub body: String,
}

/// Called at a point of an exchange; the connection is cut afterwards.
pub type Hook = Arc<dyn Fn() + Send + Sync>;

/// What happens to an exchange.
#[derive(Clone)]
pub enum Fault {
    /// The hospital never sees the request; the connection closes.
    DropBefore,
    /// The hospital does it; the connection closes before its reply.
    DropAfter,
    /// The hospital does it; half of the reply's body comes, then the connection closes.
    HalfReply,
    /// The hospital does it; its reply comes this much later.
    LateReply(Duration),
    /// The request reaches the hospital this much later: a late commit.
    LateRequest(Duration),
    /// The hospital never sees the request; this status comes back.
    Status(u16),
    /// The hospital does it; a page of somebody's network comes in place of its reply.
    WrongType,
    /// The hospital does it; its clock is so far ahead, or behind, wherever its reply tells it.
    Clock(SignedDuration),
    /// The hook runs before the request is forwarded, which it then never is.
    Before(Hook),
    /// It comes twice; the second reply comes back.
    Doubled,
    /// The hospital does it; the hook runs before the edge hears of it, which it never does.
    After(Hook),
}

type Matches = Arc<dyn Fn(&Seen) -> bool + Send + Sync>;

struct Rule {
    matches: Matches,
    skip: AtomicUsize,
    fired: Arc<AtomicUsize>,
    times: usize,
    fault: Fault,
}

/// A rule that was armed: tells whether it fired, and is disarmed when dropped.
pub struct Armed {
    shared: Arc<Shared>,
    fired: Arc<AtomicUsize>,
}

impl Armed {
    /// How often it has fired.
    pub fn fired(&self) -> usize {
        self.fired.load(Ordering::SeqCst)
    }

    /// Disarms it, and says how often it has fired. What it then began may still be under way.
    pub fn disarm(self) -> usize {
        let fired = self.fired.clone();
        drop(self);
        fired.load(Ordering::SeqCst)
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        self.shared
            .rules
            .lock()
            .unwrap()
            .retain(|rule| !Arc::ptr_eq(&rule.fired, &self.fired));
    }
}

struct Shared {
    upstream: SocketAddr,
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<Seen>>,
    down: AtomicBool,
    stopped: AtomicBool,
}

/// A running proxy; it stops when dropped.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl FaultProxy {
    /// Listens on a free port of loopback and forwards to `upstream` (`127.0.0.1:8790`).
    pub fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream,
            rules: Mutex::default(),
            seen: Mutex::default(),
            down: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        });
        let accepted = shared.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if accepted.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = accepted.clone();
                // A broken exchange is what this is for: the edge sees it, nobody else needs to.
                thread::spawn(move || drop(exchange(&shared, connection)));
            }
        });
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From the `skip`-th matching request on (0 is the next one), `times` of them meet the fault.
    pub fn arm(
        &self,
        skip: usize,
        times: usize,
        fault: Fault,
        matches: impl Fn(&Seen) -> bool + Send + Sync + 'static,
    ) -> Armed {
        let fired = Arc::new(AtomicUsize::new(0));
        self.shared.rules.lock().unwrap().push(Rule {
            matches: Arc::new(matches),
            skip: AtomicUsize::new(skip),
            fired: fired.clone(),
            times,
            fault,
        });
        Armed {
            shared: self.shared.clone(),
            fired,
        }
    }

    /// While down, every connection is closed at once.
    pub fn set_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::SeqCst);
    }

    /// Forgets every rule and everything seen, and is up.
    pub fn mend(&self) {
        self.shared.rules.lock().unwrap().clear();
        self.forget();
        self.set_down(false);
    }

    /// What has passed or met a fault so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Forgets what has passed.
    pub fn forget(&self) {
        self.shared.seen.lock().unwrap().clear();
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

fn exchange(shared: &Shared, mut edge: TcpStream) -> std::io::Result<()> {
    edge.set_read_timeout(Some(Duration::from_mins(1)))?;
    edge.set_nodelay(true)?;
    if shared.down.load(Ordering::SeqCst) {
        return edge.shutdown(Shutdown::Both);
    }
    let Some(request) = Message::read(&mut edge)? else {
        return Ok(());
    };
    let seen = request.seen();
    let fault = shared.fault_for(&seen);
    shared.seen.lock().unwrap().push(seen);
    match fault {
        None => edge.write_all(&shared.forward(&request)?),
        Some(Fault::DropBefore) => edge.shutdown(Shutdown::Both),
        Some(Fault::Before(hook)) => {
            hook();
            edge.shutdown(Shutdown::Both)
        }
        Some(Fault::Status(status)) => edge.write_all(
            format!("HTTP/1.1 {status} Fault\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        ),
        Some(Fault::WrongType) => {
            shared.forward(&request)?;
            let page = "<html>Please log in to this network</html>";
            let length = page.len();
            edge.write_all(
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\
                     content-length: {length}\r\nconnection: close\r\n\r\n{page}"
                )
                .as_bytes(),
            )
        }
        Some(Fault::Clock(ahead)) => edge.write_all(&shared.send(&request)?.ahead(ahead).closing()),
        Some(Fault::LateRequest(delay)) => {
            thread::sleep(delay);
            let reply = shared.forward(&request)?;
            edge.write_all(&reply)
        }
        Some(Fault::LateReply(delay)) => {
            let reply = shared.forward(&request)?;
            thread::sleep(delay);
            edge.write_all(&reply)
        }
        Some(Fault::DropAfter) => {
            shared.forward(&request)?;
            edge.shutdown(Shutdown::Both)
        }
        Some(Fault::Doubled) => {
            shared.forward(&request)?;
            edge.write_all(&shared.forward(&request)?)
        }
        Some(Fault::After(hook)) => {
            shared.forward(&request)?;
            hook();
            edge.shutdown(Shutdown::Both)
        }
        Some(Fault::HalfReply) => {
            let reply = shared.forward(&request)?;
            let head = end_of_head(&reply).unwrap_or(0);
            edge.write_all(&reply[..head + (reply.len() - head) / 2])?;
            edge.flush()?;
            edge.shutdown(Shutdown::Both)
        }
    }
}

impl Shared {
    fn fault_for(&self, seen: &Seen) -> Option<Fault> {
        let rules = self.rules.lock().unwrap();
        for rule in rules.iter().filter(|rule| (rule.matches)(seen)) {
            let skipped = rule
                .skip
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                });
            if skipped.is_ok() {
                continue;
            }
            let fired = rule
                .fired
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| {
                    (n < rule.times).then_some(n + 1)
                });
            if fired.is_ok() {
                return Some(rule.fault.clone());
            }
        }
        None
    }

    /// Sends the request on and gives the whole reply back, as bytes.
    fn forward(&self, request: &Message) -> std::io::Result<Vec<u8>> {
        Ok(self.send(request)?.closing())
    }

    fn send(&self, request: &Message) -> std::io::Result<Message> {
        let mut hospital = TcpStream::connect(self.upstream)?;
        hospital.set_read_timeout(Some(Duration::from_mins(1)))?;
        hospital.set_nodelay(true)?;
        let mut head = format!("{}\r\n", request.first_line);
        for (name, value) in &request.headers {
            if !matches!(
                name.to_ascii_lowercase().as_str(),
                "connection" | "content-length" | "transfer-encoding"
            ) {
                let _ = write!(head, "{name}: {value}\r\n");
            }
        }
        let length = request.body.len();
        let _ = write!(
            head,
            "connection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        hospital.write_all(head.as_bytes())?;
        hospital.write_all(&request.body)?;
        Message::read(&mut hospital)?
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
    }
}

/// A request or a reply.
struct Message {
    first_line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}

impl Message {
    /// Reads one; none where the other side closed without a word.
    fn read(from: &mut TcpStream) -> std::io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 16 * 1024];
        let head = loop {
            if let Some(end) = end_of_head(&bytes) {
                break end;
            }
            match from.read(&mut chunk)? {
                0 => return Ok(None),
                n => bytes.extend_from_slice(&chunk[..n]),
            }
        };
        let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
        let mut lines = text.lines();
        let first_line = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        let mut message = Self {
            first_line,
            headers,
            body: bytes.split_off(head),
        };
        if message
            .header("transfer-encoding")
            .is_some_and(|v| v.contains("chunked"))
        {
            while !message.body.ends_with(b"0\r\n\r\n") {
                match from.read(&mut chunk)? {
                    0 => break,
                    n => message.body.extend_from_slice(&chunk[..n]),
                }
            }
            message.body = unchunk(&message.body);
        } else if let Some(length) = message.header("content-length") {
            let length = length.parse().unwrap_or(0);
            while message.body.len() < length {
                match from.read(&mut chunk)? {
                    0 => break,
                    n => message.body.extend_from_slice(&chunk[..n]),
                }
            }
        }
        Ok(Some(message))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn seen(&self) -> Seen {
        let mut words = self.first_line.split(' ');
        Seen {
            method: words.next().unwrap_or_default().to_owned(),
            path: words.next().unwrap_or_default().to_owned(),
            trace: self
                .header("traceparent")
                .and_then(|v| v.split('-').nth(1))
                .map(str::to_owned),
            body: String::from_utf8_lossy(&self.body).into_owned(),
        }
    }

    /// The same reply of a server whose clock is so far ahead.
    fn ahead(mut self, by: SignedDuration) -> Self {
        use jiff::fmt::rfc2822;
        for (name, value) in &mut self.headers {
            let told = rfc2822::DateTimeParser::new().parse_timestamp(&*value);
            if let (true, Ok(told)) = (name.eq_ignore_ascii_case("date"), told) {
                let at = told + by;
                *value = rfc2822::DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&at)
                    .unwrap();
            }
        }
        if let Ok(mut resource) = serde_json::from_slice(&self.body) {
            put_ahead(&mut resource, by);
            self.body = resource.to_string().into_bytes();
        }
        self
    }

    /// As bytes, with its true length, asking to close.
    fn closing(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.first_line).into_bytes();
        for (name, value) in &self.headers {
            if !matches!(
                name.to_ascii_lowercase().as_str(),
                "connection" | "content-length" | "transfer-encoding" | "keep-alive"
            ) {
                bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
            }
        }
        // 204 and 304 have no body and must not claim one.
        let bodiless = [" 204", " 304"].iter().any(|s| self.first_line.contains(s));
        if !bodiless {
            bytes.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"connection: close\r\n\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Each `lastUpdated` in it.
fn put_ahead(value: &mut Value, by: SignedDuration) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let told = value
                    .as_str()
                    .and_then(|text| text.parse::<Timestamp>().ok());
                match told {
                    Some(told) if name == "lastUpdated" => *value = (told + by).to_string().into(),
                    _ => put_ahead(value, by),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_ahead(item, by)),
        _ => {}
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap_or("0");
        let size = usize::from_str_radix(size.split(';').next().unwrap_or("0").trim(), 16);
        let Ok(size) = size else { break };
        if size == 0 || rest.len() < end + 2 + size {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hospital that answers every request with what it was sent.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut connection in listener.incoming().flatten() {
                let Ok(Some(request)) = Message::read(&mut connection) else {
                    continue;
                };
                let reply = Message {
                    first_line: "HTTP/1.1 200 OK".into(),
                    headers: vec![],
                    body: request.body,
                };
                drop(connection.write_all(&reply.closing()));
            }
        });
        address
    }

    fn post(proxy: &FaultProxy, text: &str) -> Result<crate::Raw, crate::http::NoReply> {
        let url = format!("http://{}/fhir", proxy.address());
        crate::http::send("POST", &url, &[], Some(("text/plain", text.as_bytes())))
    }

    #[test]
    fn passes_what_no_rule_names() {
        let proxy = FaultProxy::start(echo());
        assert_eq!(post(&proxy, "hello").unwrap().text(), "hello");
        assert_eq!(proxy.seen()[0].body, "hello");
    }

    #[test]
    fn breaks_the_chosen_exchange_only() {
        let proxy = FaultProxy::start(echo());
        let armed = proxy.arm(1, 1, Fault::DropAfter, |seen| seen.body.contains("me"));
        assert!(post(&proxy, "you").is_ok());
        assert!(post(&proxy, "me 0").is_ok());
        assert!(post(&proxy, "me 1").is_err());
        assert!(post(&proxy, "me 2").is_ok());
        assert_eq!(armed.fired(), 1);
    }

    #[test]
    fn half_a_reply_is_no_reply() {
        let proxy = FaultProxy::start(echo());
        let _armed = proxy.arm(0, 1, Fault::HalfReply, |_| true);
        assert!(post(&proxy, "a long enough body to be cut").is_err());
    }

    #[test]
    fn a_status_of_its_own() {
        let proxy = FaultProxy::start(echo());
        let _armed = proxy.arm(0, 1, Fault::Status(503), |_| true);
        assert_eq!(post(&proxy, "x").unwrap().status, 503);
    }
}
