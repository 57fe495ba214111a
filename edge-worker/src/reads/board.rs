//! The board: what the slots of one department's day are. The seam behind which it may move into
//! a durable object that the hospital's notifications keep up to date: handlers only [`load`].

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use contract::{Freshness, HospitalId, Level};
use fhir::{directory::Directory, resources::SlotStatus as Status, slot::Slot};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
};
use rules::{SlotFacts, SlotStatus};

use super::{
    flight,
    kept::{self, Kept},
    trouble,
};
use crate::{
    backend::{BackendError, Dated, HospitalBackend, fhir_rest::FhirRest, touched},
    clock,
    config::Hospital,
    ctx::Ctx,
    live::{self, Topic},
};

/// How often one day is read at most, real milliseconds; sooner after a write of our own.
const READ_MS: i64 = 1000;
const READ_TOUCHED_MS: i64 = 100;
/// Until when an answer is fresh, unless the hospital has failed since: a reading that began in
/// time may take its time.
const FRESH_MS: i64 = 5000;
/// Most days kept of all departments; beyond, those that nobody asked for lately go.
const MOST_KEPT: usize = 2000;

/// One department's day.
#[derive(Clone, Debug)]
pub struct Board {
    /// Its day.
    pub day: Date,
    /// Its slots, by doctor and start.
    pub slots: Rc<Vec<BoardSlot>>,
    /// Goes up with each change that a reader can see.
    pub version: u64,
    /// When this version was read.
    pub as_of: Timestamp,
    /// When it was last confirmed; none when it was never read.
    pub confirmed: Option<Timestamp>,
    /// How far it can be trusted.
    pub freshness: Freshness,
}

/// A slot and whose it is.
#[derive(Clone, Debug)]
pub struct BoardSlot {
    /// Id of the doctor.
    pub doctor: String,
    /// Clinic type.
    pub level: Level,
    /// The slot as the hospital has it.
    pub slot: Slot,
}

impl BoardSlot {
    /// As the rules see it. What is not known any more is neither free nor full.
    pub fn facts(&self, hospital: &Hospital, freshness: Freshness) -> SlotFacts {
        SlotFacts {
            status: match &self.slot.status {
                _ if freshness == Freshness::Unknown => SlotStatus::Unknown,
                Status::Free => SlotStatus::Free,
                Status::BusyTentative => SlotStatus::Held,
                Status::Busy => SlotStatus::Busy,
                Status::BusyUnavailable => SlotStatus::Stopped,
                Status::EnteredInError | Status::Other => SlotStatus::Unknown,
            },
            start: hospital.zone.civil(self.slot.start),
            capacity: self.slot.capacity(),
            remaining: self.slot.remaining(),
        }
    }
}

/// Whose board, and of which day.
type Key = (HospitalId, String, Date);

struct Entry {
    kept: Kept<Vec<BoardSlot>>,
    /// When the reading began, real milliseconds.
    asked: i64,
    /// The minute of the hospital's clock for which the states were last worked out.
    minute: DateTime,
}

thread_local! {
    static KEPT: RefCell<HashMap<Key, Entry>> = RefCell::new(HashMap::new());
}

/// The boards of a department from `first` on, one a day. Days that are not known enough are read
/// in one go; where the hospital does not answer, what was last known stands in.
pub async fn load(
    ctx: &Ctx,
    hospital: &Hospital,
    directory: &Directory,
    department: &str,
    first: Date,
    days: usize,
) -> Vec<Board> {
    let days: Vec<Date> = std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take(days)
        .collect();
    let key = |day: Date| (hospital.id.clone(), department.to_owned(), day);
    let schedules = schedules(directory, department);
    let touched = |day: Date, since: i64| {
        let on_day = |start| hospital.zone.civil(start).date() == day;
        touched::since(since, &hospital.base_url, &schedules, on_day)
    };
    let old = || -> Vec<Date> {
        KEPT.with_borrow(|kept| {
            let old = |day: &Date| {
                kept.get(&key(*day)).is_none_or(|entry| {
                    let age = entry.kept.age();
                    age > READ_MS || age > READ_TOUCHED_MS && touched(*day, entry.asked)
                })
            };
            days.iter().copied().filter(old).collect()
        })
    };
    let needed = || !trouble::just_failed(&hospital.id) && !old().is_empty();
    let now = hospital.zone.civil(ctx.clock.now());
    let flight = format!("board/{}/{department}", hospital.id);
    if let Some(_flight) = flight::take_off(&flight, needed).await
        && let (Some(from), Some(to)) = (old().first(), old().last())
    {
        let asked = clock::real_millis();
        match read(ctx, hospital, directory, &schedules, *from, *to).await {
            Ok(read) => {
                trouble::over(&hospital.id);
                let mut changed = Vec::new();
                for (day, slots) in read {
                    if let Some((version, as_of)) = keep(key(day), slots, asked, hospital, now) {
                        let topic = Topic::availability(hospital.id.as_str(), department, day);
                        changed.push((topic, version, as_of));
                    }
                }
                tell(ctx, changed);
            }
            Err(_) => trouble::note(&hospital.id),
        }
    }
    days.into_iter()
        .map(|day| board(&key(day), hospital, now))
        .collect()
}

