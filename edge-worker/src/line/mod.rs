//! The line to a hospital: how many calls it gets at once, when it is left alone, how much is
//! asked twice. One hospital's trouble stays its own (L03).
//!
//! All of it is this isolate's memory and its own view. A call of one request never waits for a
//! promise of another, which the Workers runtime forbids, but looks again.

mod breaker;
mod budget;
mod gate;

use std::cell::RefCell;

use contract::Map;

use crate::{
    backend::pause,
    clock,
    config::Limits,
    transport::{Incoming, TransportError},
};

pub use breaker::State;
use breaker::{Breaker, Outcome};
use budget::Budget;
use gate::{Gate, Turn};

/// How soon who waits looks again at the earliest and latest, real milliseconds.
const LOOK_MS: (usize, usize) = (4, 100);
/// How long after its time a call is believed to be still on its way, real milliseconds.
const GRACE_MS: i64 = 1000;

thread_local! {
    static LINES: RefCell<Map<String, Line>> = const { RefCell::new(Map::new()) };
}

#[derive(Default)]
struct Line {
    breaker: Breaker,
    gate: Gate,
    budget: Budget,
    retries: u64,
}

fn with<T>(server: &str, act: impl FnOnce(&mut Line) -> T) -> T {
    LINES.with_borrow_mut(|lines| match lines.get_mut(server) {
        Some(line) => act(line),
        None => act(lines.or_insert_with(server.to_owned(), Line::default)),
    })
}

/// How a hospital answers, as this isolate has seen it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it is asked at all.
    pub state: State,
    /// Calls of the last ten seconds that were answered or given up.
    pub calls: u32,
    /// Those among them that got no answer or a server error.
    pub troubles: u32,
    /// Calls on their way.
    pub in_flight: usize,
    /// Calls that wait to be sent.
    pub waiting: usize,
    /// Calls that were asked again since this isolate began.
    pub retries: u64,
}

impl Health {
    /// Share of troubles, percent.
    pub fn error_percent(&self) -> u32 {
        (self.troubles * 100).checked_div(self.calls).unwrap_or(0)
    }
}

/// How the hospital at this base URL answers.
pub fn health(base_url: &str) -> Health {
    let now = clock::real_millis();
    with(base_url, |line| {
        let (calls, troubles) = line.breaker.window(now);
        let (in_flight, waiting) = line.gate.load();
        Health {
            state: line.breaker.state(now),
            calls,
            troubles,
            in_flight,
            waiting,
            retries: line.retries,
        }
    })
}

/// The right to send one call; given back when dropped.
pub(crate) struct Pass {
    server: String,
    id: u64,
}

impl Pass {
    /// Tells what became of the call.
    pub fn learn(self, answer: &Result<Incoming, TransportError>) {
        let outcome = match answer {
            Ok(answer) if answer.status < 500 => Outcome::Answered,
            Ok(_) | Err(TransportError::Failed) => Outcome::Failed,
            Err(TransportError::Timeout) => Outcome::TimedOut,
            Err(TransportError::NotSent) => return,
        };
        let now = clock::real_millis();
        with(&self.server, |line| line.breaker.learn(outcome, now));
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        with(&self.server, |line| line.gate.leave(self.id));
    }
}

/// Waits for a place among the calls to a server. Nothing: it is left alone, or has too many.
/// `timeout_ms` is how long the call itself may take, from then on.
pub(crate) async fn enter(server: &str, limits: &Limits, timeout_ms: u32) -> Option<Pass> {
    let now = clock::real_millis();
    let id = with(server, |line| {
        let until = now + i64::from(limits.queue_ms);
        let admitted = line.breaker.admits(now);
        admitted.then(|| line.gate.arrive(limits.queue, until, now))
    })??;
    let pass = Pass {
        server: server.to_owned(),
        id,
    };
    let mut waited = false;
    loop {
        let now = clock::real_millis();
        let turn = with(server, |line| {
            let until = now + i64::from(timeout_ms) + GRACE_MS;
            match line.gate.turn(id, limits.at_once, until, now) {
                // Much may have changed while it waited.
                Turn::Go if waited && !line.breaker.admits(now) => Turn::Over,
                turn => turn,
            }
        });
        match turn {
            Turn::Go => return Some(pass),
            Turn::Over => return None,
            Turn::Wait(ahead) => {
                waited = true;
                let (least, most) = LOOK_MS;
                pause((least + ahead).min(most) as u64).await;
            }
        }
    }
}

/// A read is asked for the first time.
pub(crate) fn earn(server: &str, limits: &Limits) {
    with(server, |line| line.budget.earn(limits.retry_percent));
}

/// Whether a read may be asked once more.
pub(crate) fn may_retry(server: &str) -> bool {
    with(server, |line| {
        let may = line.budget.spend();
        line.retries += u64::from(may);
        may
    })
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;

    const LIMITS: Limits = Limits {
        at_once: 1,
        queue: 1,
        queue_ms: 30,
        retry_percent: 50,
    };

    #[test]
    fn a_call_waits_its_time_and_is_then_not_sent() {
        let pass = block_on(enter("a", &LIMITS, 1000)).unwrap();
        assert!(block_on(enter("a", &LIMITS, 1000)).is_none());
        assert_eq!(health("a").in_flight, 1);
        assert!(block_on(enter("b", &LIMITS, 1000)).is_some(), "b is not a");
        let not_found = Incoming {
            status: 404,
            ..Incoming::default()
        };
        pass.learn(&Ok(not_found));
        assert!(block_on(enter("a", &LIMITS, 1000)).is_some());
        let health = health("a");
        assert_eq!((health.calls, health.in_flight, health.waiting), (1, 0, 0));
        assert_eq!(health.state, State::Closed);
    }

    #[test]
    fn a_dead_one_is_left_alone() {
        while let Some(pass) = block_on(enter("dead", &LIMITS, 1000)) {
            pass.learn(&Err(TransportError::Failed));
        }
        let health = health("dead");
        assert_eq!((health.state, health.error_percent()), (State::Open, 100));
        assert_eq!(health.calls, 12);
    }
}
