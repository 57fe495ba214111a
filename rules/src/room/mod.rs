//! The waiting room of a release (A07, A25): who may try for a place when, so that it is fair and
//! the hospital is asked little more often than it has places.
//!
//! Those who come before the release or in its first seconds are put in order by [`draw`], later
//! ones as they come. From the front of each department's line so many are called as there are
//! places that nobody has been called for, no faster than the hospital can bear. Who is called has
//! a place kept for a while (longer in care mode): the one wanted, or a few near it to choose
//! from. Nobody has to hurry, and no two are sent to the hospital for one place. While few come,
//! everybody is called at once and nobody sees a room.
//!
//! Nothing here tells the time or does anything: instants come in as milliseconds since the
//! release (before it they are negative), and the caller asks the hospital.

mod draw;
mod numbers;
mod seats;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet, VecDeque};

use contract::{Map, choice, record};

pub use draw::{Hash, TicketId, commitment};
pub use numbers::{Admission, Numbers};
pub use seats::{Stock, Supply};

use draw::{lot, mix};
use seats::Seats;

/// Milliseconds since the release.
pub type Millis = i64;

/// An attempt that nobody has reported on for so long has been lost; what it held may be held.
const LOST_MS: Millis = 60_000;
/// Who was called but wanted what is gone has at least so long to choose.
const CHOOSE_MS: Millis = 60_000;
/// A hold that has run out is free again at the hospital so soon.
const FREED_MS: Millis = 3000;
/// Over what time the pace of calling is told.
const PACE_MS: Millis = 20_000;
/// So often a phone may join a line, for each of the people that it may ask for: who leaves and
/// joins again leaves traces.
const JOINS: usize = 10;
/// So often somebody who was called and did not come keeps the place in line.
const MISSES: u8 = 2;
/// Who is called comes within so long, if the page is open.
const COMES_MS: Millis = 5000;

/// Somebody who wants a slot. Persons, phones and addresses are digests.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// For whom.
    pub person: u64,
    /// Who asks.
    pub phone: u64,
    /// From where, if known.
    pub address: Option<u64>,
    /// What they want.
    pub slot: &'a str,
    /// Care mode: more time.
    pub care: bool,
}

/// What to do with an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The slot is not of this release: no business of the room's.
    NotHere,
    /// To the hospital; the outcome must be told ([`Room::finished`]).
    Go,
    /// Ask again in so many milliseconds; the person need not be told.
    Again(Millis),
    /// A place in line, which [`Room::look`] tells of.
    Wait(TicketId),
    /// It is gone; these, of the same department, are kept for them.
    Taken(Vec<String>),
    /// One phone asks for more people than a family has.
    TooMany,
}

choice! {
    /// What came of an attempt.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        /// Held until then.
        Held(Millis) => "held",
        /// Booked at once, as a move is.
        Booked => "booked",
        /// The hospital had given it away.
        Taken => "taken",
        /// Refused for the person's own sake (a limit, an overlap): another slot may do.
        Refused => "refused",
        /// Refused for good: who asks may not, or is blocked.
        Barred => "barred",
        /// The hospital could not be asked: no fault of theirs.
        Failed => "failed",
        /// Not known: it may be held.
        Unknown => "unknown",
    }
}

choice! {
    /// How far somebody in the room is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Stage {
        /// In line, or in the draw.
        Waiting => "waiting",
        /// Called.
        Admitted => "admitted",
        /// All places are given away.
        Over => "over",
    }
}

record! {
    /// A place in line.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct View {
        /// How far.
        pub stage: Stage,
        /// How many are before them; in the draw, how many others are in it.
        pub ahead: u32,
        /// Places of the department that nobody holds or has booked.
        pub places: u32,
        /// Seconds until their turn, as far as can be told: not where it hangs on holds of others.
        pub estimate_s: Option<u32>,
        /// Until when they are called.
        pub until: Option<Millis>,
        /// When lots are drawn, if that is still to come.
        pub draws: Option<Millis>,
        /// When to ask again, seconds.
        pub retry_s: u32,
    }
}

