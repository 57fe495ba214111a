//! Why there is no answer.

use contract::{Code, OutcomeUnknown, Problem};

/// Why there is no answer. Only [`Failure::Problem`] says that nothing was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The phone has no network.
    Offline,
    /// No answer in time, or the connection broke: what was sent may have arrived.
    NoReply,
    /// The edge said no, and why.
    Problem(Box<Problem>),
    /// The edge does not know yet whether it was done.
    OutcomeUnknown(OutcomeUnknown),
    /// An answer that cannot be read.
    Garbled,
}

impl Failure {
    /// The stable code, where the edge gave one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether it leaves open what became of a write.
    pub fn says_nothing(&self) -> bool {
        match self {
            Self::Offline | Self::NoReply | Self::Garbled | Self::OutcomeUnknown(_) => true,
            Self::Problem(problem) => problem.status >= 500,
        }
    }
}
