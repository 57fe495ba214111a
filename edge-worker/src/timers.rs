//! A hospital's timers: what has to happen at a moment, kept in a durable object under opaque ids
//! ([`crate::alarms_do`]) and done by the module that owns it.
//!
//! A timer only says that it is time to look. Whoever it belongs to reads the hospital afresh, so
//! one that goes off twice, late or for nothing does no harm, and none is ever taken back.

use std::cell::Cell;

use contract::{HospitalId, choice, record};
use jiff::Timestamp;

use crate::{
    backend::{BackendError, pause},
    booking::{expiry, waitlist},
    config::Hospital,
    ctx::{Class, Ctx},
    http::AppError,
    log, reminders, together,
};

/// Where in the durable object timers are set: `(hospital, timers)`.
pub const ARM: &str = "/arm";
/// Where it does what is due by the clock as it stands now.
pub const RUN: &str = "/run";
/// The same, having looked for what no timer knows: after the clock was set.
pub const WAKE: &str = "/wake";
/// How long after a start of the edge timers are swept, real milliseconds.
const SWEPT_AFTER_MS: u64 = 50;
/// The same, given its hospital: after a start.
pub const SWEEP: &str = "/sweep";
/// When to try again what the hospital had no time for, real milliseconds.
pub const AGAIN_MS: i64 = 5000;
/// How often the hospital is looked through, whatever the timers say, real milliseconds.
pub const SWEEP_MS: i64 = 600_000;
/// So long after one look through the hospital no other start of the edge asks for another, real
/// milliseconds.
const JUST_MS: i64 = 60_000;
/// So many different failures with no success in between: it is the hospital that is away, not
/// one thing there that it always fails on.
pub const SEVERAL: usize = 4;
/// So many failed timers are remembered.
const MOST_FAILED: usize = 256;
/// What the hospital has refused for so long is dropped, seconds.
const GIVEN_UP_S: i64 = 24 * 3600;

choice! {
    /// To whom a timer belongs.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Kind {
        /// A hold ends.
        Hold => "hold",
        /// The offer of a place ends.
        Offer => "offer",
        /// Somebody is to be told.
        Reminder => "reminder",
    }
}

impl Kind {
    /// All of them, what frees a place first.
    pub const ALL: [Self; 3] = [Self::Hold, Self::Offer, Self::Reminder];

    /// Before the keys of its timers.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Hold => "hold/",
            Self::Offer => "offer/",
            Self::Reminder => "reminder/",
        }
    }
}

record! {
    /// A timer: opaque, nothing of a person's.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Timer {
        /// To whom it belongs.
        pub kind: Kind,
        /// What that module knows it by: a digest or an id of the hospital's, without `/`.
        pub id: String,
        /// When.
        pub at: Timestamp,
    }
}

impl Timer {
    /// Its key, so that keys of a kind stand in the order of their moments.
    pub fn key(&self) -> String {
        let millis = self.at.as_millisecond().max(0);
        format!("{}{millis:015}/{}", self.kind.prefix(), self.id)
    }

