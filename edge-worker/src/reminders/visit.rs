//! What is to be told of a visit now.

use fhir::{
    booking::Booking,
    communication::{Standing, Told},
    resources::AppointmentStatus::{Booked, Cancelled},
    slot::Slot,
};
use jiff::Timestamp;

use super::{
    About,
    letter::{Letter, Record, Sent, tell},
    people::People,
    text::Words,
};
use crate::{
    backend::{BackendError, HospitalBackend, UNAVAILABLE_S, fhir_rest::FhirRest},
    booking::Place,
    clock,
    config::Hospital,
    ctx::Ctx,
    reads,
    timers::Timer,
};

/// Messages that say when and where a visit is, besides reminders.
const SAYING: [&str; 3] = ["booked", "moved", "changed"];
/// A confirmation that could not go goes late by at most so many seconds.
const CONFIRM_LATE_S: i64 = 24 * 3600;
/// When to try again what a gateway did not take over, seconds.
const AGAIN_S: i64 = 60;

/// Whether a change of an Appointment may be something to tell.
pub fn is_news(booking: &Booking, now: Timestamp) -> bool {
    booking.start.is_some_and(|start| start > now)
        && (booking.status == Booked || booking.stopped)
        && !booking.was_only_held()
}

/// The timer of a booking's next reminder.
pub fn next(hospital: &Hospital, booking: &Booking, now: Timestamp) -> Option<Timer> {
    let start = booking.start.filter(|_| is_news(booking, now))?;
    let (zone, made) = (hospital.zone, made(booking));
    let (start, now_civil) = (zone.civil(start), zone.civil(now));
    let reminding = hospital.pack.reminding(zone.civil(made), start, now_civil);
    let at = if reminding.due.is_some() {
        now
    } else {
        zone.timestamp(reminding.next?)
    };
    Some(About::Visit(&booking.id).at(at))
}

/// Unknown when: as if long ago.
fn made(booking: &Booking) -> Timestamp {
    booking.created.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Tells what is to be told of a visit now, and gives the timer of what comes next.
pub async fn look(ctx: &Ctx, hospital: &Hospital, id: &str) -> Result<Vec<Timer>, BackendError> {
    let booking = FhirRest::new(ctx, hospital).booking(id).await?;
    if !is_news(&booking, ctx.clock.now()) {
        let told = Record::read(ctx, hospital, id).await?;
        told.close(ctx, hospital, |_| false).await?;
        return Ok(Vec::new());
    }
    let scene = Scene::read(ctx, hospital, booking).await?;
    let booking = &scene.booking;
    let stopped = booking.stopped || scene.slot_is_stopped().await?;
    if stopped {
        let sent = scene.tell("stopped", "").await?;
        scene.close(&["stopped"]).await?;
        return Ok(scene.again(sent));
    }
    let zone = hospital.zone;
    let now = zone.civil(scene.now);
    let start = zone.civil(booking.start.unwrap_or(scene.now));
    let remind = |since| hospital.pack.reminding(zone.civil(since), start, now);
    let mut reminding = remind(made(booking));
    let (mut sent, mut opens) = (Sent::Done, None);
    if let Some(kind) = scene.announcement() {
        let morning = hospital.pack.message_at(now);
        // Nobody is woken who can be told in the morning, unless a reminder goes now anyway.
        if kind == "changed" && now < morning && morning < start && reminding.due.is_none() {
            opens = Some(morning);
        } else {
            sent = scene.tell(kind, "").await?;
            if kind == "changed" {
                // It says what a reminder of before would say.
                reminding = remind(scene.changed_at());
            }
        }
    }
    if let Some(due) = reminding.due {
        let which = due.hours.to_string();
        if scene.tell("reminder", &which).await? == Sent::Later {
            sent = Sent::Later;
        }
    }
    let next = reminding.next.into_iter().chain(opens).min();
    if sent == Sent::Done && next.is_none() {
        scene.close(&[]).await?;
    }
    let mut timers = scene.again(sent);
    timers.extend(next.map(|at| About::Visit(id).at(zone.timestamp(at))));
    Ok(timers)
}

/// Tells that a visit was given back.
pub async fn cancelled(
    ctx: &Ctx,
    hospital: &Hospital,
    id: &str,
) -> Result<Vec<Timer>, BackendError> {
    let booking = FhirRest::new(ctx, hospital).booking(id).await?;
    let scene = Scene::read(ctx, hospital, booking).await?;
    let booking = &scene.booking;
    let given_back = booking.status == Cancelled && !booking.stopped && !booking.was_only_held();
    if !given_back || booking.start.is_none_or(|start| start <= scene.now) {
        return Ok(Vec::new());
    }
    let kind = if booking.late_cancel {
        "cancelled_late"
    } else {
        "cancelled"
    };
    let sent = scene.tell(kind, "").await?;
    Ok(match sent {
        Sent::Done => Vec::new(),
        Sent::Later => vec![About::Cancel(id).at(clock::after(scene.now, AGAIN_S))],
    })
}

/// Tells of a place that is offered, or that it is gone with its doctor, as long as either is of
/// use.
pub async fn offered(ctx: &Ctx, hospital: &Hospital, id: &str) -> Result<Vec<Timer>, BackendError> {
    let booking = FhirRest::new(ctx, hospital).booking(id).await?;
    let scene = Scene::read(ctx, hospital, booking).await?;
    let Scene { booking, now, .. } = &scene;
    let stands = booking.offered_to.is_some() && booking.hold_expires.is_some_and(|at| at > *now);
    let kind = match stands {
        true if booking.is_hold() => "offer",
        // What was never offered to them is not gone.
        true if booking.stopped && scene.told.messages.iter().any(was_offer) => "offer_gone",
        _ => {
            scene.close(&[]).await?;
            return Ok(Vec::new());
        }
    };
    let sent = scene.tell(kind, "").await?;
    scene.close(&[kind]).await?;
    Ok(match sent {
        Sent::Done => Vec::new(),
        Sent::Later => vec![About::Offer(id).at(clock::after(scene.now, AGAIN_S))],
    })
}

fn was_offer(it: &Told) -> bool {
    it.kind == "offer" && !matches!(it.standing, Standing::OnHold | Standing::NotDone(_))
}

struct Scene<'a> {
    ctx: &'a Ctx,
    hospital: &'a Hospital,
    now: Timestamp,
    booking: Booking,
    place: Place,
    /// Digest of the time and place, under each secret, the one in force first.
    said: Vec<String>,
    told: Record,
    people: People,
}