/// Tells who listens, after the answer.
fn tell(ctx: &Ctx, mut changed: Vec<(String, u64, Timestamp)>) {
    changed.retain(|(topic, ..)| live::anybody(topic));
    if changed.is_empty() {
        return;
    }
    let beside = ctx.clone();
    ctx.background.run(Box::pin(async move {
        for (topic, version, as_of) in changed {
            live::announce(&beside, &topic, version, as_of).await;
        }
    }));
}

fn schedules<'a>(directory: &'a Directory, department: &'a str) -> Vec<&'a str> {
    let doctors = directory.doctors_of(department);
    doctors
        .flat_map(|doctor| doctor.schedules.iter().map(|schedule| schedule.id.as_str()))
        .collect()
}

/// Reads the days from `from` to `to`, both included.
async fn read(
    ctx: &Ctx,
    hospital: &Hospital,
    directory: &Directory,
    schedules: &[&str],
    from: Date,
    to: Date,
) -> Result<Vec<(Date, Dated<Vec<BoardSlot>>)>, BackendError> {
    let begins = |day: Date| hospital.zone.timestamp(day.to_datetime(Time::midnight()));
    let end = to.saturating_add(SignedDuration::from_hours(24));
    let read = if schedules.is_empty() {
        Dated {
            value: Vec::new(),
            at: now_real(),
        }
    } else {
        FhirRest::new(ctx, hospital)
            .slots(schedules, begins(from), begins(end))
            .await?
    };
    let mut days: Vec<(Date, Dated<Vec<BoardSlot>>)> =
        std::iter::successors(Some(from), |day| day.tomorrow().ok())
            .take_while(|day| *day <= to)
            .map(|day| {
                (
                    day,
                    Dated {
                        value: Vec::new(),
                        at: read.at,
                    },
                )
            })
            .collect();
    for slot in read.value {
        let day = hospital.zone.civil(slot.start).date();
        let Some((doctor, level)) = directory.of_schedule(&slot.schedule) else {
            continue;
        };
        if let Some((_, board)) = days.iter_mut().find(|(of, _)| *of == day) {
            board.value.push(BoardSlot {
                doctor: doctor.id.clone(),
                level,
                slot,
            });
        }
    }
    for (_, board) in &mut days {
        board.value.sort_by(|a, b| {
            (&a.doctor, a.slot.start, &a.slot.id).cmp(&(&b.doctor, b.slot.start, &b.slot.id))
        });
    }
    Ok(days)
}

fn now_real() -> Timestamp {
    Timestamp::from_millisecond(clock::real_millis()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Keeps what was read; gives the version and when it was read where that is another one.
fn keep(
    key: Key,
    read: Dated<Vec<BoardSlot>>,
    asked: i64,
    hospital: &Hospital,
    now: DateTime,
) -> Option<(u64, Timestamp)> {
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
            kept.retain(|_, entry| entry.kept.age() <= 2 * READ_MS);
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let digest = seen(&read.value, hospital, now);
        let before = kept.get(&key).map(|entry| &entry.kept);
        let version = before.map(|before| before.version);
        let entry = Entry {
            kept: Kept::replace(before, read, digest),
            asked,
            minute: minute(now),
        };
        let now = (entry.kept.version, entry.kept.as_of());
        kept.insert(key, entry);
        (version != Some(now.0)).then_some(now)
    })
}

fn board(key: &Key, hospital: &Hospital, now: DateTime) -> Board {
    let fresh_ms = if trouble::failing(&hospital.id) {
        READ_MS
    } else {
        FRESH_MS
    };
    KEPT.with_borrow_mut(|all| {
        let Some(entry) = all.get_mut(key) else {
            return Board {
                day: key.2,
                slots: Rc::default(),
                version: u64::try_from(clock::real_millis()).unwrap_or_default(),
                as_of: hospital.zone.timestamp(now),
                confirmed: None,
                freshness: Freshness::Unknown,
            };
        };
        // Releases and ends of slots come with the minute.
        if entry.minute != minute(now) {
            entry.minute = minute(now);
            let digest = seen(&entry.kept.value, hospital, now);
            entry.kept.seen(digest);
        }
        Board {
            day: key.2,
            slots: Rc::clone(&entry.kept.value),
            version: entry.kept.version,
            as_of: entry.kept.as_of(),
            confirmed: Some(entry.kept.confirmed()),
            freshness: entry.kept.freshness(fresh_ms),
        }
    })
}

/// Digest of what a reader sees of these slots at `now`.
fn seen(slots: &[BoardSlot], hospital: &Hospital, now: DateTime) -> u64 {
    let seen = slots.iter().map(|of| {
        let facts = of.facts(hospital, Freshness::Fresh);
        let state = hospital.pack.slot_state(&facts, now);
        let slot = &of.slot;
        let when = (slot.start, slot.end);
        (
            &slot.id,
            &of.doctor,
            of.level,
            when,
            slot.fee_fen,
            state,
            facts.capacity,
            facts.remaining,
        )
    });
    kept::digest(seen.collect::<Vec<_>>())
}

fn minute(now: DateTime) -> DateTime {
    now.date().at(now.hour(), now.minute(), 0, 0)
}
