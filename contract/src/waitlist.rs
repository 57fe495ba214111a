//! The waitlist (候补), and the offers that come of it.

use crate::{
    Appointment, AppointmentId, Day, DepartmentId, DepartmentRef, DoctorId, DoctorRef, HospitalId,
    Instant, Level, OfferId, PersonRef, Session, SlotId, Source, WaitlistId, wire, wire_body,
    wire_enum,
};

wire_body! {
    /// Waits for a place of a department, on the days from `from` to `to`. What is null is any.
    pub struct WaitlistRequest {
        pub hospital: HospitalId,
        pub department: DepartmentId,
        #[serde(default)]
        pub doctor: Option<DoctorId>,
        #[serde(default)]
        pub level: Option<Level>,
        #[serde(default)]
        pub session: Option<Session>,
        pub from: Day,
        pub to: Day,
        /// A booking of the same hospital that is kept until an offer is accepted, and given up then.
        #[serde(default)]
        pub keep: Option<AppointmentId>,
        /// Offers stand longer (`waitlist_offer_minutes.care`).
        #[serde(default)]
        pub care: Option<bool>,
    }
    /// Stops waiting. Hospital, department and doctor name the entry; the rest may stand as it was
    /// when joining.
    pub struct LeaveRequest {
        pub hospital: HospitalId,
        pub department: DepartmentId,
        #[serde(default)]
        pub doctor: Option<DoctorId>,
        #[serde(default)]
        pub level: Option<Level>,
        #[serde(default)]
        pub session: Option<Session>,
        #[serde(default)]
        pub from: Option<Day>,
        #[serde(default)]
        pub to: Option<Day>,
        #[serde(default)]
        pub keep: Option<AppointmentId>,
        #[serde(default)]
        pub care: Option<bool>,
    }
}

wire! {
    /// Somebody waits for a place. It is not a booking.
    pub struct WaitlistEntry {
        pub id: WaitlistId,
        pub hospital: HospitalId,
        pub hospital_name: String,
        pub department: DepartmentRef,
        pub doctor: Option<DoctorRef>,
        pub level: Option<Level>,
        pub session: Option<Session>,
        pub from: Day,
        pub to: Day,
        pub keep: Option<AppointmentId>,
        /// How many who came earlier wait for something that would do for this one too.
        pub before: u32,
        pub joined_at: Instant,
        /// What is offered just now.
        pub offer: Option<OfferId>,
        pub person: PersonRef,
    }
    /// What a person waits for, newest first, by hospital that answered.
    pub struct Waitlist {
        pub entries: Vec<WaitlistEntry>,
        pub sources: Vec<Source>,
        pub next: Option<String>,
    }
    /// A place that is kept for one person until `expires_at`.
    pub struct Offer {
        pub id: OfferId,
        pub state: OfferState,
        pub hospital: HospitalId,
        pub hospital_name: String,
        pub department: DepartmentRef,
        pub doctor: DoctorRef,
        pub slot: SlotId,
        pub start: Instant,
        pub end: Instant,
        pub location: Option<String>,
        pub fee_fen: Option<u64>,
        pub expires_at: Instant,
        /// The booking that is given up when the offer is accepted.
        pub keep: Option<Appointment>,
        pub person: PersonRef,
    }
    /// The offers of visits to come, by hospital that answered.
    pub struct Offers {
        pub offers: Vec<Offer>,
        pub sources: Vec<Source>,
        pub next: Option<String>,
    }
}

wire_enum! {
    /// How an offer stands: `over` is declined, out of time, or withdrawn.
    pub enum OfferState {
        Open => "open", Accepted => "accepted", Over => "over", Stopped => "stopped",
    }
}
