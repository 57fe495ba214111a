//! Single exchanges with the server, and what their answers mean.

use fhir::{
    Stored,
    bundle::{self, EntryResult, Page, Transaction},
};
use jiff::Timestamp;
use serde_json::Value;

use super::FhirRest;
use crate::{
    backend::{BackendError, Dated, UNAVAILABLE_S, pause},
    line, secrets,
    transport::{Incoming, Outgoing, TransportError},
};

/// Pages of one search that are followed; nobody has so many appointments.
const MOST_PAGES: usize = 20;
/// So often is one read asked again at most.
const RETRIES: u32 = 3;

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Committed {
    /// It happened.
    Done(Vec<EntryResult>),
    /// It did not: a version was not the expected one, or, in words that differ from server to
    /// server, something else was wrong with it. Reading again tells which.
    Conflict,
    /// It did not: the server had no time for it, or does not let us in.
    Busy { retry_after: u32 },
    /// It may have happened.
    Unknown,
}

impl FhirRest<'_> {
    fn outgoing(&self, method: &'static str, url: String, body: Option<&Value>) -> Outgoing {
        let mut headers = vec![("accept", "application/fhir+json".to_owned())];
        headers.push(match body {
            Some(_) => ("content-type", "application/fhir+json".to_owned()),
            // Else HAPI FHIR answers a search like one of the last minute from memory.
            None => ("cache-control", "no-cache".to_owned()),
        });
        if let Some(authorization) = self.authorization {
            headers.push(("authorization", authorization.to_owned()));
        }
        Outgoing {
            method,
            url,
            headers,
            body: body.map(|value| value.to_string().into_bytes()),
            timeout_ms: if method == "GET" {
                self.read_timeout_ms
            } else {
                self.write_timeout_ms
            },
        }
    }

    /// GETs a path under the base, or a whole URL of the same server (`next` of a page).
    pub(crate) async fn get(&self, path: &str) -> Result<Value, BackendError> {
        self.get_dated(path).await.map(|dated| dated.value)
    }

    /// The same, with when the hospital said so.
    pub(crate) async fn get_dated(&self, path: &str) -> Result<Dated<Value>, BackendError> {
        let url = match path.split_once("://") {
            // A page's next link may name the server as it sees itself; go where we are told to.
            Some(_) => rebased(self.base, path).ok_or(BackendError::Rejected)?,
            None => format!("{}/{path}", self.base),
        };
        line::earn(self.base, &self.limits);
        let mut retries = 0;
        loop {
            let answer = self.transport.send(self.outgoing("GET", url.clone(), None));
            match read_answer(answer.await) {
                Ok(dated) => return Ok(dated),
                Err(Broken::Now(error)) if retries == RETRIES || !line::may_retry(self.base) => {
                    return Err(error);
                }
                Err(Broken::Now(_)) => {
                    retries += 1;
                    let [spread]: [u8; 1] = secrets::random().unwrap_or([128]);
                    pause(u64::from(retries) * 20 + u64::from(spread) / 8).await;
                }
                Err(Broken::Told(error)) => return Err(error),
            }
        }
    }

    /// One resource.
    pub(crate) async fn read(&self, kind: &str, id: &str) -> Result<Stored, BackendError> {
        let value = self.get(&format!("{kind}/{id}")).await?;
        Stored::new(value)
            .filter(|it| it.kind() == kind)
            .ok_or(BackendError::Rejected)
    }

    /// All that a search finds.
    pub(crate) async fn search(&self, query: &str) -> Result<Vec<Stored>, BackendError> {
        self.search_dated(query).await.map(|dated| dated.value)
    }

    /// The same, with when the hospital gave the first page.
    pub(crate) async fn search_dated(
        &self,
        query: &str,
    ) -> Result<Dated<Vec<Stored>>, BackendError> {
        let found = self.search_pages(query, MOST_PAGES).await?;
        // Part of a list taken for all of it could let a limit be broken.
        let value = found.value.ok_or(BackendError::Rejected)?;
        Ok(Dated {
            value,
            at: found.at,
        })
    }

    /// The same, none where there are more pages than `most`.
    pub(crate) async fn search_pages(
        &self,
        query: &str,
        most: usize,
    ) -> Result<Dated<Option<Vec<Stored>>>, BackendError> {
        let mut found = Vec::new();
        let mut first = None;
        let mut next = Some(query.to_owned());
        for _ in 0..most {
            let Some(path) = next.take() else { break };
            let answer = self.get_dated(&path).await?;
            first.get_or_insert(answer.at);
            let page = Page::read(answer.value).ok_or(BackendError::Rejected)?;
            found.extend(page.resources);
            next = page.next;
        }
        Ok(Dated {
            value: next.is_none().then_some(found),
            at: first.ok_or(BackendError::Rejected)?,
        })
    }

    /// Sends a transaction, once.
    pub(crate) async fn commit(&self, transaction: Transaction) -> Committed {
        let written: Vec<(usize, Stored)> = transaction.replaced().collect();
        let body = transaction.into_bundle();
        let call = self.outgoing("POST", self.base.to_owned(), Some(&body));
        let answer = self.transport.send(call).await;
        let (committed, said) = match answer {
            Ok(answer) => (
                judge(&answer, |body| bundle::results(&body)),
                answer.header("date").and_then(http_date),
            ),
            Err(error) => (lost(error), None),
        };
        self.tell_boards(written, &committed, said).await;
        committed
    }

    /// What was read before may be old now. A conflict shows that too: somebody else was first.
    async fn tell_boards(
        &self,
        written: Vec<(usize, Stored)>,
        committed: &Committed,
        said: Option<Timestamp>,
    ) {
        let results: &[EntryResult] = match committed {
            Committed::Done(results) => results,
            Committed::Busy { .. } => return,
            Committed::Conflict | Committed::Unknown => &[],
        };
        let slots = written
            .into_iter()
            .filter(|(_, stored)| stored.kind() == "Slot")
            .map(|(at, stored)| {
                let result = results.get(at);
                let made = result.and_then(|result| result.modified).or(said);
                (stored, result.and_then(|result| result.version), made)
            });
        crate::feed::written(self.ctx, self.hospital, slots.collect()).await;
    }

    /// Replaces one resource if nobody changed it since it was read, once.
    pub(crate) async fn replace(&self, edited: &Stored) -> Committed {
        let Some(version) = edited.version() else {
            return Committed::Conflict;
        };
        let url = format!("{}/{}", self.base, edited.reference());
        let mut call = self.outgoing("PUT", url, Some(edited.json()));
        call.headers.push(("if-match", format!("W/\"{version}\"")));
        let answer = match self.transport.send(call).await {
            Ok(answer) => answer,
            Err(error) => return lost(error),
        };
        judge(&answer, |_| Some(Vec::new()))
    }

    /// Creates one resource, once.
    pub(crate) async fn create(&self, resource: &Value) -> Committed {
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        let call = self.outgoing("POST", format!("{}/{kind}", self.base), Some(resource));
        let answer = match self.transport.send(call).await {
            Ok(answer) => answer,
            Err(error) => return lost(error),
        };
        // Some servers answer a create without a body.
        match answer.status {
            200 | 201 => Committed::Done(Vec::new()),
            _ => judge(&answer, |_| Some(Vec::new())),
        }
    }
}

