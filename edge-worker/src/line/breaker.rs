//! Who does not answer, or answers errors only, is left alone for a moment, so that nobody waits
//! for it in vain.
//!
//! Two things open it: too many troubles in a row, and too large a share of them within the last
//! seconds. Both are wide of a hospital that fails every third time: that one stays usable.

/// Troubles in a row that open it. A timeout costs somebody seconds and weighs as much as four
/// errors, so three of them do.
const IN_A_ROW: u32 = 12;
const TIMEOUT_WEIGHS: u32 = 4;
/// The window: so many spans of so many real milliseconds.
const SPANS: usize = 10;
const SPAN_MS: i64 = 1000;
const WINDOW_MS: i64 = 10_000;
/// Fewer calls within the window say nothing about their share.
const ENOUGH: u32 = 20;
/// This share of troubles opens it, percent.
const TOO_MANY: u32 = 70;
/// So long it stays open, then somebody is let through to see; real milliseconds.
const REST_MS: i64 = 2000;
/// Who comes so soon after the first is let through with it: one question is often two calls at
/// once, and were the second refused, the first would be given up and nothing be learnt.
const TOGETHER_MS: i64 = 50;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer, whatever it says of the question.
    Answered,
    /// A server error, or the connection broke.
    Failed,
    /// Nothing in time.
    TimedOut,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls go out.
    Closed,
    /// None goes out.
    Open,
    /// One may go out to see.
    HalfOpen,
}

impl State {
    /// In one word, for metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// One span of the window.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    number: i64,
    calls: u32,
    troubles: u32,
}

/// The breaker of one server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Breaker {
    spans: [Span; SPANS],
    in_a_row: u32,
    open: bool,
    rests_until: i64,
    trial_until: i64,
}

impl Breaker {
    /// Whether a call may go out now. When it has rested, one question may and others wait on.
    pub fn admits(&mut self, now_ms: i64) -> bool {
        if !self.open {
            return true;
        }
        if now_ms < self.rests_until {
            return now_ms < self.trial_until;
        }
        self.rests_until = now_ms + REST_MS;
        self.trial_until = now_ms + TOGETHER_MS;
        true
    }

    /// What became of a call.
    pub fn learn(&mut self, outcome: Outcome, now_ms: i64) {
        if outcome == Outcome::Answered && self.open {
            *self = Self::default();
        }
        self.count(outcome, now_ms);
        self.in_a_row = match outcome {
            Outcome::Answered => 0,
            Outcome::Failed => self.in_a_row.saturating_add(1),
            Outcome::TimedOut => self.in_a_row.saturating_add(TIMEOUT_WEIGHS),
        };
        let (calls, troubles) = self.window(now_ms);
        let too_many = calls >= ENOUGH && troubles * 100 >= calls * TOO_MANY;
        if outcome != Outcome::Answered && (self.open || self.in_a_row >= IN_A_ROW || too_many) {
            self.open = true;
            self.rests_until = now_ms + REST_MS;
            self.trial_until = now_ms;
        }
    }

    /// How it stands.
    pub fn state(&self, now_ms: i64) -> State {
        match self.open {
            false => State::Closed,
            true if now_ms < self.rests_until && now_ms >= self.trial_until => State::Open,
            true => State::HalfOpen,
        }
    }

    /// Calls and troubles of the last seconds.
    pub fn window(&self, now_ms: i64) -> (u32, u32) {
        let oldest = (now_ms - WINDOW_MS) / SPAN_MS;
        let recent = self.spans.iter().filter(|span| span.number > oldest);
        recent.fold((0, 0), |(calls, troubles), span| {
            (calls + span.calls, troubles + span.troubles)
        })
    }

    fn count(&mut self, outcome: Outcome, now_ms: i64) {
        let number = now_ms / SPAN_MS;
        let at = usize::try_from(number).unwrap_or(0) % SPANS;
        let span = &mut self.spans[at];
        if span.number != number {
            *span = Span {
                number,
                ..Span::default()
            };
        }
        span.calls += 1;
        span.troubles += u32::from(outcome != Outcome::Answered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn three_timeouts_open_it_and_one_answer_closes_it() {
        let mut breaker = Breaker::default();
        for now in [NOW, NOW + 1, NOW + 2] {
            assert!(breaker.admits(now));
            breaker.learn(Outcome::TimedOut, now);
        }
        let rested = NOW + 2 + REST_MS;
        assert!(!breaker.admits(NOW + 3));
        assert_eq!(breaker.state(NOW + 3), State::Open);
        assert_eq!(breaker.state(rested), State::HalfOpen);
        assert!(breaker.admits(rested), "one call to see");
        assert!(breaker.admits(rested + 1), "and what is asked with it");
        assert!(
            !breaker.admits(rested + TOGETHER_MS),
            "and no other meanwhile"
        );
        breaker.learn(Outcome::Answered, rested + 2);
        assert!(breaker.admits(rested + 3));
        assert_eq!(breaker.state(rested + 3), State::Closed);
    }

    #[test]
    fn a_probe_that_fails_lets_it_rest_again() {
        let mut breaker = Breaker::default();
        for _ in 0..IN_A_ROW {
            breaker.learn(Outcome::Failed, NOW);
        }
        let rested = NOW + REST_MS;
        assert!(breaker.admits(rested));
        breaker.learn(Outcome::Failed, rested + 5);
        assert!(!breaker.admits(rested + 6));
        assert!(breaker.admits(rested + 5 + REST_MS));
    }

    #[test]
    fn a_probe_that_nobody_hears_of_again_is_followed_by_another() {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            breaker.learn(Outcome::TimedOut, NOW);
        }
        assert!(breaker.admits(NOW + REST_MS));
        assert!(!breaker.admits(NOW + REST_MS + TOGETHER_MS));
        assert!(breaker.admits(NOW + 2 * REST_MS));
    }

    #[test]
    fn an_answer_between_makes_them_not_in_a_row() {
        let mut breaker = Breaker::default();
        for n in 0..19 {
            let outcome = match n % 3 {
                2 => Outcome::Answered,
                _ => Outcome::TimedOut,
            };
            breaker.learn(outcome, NOW + n);
            assert!(breaker.admits(NOW + n));
        }
    }

    #[test]
    fn the_share_of_the_last_seconds_counts_and_older_calls_do_not() {
        let mut breaker = Breaker::default();
        // Seven of ten, never twelve in a row.
        let troubled = |n: i64| n % 10 < 7;
        for n in 0..19 {
            let outcome = [Outcome::Answered, Outcome::Failed][usize::from(troubled(n))];
            breaker.learn(outcome, NOW);
            assert!(breaker.admits(NOW), "{n}");
        }
        assert_eq!(breaker.window(NOW), (19, 14));
        assert_eq!(breaker.window(NOW + WINDOW_MS), (0, 0));
        breaker.learn(Outcome::Failed, NOW);
        assert!(!breaker.admits(NOW));
    }

    #[test]
    fn a_hospital_that_fails_three_times_in_ten_stays_usable() {
        let mut breaker = Breaker::default();
        let mut random = 7_u64;
        for n in 0..100_000_i64 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let outcome =
                [Outcome::Answered, Outcome::Failed][usize::from((random >> 33) % 10 < 3)];
            breaker.learn(outcome, NOW + n * 20);
            assert_eq!(breaker.state(NOW + n * 20), State::Closed, "{n}");
        }
    }
}
