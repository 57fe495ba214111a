//! The queue of a department: a place that frees is offered to one person at a time, first come
//! first served.
//!
//! Whatever frees a place says so ([`freed`]; the hospital's own changes: [`on_change`]), and the
//! queue looks in its turn, in a durable object of its own, so that two never offer at once. Even
//! if they did, the hospital's versions would let one of them through: that of the Slot, and that
//! of the entry, which moves on with each offer.

use contract::{Code, HospitalId, record};
use fhir::{
    booking::Booking,
    directory::Directory,
    waitlist::{Entry, Parting},
};
use jiff::Timestamp;

use super::{places, seat, wish};
use crate::{
    backend::{
        BackendError, By, End, HoldCommand, HospitalBackend, UNAVAILABLE_S, fhir_rest::FhirRest,
    },
    booking::{Record, Who, known::Known, place::Offer as Place, scene::Scene},
    clock,
    config::Hospital,
    ctx::{Class, Ctx},
    feed::SlotChange,
    http::AppError,
    log, reads,
    reminders::{self, About},
    timers::{self, Kind, Timer},
};

/// Where in the durable object the queue's turn is taken.
pub const PATH: &str = "/queue";

/// When an offer is looked for that nobody was left to tell of, seconds: longer than a write takes.
const AFTER_WRITE_S: i64 = 60;

/// More slots than this are not looked at one by one.
const MOST_SLOTS: usize = 10;

/// How often one who changed under the eyes of the queue is looked at again.
const AGAIN: u32 = 3;

record! {
    /// Something to look at in a queue's turn: public ids only.
    #[derive(Debug)]
    pub struct Job {
        /// The hospital.
        pub hospital: HospitalId,
        /// The department.
        pub department: String,
        /// Slots that may have a place; none: whatever those who wait want.
        pub slots: Vec<String>,
    }
}

/// A place has been given back; those who wait are looked at behind the answer.
pub fn freed_later(ctx: &Ctx, hospital: &HospitalId, given_back: &Booking) {
    let (of, id, booking) = (ctx.clone(), hospital.clone(), given_back.clone());
    ctx.background.run(Box::pin(async move {
        if let Some(hospital) = of.config.hospital(&id) {
            freed(&of, hospital, &booking).await;
        }
    }));
}

/// A place has been given back. What cannot be looked at now is found by the sweep.
pub async fn freed(ctx: &Ctx, hospital: &Hospital, given_back: &Booking) {
    let (Some(slot), Some(doctor)) = (&given_back.slot, &given_back.doctor) else {
        return;
    };
    let Ok(directory) = reads::directory::load(ctx, hospital).await else {
        return;
    };
    if let Some(doctor) = directory.doctor(&doctor.id) {
        ask(ctx, &hospital.id, &doctor.department, vec![slot.clone()]).await;
    }
}

/// Has whatever is wanted in a department looked at, behind the answer.
pub fn look_later(ctx: &Ctx, hospital: &HospitalId, department: &str) {
    let (of, id, department) = (ctx.clone(), hospital.clone(), department.to_owned());
    ctx.background.run(Box::pin(async move {
        ask(&of, &id, &department, Vec::new()).await;
    }));
}

async fn ask(ctx: &Ctx, hospital: &HospitalId, department: &str, slots: Vec<String>) {
    let name = format!("queue~{hospital}~{department}");
    let job = Job {
        hospital: hospital.clone(),
        department: department.to_owned(),
        slots,
    };
    // The log has said why, if it did not answer.
    let _: Result<(), AppError> = ctx.ask(Class::Turn, &name, PATH, &job).await;
}

/// Slots have changed at the hospital: what has a place is offered, what was stopped is offered no
/// more. May be told twice, late or in another order: everything is read afresh.
pub async fn on_change(ctx: &Ctx, hospital: &Hospital, changes: &[SlotChange]) {
    let Ok(directory) = reads::directory::load(ctx, hospital).await else {
        return;
    };
    let now = hospital.zone.civil(ctx.clock.now());
    let mut freed: Vec<(&str, Vec<String>)> = Vec::new();
    let mut stopped = Vec::new();
    for SlotChange { slot, .. } in changes {
        let Some((doctor, _)) = directory.of_schedule(&slot.schedule) else {
            continue;
        };
        let start = hospital.zone.civil(slot.start);
        if slot.is_stopped() {
            let day = (doctor.id.as_str(), start.date());
            if !stopped.contains(&day) {
                stopped.push(day);
            }
        } else if slot.has_place() && hospital.pack.bookable(start, now).is_ok() {
            let department = doctor.department.as_str();
            match freed.iter_mut().find(|(of, _)| *of == department) {
                Some((_, slots)) => slots.push(slot.id.clone()),
                None => freed.push((department, vec![slot.id.clone()])),
            }
        }
    }
    for (doctor, day) in stopped {
        if let Err(error) = call_off(ctx, hospital, doctor, day).await {
            log::warning("offers not called off", error.name());
        }
    }
    for (department, mut slots) in freed {
        // So many are no place given back: one look at what is wanted costs less.
        if slots.len() > MOST_SLOTS {
            slots.clear();
        }
        ask(ctx, &hospital.id, department, slots).await;
    }
}

