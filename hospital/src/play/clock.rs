//! The clock the staff go by: the edge's, which tests can set; the real one where there is none.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{Timestamp, civil::DateTime};
use serde_json::Value;
use ureq::Agent;

use crate::calendar;

/// Follows the edge's clock.
pub struct Clock {
    agent: Agent,
    url: Option<String>,
    /// Milliseconds the edge's clock is ahead of the real one.
    ahead: AtomicI64,
}

impl Clock {
    /// Follows the edge at this base URL, if any.
    pub fn new(edge: Option<&str>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(2)))
            .build();
        Self {
            agent: config.into(),
            url: edge.map(|edge| format!("{}/dev/clock", edge.trim_end_matches('/'))),
            ahead: AtomicI64::new(0),
        }
    }

    /// Asks the edge. Without an answer the clock runs on as it was.
    pub fn follow(&self) {
        let Some(url) = &self.url else { return };
        let Ok(mut answer) = self.agent.get(url).call() else {
            return;
        };
        let Ok(text) = answer.body_mut().read_to_string() else {
            return;
        };
        let now = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|clock| clock["now"].as_str()?.parse::<Timestamp>().ok());
        if let Some(now) = now {
            self.ahead
                .store(now.as_millisecond() - real(), Ordering::Relaxed);
        }
    }

    /// Now, as civil time of the hospitals.
    pub fn now(&self) -> DateTime {
        let now = real() + self.ahead.load(Ordering::Relaxed);
        calendar::civil(Timestamp::from_millisecond(now).unwrap_or_default())
    }
}

fn real() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
