//! The port to a hospital: what booking asks of it, in the domain's words, and how it can fail.
//! Adapters speak a hospital's own protocol; there is one so far, [`fhir_rest`].

pub mod fhir_rest;

use contract::{CancelReason, Level, Map, ReportResult, Right, Session};
use fhir::{
    booking::Booking,
    capability::Capabilities,
    directory::Directory,
    report::{Document, Report},
    slot::Slot,
    subscription,
    waitlist::{Entry, Parting},
};
use jiff::{Timestamp, civil::Date};

use crate::{feed::SlotChange, http::AppError};

pub use crate::machine::pause;

/// Why the hospital did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendError {
    /// Somebody else has the place.
    SlotTaken,
    /// The doctor was stopped (停诊).
    Stopped,
    /// There is no such thing there.
    NotFound,
    /// What was to be changed is no longer as it was: a hold that ended, a booking cancelled.
    Ended,
    /// The hospital understood and refused, or answered nonsense; trying again changes nothing.
    Rejected,
    /// It cannot be reached or has no time; nothing was changed.
    Unavailable {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// A write may or may not have happened. Never repeat it; look it up ([`HospitalBackend::settle`]).
    Unknown,
}

impl BackendError {
    /// In a word, for the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::SlotTaken => "slot taken",
            Self::Stopped => "stopped",
            Self::NotFound => "not found",
            Self::Ended => "ended",
            Self::Rejected => "rejected",
            Self::Unavailable { .. } => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}

impl From<BackendError> for AppError {
    /// What a person is told where nothing more can be said. `Unknown` has no place here: whoever
    /// meets it answers 202 with an address to ask at.
    fn from(error: BackendError) -> Self {
        use contract::Code;
        match error {
            BackendError::SlotTaken => Code::SlotTaken.into(),
            BackendError::Stopped => crate::http::Refusal::new(Code::NotBookable)
                .with(|p| p.reason = Some(contract::NotBookableReason::Stopped))
                .into(),
            BackendError::NotFound => Code::NotFound.into(),
            BackendError::Ended => Code::HoldExpired.into(),
            BackendError::Unavailable { retry_after } => {
                AppError::hospital_unavailable(retry_after)
            }
            BackendError::Rejected | BackendError::Unknown => {
                AppError::hospital_unavailable(UNAVAILABLE_S)
            }
        }
    }
}

/// Seconds to wait where the hospital gives none.
pub const UNAVAILABLE_S: u32 = 5;

/// What was read, and when by the hospital's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// What was read.
    pub value: T,
    /// When the hospital said so.
    pub at: Timestamp,
}

/// Who asks, for the record.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Id of the Patient.
    pub patient: &'a str,
    /// `Patient/..` or `RelatedPerson/..`; `None`: the edge by itself.
    pub agent: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

impl By<'_> {
    /// The right under which it is done.
    pub fn right(&self) -> Option<Right> {
        self.agent.map(|_| Right::Book)
    }
}

/// Keeps a place.
#[derive(Clone, Copy, Debug)]
pub struct HoldCommand<'a> {
    /// Who.
    pub by: By<'a>,
    /// Id of the Slot.
    pub slot: &'a str,
    /// Id of the doctor whose slot it is.
    pub doctor: &'a str,
    /// Clinic type.
    pub level: Level,
    /// Digest of the idempotency key.
    pub key: &'a str,
    /// Digest of the request.
    pub request: &'a str,
    /// When it ends.
    pub expires: Timestamp,
    /// The entry of the waitlist that it is offered to; `Ended` when that is no longer as it was.
    pub offered_to: Option<&'a Entry>,
}

/// Joins the waitlist.
#[derive(Clone, Copy, Debug)]
pub struct JoinCommand<'a> {
    /// Who.
    pub by: By<'a>,
    /// Id of the department.
    pub department: &'a str,
    /// Id of the doctor; `None`: any.
    pub doctor: Option<&'a str>,
    /// Clinic type; `None`: any.
    pub level: Option<Level>,
    /// Half of the day; `None`: any.
    pub session: Option<Session>,
    /// First and last day.
    pub days: (Date, Date),
    /// Id of the Appointment that is kept until an offer is accepted.
    pub keep: Option<&'a str>,
    /// Offers stand longer.
    pub care: bool,
    /// Digest of what names the wish.
    pub key: &'a str,
    /// Digest of the whole wish.
    pub request: &'a str,
}

/// Books what is held.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmCommand<'a> {
    /// Who.
    pub by: By<'a>,
    /// Id of the Appointment.
    pub hold: &'a str,
    /// Digest of the idempotency key.
    pub key: &'a str,
    /// Ten digits.
    pub number: &'a str,
    /// Id of the Appointment that is given up for it, if it is still booked.
    pub keep: Option<&'a str>,
}

/// Books another place and gives the old one back, both or neither.
#[derive(Clone, Copy, Debug)]
pub struct MoveCommand<'a> {
    /// Who.
    pub by: By<'a>,
    /// Id of the Appointment that ends.
    pub from: &'a str,
    /// Id of the Slot to go to.
    pub slot: &'a str,
    /// Id of the doctor whose slot it is.
    pub doctor: &'a str,
    /// Clinic type.
    pub level: Level,
    /// Digest of the idempotency key.
    pub key: &'a str,
    /// Digest of the request.
    pub request: &'a str,
    /// Ten digits.
    pub number: &'a str,
}