/// Ends what is offered for a doctor's day that was stopped, unless the hospital has done so, and
/// tells whom it was offered to.
async fn call_off(
    ctx: &Ctx,
    hospital: &Hospital,
    doctor: &str,
    day: jiff::civil::Date,
) -> Result<(), BackendError> {
    let backend = FhirRest::new(ctx, hospital);
    let now = ctx.clock.now();
    for offer in backend.of_doctor(doctor, day).await? {
        let offered = offer.offered_to.is_some() && offer.hold_expires.is_some_and(|at| at > now);
        let (Some(patient), Some(slot)) = (&offer.patient, &offer.slot) else {
            continue;
        };
        if !offered
            || !(offer.is_hold() || offer.stopped)
            || !backend.slot(slot).await?.is_stopped()
        {
            continue;
        }
        if let Err(error) = backend.end(&offer.id, End::Stop, edge(patient, now)).await {
            log::warning("offer not called off", error.name());
            continue;
        }
        reminders::soon(ctx, hospital, About::Offer(&offer.id)).await;
    }
    Ok(())
}

/// Ends the waiting whose days have gone by, and looks at what the others want: what a lost
/// message, a restart or a silent hospital has left behind.
pub async fn sweep(ctx: &Ctx, hospital: &Hospital) -> Result<(), BackendError> {
    let backend = FhirRest::new(ctx, hospital);
    let now = ctx.clock.now();
    let (mut over, mut departments) = (Vec::new(), Vec::new());
    let entries = backend.queue(None).await?;
    for entry in &entries {
        if wish(entry).over(hospital.zone.civil(now)) {
            over.push(entry);
        } else if !departments.contains(&&entry.department) {
            departments.push(&entry.department);
        }
    }
    for department in departments {
        ask(ctx, &hospital.id, department, Vec::new()).await;
    }
    for entry in over {
        let by = edge(&entry.patient, now);
        backend.part(&entry.id, Parting::Over, by).await?;
    }
    Ok(())
}

/// It is time to tell of an offer, if it was made and stands alone.
pub async fn timer(ctx: &Ctx, hospital: &Hospital, key: &str) -> Result<Vec<Timer>, BackendError> {
    let Some(made) = FhirRest::new(ctx, hospital).find_by_key(key).await? else {
        return Ok(Vec::new());
    };
    let patient = made.patient.as_deref().unwrap_or_default();
    if gives_way(ctx, hospital, patient, &made.id).await? {
        freed(ctx, hospital, &made).await;
        return Ok(Vec::new());
    }
    Ok(vec![About::Offer(&made.id).at(ctx.clock.now())])
}

/// Whether an offer has ended because another stands: the queues of two departments offer at once,
/// and neither sees what the other is about to. Both look afterwards, and the later goes.
async fn gives_way(
    ctx: &Ctx,
    hospital: &Hospital,
    patient: &str,
    offer: &str,
) -> Result<bool, BackendError> {
    let backend = FhirRest::new(ctx, hospital);
    let now = ctx.clock.now();
    let mut open = backend.bookings(patient, now).await?;
    open.retain(|it| {
        it.is_hold() && it.offered_to.is_some() && it.hold_expires.is_some_and(|at| at > now)
    });
    let first = open.iter().min_by_key(|it| (it.created, &it.id));
    let goes = first.is_some_and(|it| it.id != offer) && open.iter().any(|it| it.id == offer);
    if goes {
        backend.end(offer, End::Release, edge(patient, now)).await?;
    }
    Ok(goes)
}

/// Looks. Only the queue's turn calls this, one job after the other.
pub async fn run(ctx: &Ctx, job: &Job) {
    let Some(hospital) = ctx.config.hospital(&job.hospital) else {
        return;
    };
    if let Err(error) = pass_on(ctx, hospital, job).await {
        log::warning("place not passed on", error.name());
    }
}