record! {
    /// What can be told of a release afterwards, without a word about a person.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Record {
        /// Tickets given.
        pub arrivals: u32,
        /// Of them, put behind because too many came from one address.
        pub slowed: u32,
        /// The tickets of the draw, in the order drawn: by lot alone. Who was put behind is called
        /// that much later.
        pub drawn: Vec<TicketId>,
        /// The hash that the lots were drawn with.
        pub mix: Option<Hash>,
        /// Who was called, in that order.
        pub admitted: Vec<TicketId>,
        /// Attempts let through to the hospital.
        pub attempts: u32,
        /// Places that were held.
        pub held: u32,
        /// Holds that were booked.
        pub booked: u32,
        /// Attempts at what the hospital had given away.
        pub taken: u32,
        /// Attempts refused for the person's own sake.
        pub refused: u32,
        /// Attempts whose outcome was not known at once.
        pub unknown: u32,
        /// Told that all places are given away.
        pub over: u32,
        /// Called and did not come in time.
        pub missed: u32,
    }
}

/// Order within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    at: Millis,
    lot: u64,
}

#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names, reason = "whose it is")]
struct Person {
    person: u64,
    department: String,
    wanted: String,
    care: bool,
    phone: u64,
    arrived: Millis,
    turn: Turn,
    state: State,
    /// The slot they hold.
    holds: Option<String>,
    /// The slot they have booked: asking again with the same key must get its answer.
    booked: Option<String>,
    missed: u8,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Drawing,
    InLine,
    /// May try until then.
    Called {
        since: Millis,
        until: Millis,
        tried: bool,
    },
    /// At the hospital.
    Trying {
        slot: String,
        since: Millis,
        until: Millis,
    },
    Gone,
}

/// Who asks.
#[derive(Debug, Default)]
struct Phone {
    /// The people that it stands in line for, and in how many lines.
    people: Vec<(u64, u32)>,
    /// How often it has joined a line.
    joined: usize,
}

/// The waiting room of one release.
#[derive(Debug)]
pub struct Room {
    numbers: Numbers,
    seed: [u8; 32],
    seats: Seats,
    people: HashMap<TicketId, Person>,
    /// By department, the first in front.
    lines: Map<String, Vec<(Turn, TicketId)>>,
    drawing: Vec<TicketId>,
    /// Called or at the hospital.
    active: Vec<TicketId>,
    addresses: HashMap<u64, u32>,
    phones: HashMap<u64, Phone>,
    /// Called before a restart, and not at the hospital since.
    before: HashSet<TicketId>,
    /// Drawn before a restart, not called, and not seen since, the best lot last; and until when
    /// those behind wait for them.
    absent: Vec<TicketId>,
    absent_until: Option<Millis>,
    /// More than can be served at once came in the first seconds: lots decide.
    rush: bool,
    at_hospital: u32,
    next_call: Millis,
    calls: VecDeque<Millis>,
    record: Record,
}

impl Room {
    /// The room of a release that nobody has come to yet, or, after a restart, of what was
    /// recorded of it.
    pub fn new(numbers: Numbers, seed: [u8; 32], record: Record) -> Self {
        let before: HashSet<_> = record.admitted.iter().copied().collect();
        let drawn = record.drawn.iter().rev().copied();
        let absent = drawn.filter(|id| !before.contains(id)).collect();
        Self {
            numbers,
            seed,
            seats: Seats::default(),
            people: HashMap::new(),
            lines: Map::new(),
            drawing: Vec::new(),
            active: Vec::new(),
            addresses: HashMap::new(),
            phones: HashMap::new(),
            before,
            absent,
            absent_until: None,
            rush: record.mix.is_some(),
            at_hospital: 0,
            next_call: Millis::MIN,
            calls: VecDeque::new(),
            record,
        }
    }

    /// What can be told of it.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// What the hospital says of a slot, asked at `now`.
    pub fn stock(&mut self, stock: Stock, now: Millis) {
        self.seats.stock(stock, now);
    }

    /// Whether the slots of the day are known.
    pub fn is_stocked(&self) -> bool {
        !self.seats.is_empty()
    }

    /// Whether a slot is of the day.
    pub fn knows(&self, slot: &str) -> bool {
        self.department(slot).is_some()
    }

    /// The department of a slot of the day.
    pub fn department(&self, slot: &str) -> Option<&str> {
        self.seats.department(slot)
    }

    /// The ticket of whoever wants a slot of the day, whether or not it was given yet.
    pub fn ticket(&self, it: &Arrival<'_>) -> Option<TicketId> {
        Some(TicketId::of(it.person, it.phone, self.department(it.slot)?))
    }

