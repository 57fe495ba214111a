//! The board: what the slots of one department's day are. It lives in a durable object
//! ([`object`], one a day) that the hospital's notifications keep up to date; in front of it every
//! isolate remembers for a moment what it was told, and for a little longer what the feed says has
//! not changed ([`marks`]). Handlers only [`load`].

mod marks;
pub mod object;
mod state;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use contract::{Freshness, HospitalId, Level, record};
use fhir::resources::SlotStatus as Status;
use jiff::{Timestamp, civil::Date};
use rules::{SlotFacts, SlotStatus};

use self::{
    marks::Marks,
    object::{Ask, Told},
};
use super::flight;
use crate::{
    clock,
    config::Hospital,
    ctx::{Class, Ctx},
    feed::{
        SlotChange,
        ledger::{self, Since},
    },
    metrics::{self, Metric},
    together,
};

/// How long an isolate believes what it was told of a board that the hospital pushes to, real
/// milliseconds; an answer made of it is kept ready until then ([`crate::hot`]).
const PUSHED_MS: i64 = 100;
/// The same of one that is polled.
const POLLED_MS: i64 = 1000;
/// After this share of it the board is asked again by whoever makes an answer anew, which is a
/// little later: so that the new one has its whole time before it.
const BELIEVED: (i64, i64) = (7, 10);
/// So long a board that has not changed is not asked itself, real milliseconds: how old it is shows,
/// and a notice of a change may have been lost on the way.
const UNASKED_MS: i64 = 1000;
/// So long what the feed has said counts as said just now, real milliseconds.
const HEARD_MS: i64 = 25;
/// Most days remembered of all departments; beyond, those that are over go.
const MOST_KEPT: usize = 2000;

record! {
    /// Which board.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub struct Key {
        /// Id of the hospital.
        pub hospital: HospitalId,
        /// Id of the department.
        pub department: String,
        /// The day.
        pub day: Date,
    }
}

impl Key {
    /// The name of its object: `hospital:department:date`.
    pub fn name(&self) -> String {
        format!(
            "{}:{}:{}",
            self.hospital,
            self.department,
            rules::day(self.day)
        )
    }
}

/// One department's day.
#[derive(Clone, Debug)]
pub struct Board {
    /// Its day.
    pub day: Date,
    /// Its slots, by doctor and start.
    pub slots: Rc<Vec<BoardSlot>>,
    /// Goes up with each change that a reader can see; means nothing when it was never read.
    pub version: u64,
    /// When this version was read; likewise.
    pub as_of: Timestamp,
    /// When it was last confirmed; none when it was never read.
    pub confirmed: Option<Timestamp>,
    /// How far it can be trusted.
    pub freshness: Freshness,
    /// Until when it may be shown without being asked for again, real milliseconds.
    pub until: i64,
}

record! {
    /// A slot and whose it is.
    #[derive(Clone, Debug, PartialEq)]
    pub struct BoardSlot {
        /// Id of the doctor.
        pub doctor: String,
        /// Clinic type.
        pub level: Level,
        /// The slot as the hospital has it.
        pub change: SlotChange,
    }
}

impl BoardSlot {
    /// The slot itself.
    pub fn slot(&self) -> &fhir::slot::Slot {
        &self.change.slot
    }

    /// Whether another is the same slot, however it has changed.
    fn is(&self, other: &Self) -> bool {
        self.slot().id == other.slot().id
    }

    fn order(&self) -> (&str, Timestamp, &str) {
        (&self.doctor, self.change.slot.start, &self.change.slot.id)
    }

