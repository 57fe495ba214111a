//! Plain HTTP: one request, one reply, whatever its status.

use std::{io::Read as _, sync::OnceLock, time::Duration};

use serde_json::Value;

/// A reply as it came.
#[derive(Clone, Debug)]
pub struct Raw {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, undecoded.
    pub body: Vec<u8>,
}

impl Raw {
    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// All headers of that name.
    pub fn header_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; fails the test when it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("not JSON ({e}), status {}: {}", self.status, self.text()))
    }
}

/// Why no reply came.
#[derive(Debug)]
pub struct NoReply(pub String);

fn agent() -> &'static ureq::Agent {
    static AGENT: OnceLock<ureq::Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(1)))
            .max_idle_connections(128)
            .max_idle_connections_per_host(64)
            .build()
            .into()
    })
}

/// Sends one request. `body` comes with its content type.
pub fn send(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: Option<(&str, &[u8])>,
) -> Result<Raw, NoReply> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if let Some((content_type, _)) = body {
        request = request.header("content-type", content_type);
    }
    let bytes = body.map(|(_, bytes)| bytes).unwrap_or_default();
    let request = request.body(bytes).map_err(|e| NoReply(e.to_string()))?;
    let mut response = agent().run(request).map_err(|e| NoReply(e.to_string()))?;
    let headers = response
        .headers()
        .iter()
        .map(|(n, v)| {
            (
                n.as_str().to_owned(),
                String::from_utf8_lossy(v.as_bytes()).into_owned(),
            )
        })
        .collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    response
        .body_mut()
        .as_reader()
        .read_to_end(&mut body)
        .map_err(|e| NoReply(e.to_string()))?;
    Ok(Raw {
        status,
        headers,
        body,
    })
}

/// GET of JSON, for the development routes and for FHIR: anything but 2xx fails the test.
#[track_caller]
pub fn get_json(url: &str) -> Value {
    let reply = send(
        "GET",
        url,
        &[("accept".into(), "application/json".into())],
        None,
    )
    .unwrap_or_else(|e| panic!("GET {url}: {}", e.0));
    assert!(
        (200..300).contains(&reply.status),
        "GET {url}: {} {}",
        reply.status,
        reply.text()
    );
    reply.json()
}

/// Sends JSON; anything but 2xx fails the test. Null for an empty answer.
#[track_caller]
pub fn send_json(method: &str, url: &str, body: &Value) -> Value {
    let bytes = serde_json::to_vec(body).unwrap();
    let reply = send(method, url, &[], Some(("application/json", &bytes)))
        .unwrap_or_else(|e| panic!("{method} {url}: {}", e.0));
    assert!(
        (200..300).contains(&reply.status),
        "{method} {url}: {} {}",
        reply.status,
        reply.text()
    );
    if reply.body.is_empty() {
        Value::Null
    } else {
        reply.json()
    }
}
