//! How often one write is tried, and when trying makes no sense.

use fhir::Stored;

use super::wire::unavailable;
use crate::{
    backend::{BackendError, UNAVAILABLE_S, pause},
    secrets,
};

/// Tries before a place that still looks free is called taken.
const TRIES: u32 = 10;

/// Keeps count of one write's tries, and tells a lost version from a refusal.
#[derive(Default)]
pub(super) struct Tries {
    made: u32,
    sent: Vec<(String, Option<String>)>,
    in_doubt: bool,
}

impl Tries {
    /// Before each try but the first: a moment's pause, longer each time and never the same,
    /// so that those who clashed do not clash again. `false`: enough.
    pub async fn next(&mut self) -> bool {
        if self.made > 0 {
            let [spread]: [u8; 1] = secrets::random().unwrap_or([128]);
            pause(u64::from(self.made.min(6)) * 15 + u64::from(spread) / 4).await;
        }
        self.made += 1;
        self.made <= TRIES
    }

    /// Notes the versions about to be sent; an error when the very same were refused before:
    /// then it was never about versions, and the server will not take it.
    pub fn sending(&mut self, versions: &[&Stored]) -> Result<(), BackendError> {
        let versions: Vec<_> = versions
            .iter()
            .map(|it| (it.reference(), it.version().map(str::to_owned)))
            .collect();
        if versions == self.sent {
            return Err(BackendError::Rejected);
        }
        self.sent = versions;
        Ok(())
    }

    /// What was sent last is known not to have happened; the same may be sent again.
    pub fn settled(&mut self) {
        self.sent.clear();
        self.in_doubt = false;
    }

    /// What was sent last was refused for its version. Unless somebody on the way sent it twice,
    /// and it was refused because it had happened: until that is looked up, nobody knows.
    pub fn refused(&mut self) {
        self.in_doubt = true;
    }

    /// What is told when nothing came of all tries: others were always quicker, or the hospital
    /// never took it.
    pub fn exhausted(&self) -> BackendError {
        if self.in_doubt {
            BackendError::SlotTaken
        } else {
            unavailable(UNAVAILABLE_S)
        }
    }

    /// What may be told: that nothing was changed only if nothing can have been.
    pub fn honest<T>(&self, told: Result<T, BackendError>) -> Result<T, BackendError> {
        match told {
            Err(BackendError::Unavailable { .. }) if self.in_doubt => Err(BackendError::Unknown),
            told => told,
        }
    }

    /// How many have been begun.
    pub fn made(&self) -> u32 {
        self.made
    }
}
