//! Keeps the room of one release: gives it its slots, the time, and those who ask.

use contract::time::Shift;
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
};

use contract::{Alternative, json, record};
use fhir::{directory::Directory, resources::SlotStatus, slot::Slot};
use jiff::{SignedDuration, civil::Time};
use rules::room::{Millis, Record, Room, Stock, TicketId, Verdict};

use super::{
    Ask, Question, Told,
    ask::{Came, Line},
    current::Release,
};
use crate::{
    backend::{BackendError, HospitalBackend, fhir_rest::FhirRest, pause},
    booking::{Offer, alternative},
    clock,
    config::Hospital,
    ctx::Ctx,
    log, reads, timers,
};

/// How long somebody is kept waiting for an answer before they get a place in line instead, real
/// milliseconds.
const PATIENCE_MS: i64 = 12_000;
/// The day's slots are read again for one that is not known, real milliseconds after the last
/// reading; sooner where that failed.
const READ_AGAIN_MS: i64 = 30_000;
const FAILED_AGAIN_MS: i64 = 2000;
/// Schedules whose slots are asked for at once: keeps URLs short enough for any server, and what
/// is found within the pages that are followed.
const AT_ONCE: usize = 40;
/// So often what can be told is written down while it changes, real milliseconds.
const WRITE_MS: i64 = 5000;
/// So many slots that are not of this day are remembered as such.
const ELSEWHERE: usize = 10_000;

record! {
    /// What is written down.
    struct Stored {
        /// Under which key the seed was made.
        key: String,
        /// What can be told.
        record: Record,
    }
}

/// Keeps the room of one release.
#[derive(Default)]
pub struct Keeper {
    room: RefCell<Option<Room>>,
    key: RefCell<Option<String>>,
    stored: RefCell<Option<Record>>,
    asked_for_record: Cell<bool>,
    slots: RefCell<HashMap<String, Slot>>,
    elsewhere: RefCell<HashSet<String>>,
    reading: futures_util::lock::Mutex<()>,
    read_at: Cell<Option<(i64, bool)>>,
    written_at: Cell<i64>,
}

impl Keeper {
    /// Whether it wants to know first what was written down.
    pub fn wants_record(&self) -> bool {
        !self.asked_for_record.get()
    }

    /// What was written down, if anything.
    pub fn take_record(&self, text: Option<&str>) {
        if self.asked_for_record.replace(true) {
            return;
        }
        if let Some(Stored { key, record }) =
            text.and_then(|text| json::from_slice(text.as_bytes()))
        {
            self.key.replace(Some(key));
            self.stored.replace(Some(record));
        }
    }

    /// What is to be written down now, if anything.
    pub fn to_store(&self) -> Option<String> {
        let room = self.room.borrow();
        let record = room.as_ref()?.record();
        let now = clock::real_millis();
        let same = match &*self.stored.borrow() {
            Some(stored) if stored == record => true,
            Some(stored) => {
                // The draw itself is written down at once.
                stored.mix == record.mix && now - self.written_at.get() < WRITE_MS
            }
            None => *record == Record::default(),
        };
        if same {
            return None;
        }
        self.written_at.set(now);
        self.stored.replace(Some(record.clone()));
        let stored = Stored {
            key: self.key.borrow().clone()?,
            record: record.clone(),
        };
        Some(json::to_string(&stored))
    }

    /// Answers a question.
    pub async fn serve(&self, ctx: &Ctx, question: Question) -> Told {
        let Question {
            hospital,
            date,
            ask,
        } = question;
        let (Some(hospital), Some(day)) =
            (ctx.config.hospital(&hospital), rules::date(date.as_str()))
        else {
            return Told::NotHere;
        };
        let release = Release::of(hospital, day);
        if let Ask::Record = ask {
            let room = self.room.borrow();
            let record = match &*room {
                Some(room) => room.record().clone(),
                None => self.stored.borrow().clone().unwrap_or_default(),
            };
            return Told::Record {
                record: Box::new(record),
                key: self.key.borrow().clone(),
            };
        }
        self.open(ctx, hospital, &release);
        match ask {
            Ask::Has(slot) => {
                if self.knows(ctx, hospital, &release, &slot).await {
                    Told::Go
                } else {
                    self.unknown()
                }
            }
            Ask::Enter(came) => self.enter(ctx, hospital, &release, &came).await,
            Ask::Take(came) => {
                if !self.knows(ctx, hospital, &release, &came.slot).await {
                    return self.unknown();
                }
                let verdict = self.with(ctx, &release, |room, now| room.take(&came.arrival(), now));
                match verdict.unwrap_or(Verdict::NotHere) {
                    Verdict::NotHere => Told::NotHere,
                    Verdict::TooMany => Told::TooMany,
                    Verdict::Taken(slots) => Told::Taken(self.rows(ctx, hospital, &slots).await),
                    // Going is for the hold itself.
                    Verdict::Go | Verdict::Again(_) | Verdict::Wait(_) => {
                        self.line(ctx, &release, &came)
                    }
                }
            }
            Ask::Look { who: came, since } => {
                if !self.knows(ctx, hospital, &release, &came.slot).await {
                    return self.unknown();
                }
                self.with(ctx, &release, |room, now| {
                    room.rejoin(&came.arrival(), since, now)
                });
                self.line(ctx, &release, &came)
            }
            Ask::Leave(came) => {
                if let Some(id) = self.id(&came) {
                    self.with(ctx, &release, |room, now| room.leave(id, now));
                }
                Told::Noted
            }
            Ask::Finished { who, outcome } => {
                let kept = self.with(ctx, &release, |room, now| {
                    room.finished(&who.arrival(), outcome, now)
                });
                match kept {
                    Some(kept) if !kept.is_empty() => {
                        Told::Taken(self.rows(ctx, hospital, &kept).await)
                    }
                    _ => Told::Noted,
                }
            }
            Ask::Booked(person) => {
                self.with(ctx, &release, |room, now| room.booked(person, now));
                Told::Noted
            }
            Ask::Released(person) => {
                self.with(ctx, &release, |room, now| room.released(person, now));
                Told::Noted
            }
            Ask::Changed(slots) => {
                if let Ok(directory) = reads::directory::load(ctx, hospital).await {
                    self.stock(ctx, &release, &directory, slots);
                }
                Told::Noted
            }
            Ask::Record => Told::Noted,
        }
    }