/// Why a read gave nothing.
enum Broken {
    /// It broke at once; the same may be asked once more.
    Now(BackendError),
    /// The answer says so, or it took its time: asking again would cost as much.
    Told(BackendError),
}

/// What an answer to a read means.
fn read_answer(answer: Result<Incoming, TransportError>) -> Result<Dated<Value>, Broken> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(TransportError::Failed) => return Err(Broken::Now(unavailable(UNAVAILABLE_S))),
        Err(TransportError::Timeout | TransportError::NotSent) => {
            return Err(Broken::Told(unavailable(UNAVAILABLE_S)));
        }
    };
    match answer.status {
        200 => match serde_json::from_slice(&answer.body) {
            Ok(value) => Ok(Dated {
                at: said_at(&value, &answer),
                value,
            }),
            Err(_) => Err(Broken::Now(unavailable(UNAVAILABLE_S))),
        },
        404 | 410 => Err(Broken::Told(BackendError::NotFound)),
        500 | 502 => Err(Broken::Now(unavailable(retry_after(&answer)))),
        // Whom it does not let in now says nothing about what was asked for.
        401 | 403 | 408 | 429 | 501..=599 => Err(Broken::Told(unavailable(retry_after(&answer)))),
        _ => Err(Broken::Told(BackendError::Rejected)),
    }
}

