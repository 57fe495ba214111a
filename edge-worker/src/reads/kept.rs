//! What was read from a hospital, kept in this isolate's memory: public things only.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
};

use contract::Freshness;
use jiff::Timestamp;

use crate::{backend::Dated, clock};

/// How long what was read may stand in for a hospital that does not answer, real milliseconds.
const STALE_MS: i64 = 300_000;

/// Something kept, with its version.
#[derive(Debug)]
pub(super) struct Kept<T> {
    /// What was read.
    pub value: Rc<T>,
    /// Goes up when what a reader sees has changed, and never down.
    pub version: u64,
    /// When this version was first read, by the hospital's clock.
    as_of: Timestamp,
    /// When it was last confirmed, by the hospital's clock.
    confirmed: Timestamp,
    /// The same in real milliseconds of ours.
    checked: i64,
    digest: u64,
}

// By hand: a derive would want `T: Clone`.
impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self {
            value: Rc::clone(&self.value),
            ..*self
        }
    }
}

impl<T> Kept<T> {
    /// What has just been read, in place of what was known. `digest` is of what a reader sees.
    pub fn replace(before: Option<&Self>, read: Dated<T>, digest: u64) -> Self {
        let mut kept = Self {
            value: Rc::new(read.value),
            version: before.map_or(0, |before| before.version),
            as_of: before.map_or(read.at, |before| before.as_of),
            confirmed: read.at,
            checked: now(),
            digest: before.map_or(!digest, |before| before.digest),
        };
        kept.seen(digest);
        kept
    }

    /// What a reader sees may change with time alone: a release, a slot that is over.
    pub fn seen(&mut self, digest: u64) {
        if self.digest != digest {
            self.digest = digest;
            let now = u64::try_from(clock::real_millis()).unwrap_or_default();
            self.version = now.max(self.version + 1);
            self.as_of = self.as_of.max(self.confirmed);
        }
    }

    /// This version carries something of then, by the hospital's clock: it is no older.
    pub fn carries(&mut self, at: Timestamp) {
        self.as_of = self.as_of.max(at);
    }

    /// Real milliseconds since it was last confirmed.
    pub fn age(&self) -> i64 {
        now().saturating_sub(self.checked)
    }

    /// How far it can be trusted, when it should be confirmed at least every `fresh_ms`.
    pub fn freshness(&self, fresh_ms: i64) -> Freshness {
        match self.age() {
            age if age <= fresh_ms => Freshness::Fresh,
            age if age <= STALE_MS => Freshness::Stale,
            _ => Freshness::Unknown,
        }
    }

    /// As it was stored: version, digest, and when it was first read, confirmed and checked.
    pub fn restored(
        value: T,
        (version, digest): (u64, u64),
        (as_of, confirmed, checked): (Timestamp, Timestamp, i64),
    ) -> Self {
        Self {
            value: Rc::new(value),
            version,
            as_of,
            confirmed,
            checked,
            digest,
        }
    }

    /// Nothing has changed until then: the hospital's clock, and real milliseconds of ours.
    pub fn confirm(&mut self, at: Timestamp, checked: i64) {
        self.confirmed = self.confirmed.max(at);
        self.checked = self.checked.max(checked);
    }

    /// When it was last confirmed, real milliseconds.
    pub fn checked(&self) -> i64 {
        self.checked
    }

    /// It was confirmed no later than that.
    pub fn set_checked(&mut self, checked: i64) {
        self.checked = checked;
    }

    /// The digest of what a reader sees.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// When this version was first read, by the hospital's clock.
    pub fn as_of_real(&self) -> Timestamp {
        self.as_of
    }

    /// When it was last confirmed, by the hospital's clock.
    pub fn confirmed_real(&self) -> Timestamp {
        self.confirmed
    }

    /// When this version was first read, on the hospital's clock as the edge shows it.
    pub fn as_of(&self) -> Timestamp {
        clock::shown(self.as_of)
    }

    /// When it was last confirmed, likewise.
    pub fn confirmed(&self) -> Timestamp {
        clock::shown(self.confirmed)
    }
}

/// Real milliseconds.
#[cfg(not(test))]
fn now() -> i64 {
    clock::real_millis()
}

#[cfg(test)]
thread_local! {
    static LATER: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// Real milliseconds, and those that a test lets go by.
#[cfg(test)]
fn now() -> i64 {
    clock::real_millis() + LATER.get()
}

/// Lets time go by for what is kept.
#[cfg(test)]
pub(super) fn age_by(millis: i64) {
    LATER.set(LATER.get() + millis);
}

/// A digest that lasts as long as this build.
pub(super) fn digest(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_version_lasts_as_long_as_what_is_seen() {
        let first = Kept::replace(
            None,
            Dated {
                value: "a",
                at: at(0),
            },
            1,
        );
        let same = Kept::replace(
            Some(&first),
            Dated {
                value: "a",
                at: at(9),
            },
            1,
        );
        assert_eq!(
            (same.version, same.as_of, same.confirmed),
            (first.version, at(0), at(9))
        );
        let other = Kept::replace(
            Some(&same),
            Dated {
                value: "b",
                at: at(12),
            },
            2,
        );
        assert!(other.version > same.version);
        assert_eq!(other.as_of, at(12));
        // Twice within one millisecond it still goes up.
        let again = Kept::replace(
            Some(&other),
            Dated {
                value: "a",
                at: at(12),
            },
            1,
        );
        assert!(again.version > other.version);
    }

    #[test]
    fn freshness_goes_by_real_time() {
        let mut kept = Kept::replace(
            None,
            Dated {
                value: (),
                at: at(0),
            },
            1,
        );
        assert_eq!(kept.freshness(1000), Freshness::Fresh);
        kept.checked -= 2000;
        assert_eq!(kept.freshness(1000), Freshness::Stale);
        kept.checked -= STALE_MS;
        assert_eq!(kept.freshness(1000), Freshness::Unknown);
    }
}
