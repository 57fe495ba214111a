//! Errors as RFC 9457 problem details with a stable `code` and an `action`.

use crate::{DepartmentRef, DoctorRef, Instant, SlotId, SlotState, wire, wire_enum};

wire! {
    /// An error as the client gets it (RFC 9457).
    pub struct Problem {
        /// `urn:banzhen:problem:<code>`.
        #[serde(rename = "type")]
        pub kind: String,
        pub title: String,
        pub status: u16,
        /// In the language of `Accept-Language`; never upstream text.
        pub detail: String,
        pub code: Code,
        pub action: Action,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub until: Option<Instant>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub alternatives: Option<Vec<Alternative>>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub reason: Option<NotBookableReason>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub opens_at: Option<Instant>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub counts_as_no_show: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub errors: Option<Vec<FieldError>>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub tries_left: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub retry_after: Option<u32>,
        /// Where to ask for the place in the waiting room.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub ticket_url: Option<String>,
        /// Which limit was reached, and how much it is.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        pub limit: Option<Limit>,
    }
    /// What is wrong with one field.
    pub struct FieldError { pub field: String, pub code: FieldCode }
    /// A limit of the rule pack that was reached.
    pub struct Limit { pub kind: LimitKind, pub most: u32 }
    /// A slot offered instead, free when last seen.
    pub struct Alternative {
        pub id: SlotId,
        pub start: Instant,
        pub end: Instant,
        pub state: SlotState,
        pub fee_fen: Option<u64>,
        pub capacity: u32,
        pub remaining: Option<u32>,
        pub doctor: DoctorRef,
        pub department: DepartmentRef,
    }
}

wire_enum! {
    /// Stable error codes (`api.md`).
    pub enum Code {
        MalformedJson => "malformed_json", Unauthenticated => "unauthenticated",
        FreshCodeNeeded => "fresh_code_needed", Forbidden => "forbidden",
        OriginNotAllowed => "origin_not_allowed", BookingBlocked => "booking_blocked",
        NotFound => "not_found", MethodNotAllowed => "method_not_allowed",
        SlotTaken => "slot_taken", OwnOverlap => "own_overlap", LimitReached => "limit_reached",
        NotBookable => "not_bookable", PastDeadline => "past_deadline",
        HoldExpired => "hold_expired", PayloadTooLarge => "payload_too_large",
        UnsupportedMediaType => "unsupported_media_type", InvalidRequest => "invalid_request",
        IdempotencyKeyReused => "idempotency_key_reused", CodeWrong => "code_wrong",
        IdentityNotConfirmed => "identity_not_confirmed", RateLimited => "rate_limited",
        WaitingRoom => "waiting_room", Internal => "internal",
        HospitalUnavailable => "hospital_unavailable",
    }
    /// What the person can do next.
    pub enum Action {
        FixInput => "fix_input", LogIn => "log_in", GetNewCode => "get_new_code",
        ChooseAnotherSlot => "choose_another_slot", ChooseAnotherTime => "choose_another_time",
        HoldAgain => "hold_again", Wait => "wait", RetryLater => "retry_later",
        CallHotline => "call_hotline", GoToWindow => "go_to_window",
        AcceptNoShow => "accept_no_show", GoBack => "go_back", None => "none",
    }
    /// Why a slot cannot be booked.
    pub enum NotBookableReason {
        NotReleased => "not_released", OutsideWindow => "outside_window", Stopped => "stopped",
        Past => "past", FreePlaces => "free_places", NoSession => "no_session",
    }
    /// What is wrong with a field.
    pub enum FieldCode {
        Missing => "missing", Unknown => "unknown", WrongType => "wrong_type",
        Malformed => "malformed", TooLong => "too_long", TooShort => "too_short",
        OutOfRange => "out_of_range", BadCheckDigit => "bad_check_digit",
        BirthDateInFuture => "birth_date_in_future", NotADate => "not_a_date",
    }
    /// The limits of the rule pack.
    pub enum LimitKind {
        PerDoctorDay => "per_doctor_day", DepartmentsPerDay => "departments_per_day",
        Open => "open", Waitlist => "waitlist",
        WaitlistSame => "waitlist_same",
    }
}

impl Code {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedJson => 400,
            Self::Unauthenticated | Self::FreshCodeNeeded => 401,
            Self::Forbidden | Self::OriginNotAllowed | Self::BookingBlocked => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::SlotTaken
            | Self::OwnOverlap
            | Self::LimitReached
            | Self::NotBookable
            | Self::PastDeadline => 409,
            Self::HoldExpired => 410,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidRequest
            | Self::IdempotencyKeyReused
            | Self::CodeWrong
            | Self::IdentityNotConfirmed => 422,
            Self::RateLimited | Self::WaitingRoom => 429,
            Self::Internal => 500,
            Self::HospitalUnavailable => 503,
        }
    }
}
