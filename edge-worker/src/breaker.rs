//! One hospital's trouble stays its own: who has not answered in time several times in a row is
//! left alone for a moment, so that nobody waits for it in vain.
//!
//! Only timeouts count. A connection that is refused or cut costs nobody any time, and says
//! nothing about the next one.

/// So many timeouts in a row open it.
const MOST: u32 = 3;
/// So long it stays open, then somebody is let through to see; real milliseconds.
const REST_MS: i64 = 2000;
/// Who comes so soon after the first is let through with it: one question is often two calls at
/// once, and were the second refused, the first would be given up and nothing be learnt.
const TOGETHER_MS: i64 = 50;

/// The breaker of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    timeouts: u32,
    closed_again_at: i64,
    trial_until: i64,
}

impl Breaker {
    /// Whether a call may go out now. When it has rested, one question may and others wait on.
    pub fn admits(&mut self, now_ms: i64) -> bool {
        if self.timeouts < MOST {
            return true;
        }
        if now_ms < self.closed_again_at {
            return now_ms < self.trial_until;
        }
        self.closed_again_at = now_ms + REST_MS;
        self.trial_until = now_ms + TOGETHER_MS;
        true
    }

    /// What became of a call.
    pub fn learn(&mut self, timed_out: bool, now_ms: i64) {
        if timed_out {
            self.timeouts = self.timeouts.saturating_add(1);
            self.closed_again_at = now_ms + REST_MS;
            self.trial_until = now_ms;
        } else {
            self.timeouts = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_timeouts_open_it_and_one_answer_closes_it() {
        let mut breaker = Breaker::default();
        for now in [0, 1, 2] {
            assert!(breaker.admits(now));
            breaker.learn(true, now);
        }
        assert!(!breaker.admits(3));
        assert!(breaker.admits(2 + REST_MS), "one call to see");
        assert!(breaker.admits(3 + REST_MS), "and what is asked with it");
        assert!(
            !breaker.admits(2 + REST_MS + TOGETHER_MS),
            "and no other meanwhile"
        );
        breaker.learn(false, 4 + REST_MS);
        assert!(breaker.admits(5 + REST_MS));
    }

    #[test]
    fn an_answer_between_makes_them_not_in_a_row() {
        let mut breaker = Breaker::default();
        for now in 0..10 {
            breaker.learn(now % 3 != 2, now);
            assert!(breaker.admits(now));
        }
    }
}