    /// As the rules see it. What is not known any more is neither free nor full.
    pub fn facts(&self, hospital: &Hospital, freshness: Freshness) -> SlotFacts {
        let slot = &self.change.slot;
        SlotFacts {
            status: match &slot.status {
                _ if freshness == Freshness::Unknown => SlotStatus::Unknown,
                Status::Free => SlotStatus::Free,
                Status::BusyTentative => SlotStatus::Held,
                Status::Busy => SlotStatus::Busy,
                Status::BusyUnavailable => SlotStatus::Stopped,
                Status::EnteredInError | Status::Other => SlotStatus::Unknown,
            },
            start: hospital.zone.civil(slot.start),
            capacity: slot.capacity(),
            remaining: slot.remaining(),
        }
    }
}

struct Entry {
    board: Board,
    /// Whether the hospital pushes to it.
    pushed: bool,
    /// When the object was asked and when it is asked again, real milliseconds.
    asked: i64,
    again: i64,
    /// The last mark heard of when it was asked.
    mark: Option<u64>,
    /// The minute that it was asked in: what is shown changes with the time of day.
    minute: i64,
}

impl Entry {
    /// Whether it is to be asked for again but may be believed for longer if it has not changed.
    fn may_last(&self, ctx: &Ctx, now: i64) -> bool {
        self.again <= now
            && self.pushed
            && self.board.freshness == Freshness::Fresh
            && now - self.asked < UNASKED_MS
            && self.minute == minute(ctx)
    }

    /// It was as it is at that moment, real milliseconds.
    fn believed_from(&mut self, at: i64) {
        let believed = if self.pushed { PUSHED_MS } else { POLLED_MS };
        self.board.until = at + believed;
        self.again = at + believed * BELIEVED.0 / BELIEVED.1;
    }
}

fn minute(ctx: &Ctx) -> i64 {
    ctx.clock.now().as_second().div_euclid(60)
}

thread_local! {
    static KEPT: RefCell<HashMap<Key, Entry>> = RefCell::new(HashMap::new());
    static MARKS: RefCell<HashMap<HospitalId, Marks>> = RefCell::new(HashMap::new());
}

/// The boards of a department from `first` on, one a day. Where an object does not answer, what
/// it said before stands in, as long as that may be.
pub async fn load(
    ctx: &Ctx,
    hospital: &Hospital,
    department: &str,
    first: Date,
    days: usize,
) -> Vec<Board> {
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take(days);
    let keys: Vec<Key> = days
        .map(|day| Key {
            hospital: hospital.id.clone(),
            department: department.to_owned(),
            day,
        })
        .collect();
    believe_longer(ctx, &hospital.id, &keys).await;
    let boards = together::all(keys.into_iter().map(|key| one(ctx, key))).await;
    for board in &boards {
        let labels = [hospital.id.as_str(), board.freshness.as_str()];
        metrics::count(Metric::Shown, &labels);
        if let Some(at) = board.confirmed {
            let age = ctx.clock.now().as_millisecond() - at.as_millisecond();
            metrics::observe(Metric::BoardAge, &labels[..1], age);
        }
    }
    boards
}

/// Something was written to this hospital by this very isolate: what it remembers may be old.
pub fn forget(hospital: &HospitalId) {
    KEPT.with_borrow_mut(|kept| kept.retain(|key, _| key.hospital != *hospital));
    crate::hot::clear();
}

/// What is remembered and has not changed is believed for longer: one question to the feed instead
/// of one to each board.
async fn believe_longer(ctx: &Ctx, hospital: &HospitalId, keys: &[Key]) {
    let old = |key: &Key| {
        KEPT.with_borrow(|kept| {
            let now = clock::real_millis();
            kept.get(key).is_some_and(|entry| entry.may_last(ctx, now))
        })
    };
    if !keys.iter().any(old) {
        return;
    }
    hear(ctx, hospital).await;
    MARKS.with_borrow(|marks| {
        let now = clock::real_millis();
        let Some(marks) = marks
            .get(hospital)
            .filter(|it| now - it.asked() < PUSHED_MS)
        else {
            return;
        };
        KEPT.with_borrow_mut(|kept| {
            for key in keys {
                let Some(entry) = kept.get_mut(key) else {
                    continue;
                };
                let same = entry.mark.is_some_and(|at| marks.holds(&key.name(), at));
                if same && entry.may_last(ctx, now) {
                    entry.believed_from(marks.asked());
                }
            }
        });
    });
}

