//! What there is whether or not the edge runs: the hospital, the line to it with what is still on
//! its way, the durable objects' storage, the people, and time.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet},
    hash::{DefaultHasher, Hash},
};

use banzhen_edge_worker::{
    timers::{Kind, Timer},
    transport::{Incoming, Outgoing, TransportError},
};

use crate::{
    boards::Seen,
    chance::Chance,
    hospital::{self, Hospital},
    letters::{self, Letters},
    notices,
    people::{self, People},
    waitlist,
};

/// What is to be done later than that does not keep from ending.
const SOON_MS: i64 = 120_000;

pub type Answer = Result<Incoming, TransportError>;

/// What happens at a moment.
pub enum Event {
    /// A request reaches the hospital.
    Arrive(Box<Flight>),
    /// What the edge hears of one.
    Hear(u64, Answer),
    /// A pause of the edge is over.
    Wake(u64),
    /// The alarm of the timers goes off.
    Alarm(i64),
    /// Somebody looks at their phone.
    Act(usize),
    /// Everybody does.
    Rush,
    /// Somebody looks at a board.
    Reader,
    /// The feed's alarm goes off.
    Look(i64),
    /// A notification of a slot comes: its body.
    Notice(String, String),
    /// The hospital's own people do something.
    Staff,
    /// The line breaks down for this long.
    Outage(i64),
}

/// A request on its way.
pub struct Flight {
    pub id: u64,
    pub call: Outgoing,
    pub fate: Fate,
}

/// What becomes of it once the hospital has done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Heard,
    /// The connection breaks.
    Cut,
    /// Nothing comes back.
    Silent,
    /// Half of the reply comes.
    Half,
    /// A gateway answers in its place.
    Error,
    /// Something that is not FHIR comes back.
    Page,
}

pub struct World {
    pub now: i64,
    pub chance: Chance,
    pub hospital: Hospital,
    pub people: People,
    /// What the timers' object has stored, and when its alarm is.
    pub timers: BTreeSet<String>,
    pub alarm: Option<i64>,
    /// Up to when, by the hospital's clock, it has seen changes; when it last looked for them.
    pub seen: Option<String>,
    pub swept: i64,
    /// What the feed and the boards have stored, and when the feed's alarm is.
    pub feed_until: Option<jiff::Timestamp>,
    pub feed_alarm: Option<i64>,
    pub boards: HashMap<String, String>,
    /// Boards that have shown a later version than the stored one.
    pub boards_later: HashSet<String>,
    /// What readers have seen.
    pub seen_boards: HashMap<String, Seen>,
    /// In the end: all boards were compared with what there is.
    pub compared: bool,
    /// When it all began.
    pub began: jiff::Timestamp,
    pub letters: Letters,
    /// When the queue of a department began to look, each time.
    pub looks: HashMap<String, Vec<i64>>,
    pub down_until: i64,
    /// Things go wrong.
    pub troubled: bool,
    pub counts: BTreeMap<&'static str, u64>,
    queue: BinaryHeap<Reverse<(i64, u64, u64)>>,
    events: BTreeMap<u64, Event>,
    ids: u64,
    /// Tells what happens, line by line.
    pub told: bool,
    /// All that has happened, as one number.
    pub history: DefaultHasher,
}

impl World {
    pub fn new(seed: u64, now: i64, people: usize) -> Self {
        let began = jiff::Timestamp::from_millisecond(now).unwrap();
        let mut world = Self {
            now,
            began,
            hospital: Hospital::seeded(began, people),
            people: People::new(people),
            ..Self::empty(seed)
        };
        for person in 0..people {
            people::later(&mut world, person, 0);
        }
        world.after(0, Event::Reader);
        world.after(60_000, Event::Rush);
        world.after(90_000, Event::Staff);
        world.after(100_000, Event::Outage(0));
        world
    }

    /// Nobody and nothing.
    pub fn empty(seed: u64) -> Self {
        Self {
            now: 0,
            chance: Chance::new(seed),
            hospital: Hospital::default(),
            people: People::default(),
            timers: BTreeSet::new(),
            alarm: None,
            seen: None,
            swept: 0,
            feed_until: None,
            feed_alarm: None,
            boards: HashMap::new(),
            boards_later: HashSet::new(),
            seen_boards: HashMap::new(),
            compared: false,
            began: jiff::Timestamp::UNIX_EPOCH,
            letters: Letters::default(),
            looks: HashMap::new(),
            down_until: 0,
            troubled: true,
            counts: BTreeMap::new(),
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            ids: 0,
            told: false,
            history: DefaultHasher::new(),
        }
    }

    pub fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// A line of the story, for whoever looks for what went wrong.
    pub fn tell(&self, line: impl FnOnce() -> String) {
        if self.told {
            eprintln!("{} {}", self.now % 100_000_000, line());
        }
    }

