//! What an isolate asks of the boards, and when.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use contract::json::to_string;
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::{
    object::{Ask, Boards, Memory, Store, Told},
    *,
};
use crate::{
    ctx::{ObjectError, Objects, tests::ctx},
    feed::{
        keeper::{self, Watch},
        ledger::Ledger,
    },
    reads::tests::{Table, alone, hospital},
    transport::{Incoming, Outgoing, Transport, TransportError},
};

/// The feed of a hospital that pushes.
#[derive(Default)]
struct Feed(RefCell<Ledger>);

impl Feed {
    fn serve(&self, path: &str, body: &[u8]) -> String {
        match path {
            keeper::WATCH => to_string(&Watch {
                pushed: true,
                since: Some(Timestamp::UNIX_EPOCH),
                confirmed: "2026-11-22T02:00:01Z".parse().unwrap(),
                checked: clock::real_millis(),
                failing: false,
            }),
            other => self.0.borrow_mut().serve(other, body).unwrap(),
        }
    }
}

/// Boards behind a feed; what the isolate asks is noted.
struct World {
    feed: Rc<Feed>,
    boards: Option<(Boards, Ctx)>,
    /// The feed does not answer.
    mute: Cell<bool>,
    asked: RefCell<Vec<String>>,
}

impl Objects for World {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        Box::pin(async move {
            if class == Class::Feed && self.mute.get() {
                return Err(ObjectError);
            }
            self.asked.borrow_mut().push(format!("{name}{path}"));
            match (&self.boards, class) {
                (_, Class::Feed) if !self.mute.get() => {
                    Ok(self.feed.serve(path, &body).into_bytes())
                }
                (Some((boards, ctx)), Class::Board) => {
                    let answer = boards.serve(ctx, name, path, &body).await;
                    answer.map_err(|_| ObjectError)
                }
                _ => Err(ObjectError),
            }
        })
    }
}

/// A world, and the isolate in it.
fn world() -> (Rc<World>, Ctx) {
    let feed = Rc::new(Feed::default());
    let inner = Rc::new(World {
        feed: Rc::clone(&feed),
        boards: None,
        mute: Cell::default(),
        asked: RefCell::default(),
    });
    let of_boards = Ctx {
        transport: hospital(),
        objects: inner,
        ..ctx()
    };
    let world = Rc::new(World {
        feed,
        boards: Some((Boards::default(), of_boards)),
        mute: Cell::default(),
        asked: RefCell::default(),
    });
    let isolate = Ctx {
        transport: hospital(),
        objects: world.clone(),
        ..ctx()
    };
    (world, isolate)
}

/// Shows two days of the department; gives what was asked for it.
fn shown(world: &World, ctx: &Ctx) -> Vec<String> {
    world.asked.borrow_mut().clear();
    let hospital = &ctx.config.hospitals[0];
    let boards = block_on(load(ctx, hospital, "d1", "2026-11-22".parse().unwrap(), 2));
    assert!(
        boards
            .iter()
            .all(|board| board.freshness == Freshness::Fresh)
    );
    world.asked.borrow().clone()
}

fn later(ms: u64) {
    thread::sleep(Duration::from_millis(ms));
}

#[test]
fn boards_that_have_not_changed_are_not_asked_and_one_that_has_is() {
    alone(|| {
        let (world, ctx) = world();
        let both = ["general:d1:2026-11-22/read", "general:d1:2026-11-23/read"];
        assert_eq!(shown(&world, &ctx), both, "nothing is remembered");
        assert!(shown(&world, &ctx).is_empty(), "just asked");
        later(75);
        let first = shown(&world, &ctx);
        assert_eq!(first[0], "general/since");
        assert_eq!(
            first[1..],
            both,
            "from when on changes are known was not known"
        );
        later(75);
        assert_eq!(
            shown(&world, &ctx),
            ["general/since"],
            "nothing has changed"
        );
        later(75);
        assert_eq!(shown(&world, &ctx), ["general/since"]);
        let key = Key {
            hospital: "general".into(),
            department: "d1".into(),
            day: "2026-11-23".parse().unwrap(),
        };
        let doubted = block_on(ctx.ask::<()>(Class::Board, &key.name(), object::DOUBT, &key));
        assert_eq!(doubted.map_err(|error| error.code()), Ok(()));
        later(75);
        let after = ["general/since", "general:d1:2026-11-23/read"];
        assert_eq!(shown(&world, &ctx), after, "something was written there");
        // How old it is shows, so it is asked now and then all the same.
        later(UNASKED_MS.unsigned_abs());
        assert_eq!(shown(&world, &ctx), both);
    });
}