    /// Somebody wants a slot; asked before the release they only get their place in line.
    pub fn arrive(&mut self, it: &Arrival<'_>, now: Millis) -> Verdict {
        let id = match self.line_up(it, now) {
            Ok(id) => id,
            Err(refused) => return refused,
        };
        if self.has_booked(id, it.slot) {
            return Verdict::Go;
        }
        let verdict = self.verdict(id, it.slot, now);
        match verdict {
            // What they did before a restart only the hospital knows, and it may be what they ask
            // for again now. Those are few: no more than had been called.
            Verdict::Wait(_) | Verdict::Taken(_) if self.before.contains(&id) => {
                self.ask_again(id, it.slot, now)
            }
            verdict => verdict,
        }
    }

    /// Somebody wants a place in line and does not go yet, called or not.
    pub fn take(&mut self, it: &Arrival<'_>, now: Millis) -> Verdict {
        let id = match self.line_up(it, now) {
            Ok(id) => id,
            Err(refused) => return refused,
        };
        let person = self.people.get(&id);
        let waits = person.is_some_and(|it| matches!(it.state, State::InLine | State::Gone));
        if waits && !self.has_booked(id, it.slot) {
            self.verdict(id, it.slot, now)
        } else {
            Verdict::Wait(id)
        }
    }

    /// In line, if they are not yet.
    fn line_up(&mut self, it: &Arrival<'_>, now: Millis) -> Result<TicketId, Verdict> {
        let department = self.seats.department(it.slot).map(str::to_owned);
        let department = department.ok_or(Verdict::NotHere)?;
        let id = TicketId::of(it.person, it.phone, &department);
        match self.people.get_mut(&id) {
            Some(done) if done.booked.as_deref() == Some(it.slot) => return Ok(id),
            Some(known) if known.state != State::Gone => {
                it.slot.clone_into(&mut known.wanted);
                known.care = it.care;
            }
            _ => {
                if !self.admits_phone(it) {
                    return Err(Verdict::TooMany);
                }
                self.join(id, it, department, None, now);
            }
        }
        self.advance(now);
        Ok(id)
    }

    fn has_booked(&self, id: TicketId, slot: &str) -> bool {
        let person = self.people.get(&id);
        person.is_some_and(|it| it.booked.as_deref() == Some(slot))
    }

    fn ask_again(&mut self, id: TicketId, slot: &str, now: Millis) -> Verdict {
        if let Some(person) = self.people.get(&id) {
            let (department, turn) = (person.department.clone(), person.turn);
            self.leave_line(&department, turn, id);
        }
        self.drawing.retain(|one| *one != id);
        self.active.retain(|one| *one != id);
        self.active.push(id);
        self.go(id, slot, now + LOST_MS, now)
    }

    /// Somebody with a ticket whom the room has forgotten in a restart; `at` is what
    /// [`Room::turn`] told then.
    pub fn rejoin(&mut self, it: &Arrival<'_>, at: Millis, now: Millis) -> Option<TicketId> {
        let department = self.seats.department(it.slot)?.to_owned();
        let id = TicketId::of(it.person, it.phone, &department);
        if !self.people.contains_key(&id) && self.admits_phone(it) {
            self.join(id, it, department, Some(at), now);
        }
        Some(id)
    }

    /// Since when a ticket counts: what must be in it to take the place up again.
    pub fn turn(&self, id: TicketId) -> Option<Millis> {
        let person = self.people.get(&id)?;
        Some(person.turn.at)
    }