/// Asks the feed what has changed, unless that was just done.
async fn hear(ctx: &Ctx, hospital: &HospitalId) {
    let known = || {
        MARKS.with_borrow(|marks| {
            let marks = marks.get(hospital);
            marks.map_or((None, 0), |marks| (marks.mark(), marks.asked()))
        })
    };
    let needed = || clock::real_millis() - known().1 >= HEARD_MS;
    let Some(_flight) = flight::take_off(&format!("marks/{hospital}"), needed).await else {
        return;
    };
    let asked = clock::real_millis();
    let since: Result<Since, _> = ctx
        .ask(Class::Feed, hospital.as_str(), ledger::SINCE, &known().0)
        .await;
    // The log has said why not. Then each board is asked.
    if let Ok(since) = since {
        MARKS.with_borrow_mut(|marks| {
            let marks = marks.entry(hospital.clone()).or_default();
            marks.hear(since, asked);
        });
    }
}

async fn one(ctx: &Ctx, key: Key) -> Board {
    let needed = || {
        KEPT.with_borrow(|kept| {
            kept.get(&key)
                .is_none_or(|entry| clock::real_millis() >= entry.again)
        })
    };
    if let Some(_flight) = flight::take_off(&format!("board/{}", key.name()), needed).await {
        let before = KEPT.with_borrow(|kept| kept.get(&key).map(|entry| entry.board.clone()));
        let ask = Ask {
            key: key.clone(),
            known: before.as_ref().map(|board| board.version),
        };
        let asked = clock::real_millis();
        let mark = MARKS.with_borrow(|marks| marks.get(&key.hospital).and_then(Marks::mark));
        let minute = minute(ctx);
        metrics::count(Metric::Reads, &["board"]);
        let told: Option<Told> = ctx
            .ask(Class::Board, &key.name(), object::READ, &ask)
            .await
            .ok();
        let pushed = told.as_ref().is_some_and(|told| told.pushed);
        let board = match told {
            Some(told) => board(key.day, before, told),
            // The log has said why. Until it answers again nothing is certain.
            None => Board {
                freshness: Freshness::Unknown,
                ..before.unwrap_or_else(|| unknown(key.day))
            },
        };
        let mut entry = Entry {
            board,
            pushed,
            asked,
            again: 0,
            mark,
            minute,
        };
        entry.believed_from(asked);
        keep(key.clone(), entry);
    }
    let kept = KEPT.with_borrow(|kept| kept.get(&key).map(|entry| entry.board.clone()));
    kept.unwrap_or_else(|| unknown(key.day))
}

fn board(day: Date, before: Option<Board>, told: Told) -> Board {
    let Some((version, as_of)) = told.version else {
        return unknown(day);
    };
    let same = before.filter(|before| before.version == version);
    Board {
        day,
        slots: match (told.slots, same) {
            (Some(slots), _) => Rc::new(slots),
            (None, Some(same)) => same.slots,
            (None, None) => Rc::default(),
        },
        version,
        as_of: clock::shown(as_of),
        confirmed: told.confirmed.map(clock::shown),
        freshness: told.freshness,
        until: 0,
    }
}

fn unknown(day: Date) -> Board {
    Board {
        day,
        slots: Rc::default(),
        version: 0,
        as_of: Timestamp::UNIX_EPOCH,
        confirmed: None,
        freshness: Freshness::Unknown,
        until: 0,
    }
}

fn keep(key: Key, entry: Entry) {
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
            let now = clock::real_millis();
            kept.retain(|_, entry| now < entry.board.until);
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, entry);
    });
}

#[cfg(test)]
mod tests;
