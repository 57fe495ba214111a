//! A typed client over [`contract::Endpoint`]: a call is made by naming its operation.

use std::{
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use contract::{Code, Endpoint, Idempotency, OutcomeState, Problem, api, fill};
use serde_json::Value;

use crate::{
    http::{self, NoReply, Raw},
    schema::Document,
};

/// Where an edge listens, and what it says of itself.
#[derive(Clone)]
pub struct Edge {
    /// `http://127.0.0.1:8787`
    pub base: String,
    /// The OpenAPI document it serves.
    pub document: Arc<Document>,
}

impl Edge {
    /// An edge that listens at `base`.
    pub fn at(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let document = Arc::new(Document::fetch(&base));
        Self { base, document }
    }

    /// A client without a session.
    pub fn visitor(&self) -> Client {
        Client {
            edge: self.clone(),
            cookie: None,
            headers: Vec::new(),
        }
    }
}

/// Somebody who calls: an edge, a cookie, and headers sent with each request.
#[derive(Clone)]
pub struct Client {
    /// Whom it calls.
    pub edge: Edge,
    /// The session cookie, `name=value`.
    pub cookie: Option<String>,
    /// Sent with each request.
    pub headers: Vec<(String, String)>,
}

impl Client {
    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts a call of `E` with its path parameters in order.
    pub fn call<'a, E: Endpoint>(&'a self, _: E, parameters: &[&str]) -> Call<'a, E> {
        let key = (E::IDEMPOTENCY == Idempotency::Needed).then(fresh_key);
        Call {
            client: self,
            path: fill(E::PATH, parameters),
            body: None,
            content_type: "application/json",
            key,
            headers: Vec::new(),
            endpoint: PhantomData,
        }
    }
}

/// A new idempotency key.
pub fn fresh_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos();
    format!("k-{now:x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A request being put together.
pub struct Call<'a, E> {
    client: &'a Client,
    path: String,
    body: Option<Vec<u8>>,
    content_type: &'a str,
    key: Option<String>,
    headers: Vec<(String, String)>,
    endpoint: PhantomData<E>,
}

impl<'a, E: Endpoint> Call<'a, E> {
    /// The body, typed.
    #[must_use]
    pub fn body(self, body: &E::Body) -> Self {
        let bytes = serde_json::to_vec(body).unwrap();
        self.bytes("application/json", bytes)
    }

    /// The body as any JSON, right or wrong.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        let bytes = serde_json::to_vec(body).unwrap();
        self.bytes("application/json", bytes)
    }

    /// The body as any bytes.
    #[must_use]
    pub fn bytes(mut self, content_type: &'a str, bytes: Vec<u8>) -> Self {
        self.content_type = content_type;
        self.body = Some(bytes);
        self
    }

    /// The idempotency key; one is made up where none is given.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Sends none.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.key = None;
        self
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A query, as written.
    #[must_use]
    pub fn query(mut self, query: &str) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    /// Sends it and fails the test when nothing comes back.
    #[track_caller]
    pub fn send(self) -> Reply<E> {
        match self.try_send() {
            Ok(reply) => reply,
            Err(e) => panic!("{} {}: no reply: {}", E::METHOD.as_str(), E::PATH, e.0),
        }
    }

    /// Sends it. A reply that the OpenAPI document does not describe fails the test.
    #[track_caller]
    pub fn try_send(self) -> Result<Reply<E>, NoReply> {
        let edge = &self.client.edge;
        let mut headers = self.client.headers.clone();
        headers.extend(self.headers);
        if let Some(cookie) = &self.client.cookie {
            headers.push(("cookie".into(), cookie.clone()));
        }
        if let Some(key) = self.key {
            headers.push(("idempotency-key".into(), key));
        }
        let url = format!("{}{}", edge.base, self.path);
        let body = self.body.as_deref().map(|bytes| (self.content_type, bytes));
        let raw = http::send(E::METHOD.as_str(), &url, &headers, body)?;
        if let Err(lie) = edge.document.check(E::METHOD.as_str(), E::PATH, &raw) {
            panic!("the OpenAPI document does not hold: {lie}\n{}", raw.text());
        }
        Ok(Reply {
            raw,
            endpoint: PhantomData,
        })
    }
}

/// What came back from `E`.
pub struct Reply<E> {
    /// As it came.
    pub raw: Raw,
    endpoint: PhantomData<E>,
}

impl<E> std::fmt::Debug for Reply<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.raw.status, self.raw.text())
    }
}