    /// How far somebody is; none for a ticket that the room does not know.
    pub fn look(&mut self, id: TicketId, now: Millis) -> Option<View> {
        self.advance(now);
        let person = self.people.get(&id)?;
        let supply = self.seats.supply(&person.department);
        let view = |stage, ahead, estimate_s, until, retry_s| View {
            stage,
            ahead,
            places: supply.left,
            estimate_s,
            until,
            draws: None,
            retry_s,
        };
        match person.state {
            State::Called { until, .. } | State::Trying { until, .. } => {
                Some(view(Stage::Admitted, 0, Some(0), Some(until), 2))
            }
            State::Gone => Some(view(Stage::Over, 0, None, None, 60)),
            State::Drawing => {
                let draws = if self.rush { self.draw_ms() } else { 0 };
                let left = draws.max(now) - now;
                let others = u32::try_from(self.drawing.len()).unwrap_or(u32::MAX) - 1;
                let wait = seconds(left) + self.pace_s(others / 2, now);
                // Not all in the same second.
                let spread = self.crowd_s(others);
                let retry = seconds(left) + 1 + u32::try_from(id.0 % 997).unwrap_or(0) % spread;
                Some(View {
                    draws: Some(draws),
                    ..view(Stage::Waiting, others, Some(wait), None, retry.clamp(1, 30))
                })
            }
            State::InLine => {
                let line = self.lines.get(&person.department);
                let ahead = line.map_or(0, |line| {
                    line.partition_point(|other| *other < (person.turn, id))
                });
                let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
                if self.is_over(supply, ahead) {
                    let (department, turn) = (person.department.clone(), person.turn);
                    self.leave_line(&department, turn, id);
                    self.gone(id);
                    self.record.over += 1;
                    return self.look(id, now);
                }
                let estimate = (ahead < supply.spare).then(|| self.pace_s(ahead + 1, now));
                let retry = self.retry_s(ahead, supply, now);
                Some(view(Stage::Waiting, ahead, estimate, None, retry))
            }
        }
    }

    /// Somebody does not want to wait any longer.
    pub fn leave(&mut self, id: TicketId, now: Millis) {
        let Some(person) = self.people.get(&id) else {
            return;
        };
        match person.state {
            // It will be told what came of it.
            State::Trying { .. } => return,
            State::InLine => {
                let (department, turn) = (person.department.clone(), person.turn);
                self.leave_line(&department, turn, id);
            }
            State::Drawing => self.drawing.retain(|one| *one != id),
            State::Called { .. } | State::Gone => {}
        }
        if person_holds(&self.people, id).is_none() {
            self.gone(id);
        }
        self.advance(now);
    }

    /// What came of an attempt that was let through.
    pub fn finished(&mut self, it: &Arrival<'_>, outcome: Outcome, now: Millis) -> Vec<String> {
        match self.ticket(it) {
            Some(id) => self.came_back(id, it.slot, outcome, now),
            None => Vec::new(),
        }
    }

    fn came_back(
        &mut self,
        id: TicketId,
        slot: &str,
        outcome: Outcome,
        now: Millis,
    ) -> Vec<String> {
        if !self.trying(id, slot) {
            return Vec::new();
        }
        let (since, until) = self.come_back(id, slot, now);
        let called = |until| State::Called {
            since,
            until,
            tried: true,
        };
        let mut kept = Vec::new();
        match outcome {
            Outcome::Held(ends) => {
                self.record.held += 1;
                self.holds(id, Some(slot), now);
                self.set(id, called(ends));
            }
            Outcome::Booked => {
                self.holds(id, Some(slot), now);
                self.book(id, now);
                self.gone(id);
            }
            Outcome::Unknown => {
                self.record.unknown += 1;
                self.holds(id, Some(slot), now);
                self.set(id, called(until.max(now + LOST_MS)));
            }
            Outcome::Taken => {
                self.record.taken += 1;
                self.seats.none_left(slot, now);
                kept = self.offer(id, slot);
                self.set(id, called(until.max(now + CHOOSE_MS)));
            }
            Outcome::Refused => {
                self.record.refused += 1;
                self.set(id, called(until));
            }
            Outcome::Barred => {
                self.record.refused += 1;
                self.gone(id);
            }
            Outcome::Failed => {
                // What was kept for them is kept on.
                self.offer(id, slot);
                self.set(
                    id,
                    State::Called {
                        since,
                        until: until.max(now + CHOOSE_MS),
                        tried: false,
                    },
                );
            }
        }
        self.advance(now);
        kept
    }

    /// A person's hold was booked.
    pub fn booked(&mut self, person: u64, now: Millis) {
        if let Some(id) = self.holder(person) {
            self.book(id, now);
            self.done(id);
        }
    }

    fn book(&mut self, id: TicketId, now: Millis) {
        self.record.booked += 1;
        if let Some(slot) = self.take_hold(id) {
            self.seats.booked(&slot, now);
            if let Some(person) = self.people.get_mut(&id) {
                person.booked = Some(slot);
            }
        }
    }

