//! What an isolate knows of the changes of a hospital's boards: which of those it remembers are
//! still what they were.

use std::collections::HashMap;

use crate::feed::ledger::Since;

/// Most boards whose last change is known; beyond, everything remembered is asked for again.
const MOST: usize = 2000;

/// The changes of one hospital, as far as this isolate has heard.
#[derive(Debug, Default)]
pub struct Marks {
    /// The last mark heard.
    mark: Option<u64>,
    /// When that was asked for, real milliseconds.
    asked: i64,
    /// What was known at an earlier mark than this may have changed.
    floor: u64,
    /// At which mark a board was heard to have changed.
    changed: HashMap<String, u64>,
}

impl Marks {
    /// The last mark heard.
    pub fn mark(&self) -> Option<u64> {
        self.mark
    }

    /// When it was asked for, real milliseconds.
    pub fn asked(&self) -> i64 {
        self.asked
    }

    /// Takes in an answer to what was asked at `asked`.
    pub fn hear(&mut self, since: Since, asked: i64) {
        let Since { mark, boards } = since;
        match boards {
            Some(boards) if self.changed.len() + boards.len() <= MOST => {
                self.changed
                    .extend(boards.into_iter().map(|board| (board, mark)));
            }
            _ => {
                self.floor = mark;
                self.changed.clear();
            }
        }
        self.mark = Some(mark);
        self.asked = asked;
    }

    /// Whether a board that was asked for when `mark` was the last one heard is as it was then.
    pub fn holds(&self, board: &str, mark: u64) -> bool {
        mark >= self.floor && self.changed.get(board).is_none_or(|at| *at <= mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(mark: u64, boards: &[&str]) -> Since {
        Since {
            mark,
            boards: Some(boards.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    #[test]
    fn only_what_has_changed_is_asked_for_again() {
        let mut marks = Marks::default();
        marks.hear(since(10, &[]), 0);
        assert!(marks.holds("a", 10) && marks.holds("b", 10));
        marks.hear(since(11, &["a"]), 70);
        assert!(!marks.holds("a", 10), "asked for before it changed");
        assert!(marks.holds("b", 10));
        assert!(marks.holds("a", 11), "asked for again");
        marks.hear(since(11, &[]), 140);
        assert!(marks.holds("a", 11) && marks.holds("b", 10));
    }

    /// The board was asked, it changed, and the change was heard of before its answer came.
    #[test]
    fn an_answer_that_a_change_has_overtaken_is_old() {
        let mut marks = Marks::default();
        marks.hear(since(10, &[]), 0);
        let asked_at = marks.mark().unwrap();
        marks.hear(since(11, &["a"]), 70);
        assert!(!marks.holds("a", asked_at));
    }

    #[test]
    fn after_a_gap_everything_is_asked_for_again() {
        let mut marks = Marks::default();
        marks.hear(since(10, &["a"]), 0);
        let gap = Since {
            mark: 900,
            boards: None,
        };
        marks.hear(gap, 70);
        assert!(!marks.holds("a", 10) && !marks.holds("b", 10));
        assert!(marks.holds("a", 900) && marks.holds("b", 900));
    }

    #[test]
    fn what_is_remembered_of_changes_is_bounded() {
        let mut marks = Marks::default();
        for mark in 0..MOST as u64 + 10 {
            marks.hear(since(mark, &[&format!("board {mark}")]), 0);
            assert!(marks.changed.len() <= MOST);
        }
        assert!(!marks.holds("board 0", 0) && !marks.holds("another", 0));
    }
}