impl<'a> Scene<'a> {
    async fn read(
        ctx: &'a Ctx,
        hospital: &'a Hospital,
        booking: Booking,
    ) -> Result<Self, BackendError> {
        let directory = reads::directory::load(ctx, hospital).await;
        let directory = directory.map_err(|_| BackendError::Unavailable {
            retry_after: UNAVAILABLE_S,
        })?;
        let place = Place::of_booking(&directory, &booking);
        let start = booking.start.map(|at| at.to_string()).unwrap_or_default();
        let said = [
            "said",
            &start,
            place.doctor.id.as_str(),
            place.location.as_deref().unwrap_or_default(),
        ];
        let secrets = ctx.config.secrets.all().iter();
        let said = secrets.map(|it| it.digest(&said)).collect();
        let told = Record::read(ctx, hospital, &booking.id).await?;
        let people = People::read(
            ctx,
            hospital,
            booking.patient.as_deref().ok_or(BackendError::Rejected)?,
            booking.proxy.as_deref(),
            booking.language.as_deref(),
        )
        .await?;
        Ok(Self {
            ctx,
            hospital,
            now: ctx.clock.now(),
            booking,
            place,
            said,
            told,
            people,
        })
    }

    async fn slot_is_stopped(&self) -> Result<bool, BackendError> {
        let Some(slot) = &self.booking.slot else {
            return Ok(false);
        };
        let slot = FhirRest::new(self.ctx, self.hospital).slot(slot).await;
        match slot {
            // Removed: no word about the doctor.
            Err(BackendError::NotFound) => Ok(false),
            slot => slot.as_ref().map(Slot::is_stopped).map_err(|error| *error),
        }
    }

    /// Whether people must be told when and where it is: as a confirmation of what was booked
    /// here, or because it is no longer what they were told.
    fn announcement(&self) -> Option<&'static str> {
        let says = |it: &&Told| it.kind == "reminder" || SAYING.contains(&it.kind.as_str());
        let last = self.told.messages.iter().rfind(says);
        match last {
            Some(it) if !self.says(it) => Some("changed"),
            Some(_) => {
                // Not all may have been told yet.
                let saying = |it: &&Told| SAYING.contains(&it.kind.as_str());
                let last = self.told.messages.iter().rfind(saying)?;
                SAYING.into_iter().find(|kind| last.kind == *kind)
            }
            None => {
                // Whoever booked at the window was told there.
                let ours = !self.booking.keys.is_empty();
                let age = self.now.as_second() - made(&self.booking).as_second();
                let kind = if self.booking.moved_from.is_some() {
                    "moved"
                } else {
                    "booked"
                };
                (ours && age <= CONFIRM_LATE_S).then_some(kind)
            }
        }
    }

    /// Whether a message told what is so now.
    fn says(&self, it: &Told) -> bool {
        it.said.as_ref().is_some_and(|it| self.said.contains(it))
    }

    /// When people were told of the change, unless that is now.
    fn changed_at(&self) -> Timestamp {
        let mut messages = self.told.messages.iter();
        let told = messages.rfind(|it| {
            let waits = matches!(it.standing, Standing::OnHold | Standing::Preparation);
            it.kind == "changed" && self.says(it) && !waits
        });
        told.and_then(|it| it.sent.or(it.updated))
            .unwrap_or(self.now)
    }

    async fn tell(&self, kind: &'static str, which: &str) -> Result<Sent, BackendError> {
        let words = Words {
            hospital: self.hospital,
            booking: &self.booking,
            place: &self.place,
            name_masked: &self.people.name_masked,
        };
        let letter = Letter {
            kind,
            which,
            visit: &self.booking.id,
            said: &self.said,
            text: &|lang| words.write(lang, kind, self.now),
        };
        tell(self.ctx, self.hospital, &self.people, &self.told, &letter).await
    }

    /// Gives up what still waits, but for these kinds.
    async fn close(&self, but: &[&str]) -> Result<(), BackendError> {
        let useful = |it: &Told| but.contains(&it.kind.as_str());
        self.told.close(self.ctx, self.hospital, useful).await
    }

    fn again(&self, sent: Sent) -> Vec<Timer> {
        match sent {
            Sent::Done => Vec::new(),
            Sent::Later => {
                vec![About::Visit(&self.booking.id).at(clock::after(self.now, AGAIN_S))]
            }
        }
    }
}