    /// A person gave the hold back.
    pub fn released(&mut self, person: u64, now: Millis) {
        if let Some(id) = self.holder(person) {
            self.holds(id, None, now);
            self.done(id);
            self.advance(now);
        }
    }

    /// They have what they wanted, or do not want it. Who is at the hospital for another place
    /// counts there until that has been told.
    fn done(&mut self, id: TicketId) {
        let person = self.people.get(&id);
        if !person.is_some_and(|it| matches!(it.state, State::Trying { .. })) {
            self.gone(id);
        }
    }

    // --- who comes -----------------------------------------------------------------------------

    fn draw_ms(&self) -> Millis {
        millis(self.numbers.draw_s)
    }

    fn admits_phone(&mut self, it: &Arrival<'_>) -> bool {
        let most = self.numbers.people_per_phone as usize;
        let phone = self.phones.entry(it.phone).or_default();
        let known = phone.people.iter().position(|(one, _)| *one == it.person);
        let admits = phone.joined < most * JOINS && (known.is_some() || phone.people.len() < most);
        if admits {
            phone.joined += 1;
            match known {
                Some(at) => phone.people[at].1 += 1,
                None => phone.people.push((it.person, 1)),
            }
        }
        admits
    }

    fn join(
        &mut self,
        id: TicketId,
        it: &Arrival<'_>,
        department: String,
        again: Option<Millis>,
        now: Millis,
    ) {
        let mut slow = 0;
        if again.is_none() {
            self.record.arrivals += 1;
            if let Some(address) = it.address {
                let from_there = self.addresses.entry(address).or_default();
                *from_there += 1;
                if *from_there > self.numbers.tickets_per_address {
                    // Behind the others, not out: it may be a whole village behind one address.
                    slow = millis(self.numbers.slow_s);
                    self.record.slowed += 1;
                }
            }
        }
        let draw_ms = self.draw_ms();
        // Whoever has come before the draw is in it, also who comes back after a restart.
        let drawing = now < draw_ms && self.record.mix.is_none();
        let at = again.unwrap_or(if drawing { draw_ms } else { now } + slow);
        let lot = match &self.record.mix {
            Some(Hash(mix))
                if again.is_some_and(|at| {
                    at == draw_ms || at == draw_ms + millis(self.numbers.slow_s)
                }) =>
            {
                lot(&self.seed, mix, id)
            }
            _ => 0,
        };
        let turn = if self.before.contains(&id) {
            // Was called before a restart: in front.
            Turn {
                at: Millis::MIN,
                lot: 0,
            }
        } else {
            Turn { at, lot }
        };
        self.people.insert(
            id,
            Person {
                person: it.person,
                department: department.clone(),
                wanted: it.slot.to_owned(),
                care: it.care,
                phone: it.phone,
                arrived: now,
                turn,
                state: State::InLine,
                holds: None,
                booked: None,
                missed: 0,
            },
        );
        if drawing {
            self.set(id, State::Drawing);
            self.drawing.push(id);
            self.rush |= self.drawing.len() > self.numbers.quiet as usize;
        } else {
            self.enter_line(department, turn, id);
        }
    }

    // --- time goes on --------------------------------------------------------------------------

    /// Lots are drawn, called people who did not come lose their call, the next are called.
    pub fn advance(&mut self, now: Millis) {
        if self.record.mix.is_none() && now >= self.draw_ms() {
            self.draw();
        } else if !self.rush && now >= i64::from(self.numbers.gather_ms) {
            self.let_in_quietly(now);
        }
        self.seats.settle(now);
        self.expire(now);
        self.call(now);
    }

    fn draw(&mut self) {
        let mut tickets = std::mem::take(&mut self.drawing);
        let mix = mix(&mut tickets);
        for id in &tickets {
            if let Some(person) = self.people.get_mut(id) {
                person.turn.lot = lot(&self.seed, &mix, *id);
                person.state = State::InLine;
            }
        }
        let lot = |id: &TicketId| self.people.get(id).map(|person| person.turn.lot);
        tickets.sort_by_key(lot);
        for id in &tickets {
            if let Some(person) = self.people.get(id) {
                let department = person.department.clone();
                let line = self.lines.or_insert_with(department, Vec::new);
                line.push((person.turn, *id));
            }
        }
        for line in self.lines.values_mut() {
            line.sort_unstable();
        }
        self.record.mix = Some(Hash(mix));
        self.record.drawn = tickets;
    }

