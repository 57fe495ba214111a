//! The board's durable object: it reads the hospital once for all who ask, takes in what has
//! changed, and tells those who listen. Nothing here needs the Workers runtime.

use contract::time::Shift;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use contract::{
    Code, Freshness, SlotState,
    json::{self, FromJson, ToJson},
    record,
};
use fhir::directory::Directory;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared, join},
};
use jiff::{SignedDuration, Timestamp, civil::Time};

use super::{
    BoardSlot, Key,
    state::{Snapshot, State},
};
use crate::{
    backend::{BackendError, Dated, HospitalBackend, fhir_rest::FhirRest, pause},
    clock,
    config::Hospital,
    ctx::{Class, Ctx},
    feed::{
        SlotChange,
        keeper::{self, Watch},
        ledger,
    },
    http::AppError,
    live::{Change, Heard, Listeners, Topic},
    metrics,
    reads::{directory, kept, trouble},
};

/// Path that takes an [`Ask`] and gives a [`Told`].
pub const READ: &str = "/read";
/// Path that takes a [`Changed`].
pub const CHANGE: &str = "/change";
/// Path that takes a [`Key`]: something was written and it is not known what came of it.
pub const DOUBT: &str = "/doubt";
/// Path that takes `(Key, shard)` and gives [`Heard`]: a shard of sockets begins to listen.
pub const LISTEN: &str = "/listen";
/// The same, when it has listened for a while: what changes is heard of, so the hospital need not
/// be asked.
pub const LISTEN_ON: &str = "/listen-on";

/// How often what is known is confirmed at most, real milliseconds.
const CONFIRM_MS: i64 = 1000;
/// How often a whole day is read at least, real milliseconds: deletions are in no notification.
const READ_MS: i64 = 60_000;
/// How often the feed is asked at most, real milliseconds.
const WATCH_MS: i64 = 500;
/// How old the feed's last look at the hospital may be, real milliseconds; else the board looks
/// for itself.
const COVERED_MS: i64 = 2 * keeper::LOOK_PUSHED_MS;
/// How long after a change it is stored, real milliseconds; what changes meanwhile is stored with it.
const STORE_MS: u64 = 1000;

record! {
    /// A question for a board.
    #[derive(Debug)]
    pub struct Ask {
        /// Which.
        pub key: Key,
        /// The version that is known already: its slots need not be told again.
        pub known: Option<u64>,
    }
}

record! {
    /// What a board says.
    #[derive(Debug)]
    pub struct Told {
        /// The version and when it was read (the hospital's clock); none: nothing was ever read.
        pub version: Option<(u64, Timestamp)>,
        /// When it was last confirmed, by the hospital's clock.
        pub confirmed: Option<Timestamp>,
        /// How far it can be trusted.
        pub freshness: Freshness,
        /// Whether the hospital pushes its changes.
        pub pushed: bool,
        /// The slots, unless the version is the one that was known.
        pub slots: Option<Vec<BoardSlot>>,
    }
}

record! {
    /// Slots of a board that have changed.
    #[derive(Debug)]
    pub struct Changed {
        /// Which board.
        pub key: Key,
        /// What they are now.
        pub slots: Vec<SlotChange>,
    }
}

type Flight = Shared<LocalBoxFuture<'static, ()>>;

/// The object's memory. No borrow of it is held across an await.
#[derive(Default)]
pub struct Memory {
    state: RefCell<State>,
    /// The reading that is under way; whoever comes meanwhile waits for the same.
    flight: RefCell<Option<Flight>>,
    /// What the feed said last, and when it was asked, real milliseconds.
    watch: Cell<Watch>,
    watched: Cell<i64>,
    /// Digest of the schedules that the last whole reading was made of.
    planned: Cell<u64>,
    listeners: Listeners,
    /// The version that listeners know.
    announced: Cell<Option<u64>>,
    /// What is stored (version, listeners), and whether it soon will be again.
    stored: Cell<(Option<u64>, u32)>,
    storing: Cell<bool>,
    /// It has had a life before this one.
    restored: bool,
}

record! {
    /// What outlives a restart: public things only.
    struct Stored {
        board: Option<Snapshot>,
        listeners: u32,
    }
}

