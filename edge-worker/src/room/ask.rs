//! What requests ask of a room, and what it tells.

use contract::{Alternative, Day, HospitalId, choice, record};
use fhir::slot::Slot;
use rules::room::{Arrival, Millis, Outcome, Record, Stage, View};

record! {
    /// A question to the room of one day of one hospital.
    #[derive(Debug)]
    pub struct Question {
        /// The hospital.
        pub hospital: HospitalId,
        /// The day that is given out.
        pub date: Day,
        /// The question.
        pub ask: Ask,
    }
}

record! {
    /// Somebody who wants a slot, as digests that are good for one release.
    #[derive(Clone, Debug)]
    pub struct Came {
        /// For whom.
        pub person: u64,
        /// Who asks.
        pub phone: u64,
        /// From where.
        pub address: Option<u64>,
        /// What they want.
        pub slot: String,
        /// Care mode.
        pub care: bool,
    }
}

impl Came {
    /// As the rules have it.
    pub fn arrival(&self) -> Arrival<'_> {
        Arrival {
            person: self.person,
            phone: self.phone,
            address: self.address,
            slot: &self.slot,
            care: self.care,
        }
    }
}

choice! {
    /// What is asked.
    #[derive(Debug)]
    pub enum Ask {
        /// Is this slot of the day? [`Told::Go`]: yes.
        Has(String) => "has",
        /// May they go to the hospital?
        Enter(Came) => "enter",
        /// A place in line for them.
        Take(Came) => "take",
        /// How far is it, counting from then?
        Look {
            /// Who.
            who: Came,
            /// Since when.
            since: Millis,
        } => "look",
        /// They do not want to wait any longer.
        Leave(Came) => "leave",
        /// What came of an attempt that was let through.
        Finished {
            /// Whose, at what.
            who: Came,
            /// What.
            outcome: Outcome,
        } => "finished",
        /// A person's hold was booked.
        Booked(u64) => "booked",
        /// A person gave the hold back.
        Released(u64) => "released",
        /// Slots have changed at the hospital.
        Changed(Vec<Slot>) => "changed",
        /// What can be told of it.
        Record => "record",
    }
}

record! {
    /// A place in line, and since when it counts.
    #[derive(Clone, Copy, Debug)]
    pub struct Line {
        /// Since when.
        pub turn: Millis,
        /// How far.
        pub view: View,
    }
}

choice! {
    /// What is told.
    #[derive(Debug)]
    pub enum Told {
        /// None of the room's business.
        NotHere => "not_here",
        /// To the hospital.
        Go => "go",
        /// In line.
        Line(Line) => "line",
        /// Gone; these are kept for them.
        Taken(Vec<Alternative>) => "taken",
        /// One phone asks for too many people.
        TooMany => "too_many",
        /// Noted.
        Noted => "noted",
        /// What can be told, and under which key the seed was made.
        Record {
            /// What.
            record: Box<Record>,
            /// The key's id.
            key: Option<String>,
        } => "record",
        /// The hospital's slots are not known and cannot be had now.
        NotKnown => "not_known",
    }
}

impl Line {
    /// What is told when the room has closed.
    pub fn over(turn: Millis) -> Self {
        let view = View {
            stage: Stage::Over,
            ahead: 0,
            places: 0,
            estimate_s: None,
            until: None,
            draws: None,
            retry_s: 60,
        };
        Self { turn, view }
    }
}