    /// So few have come that nobody needs to wait for the draw.
    fn let_in_quietly(&mut self, now: Millis) {
        let gathered = now - i64::from(self.numbers.gather_ms);
        let (ready, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.drawing)
            .into_iter()
            .partition(|id| {
                self.people
                    .get(id)
                    .is_some_and(|person| person.arrived.max(0) <= gathered)
            });
        self.drawing = rest;
        for id in ready {
            let lot = lot(&self.seed, &[0; 32], id);
            if let Some(person) = self.people.get_mut(&id) {
                person.turn.lot = lot;
                person.state = State::InLine;
                let (department, turn) = (person.department.clone(), person.turn);
                self.enter_line(department, turn, id);
            }
        }
    }

    fn expire(&mut self, now: Millis) {
        for id in self.active.clone() {
            let Some(person) = self.people.get(&id) else {
                continue;
            };
            match person.state.clone() {
                State::Trying { slot, since, .. } if now - since > LOST_MS => {
                    self.came_back(id, &slot, Outcome::Unknown, now);
                }
                State::Called { until, .. } if person.holds.is_some() && now > until + FREED_MS => {
                    self.holds(id, None, now);
                    self.gone(id);
                }
                State::Called { until, tried, .. } if person.holds.is_none() && now > until => {
                    let person = person.clone();
                    self.seats.let_go(id);
                    self.active.retain(|one| *one != id);
                    if tried || person.missed + 1 >= MISSES {
                        self.gone(id);
                        self.record.missed += 1;
                    } else {
                        // The phone may have slept. The place in line is still theirs.
                        if let Some(person) = self.people.get_mut(&id) {
                            person.missed += 1;
                        }
                        self.set(id, State::InLine);
                        self.enter_line(person.department, person.turn, id);
                    }
                }
                _ => {}
            }
        }
    }

    /// Calls whom the hospital can bear now.
    fn call(&mut self, now: Millis) {
        if now < 0 || now < self.next_call || self.lines.is_empty() {
            return;
        }
        // After a restart whoever asks first is not called before who has drawn better: everybody
        // asks again within that time.
        let asks = millis(self.numbers.ask_again_s.max(2));
        if now >= *self.absent_until.get_or_insert(now + asks) {
            self.absent.clear();
        }
        while self
            .absent
            .pop_if(|id| self.people.contains_key(id))
            .is_some()
        {}
        let absent = self.absent.last().zip(self.record.mix.as_ref());
        let absent = absent.map(|(id, Hash(mix))| Turn {
            at: self.draw_ms(),
            lot: lot(&self.seed, mix, *id),
        });
        let interval = 1000 / i64::from(self.numbers.per_second.max(1));
        let mut coming = self.coming(now);
        while now >= self.next_call
            && self.at_hospital < self.numbers.at_once
            && coming < 2 * self.numbers.at_once
        {
            let front = self.lines.iter().filter_map(|(department, line)| {
                let first = *line.first()?;
                if absent.is_some_and(|absent| absent < first.0) {
                    return None;
                }
                (self.seats.supply(department).spare > 0).then_some((first, department))
            });
            let Some(((turn, id), department)) = front.min() else {
                break;
            };
            let department = department.clone();
            self.leave_line(&department, turn, id);
            let Some(person) = self.people.get(&id) else {
                continue;
            };
            let (wanted, care) = (person.wanted.clone(), person.care);
            let admission = if care {
                self.numbers.admission_s.care
            } else {
                self.numbers.admission_s.normal
            };
            let offered = self.numbers.offered;
            self.seats.keep(&department, &wanted, id, offered);
            let until = now + millis(admission);
            self.set(
                id,
                State::Called {
                    since: now,
                    until,
                    tried: false,
                },
            );
            self.active.push(id);
            self.record.admitted.push(id);
            self.calls.push_back(now);
            coming += 1;
            // A second's worth may be made up for.
            self.next_call = self.next_call.max(now - 1000) + interval;
        }
        while self.calls.front().is_some_and(|at| now - at > PACE_MS) {
            self.calls.pop_front();
        }
    }