    /// Has something happen so many milliseconds from now; of what falls on one moment, chance
    /// says what comes first.
    pub fn after(&mut self, ms: i64, event: Event) {
        let (id, lot) = (self.id(), self.chance.next());
        self.queue.push(Reverse((self.now + ms.max(0), lot, id)));
        self.events.insert(id, event);
    }

    /// Goes on to what happens next.
    pub fn next(&mut self) -> Option<Event> {
        let Reverse((at, lot, id)) = self.queue.pop()?;
        self.now = self.now.max(at);
        (at, lot).hash(&mut self.history);
        self.events.remove(&id)
    }

    /// Whether a request is still on its way to the hospital.
    pub fn on_the_way(&self) -> bool {
        let mut all = self.events.values();
        all.any(|event| matches!(event, Event::Arrive(_)))
    }

    /// Whether something is to be done now, or soon.
    pub fn anything_due(&self) -> bool {
        let soon = jiff::Timestamp::from_millisecond(self.now + SOON_MS).unwrap();
        let until = Timer::due_until(Kind::Reminder, soon);
        let holds = self.timers.range(..Kind::Reminder.prefix().to_owned());
        let reminders = self.timers.range(Kind::Reminder.prefix().to_owned()..until);
        holds.chain(reminders).next().is_some()
    }

    /// Sends a request out. What goes wrong with it is decided here, by chance.
    pub fn depart(&mut self, call: Outgoing) -> u64 {
        let id = self.id();
        self.count("exchanges");
        let is_letter = call.url == letters::GATEWAY;
        if is_letter {
            letters::handed_over(self, id, &call);
        }
        let timeout = i64::from(call.timeout_ms);
        self.after(timeout, Event::Hear(id, Err(TransportError::Timeout)));
        let there = 1 + self.chance.spread(60);
        let mut flight = Box::new(Flight {
            id,
            call,
            fate: Fate::Heard,
        });
        if self.now < self.down_until {
            if self.chance.permille(700) {
                self.after(there, Event::Hear(id, Err(TransportError::Failed)));
            }
            return id;
        }
        let often = if flight.call.method == "GET" { 25 } else { 80 };
        if !self.troubled || !self.chance.permille(often) {
            self.after(there, Event::Arrive(flight));
            return id;
        }
        match self.chance.below(9) {
            0 => {
                self.count("never arrived");
                self.after(there, Event::Hear(id, Err(TransportError::Failed)));
            }
            1 => {
                self.count("refused by a gateway");
                let status = [500, 502, 503, 429][self.chance.below(4)];
                self.after(there, Event::Hear(id, Ok(error(status))));
            }
            2 => {
                self.count("arrived late");
                let late = timeout + self.chance.spread(60_000);
                self.after(late, Event::Arrive(flight));
            }
            // A message that is doubled on its way is not ours to prevent.
            3 if !is_letter => {
                self.count("arrived twice");
                let again = self.chance.spread(20_000);
                let twin = Flight {
                    id: 0,
                    call: flight.call.clone(),
                    fate: Fate::Silent,
                };
                self.after(there + again, Event::Arrive(Box::new(twin)));
                self.after(there, Event::Arrive(flight));
            }
            n => {
                self.count("replies lost or spoilt");
                let fates = [Fate::Cut, Fate::Silent, Fate::Half, Fate::Error, Fate::Page];
                flight.fate = fates[n.max(4) - 4];
                self.after(there, Event::Arrive(flight));
            }
        }
        id
    }

    /// The hospital does what it was asked.
    pub fn arrive(&mut self, flight: &Flight) {
        let answer = if flight.call.url == letters::GATEWAY {
            letters::arrive(self, flight.id)
        } else {
            self.hospital.answer(&flight.call, self.now)
        };
        waitlist::follow(self);
        notices::send(self);
        self.tell(|| {
            let (call, fate) = (&flight.call, flight.fate);
            let body = String::from_utf8_lossy(call.body.as_deref().unwrap_or_default());
            let path = call.url.trim_start_matches(hospital::BASE);
            format!("{} {path} {body}: {}, {fate:?}", call.method, answer.status)
        });
        answer.status.hash(&mut self.history);
        let back = 1 + self.chance.spread(60);
        let heard = match flight.fate {
            Fate::Heard => Ok(answer),
            Fate::Cut => Err(TransportError::Failed),
            Fate::Silent => return,
            Fate::Half => {
                let mut answer = answer;
                answer.body.truncate(answer.body.len() / 2);
                Ok(answer)
            }
            Fate::Error => Ok(error(502)),
            Fate::Page => Ok(Incoming {
                status: 200,
                headers: vec![("content-type".into(), "text/html".into())],
                body: b"<html>Please log in to the hospital's network</html>".to_vec(),
            }),
        };
        self.after(back, Event::Hear(flight.id, heard));
    }
}

fn error(status: u16) -> Incoming {
    Incoming {
        status,
        ..Incoming::default()
    }
}