async fn pass_on(ctx: &Ctx, hospital: &Hospital, job: &Job) -> Result<(), BackendError> {
    let backend = FhirRest::new(ctx, hospital);
    let now = hospital.zone.civil(ctx.clock.now());
    let mut entries = backend.queue(Some(&job.department)).await?;
    entries.retain(|it| !wish(it).over(now));
    if entries.is_empty() {
        return Ok(());
    }
    let directory = reads::directory::load(ctx, hospital).await;
    let directory = directory.map_err(|_| BackendError::Unavailable {
        retry_after: UNAVAILABLE_S,
    })?;
    // One offer at a time: whoever has one open is passed over.
    let pending = backend.pending().await?.into_iter();
    let busy = pending.filter(|it| it.offered_to.is_some());
    let mut queue = Queue {
        ctx,
        hospital,
        directory: &directory,
        busy: busy.filter_map(|it| it.patient).collect(),
        entries,
    };
    let mut slots = job.slots.clone();
    if slots.is_empty() {
        slots = queue.wanted().await?;
    }
    for slot in &slots {
        // A session has many places.
        loop {
            match queue.offer(slot).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if timers::is_away(error) => return Err(error),
                Err(error) => {
                    log::warning("place not passed on", error.name());
                    break;
                }
            }
        }
    }
    Ok(())
}

/// A queue at work.
struct Queue<'a> {
    ctx: &'a Ctx,
    hospital: &'a Hospital,
    directory: &'a Directory,
    /// Patients with an open offer.
    busy: Vec<String>,
    /// Who waits, first come first.
    entries: Vec<Entry>,
}