    /// How many of those called have not come to try yet, and surely will.
    fn coming(&self, now: Millis) -> u32 {
        let coming = self.active.iter().filter(|id| {
            self.people.get(id).is_some_and(|person| {
                matches!(person.state, State::Called { since, tried: false, .. } if now - since < COMES_MS)
            })
        });
        u32::try_from(coming.count()).unwrap_or(u32::MAX)
    }

    // --- one person ----------------------------------------------------------------------------

    fn verdict(&mut self, id: TicketId, slot: &str, now: Millis) -> Verdict {
        let Some(person) = self.people.get(&id) else {
            return Verdict::NotHere;
        };
        match &person.state {
            State::Called { .. } if person.holds.as_deref() == Some(slot) => Verdict::Go,
            State::Called { .. } => self.gate(id, slot, now),
            State::Trying { .. } => Verdict::Again(200),
            State::Gone => Verdict::Taken(Vec::new()),
            State::Drawing if self.rush || now < 0 => Verdict::Wait(id),
            State::Drawing => Verdict::Again(100),
            State::InLine => {
                let line = self.lines.get(&person.department);
                let first = line.is_some_and(|line| {
                    let soon = self.numbers.per_second as usize;
                    line.partition_point(|other| *other < (person.turn, id)) < soon
                });
                let waited = now - person.arrived.max(0);
                let supply = self.seats.supply(&person.department);
                if supply.open == 0 {
                    let (department, turn) = (person.department.clone(), person.turn);
                    self.leave_line(&department, turn, id);
                    self.gone(id);
                    Verdict::Taken(Vec::new())
                } else if first && supply.spare > 0 && waited < 3000 {
                    Verdict::Again(100)
                } else {
                    Verdict::Wait(id)
                }
            }
        }
    }

    /// Somebody who has been called wants to go to the hospital for a slot.
    fn gate(&mut self, id: TicketId, slot: &str, now: Millis) -> Verdict {
        let Some(Person {
            state: State::Called { since, until, .. },
            department,
            ..
        }) = self.people.get(&id)
        else {
            return Verdict::Wait(id);
        };
        let (since, until, department) = (*since, *until, department.clone());
        if self.seats.can_take(slot, id) {
            if self.at_hospital >= self.numbers.at_once {
                return Verdict::Again(100);
            }
            return self.go(id, slot, until, now);
        }
        if self.seats.is_contested(slot) {
            return Verdict::Again(100);
        }
        let kept = self.offer(id, slot);
        if kept.is_empty() && person_holds(&self.people, id).is_none() {
            self.active.retain(|one| *one != id);
            if self.seats.supply(&department).open == 0 {
                self.gone(id);
                return Verdict::Taken(kept);
            }
            // What is left is kept for others or held: in front of the line again.
            let turn = self.people.get(&id).map(|person| person.turn);
            self.set(id, State::InLine);
            if let Some(turn) = turn {
                self.enter_line(department, turn, id);
            }
            return Verdict::Wait(id);
        }
        self.set(
            id,
            State::Called {
                since,
                until: until.max(now + CHOOSE_MS),
                tried: true,
            },
        );
        Verdict::Taken(kept)
    }

    fn go(&mut self, id: TicketId, slot: &str, until: Millis, now: Millis) -> Verdict {
        self.before.remove(&id);
        self.seats.going(slot, id, now);
        self.at_hospital += 1;
        self.record.attempts += 1;
        let (slot, since) = (slot.to_owned(), now);
        self.set(id, State::Trying { slot, since, until });
        Verdict::Go
    }

    fn offer(&mut self, id: TicketId, slot: &str) -> Vec<String> {
        let Some(department) = self.people.get(&id).map(|person| person.department.clone()) else {
            return Vec::new();
        };
        let most = self.numbers.offered;
        self.seats.keep(&department, slot, id, most)
    }

    fn come_back(&mut self, id: TicketId, slot: &str, now: Millis) -> (Millis, Millis) {
        self.seats.back(slot, id, now);
        self.at_hospital = self.at_hospital.saturating_sub(1);
        match self.people.get(&id).map(|person| &person.state) {
            Some(State::Trying { since, until, .. }) => (*since, *until),
            _ => (now, now),
        }
    }

    /// They hold this slot now and no other.
    fn holds(&mut self, id: TicketId, slot: Option<&str>, now: Millis) {
        if let Some(old) = self.take_hold(id) {
            self.seats.freed(&old, now);
        }
        if let (Some(slot), Some(person)) = (slot, self.people.get_mut(&id)) {
            person.holds = Some(slot.to_owned());
            self.seats.held(slot, now);
        }
    }

