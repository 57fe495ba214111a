//! What is measured: each family's name, labels and meaning, in one table. `docs/metrics.md`
//! shows the same.

/// How a family's numbers are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How many were at most so long, milliseconds; beyond the last, `+Inf`.
    Histogram(&'static [u32]),
}

/// One family.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name in the text, without `_total` and the like.
    pub name: &'static str,
    /// How to read it.
    pub kind: Kind,
    /// The names of its labels. Each has few values, none of them about a person.
    pub labels: &'static [&'static str],
    /// What it means, one sentence.
    pub help: &'static str,
}

/// Calls to a hospital: some take seconds.
const CALLS: Kind = Kind::Histogram(&[10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]);
/// How old what is shown may be: pushed 2 s, polled 10 s, in an outage 300 s.
const AGES: Kind = Kind::Histogram(&[100, 250, 500, 1000, 2000, 5000, 10_000, 60_000, 300_000]);

macro_rules! families {
    ($($id:ident = $kind:expr, $name:literal [$($label:literal),*] $help:literal;)*) => {
        /// What is measured.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Metric {
            $(#[doc = $help] $id,)*
        }

        /// Every family, in the order of [`Metric`].
        pub const FAMILIES: &[Family] = &[
            $(Family { name: $name, kind: $kind, labels: &[$($label),*], help: $help },)*
        ];
    };
}

families! {
    Requests = Kind::Counter, "banzhen_requests" ["route", "method", "status"]
        "Requests answered, by operation; `kept`: what is public, from what is kept ready. A 304 says that the client had it.";
    Reads = Kind::Counter, "banzhen_reads" ["state"]
        "What answers about slots were made from: isolate (an answer kept ready), or board (a day's object was asked; whether it then asked the hospital, its calls tell).";
    Coalesced = Kind::Counter, "banzhen_coalesced_reads" []
        "Questions that waited for a reading somebody else had begun, and made none.";
    BoardAge = AGES, "banzhen_board_age_seconds" ["hospital"]
        "How long ago the hospital had last confirmed the slots that were shown.";
    Shown = Kind::Counter, "banzhen_shown" ["hospital", "freshness"]
        "Answers about slots, by how far they could be trusted: fresh, stale or unknown.";
    HospitalCalls = Kind::Counter, "banzhen_hospital_calls" ["hospital", "outcome"]
        "Calls to a hospital: answered, error (5xx), failed (no or a broken connection), timeout, `not_sent` (left alone or too many under way).";
    HospitalSeconds = CALLS, "banzhen_hospital_call_seconds" ["hospital"]
        "How long the hospital's calls that were sent have taken.";
    HospitalRetries = Kind::Counter, "banzhen_hospital_retries" ["hospital"]
        "Calls to a hospital that were asked again.";
    HospitalBreaker = Kind::Gauge, "banzhen_hospital_breaker" ["hospital", "state"]
        "Isolates that see the hospital's line closed (calls go out), open (none goes out) or `half_open`.";
    HospitalInFlight = Kind::Gauge, "banzhen_hospital_calls_in_flight" ["hospital"]
        "Calls to a hospital that are under way.";
    Notifications = Kind::Counter, "banzhen_notifications" ["hospital", "outcome"]
        "Notifications that came to a hospital's hook: applied, alive (nothing has changed) or refused (not from the hospital).";
    Bookings = Kind::Counter, "banzhen_bookings" ["hospital", "step", "outcome"]
        "Steps of bookings (hold, release, confirm, cancel, move) by outcome: booked, done, taken, refused, unknown. A repeated request counts again.";
    Refusals = Kind::Counter, "banzhen_booking_refusals" ["step", "code"]
        "Steps of bookings that were refused, by the problem's code.";
    Messages = Kind::Counter, "banzhen_messages" ["kind", "outcome"]
        "Messages to patients: sent or failed.";
    Sockets = Kind::Gauge, "banzhen_sockets" []
        "Open sockets of browsers.";
    LiveSent = Kind::Counter, "banzhen_live_messages" []
        "Changes told to sockets.";
    Slots = Kind::Gauge, "banzhen_slots" ["hospital", "state"]
        "Slots of the days from today on that boards know, by state: fill is full / (free + held + full).";
    Errors = Kind::Counter, "banzhen_internal_errors" []
        "Requests that failed by our own mistake.";
}

impl Metric {
    /// Its family.
    pub fn family(self) -> &'static Family {
        &FAMILIES[self as usize]
    }
}

/// Which family has this name.
pub fn named(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}