#[test]
fn without_the_feed_each_board_is_asked() {
    alone(|| {
        let (world, ctx) = world();
        world.mute.set(true);
        for _ in 0..3 {
            assert_eq!(shown(&world, &ctx).len(), 2);
            later(75);
        }
    });
}

/// The version that a board shows, whether it is to be stored, and whether it is news.
fn version(ctx: &Ctx, memory: &Rc<Memory>) -> (u64, Store, bool) {
    let ask = Ask {
        key: Key {
            hospital: "general".into(),
            department: "d1".into(),
            day: "2026-11-22".parse().unwrap(),
        },
        known: None,
    };
    let ask = to_string(&ask).into_bytes();
    let served = block_on(object::serve(ctx, memory, object::READ, &ask));
    let served = served.map_err(|error| error.code()).unwrap();
    let told: Told = contract::json::from_slice(&served.answer).unwrap();
    (told.version.unwrap().0, served.store, served.news.is_some())
}

#[test]
fn a_version_outlives_a_sleep_unless_a_later_one_was_shown() {
    alone(|| {
        let (world, _) = world();
        let (_, ctx) = world.boards.as_ref().unwrap();
        let version = |memory| version(ctx, memory);
        let awake = Rc::new(Memory::default());
        let (first, store, _) = version(&awake);
        assert_eq!(store, Store::Later);
        let stored = awake.snapshot();
        let slept = Rc::new(Memory::restored(Some(&stored), true));
        assert_eq!(version(&slept), (first, Store::No, false));
        let died = Rc::new(Memory::restored(Some(&stored), false));
        let (later, store, news) = version(&died);
        assert!(later > first && news, "readers may have seen another");
        assert_eq!(store, Store::Later);
    });
}

/// A hospital whose first answer brings the reading down.
struct Startling(Cell<bool>, Rc<Table>);

impl Transport for Startling {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        assert!(!self.0.replace(false), "as if by a mistake of ours");
        self.1.send(call)
    }
}

#[test]
fn a_reading_that_comes_down_does_not_keep_others_from_being_made() {
    alone(|| {
        let (world, _) = world();
        let (_, ctx) = world.boards.as_ref().unwrap();
        let ctx = Ctx {
            transport: Rc::new(Startling(Cell::new(true), hospital())),
            ..ctx.clone()
        };
        let memory = Rc::new(Memory::default());
        let first = catch_unwind(AssertUnwindSafe(|| version(&ctx, &memory)));
        assert!(first.is_err());
        assert!(version(&ctx, &memory).0 > 0);
    });
}

#[test]
fn a_schedule_that_is_new_shows_its_slots_as_soon_as_it_is_known() {
    alone(|| {
        let (world, _) = world();
        let (_, ctx) = world.boards.as_ref().unwrap();
        let memory = Rc::new(Memory::default());
        // So late that the directory is read again.
        let read = |table: &Rc<Table>| {
            crate::reads::kept::age_by(9000);
            let ctx = Ctx {
                transport: table.clone(),
                ..ctx.clone()
            };
            version(&ctx, &memory).0
        };
        let before = hospital();
        let first = read(&before);
        let asked = || {
            let asked = before.asked.borrow();
            let slots = asked.iter().filter(|url| url.contains("/Slot?"));
            (asked.len(), slots.count())
        };
        let (all, slots) = asked();
        assert_eq!(read(&before), first);
        assert!(asked().0 > all, "the directory");
        assert_eq!(asked().1, slots, "the feed says that nothing was missed");
        let mut after = Rc::into_inner(hospital()).unwrap();
        let mut add = |query, new: serde_json::Value| {
            let entries = after.answers.get_mut(query).unwrap()["entry"].as_array_mut();
            entries.unwrap().push(json!({"resource": new}));
        };
        add(
            "Schedule?",
            json!({"resourceType":"Schedule","id":"c2","actor":[{"reference":"PractitionerRole/w"}]}),
        );
        add(
            "Slot?",
            json!({"resourceType":"Slot","id":"new","schedule":{"reference":"Schedule/c2"},
                "status":"free","start":"2026-11-22T15:00:00+08:00","end":"2026-11-22T15:20:00+08:00"}),
        );
        assert!(read(&Rc::new(after)) > first);
    });
}