    fn take_hold(&mut self, id: TicketId) -> Option<String> {
        self.people.get_mut(&id)?.holds.take()
    }

    fn holder(&self, person: u64) -> Option<TicketId> {
        self.active.iter().copied().find(|id| {
            self.people
                .get(id)
                .is_some_and(|it| it.person == person && it.holds.is_some())
        })
    }

    fn trying(&self, id: TicketId, slot: &str) -> bool {
        let person = self.people.get(&id);
        person.is_some_and(|it| matches!(&it.state, State::Trying { slot: at, .. } if at == slot))
    }

    fn set(&mut self, id: TicketId, state: State) {
        if let Some(person) = self.people.get_mut(&id) {
            person.state = state;
        }
    }

    fn gone(&mut self, id: TicketId) {
        self.seats.let_go(id);
        self.active.retain(|one| *one != id);
        let Some(person) = self.people.get_mut(&id) else {
            return;
        };
        if std::mem::replace(&mut person.state, State::Gone) == State::Gone {
            return;
        }
        // Who has gone from all lines makes room for another of the family.
        if let Some(phone) = self.phones.get_mut(&person.phone) {
            phone.people.retain_mut(|(one, lines)| {
                *lines -= u32::from(*one == person.person);
                *lines > 0
            });
        }
    }

    fn enter_line(&mut self, department: String, turn: Turn, id: TicketId) {
        let line = self.lines.or_insert_with(department, Vec::new);
        let at = line.partition_point(|other| *other < (turn, id));
        line.insert(at, (turn, id));
    }

    fn leave_line(&mut self, department: &str, turn: Turn, id: TicketId) {
        if let Some(line) = self.lines.get_mut(department)
            && let Ok(at) = line.binary_search(&(turn, id))
        {
            line.remove(at);
        }
    }

    // --- what is told --------------------------------------------------------------------------

    /// Nothing is left, or far more people are before them than places may come to them.
    fn is_over(&self, supply: Supply, ahead: u32) -> bool {
        let each = match supply.left {
            0 => self.numbers.hope,
            _ => self.numbers.hope_while_free,
        };
        self.is_stocked() && ahead >= supply.open.saturating_mul(each)
    }

    /// Seconds until so many have been called, at the pace of late.
    fn pace_s(&self, people: u32, now: Millis) -> u32 {
        let per_second = i64::from(self.numbers.per_second.max(1));
        let made = i64::try_from(self.calls.len()).unwrap_or(0);
        let (calls, over) = match self.calls.front() {
            Some(first) if made >= 5 => (made, (now - first).max(1000)),
            _ => (per_second, 1000),
        };
        let wait = i64::from(people) * over / calls / 1000;
        u32::try_from(wait).unwrap_or(u32::MAX)
    }

    /// When to ask again: often near the front, seldom far from it.
    fn retry_s(&self, ahead: u32, supply: Supply, now: Millis) -> u32 {
        let most = self.numbers.ask_again_s.max(2);
        let waiting = self.lines.values().map(Vec::len).sum::<usize>();
        let crowd = self.crowd_s(u32::try_from(waiting).unwrap_or(u32::MAX));
        if ahead >= supply.left {
            // It hangs on others giving up: nobody is called for it in the next seconds.
            return if ahead < supply.left + 20 {
                crowd.max(5).min(most)
            } else {
                most
            };
        }
        let soon = self.pace_s(ahead, now) / 3;
        // Who is next is not kept waiting by those who are not.
        let soon = if ahead < self.numbers.per_second {
            soon
        } else {
            soon.max(crowd)
        };
        soon.clamp(1, most)
    }

    /// Over how many seconds so many people ask once.
    fn crowd_s(&self, people: u32) -> u32 {
        (people / self.numbers.asks_per_second).clamp(1, self.numbers.ask_again_s.max(2))
    }
}

fn person_holds(people: &HashMap<TicketId, Person>, id: TicketId) -> Option<&str> {
    people.get(&id)?.holds.as_deref()
}

fn millis(seconds: u32) -> Millis {
    i64::from(seconds) * 1000
}

fn seconds(millis: Millis) -> u32 {
    u32::try_from((millis + 999) / 1000).unwrap_or(0)
}