impl Memory {
    /// After a sleep or a restart, from what was stored; `whole`: there was no later version.
    pub fn restored(stored: Option<&str>, whole: bool) -> Self {
        let stored: Option<Stored> = stored.and_then(|text| json::from_slice(text.as_bytes()));
        let memory = Self {
            listeners: Listeners::kept(stored.as_ref().map_or(0, |it| it.listeners)),
            restored: stored.is_some(),
            ..Self::default()
        };
        if let Some(board) = stored.and_then(|it| it.board) {
            let version = Some(board.version).filter(|_| whole);
            memory.announced.set(version);
            memory.stored.set((version, memory.listeners.bits()));
            memory.state.borrow_mut().restore(board, whole);
        }
        memory
    }

    fn to_store(&self, version: Option<u64>) -> Store {
        let (stored, listeners) = self.stored.get();
        if listeners != self.listeners.bits() {
            Store::Now
        } else if stored != version && !self.storing.replace(true) {
            Store::Later
        } else {
            Store::No
        }
    }

    /// What is stored from now on.
    pub fn snapshot(&self) -> String {
        let listeners = self.listeners.bits();
        self.storing.set(false);
        self.stored.set((self.announced.get(), listeners));
        json::to_string(&Stored {
            board: self.state.borrow().snapshot(),
            listeners,
        })
    }

    /// The same, a while later.
    pub async fn snapshot_later(&self) -> String {
        pause(STORE_MS).await;
        self.snapshot()
    }
}

/// Whether what is stored will still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// It will.
    No,
    /// Others listen than it says: after a restart they would not be told.
    Now,
    /// There is a newer version. That there is must be stored before anybody sees it; what it is
    /// is only missed in an outage after a restart, so nobody who asks waits for that.
    Later,
}

/// What came of a request.
pub struct Served {
    /// The answer.
    pub answer: Vec<u8>,
    /// Whether to store, before anybody is told.
    pub store: Store,
    /// A new version, which is yet to be told.
    pub news: Option<News>,
}

/// A new version of a board.
pub struct News {
    key: Key,
    change: Change,
    /// Somebody may know an older one.
    remembered: bool,
}

/// Serves one request.
pub async fn serve(
    ctx: &Ctx,
    memory: &Rc<Memory>,
    path: &str,
    body: &[u8],
) -> Result<Served, AppError> {
    match path {
        READ => {
            let ask: Ask = read(body)?;
            let hospital = ctx.hospital(&ask.key.hospital)?;
            confirm(ctx, memory, &ask.key).await;
            let told = tell(ctx, memory, hospital, ask.known);
            Ok(answer(ctx, memory, &ask.key, &told))
        }
        CHANGE => {
            let changed: Changed = read(body)?;
            let hospital = ctx.hospital(&changed.key.hospital)?;
            let directory = directory::load(ctx, hospital).await?;
            for change in changed.slots {
                if let Some(slot) = place(&directory, change) {
                    let now = hospital.zone.civil(ctx.clock.now());
                    memory.state.borrow_mut().change(slot, hospital, now);
                }
            }
            Ok(answer(ctx, memory, &changed.key, &()))
        }
        DOUBT => {
            let key: Key = read(body)?;
            memory.state.borrow_mut().doubt();
            tell_feed(ctx, &key).await;
            Ok(answer(ctx, memory, &key, &()))
        }
        LISTEN | LISTEN_ON => {
            let (key, shard): (Key, u8) = read(body)?;
            memory.listeners.add(shard);
            let hospital = ctx.hospital(&key.hospital)?;
            if path == LISTEN || !memory.state.borrow().is_known() {
                confirm(ctx, memory, &key).await;
            } else {
                // As long as somebody listens the feed has to look.
                watch(ctx, memory, hospital).await;
            }
            let present = present(ctx, memory, &key);
            let heard = Heard {
                there: true,
                present,
            };
            Ok(answer(ctx, memory, &key, &heard))
        }
        _ => Err(Code::NotFound.into()),
    }
}

fn read<T: FromJson>(body: &[u8]) -> Result<T, AppError> {
    json::from_slice(body).ok_or(Code::Internal.into())
}

fn answer<T: ToJson>(ctx: &Ctx, memory: &Memory, key: &Key, value: &T) -> Served {
    let answer = json::to_string(value).into_bytes();
    let change = present(ctx, memory, key);
    let version = change.as_ref().map(|change| change.version);
    let before = memory.announced.replace(version);
    let news = change.filter(|_| before != version).map(|change| News {
        key: key.clone(),
        change,
        // Of the first version nobody can know an older one, but after a restart.
        remembered: before.is_some() || memory.restored,
    });
    Served {
        answer,
        store: memory.to_store(version),
        news,
    }
}

