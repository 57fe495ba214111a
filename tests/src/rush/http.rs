//! HTTP for many: each thread keeps its connection.

use std::{io::Read as _, time::Duration};

use serde_json::Value;

/// An answer: its status (0: none came) and its JSON.
pub(super) struct Answer {
    pub status: u16,
    pub body: Value,
    pub cookie: Option<String>,
}

/// One thread's connection.
pub(super) struct Line {
    agent: ureq::Agent,
    base: String,
}

impl Line {
    pub fn to(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(2)))
            .max_idle_connections(2)
            .max_idle_connections_per_host(2)
            .build()
            .into();
        Self {
            agent,
            base: base.to_owned(),
        }
    }

    /// Sends JSON, or nothing where `body` is null.
    pub fn send(&self, method: &str, path: &str, cookie: &str, key: &str, body: &Value) -> Answer {
        let none = Answer {
            status: 0,
            body: Value::Null,
            cookie: None,
        };
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in [("cookie", cookie), ("idempotency-key", key)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let bytes = if body.is_null() {
            Vec::new()
        } else {
            request = request.header("content-type", "application/json");
            serde_json::to_vec(body).unwrap()
        };
        let Ok(mut answer) = self.agent.run(request.body(bytes).unwrap()) else {
            return none;
        };
        let cookie = answer
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(str::to_owned);
        let mut body = Vec::new();
        if answer
            .body_mut()
            .as_reader()
            .read_to_end(&mut body)
            .is_err()
        {
            return none;
        }
        Answer {
            status: answer.status().as_u16(),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            cookie,
        }
    }
}
