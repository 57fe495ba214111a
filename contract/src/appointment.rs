//! Holds and appointments.

use crate::{
    AppointmentId, DepartmentRef, DoctorRef, HoldId, HospitalId, Instant, PersonId, Problem, Rules,
    SlotId, Source, wire, wire_body, wire_enum,
};

wire_body! {
    /// Keeps a slot for a few minutes.
    pub struct HoldRequest {
        pub hospital: HospitalId,
        pub slot: SlotId,
        #[serde(default)]
        pub care: Option<bool>,
    }
    /// Turns a hold into an appointment.
    pub struct ConfirmRequest { pub hold: HoldId }
    /// Gives an appointment back.
    pub struct CancelRequest {
        /// A word of [`CancelReason`]; the person's own words count as `other`.
        #[serde(default)]
        pub reason: Option<String>,
        /// Past the deadline a cancel counts as a no-show; this says the person knows (A20).
        #[serde(default)]
        pub accept_no_show: Option<bool>,
    }
    /// Moves an appointment to another slot of the same hospital.
    pub struct RescheduleRequest {
        pub slot: SlotId,
        /// Care mode: longer to choose, should a waiting room call.
        #[serde(default)]
        pub care: Option<bool>,
    }
}

wire! {
    /// A slot kept for a person.
    pub struct Hold {
        pub id: HoldId,
        pub hospital: HospitalId,
        pub slot: SlotId,
        pub start: Instant,
        pub end: Instant,
        pub expires_at: Instant,
        pub fee_fen: Option<u64>,
        pub rules: Rules,
        pub department: DepartmentRef,
        pub doctor: DoctorRef,
        pub location: Option<String>,
    }
    /// A booking.
    pub struct Appointment {
        pub id: AppointmentId,
        /// Ten digits drawn by the edge (A16); null on what others booked without one.
        pub number: Option<String>,
        pub status: AppointmentStatus,
        pub hospital: HospitalId,
        pub hospital_name: String,
        pub department: DepartmentRef,
        pub doctor: DoctorRef,
        pub start: Instant,
        pub end: Instant,
        pub location: Option<String>,
        /// Until then cancelling is free; the later of deadline and undo.
        pub cancel_before: Instant,
        /// What to know, in the language asked for: what to bring, when to come, what could not be checked.
        pub notes: Vec<String>,
        pub fee_fen: Option<u64>,
        pub person: PersonRef,
        /// How it was booked: `app`, `phone`, `window`, ... (A31).
        pub channel: Option<String>,
        /// Cancelled past the deadline: counts as a no-show.
        pub late_cancel: bool,
        /// The hospital called it off (停诊): never counts against the person (A23).
        pub stopped: bool,
    }
    /// A person as named elsewhere.
    pub struct PersonRef { pub id: PersonId, pub name_masked: String }
    /// A person's appointments, newest first, by hospital that answered.
    pub struct Appointments {
        pub appointments: Vec<Appointment>,
        pub sources: Vec<Source>,
        pub next: Option<String>,
    }
    /// It is not known yet whether a write happened.
    pub struct OutcomeUnknown { pub code: String, pub check_at: String, pub retry_after: u32 }
    /// What became of it.
    pub struct Outcome {
        pub state: OutcomeState,
        pub appointment: Option<Appointment>,
        pub hold: Option<Hold>,
        pub problem: Option<Problem>,
    }
}

wire_enum! {
    /// State of an appointment.
    pub enum AppointmentStatus {
        Booked => "booked", Arrived => "arrived", Fulfilled => "fulfilled",
        Cancelled => "cancelled", NoShow => "no_show", Waitlist => "waitlist",
    }
    /// Why a patient cancels.
    pub enum CancelReason {
        CannotCome => "cannot_come", FeelsBetter => "feels_better", Mistake => "mistake",
        Other => "other",
    }
    /// How far the settling of an unknown outcome is.
    pub enum OutcomeState { Checking => "checking", Done => "done", NotDone => "not_done" }
}

impl CancelReason {
    /// What was given as a reason.
    pub fn of(words: &str) -> Self {
        let known = Self::ALL.iter().find(|it| it.as_str() == words);
        known.copied().unwrap_or(Self::Other)
    }
}
