//! Boards and who reads them: what is shown never goes back, was so at the hospital when it is said
//! to have been, and in the end is what the hospital has.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use banzhen_edge_worker::{
    ctx::ObjectError,
    machine,
    reads::board::{
        self, Board, BoardSlot,
        object::{self, Memory, Store},
    },
};
use contract::Freshness;
use fhir::resources::SlotStatus;

use crate::{
    hospital::{DEPARTMENTS, OFFSET},
    life::Life,
    world::{Event, World},
};

const DAYS: usize = 3;
/// What is fresh was so at most so long ago: 5 s, and what an isolate keeps it.
const FRESH_MS: i64 = 6000;

/// The objects, by name.
#[derive(Default)]
pub struct Boards(RefCell<HashMap<String, Rc<Memory>>>);

/// What readers have seen of a board.
#[derive(Default)]
pub struct Seen {
    version: u64,
    /// Of each slot the newest version, and the board's with which that was first shown.
    slots: BTreeMap<String, (u64, u64)>,
    /// Of which life of the edge.
    life: u64,
}

impl Life {
    /// As `board_do` does it.
    pub async fn board(
        self: &Rc<Self>,
        name: &str,
        path: &str,
        body: &[u8],
    ) -> Result<Vec<u8>, ObjectError> {
        {
            let mut world = self.world.borrow_mut();
            if world.troubled && world.chance.permille(2) {
                return Err(ObjectError);
            }
        }
        let memory = {
            let mut all = self.boards.0.borrow_mut();
            let world = self.world.borrow();
            let stored = world.boards.get(name).map(String::as_str);
            let memory = all.entry(name.to_owned());
            let whole = !world.boards_later.contains(name);
            Rc::clone(memory.or_insert_with(|| Rc::new(Memory::restored(stored, whole))))
        };
        let served = object::serve(&self.ctx(), &memory, path, body).await;
        let served = served.map_err(|_| ObjectError)?;
        let (life, name) = (Rc::clone(self), name.to_owned());
        if served.store == Store::Later {
            self.world.borrow_mut().boards_later.insert(name.clone());
        }
        let keep = move |stored| {
            let mut world = life.world.borrow_mut();
            world.boards_later.remove(&name);
            world.boards.insert(name, stored);
        };
        match served.store {
            Store::No => {}
            Store::Now => keep(memory.snapshot()),
            Store::Later => {
                let memory = Rc::clone(&memory);
                self.ctx().background.run(Box::pin(async move {
                    keep(memory.snapshot_later().await);
                }));
            }
        }
        if let Some(news) = served.news {
            news.tell(&self.ctx(), &memory).await;
        }
        Ok(served.answer)
    }

    /// Somebody looks at a department's day.
    async fn read_board(&self, department: usize, day: usize) -> Board {
        let ctx = self.ctx();
        let first = OFFSET.to_datetime(self.world.borrow().began).date();
        let day = first.saturating_add(jiff::Span::new().days(i64::try_from(day).unwrap()));
        let name = format!("dep-{department}");
        let boards = board::load(&ctx, &ctx.config.hospitals[0], &name, day, 1).await;
        let board = boards.into_iter().next().unwrap();
        let mut world = self.world.borrow_mut();
        world.count("boards read");
        seen(&mut world, &format!("{name}:{day}"), &board);
        board
    }

    /// When all is quiet, each shows what there is.
    pub async fn compare(&self) {
        for (pause, exact) in [(0, false), (10_000, true)] {
            machine::pause(pause).await;
            for (department, day) in all() {
                let board = self.read_board(department, day).await;
                if exact {
                    same(&self.world.borrow(), department, &board);
                }
            }
        }
        self.world.borrow_mut().compared = true;
    }
}

/// A reader comes, and after them the next.
pub fn reader(life: &Rc<Life>) {
    let mut world = life.world.borrow_mut();
    if !world.troubled {
        return;
    }
    let (department, day) = (world.chance.below(DEPARTMENTS), world.chance.below(DAYS));
    let next = world.chance.spread(16_000);
    world.after(next, Event::Reader);
    let of = Rc::clone(life);
    life.spawn(Box::pin(async move {
        of.read_board(department, day).await;
    }));
}

fn all() -> impl Iterator<Item = (usize, usize)> {
    (0..DEPARTMENTS).flat_map(|department| (0..DAYS).map(move |day| (department, day)))
}

/// What somebody sees.
fn seen(world: &mut World, name: &str, board: &Board) {
    let Some(confirmed) = board.confirmed else {
        return;
    };
    let before = world.seen_boards.entry(name.to_owned()).or_default();
    assert!(
        board.version >= before.version,
        "{name} goes back from {} to {}",
        before.version,
        board.version
    );
    before.version = board.version;
    // What it showed in the second before it died need not have been stored. In an outage it may
    // show what was before that, and says that it is not fresh.
    let lives = world.counts.get("restarts").copied().unwrap_or_default();
    if std::mem::replace(&mut before.life, lives) != lives && board.freshness != Freshness::Fresh {
        before.slots.clear();
    }
    for BoardSlot { change, .. } in board.slots.iter() {
        let (id, version) = (&change.slot.id, change.version);
        let (newest, of) = before.slots.entry(id.clone()).or_default();
        // Of two that look the same, which one stands behind a version is all one.
        assert!(
            *newest <= version || *of == board.version,
            "{name} shows {id} as of {version} after {newest}"
        );
        if version > *newest {
            (*newest, *of) = (version, board.version);
        }
        let (was, until) = world.hospital.version(id, version);
        let shown = status(&change.slot.status);
        assert_eq!(
            (shown, u64::from(change.slot.remaining())),
            (was.status.as_str(), was.remaining),
            "{id} as of {version}"
        );
        let Some(until) = until else { continue };
        assert!(
            until >= confirmed.as_millisecond(),
            "{name} shows {id} as of {version}, over since {until}, confirmed {confirmed}"
        );
        assert!(
            board.freshness != Freshness::Fresh || until >= world.now - FRESH_MS,
            "{name} calls {id} as of {version} fresh, over since {until}"
        );
    }
}

fn same(world: &World, department: usize, board: &Board) {
    assert_eq!(
        board.freshness,
        Freshness::Fresh,
        "dep-{department}, {}",
        board.day
    );
    let shown = board.slots.iter().map(|it| {
        let slot = it.slot();
        let status = status(&slot.status);
        (slot.id.as_str(), (status, u64::from(slot.remaining())))
    });
    let shown: BTreeMap<_, _> = shown.collect();
    let places = world.hospital.places().filter(|(_, place)| {
        place.department() == format!("dep-{department}") && place.day() == board.day
    });
    let there = places.map(|(id, it)| (id.as_str(), (it.status.as_str(), it.remaining())));
    assert_eq!(shown, there.collect(), "dep-{department}, {}", board.day);
}

fn status(status: &SlotStatus) -> &'static str {
    match status {
        SlotStatus::Free => "free",
        SlotStatus::Busy => "busy",
        SlotStatus::BusyTentative => "busy-tentative",
        SlotStatus::BusyUnavailable => "busy-unavailable",
        SlotStatus::EnteredInError | SlotStatus::Other => "?",
    }
}
