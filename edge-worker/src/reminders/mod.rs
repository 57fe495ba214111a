//! Telling people: confirmation, reminders, a doctor who was stopped, a visit that was changed
//! (A17, A23, B01, B03, B09).
//!
//! A timer says only which visit to look at ([`crate::timers`]). When it goes off, the
//! Appointment is read afresh, and what is to be told follows from what it says now and from what
//! the hospital's record says was told: so nothing is sent for what was cancelled or moved, and
//! it does not matter how often one looks, or who booked it where. [`letter`] sees to it that
//! each message goes once.

mod letter;
mod people;
mod text;
mod visit;

use fhir::resources::SlotStatus;
use jiff::Timestamp;

use crate::{
    backend::{BackendError, fhir_rest::FhirRest},
    clock,
    config::Hospital,
    ctx::Ctx,
    feed::SlotChange,
    log,
    timers::{self, Kind, Timer},
};

pub use letter::{Letter, Sent, tell};
pub use people::{People, Recipient};
pub use text::Words;

/// When what a write was to be followed by is looked for, should the edge end in between, seconds.
/// Longer than a write takes.
const AFTER_WRITE_S: i64 = 60;

/// What a timer is about; FHIR ids hold no `~`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// A visit: whatever is to be told of it now.
    Visit(&'a str),
    /// A visit that the patient gave back.
    Cancel(&'a str),
    /// A slot whose doctor was stopped.
    Stop(&'a str),
    /// A place that is offered to somebody on the waitlist.
    Offer(&'a str),
}

impl<'a> About<'a> {
    /// Its timer.
    pub fn at(self, at: Timestamp) -> Timer {
        let (letter, id) = match self {
            Self::Visit(id) => ("v", id),
            Self::Cancel(id) => ("c", id),
            Self::Stop(id) => ("s", id),
            Self::Offer(id) => ("o", id),
        };
        Timer {
            kind: Kind::Reminder,
            id: format!("{letter}~{id}"),
            at,
        }
    }

    fn read(id: &'a str) -> Option<Self> {
        let (letter, id) = id.split_once('~')?;
        Some(match letter {
            "v" => Self::Visit(id),
            "c" => Self::Cancel(id),
            "s" => Self::Stop(id),
            "o" => Self::Offer(id),
            _ => return None,
        })
    }
}

/// Has it looked at as soon as there is time, not in the caller's.
pub async fn soon(ctx: &Ctx, hospital: &Hospital, about: About<'_>) {
    arm(ctx, hospital, &[about.at(ctx.clock.now())]).await;
}

/// Before a write: has it looked at in a while, should nobody be left to call [`soon`].
pub async fn in_any_case(ctx: &Ctx, hospital: &Hospital, about: About<'_>) {
    let at = clock::after(ctx.clock.now(), AFTER_WRITE_S);
    arm(ctx, hospital, &[about.at(at)]).await;
}

async fn arm(ctx: &Ctx, hospital: &Hospital, timers: &[Timer]) {
    if timers::arm(ctx, &hospital.id, timers).await.is_err() {
        // The sweep finds it.
        log::warning("reminders", "no timer could be set");
    }
}

/// Slots that changed: who has a place with a doctor who was stopped is told, once however often
/// this is called.
pub async fn on_change(ctx: &Ctx, hospital: &Hospital, changes: &[SlotChange]) {
    let now = ctx.clock.now();
    let stopped = changes.iter().map(|change| &change.slot);
    let stopped = stopped.filter(|it| it.status == SlotStatus::BusyUnavailable && it.start > now);
    let timers: Vec<Timer> = stopped.map(|it| About::Stop(&it.id).at(now)).collect();
    arm(ctx, hospital, &timers).await;
}

/// Does what a timer is for, and gives the timers that follow. An error: try again later.
pub async fn fire(ctx: &Ctx, hospital: &Hospital, id: &str) -> Result<Vec<Timer>, BackendError> {
    let fired = match About::read(id) {
        Some(About::Visit(id)) => visit::look(ctx, hospital, id).await,
        Some(About::Cancel(id)) => visit::cancelled(ctx, hospital, id).await,
        Some(About::Offer(id)) => visit::offered(ctx, hospital, id).await,
        Some(About::Stop(slot)) => {
            let visits = FhirRest::new(ctx, hospital).visits_of_slot(slot).await?;
            let now = ctx.clock.now();
            Ok(visits
                .iter()
                .map(|it| About::Visit(&it.id).at(now))
                .collect())
        }
        None => Ok(Vec::new()),
    };
    match fired {
        Err(BackendError::NotFound) => {
            log::warning("reminders", "a visit is gone");
            Ok(Vec::new())
        }
        other => other,
    }
}

/// What has changed at the hospital since `since` (its clock), bookings made elsewhere among it,
/// as timers; the first time all that is to come. And up to when that is.
pub async fn sweep(
    ctx: &Ctx,
    hospital: &Hospital,
    since: Option<Timestamp>,
) -> Result<(Vec<Timer>, Timestamp), BackendError> {
    let now = ctx.clock.now();
    let backend = FhirRest::new(ctx, hospital);
    let mut timers = Vec::new();
    let until = match since {
        None => {
            let take =
                &mut |it: &fhir::booking::Booking| timers.extend(visit::next(hospital, it, now));
            backend.coming(now, take).await?
        }
        Some(since) => {
            let take = &mut |it: &fhir::booking::Booking| {
                timers.extend(visit::is_news(it, now).then(|| About::Visit(&it.id).at(now)));
            };
            backend.changed(since, take).await?
        }
    };
    Ok((timers, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_say_what_they_are_about() {
        for about in [
            About::Visit("a-1.b"),
            About::Cancel("a"),
            About::Stop("s"),
            About::Offer("o"),
        ] {
            let timer = about.at(Timestamp::UNIX_EPOCH);
            assert_eq!(About::read(&timer.id), Some(about));
            assert_eq!(Timer::read(Kind::Reminder, &timer.key()), timer);
        }
        assert_eq!(About::read("x~1"), None);
    }
}