/// What no answer to a write means.
fn lost(error: TransportError) -> Committed {
    match error {
        TransportError::NotSent => Committed::Busy {
            retry_after: UNAVAILABLE_S,
        },
        TransportError::Timeout | TransportError::Failed => Committed::Unknown,
    }
}

/// What an answer to a write means. A server error says nothing about whether the write happened
/// (a gateway may have lost the reply), nor does a body that was cut off.
fn judge(answer: &Incoming, read: impl Fn(Value) -> Option<Vec<EntryResult>>) -> Committed {
    match answer.status {
        200 | 201 => serde_json::from_slice(&answer.body)
            .ok()
            .and_then(read)
            .map_or(Committed::Unknown, judge_entries),
        401 | 403 | 429 => Committed::Busy {
            retry_after: retry_after(answer),
        },
        408 | 500..=599 => Committed::Unknown,
        _ => Committed::Conflict,
    }
}

/// Some servers answer a failed transaction with 200 and a failed entry.
fn judge_entries(results: Vec<EntryResult>) -> Committed {
    if results.iter().any(|r| r.status >= 400) {
        Committed::Conflict
    } else {
        Committed::Done(results)
    }
}

/// The page that a link means, at our own base: a server behind a gateway names itself otherwise,
/// and nowhere else is ever asked. HAPI's pages hang on the base itself.
fn rebased(base: &str, url: &str) -> Option<String> {
    let (path, query) = url.split_once('?')?;
    let kind = path.rsplit('/').next().filter(|kind| {
        kind.starts_with(|c: char| c.is_ascii_uppercase())
            && kind.bytes().all(|b| b.is_ascii_alphabetic())
    });
    Some(match kind {
        Some(kind) => format!("{base}/{kind}?{query}"),
        None => format!("{base}?{query}"),
    })
}