impl News {
    /// Tells those who listen beside what follows, and the feed before.
    pub async fn tell(self, ctx: &Ctx, memory: &Rc<Memory>) {
        count(ctx, memory, &self.key);
        if memory.listeners.bits() != 0 {
            let (ctx_beside, of) = (ctx.clone(), Rc::clone(memory));
            ctx.background.run(Box::pin(async move {
                of.listeners.tell(&ctx_beside, self.change).await;
            }));
        }
        if self.remembered {
            tell_feed(ctx, &self.key).await;
        }
    }
}

/// Has everybody who remembers this board ask for it again.
async fn tell_feed(ctx: &Ctx, key: &Key) {
    let hospital = key.hospital.as_str();
    let told: Result<(), AppError> = ctx
        .ask(Class::Feed, hospital, ledger::CHANGED, &key.name())
        .await;
    // Who does not hear of it asks all the same, a little later; the log has said why.
    let _ = told;
}

/// How full the day is, for whoever runs the hospital (L03).
fn count(ctx: &Ctx, memory: &Memory, key: &Key) {
    let Some(hospital) = ctx.config.hospital(&key.hospital) else {
        return;
    };
    let now = hospital.zone.civil(ctx.clock.now());
    let state = memory.state.borrow();
    let Some((slots, _, freshness)) = state.told(false) else {
        return;
    };
    let shown: Vec<SlotState> = slots
        .iter()
        .map(|slot| {
            hospital
                .pack
                .slot_state(&slot.facts(hospital, freshness), now)
        })
        .collect();
    let many = metrics::FILL.map(|wanted| {
        let many = shown.iter().filter(|state| **state == wanted).count();
        i64::try_from(many).unwrap_or(i64::MAX)
    });
    metrics::fill(key, many);
}

fn present(ctx: &Ctx, memory: &Memory, key: &Key) -> Option<Change> {
    let hospital = ctx.config.hospital(&key.hospital)?;
    let now = hospital.zone.civil(ctx.clock.now());
    let (version, as_of) = memory.state.borrow_mut().version(hospital, now)?;
    Some(Change {
        topic: Topic::availability(key.hospital.as_str(), &key.department, key.day),
        version,
        as_of: hospital.instant(clock::shown(as_of)),
    })
}

fn tell(ctx: &Ctx, memory: &Memory, hospital: &Hospital, known: Option<u64>) -> Told {
    let mut state = memory.state.borrow_mut();
    let version = state.version(hospital, hospital.zone.civil(ctx.clock.now()));
    let failing = memory.watch.get().failing || trouble::failing(&hospital.id);
    let told = state.told(failing);
    Told {
        version,
        confirmed: told.map(|(_, confirmed, _)| confirmed),
        freshness: told.map_or(Freshness::Unknown, |(_, _, freshness)| freshness),
        pushed: memory.watch.get().pushed,
        slots: told
            .filter(|_| version.map(|(version, _)| version) != known)
            .map(|(slots, _, _)| slots.to_vec()),
    }
}

/// A reading that is under way. However it ends, the next one can be made.
struct Landing(Rc<Memory>);

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.flight.take();
    }
}

/// Sees to it that what is known is young enough, if the hospital lets it.
async fn confirm(ctx: &Ctx, memory: &Rc<Memory>, key: &Key) {
    let young = {
        let state = memory.state.borrow();
        let now = clock::real_millis();
        state.age() < CONFIRM_MS && !state.wants_reading(now, READ_MS)
    };
    if young {
        return;
    }
    let flight = memory.flight.borrow().clone();
    let flight = flight.unwrap_or_else(|| {
        let (ctx, of, key) = (ctx.clone(), Rc::clone(memory), key.clone());
        let flight: LocalBoxFuture<'static, ()> = Box::pin(async move {
            let landing = Landing(of);
            refresh(&ctx, &landing.0, &key).await;
        });
        let flight = flight.shared();
        *memory.flight.borrow_mut() = Some(flight.clone());
        flight
    });
    flight.await;
}

