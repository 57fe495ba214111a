//! What is public: hospitals, their rules, departments, doctors, slots.

use crate::{Day, DepartmentId, DoctorId, HospitalId, Instant, SlotId, TimeOfDay, wire, wire_enum};

wire! {
    /// The edge lives.
    pub struct Health { pub status: String, pub version: String }

    /// All hospitals of this edge, from its settings, so that they show whatever is down.
    pub struct Hospitals { pub hospitals: Vec<Hospital> }

    /// One hospital.
    pub struct Hospital {
        pub id: HospitalId,
        pub name: String,
        pub address: String,
        pub hotline: Hotline,
        /// IANA name, `Asia/Shanghai`.
        pub time_zone: String,
    }

    /// A telephone line staffed by people (A30).
    pub struct Hotline {
        pub number: String,
        pub opens: TimeOfDay,
        pub closes: TimeOfDay,
    }

    /// How all hospitals of this edge are doing, for patients: always answered.
    pub struct Status { pub hospitals: Vec<HospitalStatus> }

    /// How one hospital is doing.
    pub struct HospitalStatus {
        pub id: HospitalId,
        pub name: String,
        /// How far what is known of it can be trusted.
        pub freshness: Freshness,
        /// When that was last confirmed by the hospital; null when it was never read.
        pub as_of: Option<Instant>,
        pub booking: BookingStatus,
        pub hotline: Hotline,
    }

    /// The rule pack in force (`rules.md`). Minutes, hours and days as the names say.
    pub struct Rules {
        pub version: String,
        pub effective_from: Day,
        pub booking_window_days: u32,
        pub release_time: TimeOfDay,
        /// How long before it a place in line can be had, minutes: nobody has to be quick (A07).
        pub early_ticket_minutes: u32,
        /// The last moment to book, minutes before the start.
        pub book_until_minutes: u32,
        pub slot_minutes: SlotMinutes,
        pub cancel_deadline_hours: u32,
        pub undo_minutes: u32,
        pub no_show: NoShowRule,
        pub hold_minutes: HoldMinutes,
        pub caps: Caps,
        /// At most so many left are shown as `few`.
        pub few_at_most: u32,
        pub check_in: CheckInRule,
        /// When reminders go, hours before the start.
        pub reminder_hours: Vec<u32>,
        /// Reminders go between these; one of the same day from `message_early` on, and earlier
        /// ones at `message_close` the evening before.
        pub message_open: TimeOfDay,
        pub message_close: TimeOfDay,
        pub message_early: TimeOfDay,
        /// Offers of the waitlist go between these.
        pub offer_open: TimeOfDay,
        pub offer_close: TimeOfDay,
        pub waitlist_offer_minutes: HoldMinutes,
        pub waitlist: WaitlistRule,
    }

    /// Slot length by clinic type (A03).
    pub struct SlotMinutes { pub ordinary: u32, pub expert: u32 }
    /// How many no-shows within how many days block online booking for how long (A21).
    pub struct NoShowRule { pub limit: u32, pub within_days: u32, pub block_days: u32 }
    /// Minutes in ordinary and in care mode.
    pub struct HoldMinutes { pub normal: u32, pub care: u32 }
    /// The most bookings of one person.
    pub struct Caps { pub per_doctor_day: u32, pub departments_per_day: u32, pub open: u32 }
    /// How many wishes a person may wait with at a time, and how long before a visit an offer must
    /// be over, so that there is time to get there.
    pub struct WaitlistRule { pub most: u32, pub lead_minutes: u32 }
    /// When check-in opens, and when one should come, minutes before the start (C01).
    pub struct CheckInRule { pub opens_minutes: u32, pub nominal_minutes: u32 }

    /// The departments of one hospital.
    pub struct Departments {
        pub as_of: Instant,
        pub freshness: Freshness,
        pub departments: Vec<Department>,
    }

    /// One department.
    pub struct Department {
        pub id: DepartmentId,
        /// Code of the national catalogue (诊疗科目名录), or null.
        pub code: Option<String>,
        pub name: String,
        pub location: Option<String>,
        /// The catalogue's group it stands under (`内科`), or null.
        pub group: Option<String>,
        /// What people may type to find it: other names, common words, pinyin and its initials.
        pub keywords: Vec<String>,
    }

    /// A department as it is named elsewhere.
    pub struct DepartmentRef { pub id: DepartmentId, pub name: String }
    /// A doctor as named elsewhere.
    pub struct DoctorRef { pub id: DoctorId, pub name: String, pub title: Option<String> }

    /// Who has what, day by day.
    pub struct Availability {
        pub as_of: Instant,
        pub freshness: Freshness,
        pub version: u64,
        pub days: Vec<AvailabilityDay>,
    }

    /// One day of a department.
    pub struct AvailabilityDay { pub date: Day, pub doctors: Vec<DoctorSession> }

    /// One doctor's morning or afternoon.
    pub struct DoctorSession {
        pub id: DoctorId,
        pub name: String,
        pub title: Option<String>,
        pub level: Level,
        pub session: Session,
        pub state: SessionState,
        /// Free places; null when not known.
        pub free: Option<u32>,
    }

    /// One doctor.
    pub struct Doctor {
        pub as_of: Instant,
        pub freshness: Freshness,
        pub id: DoctorId,
        pub name: String,
        pub title: Option<String>,
        pub level: Level,
        pub department: DepartmentRef,
        pub introduction: Option<String>,
    }

    /// One doctor's slots of a day.
    pub struct Slots {
        pub as_of: Instant,
        pub freshness: Freshness,
        pub version: u64,
        pub slots: Vec<Slot>,
    }

    /// One slot: a seat, or a session with a quota (号源).
    pub struct Slot {
        pub id: SlotId,
        pub start: Instant,
        pub end: Instant,
        pub state: SlotState,
        pub fee_fen: Option<u64>,
        pub capacity: u32,
        pub remaining: Option<u32>,
    }
}

wire_enum! {
    /// How far the answer can be trusted: `unknown` is never shown as empty and never as free.
    pub enum Freshness { Fresh => "fresh", Stale => "stale", Unknown => "unknown" }
    /// Whether booking works; `slow`: it answers late, or fails now and then.
    pub enum BookingStatus { Works => "works", Slow => "slow", Down => "down" }
    /// Clinic type.
    pub enum Level { Ordinary => "ordinary", Expert => "expert" }
    /// Half of a day; morning = starts before 12:00.
    pub enum Session { Am => "am", Pm => "pm" }
    /// State of a doctor's session.
    pub enum SessionState {
        Free => "free", Few => "few", Full => "full", Stopped => "stopped",
        NotReleased => "not_released", Unknown => "unknown",
    }
    /// State of one slot.
    pub enum SlotState {
        Free => "free", Held => "held", Full => "full", Stopped => "stopped",
        NotReleased => "not_released", Past => "past", Unknown => "unknown",
    }
}
