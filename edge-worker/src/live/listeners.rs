//! Which shards want to hear of one board.

use std::cell::{Cell, RefCell};

use super::{ANNOUNCE, Change, SHARDS, shard_name};
use crate::ctx::{Class, Ctx};
use crate::together;

/// The shards that listen to one board, as bits; a board keeps [`Listeners::bits`] in its storage
/// whenever it has changed, so that it may sleep.
#[derive(Debug, Default)]
pub struct Listeners {
    shards: Cell<u32>,
    /// Those that have asked since the last round of calls began.
    asked: Cell<u32>,
    telling: Cell<bool>,
    next: RefCell<Option<Change>>,
}

/// Ends a round however it ends.
struct Round<'a>(&'a Cell<bool>);

impl Drop for Round<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Listeners {
    /// As they were kept.
    pub fn kept(bits: u32) -> Self {
        Self {
            shards: Cell::new(bits),
            ..Self::default()
        }
    }

    /// To be kept.
    pub fn bits(&self) -> u32 {
        self.shards.get()
    }

    /// A shard begins to listen, or says so again.
    pub fn add(&self, shard: u8) {
        let bit = bit(shard);
        self.shards.set(self.shards.get() | bit);
        self.asked.set(self.asked.get() | bit);
    }

    /// Tells all shards. Costs nothing where nobody listens. While a round of calls is under way
    /// only the newest change waits for the next, so a board that changes often calls each shard
    /// no more often than that answers.
    pub async fn tell(&self, ctx: &Ctx, change: Change) {
        if self.shards.get() == 0 {
            return;
        }
        {
            let mut next = self.next.borrow_mut();
            if next
                .as_ref()
                .is_none_or(|next| next.version < change.version)
            {
                *next = Some(change);
            }
        }
        if self.telling.replace(true) {
            return;
        }
        let _round = Round(&self.telling);
        loop {
            let Some(change) = self.next.take() else {
                return;
            };
            self.asked.set(0);
            let shards = self.shards.get();
            let changes = [&change];
            let calls = (0..SHARDS)
                .filter(|shard| shards & bit(*shard) != 0)
                .map(async |shard| {
                    let deaf: Result<Vec<String>, _> = ctx
                        .ask(Class::Live, &shard_name(shard), ANNOUNCE, &changes)
                        .await;
                    // Who does not answer may listen all the same.
                    (shard, deaf.is_ok_and(|deaf| !deaf.is_empty()))
                });
            for (shard, deaf) in together::all(calls).await {
                // It may have asked anew after it answered.
                if deaf && self.asked.get() & bit(shard) == 0 {
                    self.shards.set(self.shards.get() & !bit(shard));
                }
            }
        }
    }
}

fn bit(shard: u8) -> u32 {
    1 << (shard % SHARDS)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use futures_util::{FutureExt, future::LocalBoxFuture};

    use super::*;
    use crate::ctx::{ObjectError, Objects};

    /// Shards that note what they are told, and may do something at that.
    struct Shards {
        told: RefCell<Vec<(String, u64)>>,
        deaf: &'static [&'static str],
        meanwhile: Box<dyn Fn()>,
    }

    impl Objects for Rc<Shards> {
        fn call<'a>(
            &'a self,
            class: Class,
            name: &'a str,
            path: &'a str,
            body: Vec<u8>,
        ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
            assert_eq!((class, path), (Class::Live, ANNOUNCE));
            let changes: Vec<Change> = contract::json::from_slice(&body).unwrap();
            self.told
                .borrow_mut()
                .push((name.to_owned(), changes[0].version));
            (self.meanwhile)();
            let deaf = if self.deaf.contains(&name) {
                vec![changes[0].topic.clone()]
            } else {
                Vec::new()
            };
            Box::pin(async move { Ok(contract::json::to_string(&deaf).into_bytes()) })
        }
    }

    fn shards(deaf: &'static [&'static str], meanwhile: impl Fn() + 'static) -> (Ctx, Rc<Shards>) {
        let shards = Rc::new(Shards {
            told: RefCell::default(),
            deaf,
            meanwhile: Box::new(meanwhile),
        });
        let ctx = Ctx {
            objects: Rc::new(Rc::clone(&shards)),
            ..crate::ctx::tests::ctx()
        };
        (ctx, shards)
    }

    fn change(version: u64) -> Change {
        Change {
            topic: "availability:general:d:2026-11-23".to_owned(),
            version,
            as_of: contract::Instant("2026-11-22T10:00:00+08:00".to_owned()),
        }
    }

    fn tell(listeners: &Listeners, ctx: &Ctx, version: u64) {
        // None of it waits.
        listeners.tell(ctx, change(version)).now_or_never();
    }

    #[test]
    fn only_shards_that_asked_are_told_until_nobody_listens_there() {
        let (ctx, shards) = shards(&["3"], || {});
        let listeners = Listeners::default();
        tell(&listeners, &ctx, 1);
        assert!(shards.told.borrow().is_empty());
        listeners.add(3);
        listeners.add(9);
        tell(&listeners, &ctx, 2);
        tell(&listeners, &ctx, 3);
        let told = |name: &str, version| (name.to_owned(), version);
        assert_eq!(
            *shards.told.borrow(),
            [told("3", 2), told("9", 2), told("9", 3)]
        );
        assert_eq!(listeners.bits(), Listeners::kept(1 << 9).bits());
    }

    #[test]
    fn who_asks_while_it_is_told_stays() {
        let listeners = Rc::new(Listeners::default());
        listeners.add(3);
        let again = Rc::clone(&listeners);
        let (ctx, _) = shards(&["3"], move || again.add(3));
        tell(&listeners, &ctx, 1);
        assert_eq!(listeners.bits(), 1 << 3);
    }

    #[test]
    fn of_changes_during_a_round_the_newest_follows() {
        let listeners = Rc::new(Listeners::default());
        listeners.add(0);
        let (more, started) = (Rc::clone(&listeners), Cell::new(false));
        let quiet = crate::ctx::tests::ctx();
        let (ctx, shards) = shards(&[], move || {
            if !started.replace(true) {
                for version in [5, 7, 6] {
                    tell(&more, &quiet, version);
                }
            }
        });
        tell(&listeners, &ctx, 1);
        let versions: Vec<u64> = shards.told.borrow().iter().map(|(_, v)| *v).collect();
        assert_eq!(versions, [1, 7]);
    }
}