/// Asks the feed whether anything was missed, and the hospital where that is not enough.
async fn refresh(ctx: &Ctx, memory: &Memory, key: &Key) {
    let Some(hospital) = ctx.config.hospital(&key.hospital) else {
        return;
    };
    if !memory.state.borrow().is_known() {
        join(
            watch(ctx, memory, hospital),
            read_day(ctx, memory, hospital, key),
        )
        .await;
        return;
    }
    let (directory, ()) = join(directory::load(ctx, hospital), watch(ctx, memory, hospital)).await;
    // Changes of slots whose schedule was not known were not taken in.
    let planned = directory.map_or(true, |it| planned(&it, key) == memory.planned.get());
    let watch = memory.watch.get();
    let now = clock::real_millis();
    let covered = {
        let state = memory.state.borrow();
        planned
            && watch.since.is_some_and(|since| since <= state.read_at())
            && now - watch.checked < COVERED_MS
            && !state.wants_reading(now, READ_MS)
    };
    if covered {
        let mut state = memory.state.borrow_mut();
        state.confirm(watch.confirmed, watch.checked);
    } else {
        read_day(ctx, memory, hospital, key).await;
    }
}

/// What the feed says, asked now and then.
async fn watch(ctx: &Ctx, memory: &Memory, hospital: &Hospital) {
    let now = clock::real_millis();
    if now - memory.watched.get() < WATCH_MS {
        return;
    }
    memory.watched.set(now);
    let name = hospital.id.as_str();
    let watch: Result<Watch, AppError> = ctx
        .ask(Class::Feed, name, keeper::WATCH, &hospital.id)
        .await;
    memory.watch.set(watch.unwrap_or_default());
}

async fn read_day(ctx: &Ctx, memory: &Memory, hospital: &Hospital, key: &Key) {
    if trouble::just_failed(&hospital.id) {
        return;
    }
    let began = clock::real_millis();
    memory.state.borrow_mut().begin(began);
    match fetch(ctx, hospital, key).await {
        Ok((read, planned)) => {
            trouble::over(&hospital.id);
            memory.planned.set(planned);
            let now = hospital.zone.civil(ctx.clock.now());
            memory.state.borrow_mut().take(read, began, hospital, now);
        }
        Err(_) => trouble::note(&hospital.id),
    }
}

/// Digest of whose slots make the day.
fn planned(directory: &Directory, key: &Key) -> u64 {
    let doctors = directory.doctors_of(&key.department);
    let schedules = doctors.map(|doctor| (&doctor.id, &doctor.schedules));
    kept::digest(schedules.collect::<Vec<_>>())
}

/// The slots of the day, from the hospital, and what was [`planned`].
async fn fetch(
    ctx: &Ctx,
    hospital: &Hospital,
    key: &Key,
) -> Result<(Dated<Vec<BoardSlot>>, u64), BackendError> {
    let directory =
        directory::load(ctx, hospital)
            .await
            .map_err(|_| BackendError::Unavailable {
                retry_after: crate::backend::UNAVAILABLE_S,
            })?;
    let planned = planned(&directory, key);
    let schedules: Vec<&str> = directory
        .doctors_of(&key.department)
        .flat_map(|doctor| doctor.schedules.iter().map(|schedule| schedule.id.as_str()))
        .collect();
    if schedules.is_empty() {
        let empty = Dated {
            value: Vec::new(),
            at: Timestamp::from_millisecond(clock::real_millis()).unwrap_or_default(),
        };
        return Ok((empty, planned));
    }
    let begins = hospital
        .zone
        .timestamp(key.day.to_datetime(Time::midnight()));
    let ends = begins.later(SignedDuration::from_hours(24));
    let read = FhirRest::new(ctx, hospital)
        .slots(&schedules, begins, ends)
        .await?;
    let slots = read.value.into_iter();
    let read = Dated {
        value: slots.filter_map(|slot| place(&directory, slot)).collect(),
        at: read.at,
    };
    Ok((read, planned))
}

/// Whose slot it is.
fn place(directory: &Directory, change: SlotChange) -> Option<BoardSlot> {
    let (doctor, level) = directory.of_schedule(&change.slot.schedule)?;
    Some(BoardSlot {
        doctor: doctor.id.clone(),
        level,
        change,
    })
}

/// Boards in memory, where there is no Workers runtime.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Default)]
pub struct Boards(RefCell<std::collections::HashMap<String, Rc<Memory>>>);

#[cfg(not(target_arch = "wasm32"))]
impl Boards {
    /// Serves a request to the object of that name.
    ///
    /// # Errors
    /// As the object itself.
    pub async fn serve(
        &self,
        ctx: &Ctx,
        name: &str,
        path: &str,
        body: &[u8],
    ) -> Result<Vec<u8>, AppError> {
        let memory = Rc::clone(self.0.borrow_mut().entry(name.to_owned()).or_default());
        let served = serve(ctx, &memory, path, body).await?;
        if let Some(news) = served.news {
            news.tell(ctx, &memory).await;
        }
        Ok(served.answer)
    }
}