    /// May they go? Waits a little where that is about to show.
    async fn enter(&self, ctx: &Ctx, hospital: &Hospital, release: &Release, came: &Came) -> Told {
        if !self.knows(ctx, hospital, release, &came.slot).await {
            return self.unknown();
        }
        let began = clock::real_millis();
        loop {
            let verdict = self.with(ctx, release, |room, now| room.arrive(&came.arrival(), now));
            match verdict.unwrap_or(Verdict::NotHere) {
                Verdict::NotHere => return Told::NotHere,
                Verdict::TooMany => return Told::TooMany,
                Verdict::Go => return Told::Go,
                Verdict::Taken(slots) => {
                    return Told::Taken(self.rows(ctx, hospital, &slots).await);
                }
                Verdict::Again(ms) if clock::real_millis() - began < PATIENCE_MS => {
                    pause(u64::try_from(ms).unwrap_or(100)).await;
                }
                Verdict::Again(_) | Verdict::Wait(_) => return self.line(ctx, release, came),
            }
        }
    }

    fn open(&self, ctx: &Ctx, hospital: &Hospital, release: &Release) {
        if self.room.borrow().is_some() {
            return;
        }
        let secrets = &ctx.config.secrets;
        let secret = self.key.borrow().as_deref().and_then(|id| secrets.get(id));
        let secret = secret.unwrap_or(secrets.current());
        self.key.replace(Some(secret.id.clone()));
        let record = self.stored.borrow().clone().unwrap_or_default();
        let room = Room::new(hospital.waiting_room.clone(), release.seed(secret), record);
        self.room.replace(Some(room));
    }

    fn with<T>(
        &self,
        ctx: &Ctx,
        release: &Release,
        act: impl FnOnce(&mut Room, Millis) -> T,
    ) -> Option<T> {
        let mut room = self.room.borrow_mut();
        let now = release.since(ctx.clock.now());
        room.as_mut().map(|room| act(room, now))
    }

    fn id(&self, came: &Came) -> Option<TicketId> {
        self.room.borrow().as_ref()?.ticket(&came.arrival())
    }

    fn line(&self, ctx: &Ctx, release: &Release, came: &Came) -> Told {
        let Some(id) = self.id(came) else {
            return Told::NotHere;
        };
        let line = self.with(ctx, release, |room, now| {
            let view = room.look(id, now)?;
            Some(Line {
                turn: room.turn(id)?,
                view,
            })
        });
        line.flatten().map_or(Told::NotHere, Told::Line)
    }

    // --- slots ---------------------------------------------------------------------------------

    /// Whether the slot is of this day; reads the day where that may not be known yet.
    async fn knows(&self, ctx: &Ctx, hospital: &Hospital, release: &Release, slot: &str) -> bool {
        let known = || {
            self.room
                .borrow()
                .as_ref()
                .is_some_and(|room| room.knows(slot))
        };
        let due = || {
            if known() || self.elsewhere.borrow().contains(slot) {
                return false;
            }
            let wait = |ok| if ok { READ_AGAIN_MS } else { FAILED_AGAIN_MS };
            self.read_at
                .get()
                .is_none_or(|(at, ok)| clock::real_millis() - at > wait(ok))
        };
        if due() {
            let _turn = self.reading.lock().await;
            if due() {
                let read = self.read(ctx, hospital, release).await;
                if let Err(error) = &read {
                    log::warning("room", &format!("the day's slots: {}", error.name()));
                }
                // What the hospital refuses it will refuse again: a room that only spares attempts
                // must not be why nobody can book.
                let ok = !read.as_ref().is_err_and(|error| timers::is_away(*error));
                self.read_at.set(Some((clock::real_millis(), ok)));
                let mut elsewhere = self.elsewhere.borrow_mut();
                if read.is_ok() && !known() && elsewhere.len() < ELSEWHERE {
                    elsewhere.insert(slot.to_owned());
                }
            }
        }
        known()
    }

