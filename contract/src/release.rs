//! The release of a new day: places in line, and what can be checked afterwards (A07, A25).

use crate::{Day, HospitalId, Instant, wire, wire_enum};

wire! {
    /// A place in the line of a release.
    pub struct Ticket {
        /// Where to ask for it; it stays the same.
        pub ticket_url: String,
        pub state: TicketState,
        /// How many are before it; in a draw to come, how many others are in it.
        pub ahead: u32,
        /// Places of the department that nobody holds or has booked.
        pub places: u32,
        /// Seconds until its turn; null where that hangs on what others do.
        pub estimate_s: Option<u32>,
        /// Until then the request it stands for goes through.
        pub admitted_until: Option<Instant>,
        /// When lots are drawn among those who came in the first seconds, if that is to come.
        pub draw_at: Option<Instant>,
        /// Seconds until it is worth asking again.
        pub retry_after: u32,
    }
    /// What was decided in a release. Tickets are digests that lead to nobody.
    pub struct Release {
        pub hospital: HospitalId,
        /// The day that was given out.
        pub date: Day,
        pub opens_at: Instant,
        /// SHA-256 of the seed, known before the release; hexadecimal like all hashes here.
        pub commitment: String,
        /// The seed, once lots are drawn or the release is over.
        pub seed: Option<String>,
        /// SHA-256 of the numbers of all tickets in the draw, in their order, eight bytes each.
        pub mix: Option<String>,
        /// The tickets of the draw in the order drawn: by the first eight bytes of
        /// SHA-256(seed, mix, ticket), the lowest first. Who was put behind is among them, and
        /// is admitted that much later.
        pub drawn: Vec<String>,
        /// Who was admitted, in that order.
        pub admitted: Vec<String>,
        /// Tickets given.
        pub arrivals: u32,
        /// Of them put behind: too many from one address.
        pub slowed: u32,
        /// Attempts let through to the hospital, and what came of them.
        pub attempts: u32,
        pub held: u32,
        pub booked: u32,
        pub taken: u32,
        pub refused: u32,
        pub unknown: u32,
        /// Told that all places are given away.
        pub over: u32,
        /// Admitted and did not come in time.
        pub missed: u32,
    }
}

wire_enum! {
    /// How far a ticket is.
    pub enum TicketState { Waiting => "waiting", Admitted => "admitted", Over => "over" }
}
