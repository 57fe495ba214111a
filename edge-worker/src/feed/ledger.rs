//! Which boards have changed, in the order in which they did. Who remembers boards asks here once
//! for a whole hospital, instead of asking each board.

use std::collections::VecDeque;

use contract::{json, record};

use crate::clock;

/// Path that takes the name of a board: it has a new version.
pub const CHANGED: &str = "/changed";
/// Path that takes a mark, or none, and gives [`Since`].
pub const SINCE: &str = "/since";

/// So many changes are known one by one; who was away for longer begins anew.
const KNOWN: usize = 256;
/// Marks of one life of the ledger are above all of the lives before: they begin at the time, real
/// milliseconds, with room for so many changes in each.
const A_MILLISECOND: u64 = 1024;

record! {
    /// What has changed since a mark.
    #[derive(Debug, PartialEq, Eq)]
    pub struct Since {
        /// The present mark.
        pub mark: u64,
        /// The names of the boards; none: it is not known, each may have.
        pub boards: Option<Vec<String>>,
    }
}

/// The changes of a hospital's boards. In memory only: after a restart everybody begins anew.
#[derive(Debug)]
pub struct Ledger {
    mark: u64,
    /// From this mark on all are known.
    from: u64,
    known: VecDeque<String>,
}

impl Default for Ledger {
    fn default() -> Self {
        let now = u64::try_from(clock::real_millis()).unwrap_or_default();
        let mark = now.saturating_mul(A_MILLISECOND);
        Self {
            mark,
            from: mark,
            known: VecDeque::new(),
        }
    }
}

impl Ledger {
    /// Serves [`CHANGED`] and [`SINCE`]; nothing where the question makes no sense.
    pub fn serve(&mut self, path: &str, body: &[u8]) -> Option<String> {
        Some(if path == CHANGED {
            self.note(json::from_slice(body)?);
            json::to_string(&())
        } else {
            json::to_string(&self.since(json::from_slice(body)?))
        })
    }

    /// A board has a new version.
    pub fn note(&mut self, board: String) {
        self.mark += 1;
        self.known.push_back(board);
        if self.known.len() > KNOWN {
            self.known.pop_front();
            self.from += 1;
        }
    }

    /// What has changed since `mark` was the present one.
    pub fn since(&self, mark: Option<u64>) -> Since {
        let known = mark.filter(|mark| (self.from..=self.mark).contains(mark));
        let skipped = known.and_then(|mark| usize::try_from(mark - self.from).ok());
        Since {
            mark: self.mark,
            boards: skipped.map(|skipped| self.known.iter().skip(skipped).cloned().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_changed_since_a_mark_is_told_by_name() {
        let mut ledger = Ledger::default();
        let begun = ledger.since(None).mark;
        assert_eq!(ledger.since(None).boards, None);
        assert_eq!(ledger.since(Some(begun)).boards, Some(Vec::new()));
        ledger.note("a".into());
        let one = ledger.since(Some(begun));
        assert_eq!(one.boards, Some(vec!["a".to_owned()]));
        ledger.note("b".into());
        let other = ledger.since(Some(one.mark));
        assert_eq!(other.boards, Some(vec!["b".to_owned()]));
        assert_eq!(
            ledger.since(Some(begun)).boards.map(|all| all.len()),
            Some(2)
        );
    }

    #[test]
    fn who_was_away_too_long_or_knows_another_life_begins_anew() {
        let mut ledger = Ledger::default();
        let begun = ledger.since(None).mark;
        for _ in 0..KNOWN {
            ledger.note("a".into());
        }
        assert_eq!(
            ledger.since(Some(begun)).boards.map(|all| all.len()),
            Some(KNOWN)
        );
        ledger.note("b".into());
        assert_eq!(ledger.since(Some(begun)).boards, None);
        assert_eq!(
            ledger.since(Some(begun + 1)).boards.map(|all| all.len()),
            Some(KNOWN)
        );
        assert_eq!(ledger.since(Some(ledger.mark + 1)).boards, None);
    }
}
