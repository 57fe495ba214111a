//! What is kept ready and what is being made: two states of one entry. No I/O, no clock.

use std::collections::HashMap;

/// Most entries; beyond, those that are over go, then all that nobody waits for.
const MOST: usize = 512;
/// Of its time an entry is served unquestioned for this share; in the rest one request makes it
/// anew while the others are still served.
const UNQUESTIONED: (i64, i64) = (3, 4);
/// So long the others believe in the one who makes it, milliseconds.
const BELIEVED_MS: i64 = 10_000;

/// Answers `A` by URL, and those (`W`) who wait for one.
#[derive(Debug)]
pub struct Entries<A, W>(HashMap<String, Entry<A, W>>);

#[derive(Debug)]
struct Entry<A, W> {
    ready: Option<Kept<A>>,
    flying: Option<Flying<W>>,
}

#[derive(Debug)]
struct Kept<A> {
    answer: A,
    from: i64,
    until: i64,
}

#[derive(Debug)]
struct Flying<W> {
    since: i64,
    waiting: Vec<W>,
}

/// What there is.
#[derive(Debug, PartialEq, Eq)]
pub enum Look<'a, A> {
    /// An answer that may be served.
    Ready(&'a A),
    /// None; somebody is making it.
    Flying,
    /// None, or an old one: whoever asked makes it.
    Make,
}

impl<A, W> Default for Entries<A, W> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<A, W> Entries<A, W> {
    /// Looks a URL up at `now`. `Make` is told to one caller at a time.
    pub fn look(&mut self, url: &str, now: i64) -> Look<'_, A> {
        if !self.0.contains_key(url) {
            self.make_room(now);
            self.0.insert(
                url.to_owned(),
                Entry {
                    ready: None,
                    flying: None,
                },
            );
        }
        let Some(entry) = self.0.get_mut(url) else {
            return Look::Make;
        };
        let flying = entry
            .flying
            .as_ref()
            .is_some_and(|flying| now - flying.since < BELIEVED_MS);
        match &entry.ready {
            Some(kept) if now < kept.until && (flying || !kept.questioned(now)) => {
                Look::Ready(&kept.answer)
            }
            _ if flying => Look::Flying,
            _ => {
                // Whoever waited for one that never came back waits for this one.
                let waiting = entry.flying.take().map(|old| old.waiting);
                entry.flying = Some(Flying {
                    since: now,
                    waiting: waiting.unwrap_or_default(),
                });
                Look::Make
            }
        }
    }

    /// Somebody waits.
    pub fn wait(&mut self, url: &str, who: W) {
        if let Some(flying) = self.0.get_mut(url).and_then(|entry| entry.flying.as_mut()) {
            flying.waiting.push(who);
        }
    }

    /// Keeps an answer for `ms` from `now` on.
    pub fn keep(&mut self, url: &str, answer: A, now: i64, ms: i64) {
        if let Some(entry) = self.0.get_mut(url) {
            entry.ready = Some(Kept {
                answer,
                from: now,
                until: now + ms,
            });
        }
    }

    /// It is made, or will not be: gives those who have waited.
    pub fn land(&mut self, url: &str) -> Vec<W> {
        let flying = self.0.get_mut(url).and_then(|entry| entry.flying.take());
        flying.map(|flying| flying.waiting).unwrap_or_default()
    }

    /// Forgets all answers, not those who wait.
    pub fn clear(&mut self) {
        self.0.retain(|_, entry| {
            entry.ready = None;
            entry.flying.is_some()
        });
    }

    fn make_room(&mut self, now: i64) {
        for old in [true, false] {
            if self.0.len() >= MOST {
                self.0.retain(|_, entry| {
                    let kept = entry.ready.as_ref().is_some_and(|kept| now < kept.until);
                    entry.flying.is_some() || (old && kept)
                });
            }
        }
    }
}

impl<A> Kept<A> {
    fn questioned(&self, now: i64) -> bool {
        let (part, whole) = UNQUESTIONED;
        (now - self.from) * whole >= (self.until - self.from) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_makes_it_and_the_others_wait() {
        let mut entries = Entries::default();
        assert_eq!(entries.look("/a", 0), Look::Make);
        assert_eq!(entries.look("/a", 1), Look::Flying);
        assert_eq!(entries.look("/b", 1), Look::Make);
        entries.wait("/a", 1);
        entries.wait("/a", 2);
        entries.keep("/a", "x", 5, 100);
        assert_eq!(entries.land("/a"), [1, 2]);
        assert_eq!(entries.look("/a", 6), Look::Ready(&"x"));
    }

    #[test]
    fn while_one_makes_it_anew_the_others_are_served_and_never_too_long() {
        let mut entries: Entries<_, ()> = Entries::default();
        assert_eq!(entries.look("/a", 0), Look::Make);
        entries.keep("/a", "x", 0, 100);
        entries.land("/a");
        assert_eq!(entries.look("/a", 74), Look::Ready(&"x"));
        assert_eq!(entries.look("/a", 75), Look::Make);
        assert_eq!(entries.look("/a", 99), Look::Ready(&"x"));
        assert_eq!(entries.look("/a", 100), Look::Flying);
    }

    #[test]
    fn one_who_never_comes_back_is_replaced_and_nobody_is_forgotten() {
        let mut entries: Entries<(), _> = Entries::default();
        assert_eq!(entries.look("/a", 0), Look::Make);
        entries.wait("/a", 7);
        assert_eq!(entries.look("/a", BELIEVED_MS), Look::Make);
        assert_eq!(entries.land("/a"), [7]);
        assert_eq!(entries.look("/a", BELIEVED_MS + 1), Look::Make);
    }

    #[test]
    fn a_change_forgets_answers_and_memory_is_bounded() {
        let mut entries: Entries<_, ()> = Entries::default();
        for number in 0..3 * MOST {
            let url = format!("/{number}");
            assert_eq!(entries.look(&url, 0), Look::Make);
            entries.keep(&url, number, 0, 100);
            entries.land(&url);
            assert!(entries.0.len() <= MOST);
        }
        let last = format!("/{}", 3 * MOST - 1);
        assert!(matches!(entries.look(&last, 1), Look::Ready(_)));
        entries.clear();
        assert_eq!(entries.look(&last, 1), Look::Make);
    }
}