    /// What to say of a slot that is not known: nothing, unless no slot is.
    fn unknown(&self) -> Told {
        match self.read_at.get() {
            Some((_, true)) => Told::NotHere,
            _ => Told::NotKnown,
        }
    }

    async fn read(
        &self,
        ctx: &Ctx,
        hospital: &Hospital,
        release: &Release,
    ) -> Result<(), BackendError> {
        let unavailable = |_| BackendError::Unavailable {
            retry_after: crate::backend::UNAVAILABLE_S,
        };
        let directory = reads::directory::load(ctx, hospital)
            .await
            .map_err(unavailable)?;
        let schedules: Vec<&str> = directory
            .doctors
            .iter()
            .flat_map(|doctor| doctor.schedules.iter().map(|schedule| schedule.id.as_str()))
            .collect();
        let begins =
            |day: jiff::civil::Date| hospital.zone.timestamp(day.to_datetime(Time::midnight()));
        let next = release.day.later(SignedDuration::from_hours(24));
        for some in schedules.chunks(AT_ONCE) {
            let read = FhirRest::new(ctx, hospital)
                .slots(some, begins(release.day), begins(next))
                .await?;
            let slots = read.value.into_iter().map(|change| change.slot).collect();
            self.stock(ctx, release, &directory, slots);
        }
        Ok(())
    }

    fn stock(&self, ctx: &Ctx, release: &Release, directory: &Directory, slots: Vec<Slot>) {
        for slot in slots {
            let Some((doctor, _)) = directory.of_schedule(&slot.schedule) else {
                continue;
            };
            let stock = Stock {
                slot: slot.id.clone(),
                department: doctor.department.clone(),
                doctor: doctor.id.clone(),
                start: slot.start.as_second(),
                left: slot.remaining(),
                held: u32::from(slot.status == SlotStatus::BusyTentative),
            };
            self.with(ctx, release, |room, now| room.stock(stock, now));
            self.slots.borrow_mut().insert(slot.id.clone(), slot);
        }
    }

    /// Slots as they are offered.
    async fn rows(&self, ctx: &Ctx, hospital: &Hospital, slots: &[String]) -> Vec<Alternative> {
        let Ok(directory) = reads::directory::load(ctx, hospital).await else {
            return Vec::new();
        };
        let known = self.slots.borrow();
        let row = |id: &String| {
            let slot = known.get(id)?.clone();
            Some(alternative(hospital, Offer::of(&directory, slot)?))
        };
        slots.iter().filter_map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use futures_executor::block_on;
    use futures_util::future::LocalBoxFuture;
    use serde_json::json;

    use super::*;
    use crate::{
        ctx::tests::ctx,
        reads::tests::{Table, alone, bundle, hospital},
        transport::{Incoming, Outgoing, Transport, TransportError},
    };

    /// A hospital that refuses to be asked for the slots of more than so many schedules at once.
    struct Short(Rc<Table>, usize);

    impl Transport for Short {
        fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
            let schedules = call.url.split_once("Slot?schedule=").map(|(_, all)| all);
            let schedules = schedules.map_or(0, |all| all.split(',').count());
            if schedules <= self.1 {
                return self.0.send(call);
            }
            Box::pin(async {
                Ok(Incoming {
                    status: 414,
                    ..Incoming::default()
                })
            })
        }
    }

    /// What the room of the 23rd of a hospital with 90 schedules says, asked in one way and in
    /// another.
    fn told(at_once: usize) -> [Told; 2] {
        let mut table = Rc::into_inner(hospital()).unwrap();
        let schedule = |n: usize| {
            json!({"resourceType":"Schedule","id":format!("c{n}"),
                "actor":[{"reference":"PractitionerRole/w"}]})
        };
        let schedules = (1..=90).map(schedule).collect();
        table.answers.insert("Schedule?", bundle(None, schedules));
        let ctx = Ctx {
            transport: Rc::new(Short(Rc::new(table), at_once)),
            ..ctx()
        };
        let keeper = Keeper::default();
        let came = Came {
            person: 1,
            phone: 1,
            address: None,
            slot: "e".to_owned(),
            care: false,
        };
        [Ask::Enter(came), Ask::Has("e".to_owned())].map(|ask| {
            let question = Question {
                hospital: "general".into(),
                date: "2026-11-23".into(),
                ask,
            };
            block_on(keeper.serve(&ctx, question))
        })
    }

    #[test]
    fn a_day_of_many_schedules_is_asked_for_in_parts() {
        alone(|| {
            let [entered, has] = told(40);
            assert!(!matches!(entered, Told::NotKnown | Told::NotHere));
            assert!(matches!(has, Told::Go));
        });
    }

    #[test]
    fn a_room_that_the_hospital_refuses_its_slots_is_in_nobodys_way() {
        alone(|| {
            for told in told(0) {
                assert!(matches!(told, Told::NotHere), "{told:?}");
            }
        });
    }
}