impl Queue<'_> {
    /// The slots with a place that somebody wants, soonest first.
    async fn wanted(&self) -> Result<Vec<String>, BackendError> {
        let wishes: Vec<_> = self.entries.iter().map(wish).collect();
        let (Some(from), Some(to)) = (
            wishes.iter().map(|it| it.from).min(),
            wishes.iter().map(|it| it.to).max(),
        ) else {
            return Ok(Vec::new());
        };
        let any = rules::Wish {
            department: wishes[0].department.clone(),
            doctor: None,
            level: None,
            session: None,
            from: from.max(self.hospital.zone.civil(self.ctx.clock.now()).date()),
            to,
        };
        let mut found = places(self.ctx, self.hospital, self.directory, &any).await?;
        found.retain(|it| {
            it.slot.has_place()
                && wishes
                    .iter()
                    .any(|wish| wish.wants(&seat(self.hospital, it)))
        });
        found.sort_by_key(|it| it.slot.start);
        Ok(found.into_iter().map(|it| it.slot.id).collect())
    }

    /// Offers one place of a slot to who is next for it; whether it was offered to somebody. If
    /// nobody wants it, it stays free for all.
    async fn offer(&mut self, slot: &str) -> Result<bool, BackendError> {
        let backend = FhirRest::new(self.ctx, self.hospital);
        let now = self.ctx.clock.now();
        let Some(place) = Place::of(self.directory, backend.slot(slot).await?) else {
            return Ok(false);
        };
        let (start, civil_now) = (
            self.hospital.zone.civil(place.slot.start),
            self.hospital.zone.civil(now),
        );
        let pack = &self.hospital.pack;
        if !place.slot.has_place() || pack.bookable(start, civil_now).is_err() {
            return Ok(false);
        }
        let wanted = |entry: &Entry| wish(entry).wants(&seat(self.hospital, &place));
        if !self.entries.iter().any(wanted) {
            return Ok(false);
        }
        // Nobody is offered the same twice.
        let offered = async || -> Result<Vec<String>, BackendError> {
            let of_slot = backend.of_slot(slot).await?.into_iter();
            Ok(of_slot.filter_map(|it| it.offered_to).collect())
        };
        let mut before = offered().await?;
        let mut at = 0;
        let mut again = AGAIN;
        while let Some(entry) = self.entries.get(at) {
            at += 1;
            if !wanted(entry) || self.busy.contains(&entry.patient) || before.contains(&entry.id) {
                continue;
            }
            let Some(time) = pack.offer_time(start, civil_now, entry.care) else {
                continue;
            };
            let zone = &self.hospital.zone;
            let (told, expires) = (zone.timestamp(time.told), zone.timestamp(time.expires));
            let offered_now = async {
                if !self.could_accept(entry, &place, expires).await? {
                    return Ok(None);
                }
                self.hold(entry, &place, told, expires).await.map(Some)
            };
            match offered_now.await {
                Ok(None) => {}
                Ok(Some(offer)) => {
                    self.busy.push(entry.patient.clone());
                    if gives_way(self.ctx, self.hospital, &entry.patient, &offer).await? {
                        continue;
                    }
                    if told <= now {
                        reminders::soon(self.ctx, self.hospital, About::Offer(&offer)).await;
                    }
                    return Ok(true);
                }
                // Left meanwhile, offered something by another edge, or our reply was lost and they
                // have declined since: looked at once more.
                Err(BackendError::Ended) => {
                    before = offered().await?;
                    let now = backend.entry(&entry.id).await?;
                    if now.waiting && again > 0 {
                        (again, at) = (again - 1, at - 1);
                        self.entries[at] = now;
                    }
                }
                Err(BackendError::SlotTaken | BackendError::Stopped) => return Ok(false),
                // Nobody is passed over for a reply that was lost: it is looked at anew.
                Err(error) if timers::is_away(error) => return Err(error),
                // One person whom the hospital does not take keeps no other from the place.
                Err(error) => log::warning("place not offered to one", error.name()),
            }
        }
        Ok(false)
    }

    /// Whether this person could take the place when it is offered: nothing else is offered, not
    /// blocked, no other visit at that time, within the caps. What is kept until then stands in no
    /// way, if it can still be given up when the offer ends. Other hospitals are looked at when
    /// the offer is accepted.
    async fn could_accept(
        &self,
        entry: &Entry,
        place: &Place,
        expires: Timestamp,
    ) -> Result<bool, BackendError> {
        let who = Who {
            person: String::new().into(),
            phone: String::new(),
            records: vec![Record {
                hospital: self.hospital.id.clone(),
                patient: entry.patient.clone(),
                name: String::new(),
                agent: entry.agent.clone(),
            }],
            unreachable: Vec::new(),
        };
        let unavailable = |_| BackendError::Unavailable {
            retry_after: UNAVAILABLE_S,
        };
        let scene = Scene::at(self.ctx, &who, &self.hospital.id).map_err(unavailable)?;
        let known = Known::read(&scene).await?;
        let offered = known.entries.iter().map(|it| &it.booking);
        if offered
            .filter(|it| it.is_hold())
            .any(|it| it.offered_to.is_some())
        {
            return Ok(false);
        }
        let kept = super::kept(
            entry.keep.as_deref(),
            &super::here(&known, &self.hospital.id),
        );
        if let Some(kept) = kept
            && let Some(start) = kept.start
            && !self
                .hospital
                .pack
                .may_move(scene.civil(start), scene.civil(expires))
            && scene.backend.stopped(&[kept]).await?.is_empty()
        {
            return Ok(false);
        }
        let without = kept.map(|it| it.id.as_str());
        let may = async {
            known.not_blocked(&scene).await?;
            known
                .allow(&scene, &place.slot, &place.place, without)
                .await
        };
        match may.await {
            Ok(()) => Ok(true),
            // Nobody is passed over for what could not be read.
            Err(error) if error.code() == Code::HospitalUnavailable.as_str() => {
                Err(unavailable(error))
            }
            Err(_) => Ok(false),
        }
    }

    async fn hold(
        &self,
        entry: &Entry,
        place: &Place,
        told: Timestamp,
        expires: Timestamp,
    ) -> Result<String, BackendError> {
        let secret = self.ctx.config.secrets.current();
        let mut key = secret.digest(&[
            "offer",
            self.hospital.id.as_str(),
            &entry.id,
            &place.slot.id,
        ]);
        key.truncate(32);
        // Before it is sent: whatever becomes of us, it is told and it ends.
        let now = self.ctx.clock.now();
        let timer = |kind, at| Timer {
            kind,
            id: key.clone(),
            at,
        };
        let timers = [
            timer(Kind::Hold, expires),
            timer(Kind::Offer, told.max(clock::after(now, AFTER_WRITE_S))),
        ];
        timers::arm(self.ctx, &self.hospital.id, &timers)
            .await
            .map_err(|_| BackendError::Unavailable {
                retry_after: UNAVAILABLE_S,
            })?;
        let command = HoldCommand {
            by: edge(&entry.patient, self.ctx.clock.now()),
            slot: &place.slot.id,
            doctor: place.place.doctor.id.as_str(),
            level: place.level,
            key: &key,
            request: entry.request.as_deref().unwrap_or_default(),
            expires,
            offered_to: Some(entry),
        };
        FhirRest::new(self.ctx, self.hospital).hold(&command).await
    }
}

/// The edge by itself.
fn edge(patient: &str, now: Timestamp) -> By<'_> {
    By {
        patient,
        agent: None,
        now,
    }
}