/// Why something is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A booking, by the patient.
    Cancel {
        /// What the patient said.
        reason: Option<CancelReason>,
        /// Past the deadline: counts as a no-show.
        late: bool,
    },
    /// A hold, by the patient or because a new one frees it.
    Release,
    /// A hold whose time is over.
    Expire,
    /// What was offered for a visit that the hospital has called off.
    Stop,
    /// A booking or hold that broke one of the person's own limits: undone by the edge.
    Undo,
}

/// A write whose reply was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost<'a> {
    /// Something new: under this key digest, on this Slot.
    New {
        /// Key digest.
        key: &'a str,
        /// Id of the Slot.
        slot: &'a str,
    },
    /// A hold that was to be booked.
    Confirm {
        /// Id of the Appointment.
        appointment: &'a str,
    },
    /// A booking that was to be cancelled.
    Cancel {
        /// Id of the Appointment.
        appointment: &'a str,
    },
}

/// What became of it. When it is not done, it will not be done any more: the way is closed.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// It happened; this is what there is now.
    Done(Box<Booking>),
    /// It did not, and a late commit must fail.
    NotDone,
}

/// A hospital.
#[allow(async_fn_in_trait)] // One thread, one adapter at a time: nothing here needs to be `Send`.
pub trait HospitalBackend {
    /// What it can do.
    async fn capabilities(&self) -> Result<Capabilities, BackendError>;

    /// Departments, doctors and whose schedules are whose.
    async fn directory(&self) -> Result<Dated<Directory>, BackendError>;

    /// The slots of some schedules, whatever their state, that start at `from` or later and
    /// before `to`.
    async fn slots(
        &self,
        schedules: &[&str],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Dated<Vec<SlotChange>>, BackendError>;

    /// The slots that have changed after `since`, by the hospital's clock, or only those of them
    /// that are `stopped`; none where those are more than can be gone through one by one.
    async fn slots_since(
        &self,
        since: Timestamp,
        stopped: bool,
    ) -> Result<Dated<Option<Vec<SlotChange>>>, BackendError>;

    /// Asks to be told of changes; one that has given up is brought back. Gives how it stood.
    async fn subscribe(
        &self,
        wanted: &subscription::Wanted<'_>,
    ) -> Result<subscription::State, BackendError>;

    /// A patient's issued reports, without their values.
    async fn reports(&self, patient: &str) -> Result<Dated<Vec<Report>>, BackendError>;

    /// One report, without its values; `NotFound` also for one that is not issued.
    async fn report(&self, id: &str) -> Result<Report, BackendError>;

    /// The values of some reports, by id of the report.
    async fn results(
        &self,
        reports: &[&Report],
    ) -> Result<Map<String, Vec<ReportResult>>, BackendError>;

    /// A document of a report, whole.
    async fn document(&self, document: &Document) -> Result<Vec<u8>, BackendError>;

    /// A slot as it is now.
    async fn slot(&self, id: &str) -> Result<Slot, BackendError>;

    /// A patient's holds, bookings and what has become of them, starting at `since` or later.
    async fn bookings(&self, patient: &str, since: Timestamp)
    -> Result<Vec<Booking>, BackendError>;

    /// One of them.
    async fn booking(&self, id: &str) -> Result<Booking, BackendError>;

    /// What was made under a key digest.
    async fn find_by_key(&self, key: &str) -> Result<Option<Booking>, BackendError>;

    /// Whether a number has been drawn before.
    async fn number_is_free(&self, number: &str) -> Result<bool, BackendError>;

    /// All holds there are.
    async fn pending(&self) -> Result<Vec<Booking>, BackendError>;

    /// Who waits, first come first; of one department, or of all.
    async fn queue(&self, department: Option<&str>) -> Result<Vec<Entry>, BackendError>;

    /// What a patient waits for.
    async fn entries(&self, patient: &str) -> Result<Vec<Entry>, BackendError>;

    /// One entry of the waitlist, whether or not it is over; `NotFound` also for other things.
    async fn entry(&self, id: &str) -> Result<Entry, BackendError>;

    /// All that was ever held or booked of a slot.
    async fn of_slot(&self, slot: &str) -> Result<Vec<Booking>, BackendError>;

    /// What is, or was, booked or held with a doctor on a day.
    async fn of_doctor(&self, doctor: &str, day: Date) -> Result<Vec<Booking>, BackendError>;

    /// Joins the waitlist. Gives the entry's id.
    async fn join(&self, command: &JoinCommand<'_>) -> Result<String, BackendError>;

    /// Ends waiting. What has ended already stays as it is.
    async fn part(&self, entry: &str, why: Parting, by: By<'_>) -> Result<(), BackendError>;

    /// Keeps a place. Gives the Appointment's id.
    async fn hold(&self, command: &HoldCommand<'_>) -> Result<String, BackendError>;

    /// Books what is held.
    async fn confirm(&self, command: &ConfirmCommand<'_>) -> Result<(), BackendError>;

    /// Gives a booking or hold back, with its place. What has ended already stays as it is.
    async fn end(&self, id: &str, end: End, by: By<'_>) -> Result<(), BackendError>;

    /// Moves a booking. Gives the new Appointment's id.
    async fn reschedule(&self, command: &MoveCommand<'_>) -> Result<String, BackendError>;

    /// Finds out what became of a write whose reply was lost, and closes the way for a late
    /// commit before it says that it did not happen. `Unknown`: cannot be told yet.
    async fn settle(&self, lost: Lost<'_>) -> Result<Settled, BackendError>;

    /// Records that something of a patient's was looked at. Nothing may be shown unless this
    /// succeeds.
    async fn record_read(
        &self,
        by: By<'_>,
        what: &[&str],
        right: Right,
    ) -> Result<(), BackendError>;
}