/// When the hospital said this, by its own clock: as the Bundle says, else the `Date` header, else
/// (no server leaves both out) our own.
fn said_at(value: &Value, answer: &Incoming) -> Timestamp {
    let bundle = (value["resourceType"] == "Bundle")
        .then(|| {
            value["meta"]["lastUpdated"]
                .as_str()
                .and_then(fhir::time::parse)
        })
        .flatten();
    let header = || http_date(answer.header("date")?);
    bundle
        .or_else(header)
        .or_else(|| Timestamp::from_millisecond(crate::clock::real_millis()).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The one way in which HTTP dates are written today: `Sun, 22 Nov 2026 16:36:12 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, day, month, year, time, "GMT"] = parts[..] else {
        return None;
    };
    let month = 1 + MONTHS.iter().position(|it| *it == month)?;
    fhir::time::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z"))
}

fn retry_after(answer: &Incoming) -> u32 {
    answer
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .unwrap_or(UNAVAILABLE_S)
}

pub(crate) fn unavailable(retry_after: u32) -> BackendError {
    BackendError::Unavailable { retry_after }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::tests::ctx;

    #[test]
    fn nothing_is_read_from_a_servers_memory() {
        let ctx = ctx();
        let backend = FhirRest::new(&ctx, &ctx.config.hospitals[0]);
        let says_so = |method, body| {
            let call = backend.outgoing(method, String::new(), body);
            let no_cache = ("cache-control", "no-cache".to_owned());
            call.headers.contains(&no_cache)
        };
        assert!(says_so("GET", None));
        assert!(!says_so("PUT", Some(&Value::Null)));
    }

    fn of(status: u16, body: &str) -> Committed {
        let answer = Incoming {
            status,
            headers: Vec::new(),
            body: body.into(),
        };
        judge(&answer, |body| bundle::results(&body))
    }

    #[test]
    fn whatever_a_server_calls_a_lost_version_it_is_a_conflict() {
        for status in [400, 404, 409, 412, 422] {
            assert!(matches!(of(status, "{}"), Committed::Conflict), "{status}");
        }
        let inside = r#"{"resourceType":"Bundle","entry":[{"response":{"status":"412"}}]}"#;
        assert!(matches!(of(200, inside), Committed::Conflict));
    }

    #[test]
    fn links_lead_nowhere_but_to_our_own_base() {
        let at = |url| rebased("http://edge:1/fhir", url);
        let slots = Some("http://edge:1/fhir/Slot?page=2&x=a/b".to_owned());
        assert_eq!(at("http://edge:1/fhir/Slot?page=2&x=a/b"), slots);
        assert_eq!(at("http://inside:8080/r4/Slot?page=2&x=a/b"), slots);
        assert_eq!(
            at("http://edge:1/fhir.evil.example/Slot?page=2&x=a/b"),
            slots
        );
        let base = Some("http://edge:1/fhir?_getpages=7".to_owned());
        assert_eq!(at("http://inside:8080/baseR4?_getpages=7"), base);
        assert_eq!(at("http://inside:8080/fhir/Slot"), None);
    }

    #[test]
    fn the_hospitals_clock_is_read_wherever_it_stands() {
        let answer = Incoming {
            status: 200,
            headers: vec![("date".into(), "Sun, 22 Nov 2026 16:36:12 GMT".into())],
            body: Vec::new(),
        };
        let bundle = serde_json::json!({"resourceType":"Bundle",
            "meta":{"lastUpdated":"2026-11-22T16:36:13.851Z"}});
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(said_at(&bundle, &answer), at("2026-11-22T16:36:13.851Z"));
        // A resource's own time is when it was changed, not when it was read.
        let slot = serde_json::json!({"resourceType":"Slot","meta":{"lastUpdated":"2020-01-01T00:00:00Z"}});
        assert_eq!(said_at(&slot, &answer), at("2026-11-22T16:36:12Z"));
    }

    #[test]
    fn half_an_answer_or_a_gateways_is_no_answer() {
        assert!(matches!(
            of(200, r#"{"resourceType":"Bun"#),
            Committed::Unknown
        ));
        assert!(matches!(of(502, ""), Committed::Unknown));
        assert!(matches!(of(503, ""), Committed::Unknown));
        assert!(matches!(
            of(200, r#"{"resourceType":"OperationOutcome"}"#),
            Committed::Unknown
        ));
        assert!(matches!(of(429, ""), Committed::Busy { .. }));
    }

    #[test]
    fn who_is_not_let_in_may_be_later() {
        for status in [401, 403] {
            assert!(matches!(of(status, "{}"), Committed::Busy { .. }));
        }
        assert!(matches!(of(408, "{}"), Committed::Unknown));
        for (status, error) in [
            (401, unavailable(UNAVAILABLE_S)),
            (403, unavailable(UNAVAILABLE_S)),
            (408, unavailable(UNAVAILABLE_S)),
            (422, BackendError::Rejected),
            (404, BackendError::NotFound),
        ] {
            let answer = Incoming {
                status,
                ..Incoming::default()
            };
            let told = read_answer(Ok(answer));
            assert!(
                matches!(told, Err(Broken::Told(it)) if it == error),
                "{status}"
            );
        }
    }
}
