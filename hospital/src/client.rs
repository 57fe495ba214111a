//! A FHIR server over HTTP, as far as the demo needs one.

use std::{fmt, time::Duration};

use serde_json::{Value, json};
use ureq::Agent;

/// What a server said no to, or why it could not be asked.
#[derive(Debug)]
pub enum Error {
    /// No answer.
    Transport(String),
    /// An answer that is not success: status and the beginning of its body.
    Refused(u16, String),
}

impl Error {
    /// Whether somebody else was faster; servers differ in how they say so.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Refused(400, text) => text.contains("412"),
            Self::Refused(status, _) => matches!(status, 409 | 412 | 422),
            Self::Transport(_) => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(why) => write!(f, "no answer: {why}"),
            Self::Refused(status, text) => write!(f, "status {status}: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// A FHIR R4 server.
#[derive(Clone)]
pub struct Server {
    base: String,
    agent: Agent,
}

const FHIR_JSON: &str = "application/fhir+json";

impl Server {
    /// A server by its base URL, `http://127.0.0.1:8790/fhir`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(2)))
            .http_status_as_error(false)
            .build();
        Self {
            base: base.trim_end_matches('/').to_owned(),
            agent: config.into(),
        }
    }

    /// The base URL.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Reads or searches: `path` follows the base, `Slot?status=free`.
    pub fn get(&self, path: &str) -> Result<Value, Error> {
        let url = format!("{}/{path}", self.base);
        read(self.agent.get(url).header("Accept", FHIR_JSON).call())
    }

    /// The resources of a search, first page.
    pub fn search(&self, path: &str) -> Result<Vec<Value>, Error> {
        let mut bundle = self.get(path)?;
        let entries = bundle["entry"]
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        Ok(entries
            .into_iter()
            .map(|mut entry| entry["resource"].take())
            .collect())
    }

    /// Sends a transaction.
    pub fn transaction(&self, entries: &[Value]) -> Result<Value, Error> {
        let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
        let request = self
            .agent
            .post(&self.base)
            .header("Accept", FHIR_JSON)
            // The answer need not repeat what was sent.
            .header("Prefer", "return=minimal")
            .content_type(FHIR_JSON);
        read(request.send(bundle.to_string()))
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, Error> {
    let mut answer = answer.map_err(|error| Error::Transport(error.to_string()))?;
    let status = answer.status().as_u16();
    let text = answer
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_to_string()
        .map_err(|error| Error::Transport(error.to_string()))?;
    if !(200..300).contains(&status) {
        return Err(Error::Refused(status, text.chars().take(400).collect()));
    }
    serde_json::from_str(&text).map_err(|error| Error::Transport(error.to_string()))
}

/// A transaction entry that writes a resource under its own id; with a version, only over it.
#[allow(clippy::needless_pass_by_value)] // moved into the entry by `json!`
pub fn put(resource: Value, version: Option<&str>) -> Value {
    let url = format!(
        "{}/{}",
        resource["resourceType"].as_str().unwrap_or_default(),
        resource["id"].as_str().unwrap_or_default()
    );
    let mut entry = json!({ "resource": resource, "request": { "method": "PUT", "url": url } });
    if let Some(version) = version {
        entry["request"]["ifMatch"] = json!(format!("W/\"{version}\""));
    }
    entry
}