impl<E: Endpoint> Reply<E> {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.raw.status
    }

    /// The answer; fails the test when it is another status.
    #[track_caller]
    pub fn ok(&self) -> E::Answer {
        assert_eq!(
            self.raw.status,
            E::STATUS,
            "{} {}: {}",
            E::METHOD.as_str(),
            E::PATH,
            self.raw.text()
        );
        let bytes: &[u8] = if self.raw.body.is_empty() {
            b"null"
        } else {
            &self.raw.body
        };
        serde_json::from_slice(bytes)
            .unwrap_or_else(|e| panic!("{} {}: {e}: {}", E::NAME, E::PATH, self.raw.text()))
    }

    /// Whether it succeeded.
    pub fn is_ok(&self) -> bool {
        self.raw.status == E::STATUS
    }

    /// The problem it is; fails the test when it is none.
    #[track_caller]
    pub fn any_problem(&self) -> Problem {
        assert_eq!(
            self.raw
                .header("content-type")
                .map(|t| t.split(';').next().unwrap_or("")),
            Some("application/problem+json"),
            "{} answered {}: {}",
            E::NAME,
            self.raw.status,
            self.raw.text()
        );
        let problem: Problem = serde_json::from_slice(&self.raw.body)
            .unwrap_or_else(|e| panic!("{}: {e}: {}", E::NAME, self.raw.text()));
        assert_eq!(problem.status, self.raw.status);
        assert_eq!(problem.status, problem.code.status(), "{problem:?}");
        assert!(
            !problem.title.is_empty() && !problem.detail.is_empty(),
            "{problem:?}"
        );
        problem
    }

    /// A refusal that depends on what every hospital says: `code`, or, in a run without one of
    /// them, that it cannot be found out.
    #[track_caller]
    pub fn refused(&self, code: Code) {
        if crate::stack::down().is_some() && self.status() == Code::HospitalUnavailable.status() {
            self.problem(Code::HospitalUnavailable);
        } else {
            self.problem(code);
        }
    }

    /// The problem `code`; fails the test when it is anything else.
    #[track_caller]
    pub fn problem(&self, code: Code) -> Problem {
        assert_eq!(
            self.raw.status,
            code.status(),
            "wanted {code:?}: {}",
            self.raw.text()
        );
        let problem = self.any_problem();
        assert_eq!(problem.code, code, "{problem:?}");
        problem
    }
}

/// What is finally known of a write.
#[allow(clippy::large_enum_variant, reason = "one at a time")]
pub enum Settled<E: Endpoint> {
    /// It happened.
    Done(E::Answer),
    /// It did not.
    NotDone(Problem),
}

impl<E: Endpoint> std::fmt::Debug for Settled<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done(_) => write!(f, "{} done", E::NAME),
            Self::NotDone(problem) => write!(f, "{} not done: {problem:?}", E::NAME),
        }
    }
}

/// Follows a 202 to its end, then asks the write's own endpoint again: `retry` sends the same
/// request with the same key.
#[track_caller]
pub fn settle<E: Endpoint>(
    client: &Client,
    person: &str,
    first: Result<Reply<E>, NoReply>,
    retry: impl Fn() -> Result<Reply<E>, NoReply>,
) -> Settled<E> {
    let until = Instant::now() + Duration::from_mins(1);
    let mut reply = first;
    loop {
        assert!(
            Instant::now() < until,
            "{}: not settled within a minute: {reply:?}",
            E::NAME
        );
        match reply {
            Ok(ref r) if r.status() == 202 && E::STATUS != 202 => {
                let unknown = r.raw.json();
                assert_eq!(unknown["code"], "outcome_unknown", "{unknown}");
                let check_at = unknown["check_at"].as_str().unwrap();
                wait_for_outcome(client, person, check_at, until);
            }
            Ok(ref r) if r.is_ok() => return Settled::Done(r.ok()),
            Ok(ref r) if r.status() == Code::HospitalUnavailable.status() => {
                r.problem(Code::HospitalUnavailable);
                std::thread::sleep(Duration::from_millis(500));
            }
            Ok(ref r) => return Settled::NotDone(r.any_problem()),
            Err(_) => std::thread::sleep(Duration::from_millis(300)),
        }
        reply = retry();
    }
}

#[track_caller]
fn wait_for_outcome(client: &Client, person: &str, check_at: &str, until: Instant) {
    let outcome = check_at.rsplit('/').next().unwrap();
    while Instant::now() < until {
        let reply = client.call(api::GetOutcome, &[person, outcome]).send();
        if reply.is_ok() && reply.ok().state != OutcomeState::Checking {
            return;
        }
        std::thread::sleep(Duration::from_millis(400));
    }
    panic!("{check_at} still says checking");
}
