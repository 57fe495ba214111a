//! Load from wrk, and single requests to look at an answer.

use super::machine;
use crate::paths;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{path::Path, process::Command, time::Duration};

/// One HTTP answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One GET.
pub fn get(url: &str, header: Option<(&str, &str)>) -> Result<Answer> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .new_agent();
    let mut request = agent.get(url);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let mut answer = request.call().with_context(|| format!("GET {url}"))?;
    let headers = answer.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Answer {
        headers: headers.collect(),
        status: answer.status().as_u16(),
        body: answer.body_mut().read_to_vec()?,
    })
}

/// What wrk does.
#[derive(Clone, Copy)]
pub struct Load<'a> {
    /// What is asked for, unless the script says.
    pub url: &'a str,
    /// One header more.
    pub header: Option<(&'a str, &'a str)>,
    /// Connections, each with one request under way.
    pub connections: u32,
    /// How long.
    pub time: Duration,
    /// A script in place of `count.lua`, which it must include.
    pub script: Option<&'a Path>,
}

/// What wrk has counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Requests answered.
    pub requests: f64,
    /// Those among them that failed: no answer, or an error.
    pub failed: f64,
    /// Requests a second.
    pub rate: f64,
    /// Bytes an answer, head and body.
    pub bytes: f64,
    /// Median latency, milliseconds.
    pub p50: f64,
    /// Latency that one in a hundred exceeds, milliseconds.
    pub p99: f64,
}

/// Loads a server from the other cores.
pub fn run(load: Load<'_>) -> Result<Counted> {
    let script = paths::root().join("tests/bench/count.lua");
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--timeout", "10s"])
        .args(["--connections", &load.connections.to_string()])
        .args(["--duration", &format!("{}s", load.time.as_secs().max(1))])
        .arg("--script")
        .arg(load.script.unwrap_or(&script));
    if let Some((name, value)) = load.header {
        wrk.args(["--header", &format!("{name}: {value}")]);
    }
    wrk.arg(load.url);
    let output = machine::beside_server(&wrk)
        .output()
        .context("starting wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(result) = text.lines().find_map(|line| line.strip_prefix("RESULT ")) else {
        bail!("wrk: {text}{}", String::from_utf8_lossy(&output.stderr));
    };
    let result: Value = serde_json::from_str(result)?;
    let number = |name: &str| result[name].as_f64().unwrap_or(f64::NAN);
    Ok(Counted {
        requests: number("requests"),
        failed: number("errors"),
        rate: number("requests") * 1e6 / number("us"),
        bytes: number("bytes") / number("requests"),
        p50: number("p50_us") / 1e3,
        p99: number("p99_us") / 1e3,
    })
}