    /// Reads a key of [`Timer::key`]; what has no moment was due long ago.
    pub fn read(kind: Kind, key: &str) -> Self {
        let rest = key.strip_prefix(kind.prefix()).unwrap_or(key);
        let (at, id) = rest.split_once('/').unwrap_or(("", rest));
        let at = at.parse().ok();
        let at = at.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        Self {
            kind,
            id: id.to_owned(),
            at: at.unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }

    /// After the last key of a kind that is due at `now`.
    pub fn due_until(kind: Kind, now: Timestamp) -> String {
        let millis = now.as_millisecond().max(0).saturating_add(1);
        format!("{}{millis:015}", kind.prefix())
    }
}

/// Sets timers.
///
/// # Errors
/// `internal`; then what they were to end must not be begun.
pub async fn arm(ctx: &Ctx, hospital: &HospitalId, timers: &[Timer]) -> Result<(), AppError> {
    if timers.is_empty() {
        return Ok(());
    }
    ctx.ask(Class::Alarms, hospital.as_str(), ARM, &(hospital, timers))
        .await
}

/// Does what a timer is for, and gives the timers that follow from it. An error: try again later.
pub async fn fire(
    ctx: &Ctx,
    hospital: &Hospital,
    timer: &Timer,
) -> Result<Vec<Timer>, BackendError> {
    let fired = match timer.kind {
        Kind::Hold => expiry::expire(ctx, hospital, &timer.id).await,
        Kind::Reminder => reminders::fire(ctx, hospital, &timer.id).await,
        Kind::Offer => waitlist::timer(ctx, hospital, &timer.id).await,
    };
    match fired {
        // A hospital that is being worked on may refuse for hours; in a day it will not have
        // changed its mind.
        Err(BackendError::Rejected)
            if ctx.clock.now().as_second() - timer.at.as_second() > GIVEN_UP_S =>
        {
            log::warning("timer given up", timer.kind.prefix());
            Ok(Vec::new())
        }
        fired => fired,
    }
}

/// What could not be seen to. It is tried again after all others, so that what the hospital always
/// fails on keeps nothing else waiting, and the less often the longer it is overdue.
#[derive(Debug, Default)]
pub struct Failed {
    /// The longest ago first: its key, when it was tried and how long it waits, real milliseconds.
    tried: Vec<(String, i64, i64)>,
    /// How many in a row have found the hospital away, in this pass and at the end of the last.
    row: usize,
    row_before: usize,
}

impl Failed {
    /// A pass begins.
    pub fn begin(&mut self) {
        self.row_before = std::mem::take(&mut self.row);
        if self.tried.len() > MOST_FAILED {
            self.tried.clear();
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.tried.len()
    }

    /// Whether it is one of them.
    pub fn has(&self, key: &str) -> bool {
        self.tried.iter().any(|it| it.0 == key)
    }

    /// It was seen to.
    pub fn done(&mut self, key: &str) {
        self.row = 0;
        self.tried.retain(|it| it.0 != key);
    }

    /// It was not, `overdue` milliseconds after its time.
    pub fn missed(&mut self, key: &str, error: BackendError, overdue: i64, now: i64) {
        let row = self.row + 1;
        self.done(key);
        if is_away(error) {
            self.row = row;
        }
        let wait = (overdue / 8).clamp(AGAIN_MS, SWEEP_MS);
        self.tried.push((key.to_owned(), now, wait));
    }

    /// Whether the hospital is away: the rest would fare no better.
    pub fn is_away(&self) -> bool {
        self.row >= SEVERAL
    }

    /// Those to be tried again at `now`, the longest ago first: all, where it was the hospital
    /// that was away.
    pub fn due(&self, now: i64) -> Vec<(String, Timer)> {
        let all = self.row_before >= SEVERAL;
        let due = self.tried.iter();
        let due = due.filter(|(_, tried, wait)| all || tried + wait <= now);
        let read = |(key, ..): &(String, i64, i64)| {
            let kind = Kind::ALL
                .into_iter()
                .find(|it| key.starts_with(it.prefix()))?;
            Some((key.clone(), Timer::read(kind, key)))
        };
        due.filter_map(read).collect()
    }

    /// When the next of them is due, real milliseconds.
    pub fn next(&self) -> Option<i64> {
        self.tried.iter().map(|(_, tried, wait)| tried + wait).min()
    }
}

/// What a look through a hospital came to.
#[derive(Debug)]
pub struct Swept {
    /// Timers to set.
    pub timers: Vec<Timer>,
    /// Up to when (the hospital's clock) changes have been seen.
    pub seen: Option<Timestamp>,
    /// Whether the hospital answers; if not, nothing else need be asked of it now.
    pub answers: bool,
}

/// Looks for what no timer knows and does what is overdue. What cannot be looked through now is
/// next time.
pub async fn sweep(ctx: &Ctx, hospital: &Hospital, since: Option<Timestamp>) -> Swept {
    let mut swept = Swept {
        timers: Vec::new(),
        seen: since,
        answers: true,
    };
    match expiry::sweep_now(ctx, hospital).await {
        Ok(holds) => swept.timers = holds,
        Err(error) => swept.missed("holds not looked through", error),
    }
    if swept.answers {
        match reminders::sweep(ctx, hospital, since).await {
            Ok((visits, until)) => {
                swept.timers.extend(visits);
                swept.seen = Some(until);
            }
            Err(error) => swept.missed("visits not looked through", error),
        }
    }
    if swept.answers
        && let Err(error) = waitlist::sweep(ctx, hospital).await
    {
        swept.missed("waitlist not looked through", error);
    }
    swept
}

impl Swept {
    fn missed(&mut self, what: &str, error: BackendError) {
        log::warning(what, error.name());
        self.answers = !is_away(error);
    }
}

/// Whether the hospital was not there, so that asking it more is in vain.
pub fn is_away(error: BackendError) -> bool {
    matches!(
        error,
        BackendError::Unavailable { .. } | BackendError::Unknown
    )
}

/// Whether a hospital that was last looked through at `swept` was so just now: the many isolates
/// of a rush start together.
pub fn just_swept(swept: i64, now: i64) -> bool {
    // A clock that was set back says nothing.
    (0..JUST_MS).contains(&(now - swept))
}

/// Has all hospitals looked through, once in an isolate's life and behind the answer of the
/// request that began it.
pub fn sweep_after_start(ctx: &Ctx) {
    thread_local! { static SWEPT: Cell<bool> = const { Cell::new(false) } }
    if SWEPT.replace(true) {
        return;
    }
    let of = ctx.clone();
    ctx.background.run(Box::pin(async move {
        // Whoever woke this isolate is answered first.
        pause(SWEPT_AFTER_MS).await;
        let ids: Vec<&HospitalId> = of.config.hospitals.iter().map(|h| &h.id).collect();
        together::all(ids.into_iter().map(async |id| {
            let asked: Result<(), AppError> = of.ask(Class::Alarms, id.as_str(), SWEEP, id).await;
            // The alarm of that object does the same in a while; the log has said why.
            let _ = asked;
        }))
        .await;
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_order_of_their_moments() {
        let timer = |at: &str| Timer {
            kind: Kind::Hold,
            id: "a-_b".into(),
            at: at.parse().unwrap(),
        };
        let (early, late) = (
            timer("2026-11-22T02:00:00.5Z"),
            timer("2036-11-22T02:00:00Z"),
        );
        assert!(early.key() < late.key());
        assert_eq!(Timer::read(Kind::Hold, &early.key()), early);
        let until = Timer::due_until(Kind::Hold, early.at);
        assert!(early.key() < until && until < late.key());
        let just_before = "2026-11-22T02:00:00.499Z".parse().unwrap();
        assert!(Timer::due_until(Kind::Hold, just_before) <= early.key());
    }

    #[test]
    fn isolates_that_start_together_have_it_looked_through_once() {
        let (mut swept, begin) = (0, 1_800_000_000_000);
        let looks = |now| {
            let looks = !just_swept(swept, now);
            swept = if looks { now } else { swept };
            looks
        };
        let all = [0, 200, 400, 600, 800, 59_999, 60_000, 30_000].map(|it| begin + it);
        let [first, together @ .., later, set_back] = all.map(looks);
        assert!(first && later && set_back);
        assert_eq!(together, [false; 5]);
    }

    /// As the durable object does it, where these always fail.
    fn pass(failed: &mut Failed, due: &[&str], cursed: &[&str], now: i64) -> Vec<String> {
        failed.begin();
        let mut seen = Vec::new();
        let fresh: Vec<String> = due.iter().map(|it| (*it).to_owned()).collect();
        let fresh = fresh.into_iter().filter(|it| !failed.has(it)).collect();
        let again = failed.due(now).into_iter().map(|(key, _)| key).collect();
        let keys: [Vec<String>; 2] = [fresh, again];
        for key in keys.into_iter().flatten() {
            if failed.is_away() {
                break;
            }
            if cursed.contains(&key.as_str()) {
                failed.missed(&key, BackendError::Unknown, 0, now);
            } else {
                failed.done(&key);
                seen.push(key);
            }
        }
        seen
    }

    #[test]
    fn what_always_fails_keeps_nothing_else_waiting() {
        let cursed = ["hold/1/a", "hold/1/b", "hold/1/c", "hold/1/d", "hold/1/e"];
        let due = [&cursed[..], &["hold/2/f", "reminder/1/v"]].concat();
        let mut failed = Failed::default();
        assert!(pass(&mut failed, &due, &cursed, 0).is_empty());
        assert!(failed.is_away(), "as far as can be told");
        let seen = pass(&mut failed, &due, &cursed, AGAIN_MS);
        assert_eq!(seen, ["hold/2/f", "reminder/1/v"]);
        // One alone is no reason to think the hospital away, and is asked for less and less.
        let mut failed = Failed::default();
        assert_eq!(pass(&mut failed, &due[4..], &cursed, 0).len(), 2);
        assert!(!failed.is_away());
        assert_eq!(failed.next(), Some(AGAIN_MS));
        failed.missed(cursed[4], BackendError::Unknown, 3_600_000, 0);
        assert_eq!(failed.next(), Some(450_000));
        assert!(failed.due(AGAIN_MS).is_empty());
    }

    #[test]
    fn a_hospital_that_is_back_has_everything_seen_to() {
        let due = ["hold/1/a", "hold/1/b", "hold/1/c", "hold/1/d", "hold/1/e"];
        let mut failed = Failed::default();
        for now in [0, AGAIN_MS] {
            assert!(pass(&mut failed, &due, &due, now).is_empty());
        }
        let seen = pass(&mut failed, &due, &[], 2 * AGAIN_MS);
        assert_eq!(seen.len(), due.len());
        assert_eq!((failed.count(), failed.next()), (0, None));
    }

    #[test]
    fn what_cannot_be_read_is_due_at_once() {
        let timer = Timer::read(Kind::Hold, "hold/digest");
        assert_eq!(
            (timer.id.as_str(), timer.at),
            ("digest", Timestamp::UNIX_EPOCH)
        );
    }
}
