//! Which release is going on.

use contract::HospitalId;
use contract::time::Shift;
use jiff::{SignedDuration, Timestamp, civil::Date};
use rules::room::Millis;

use crate::{config::Hospital, secrets::Secret};

/// A day that is given out, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// Of which hospital.
    pub hospital: HospitalId,
    /// The day.
    pub day: Date,
    /// When it opens.
    pub opens: Timestamp,
}

impl Release {
    /// The release of a day.
    pub fn of(hospital: &Hospital, day: Date) -> Self {
        Self {
            hospital: hospital.id.clone(),
            day,
            opens: hospital.zone.timestamp(hospital.pack.opens_at(day)),
        }
    }

    /// The one whose room is open now.
    pub fn open(hospital: &Hospital, now: Timestamp) -> Option<Self> {
        let last = hospital.pack.last_open_day(hospital.zone.civil(now));
        Some(Self::of(hospital, last)).filter(|it| !it.is_over(hospital, now))
    }

    /// The next one, if it is near enough to stand in line for.
    pub fn soon(hospital: &Hospital, now: Timestamp) -> Option<Self> {
        let early = i64::from(hospital.pack.rules().early_ticket_minutes) * 60_000;
        Some(Self::next(hospital, now)).filter(|it| it.since(now) >= -early)
    }

    /// The next one.
    pub fn next(hospital: &Hospital, now: Timestamp) -> Self {
        Self::of(
            hospital,
            hospital.pack.last_shown_day(hospital.zone.civil(now)),
        )
    }

    /// Whether its room has closed.
    pub fn is_over(&self, hospital: &Hospital, now: Timestamp) -> bool {
        self.since(now) >= i64::from(hospital.waiting_room.minutes) * 60_000
    }

    /// What lots are drawn from: known to nobody without the secret, the same after a restart.
    pub fn seed(&self, secret: &Secret) -> [u8; 32] {
        let day = self.day.to_string();
        secret.mac(&["room-seed", self.hospital.as_str(), &day])
    }

    /// Milliseconds since it opened.
    pub fn since(&self, now: Timestamp) -> Millis {
        now.as_millisecond() - self.opens.as_millisecond()
    }

    /// The instant so many milliseconds after it opened.
    pub fn at(&self, millis: Millis) -> Timestamp {
        self.opens.later(SignedDuration::from_millis(millis))
    }
}
