//! One attempt at something that must happen once.

use crate::{browser, draft};

/// An idempotency key that belongs to one intention: the same slot for the same person. It stays
/// the same over retries and reloads of the tab, so however often the button is pressed, the
/// hospital does it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    name: String,
    key: String,
}

impl Attempt {
    /// The attempt at what `name` says, taken up again or begun.
    pub fn at(name: &str) -> Self {
        let name = format!("key:{name}");
        let mut key = draft::read(&name);
        if key.is_empty() {
            key = browser::random_key();
            draft::write(&name, &key);
        }
        Self { name, key }
    }

    /// The value of `Idempotency-Key`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it was for is over: the next attempt is another one.
    pub fn finish(&self) {
        draft::write(&self.name, "");
    }
}
