//! The people, what they want, and what they have been told: the model. Whatever the edge tells
//! somebody must be so at the hospital at that moment, and stay so.

mod told;
mod truths;

pub use told::{Heard, hear, hear_nothing};
pub use truths::{check_limits, check_truths, within_limits};

use told::unanswered;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::OnceLock,
};

use banzhen_edge_worker::{
    booking::{
        Record, Who,
        turn::{Task, What},
        waitlist::Wait,
    },
    secrets::Secrets,
};
use contract::{
    CancelRequest, ConfirmRequest, HoldRequest, LeaveRequest, RescheduleRequest, Session,
    WaitlistRequest,
};

use crate::{
    hospital::{self, Visit, WINDOW},
    life::Life,
    notices,
    world::{Event, World},
};

/// Longer than anything takes to settle.
const QUIET_WITHIN_MS: i64 = 6 * 3_600_000;

/// So often in a thousand it is one of the few doctors whom everybody wants.
const POPULAR: u64 = 450;

/// What somebody wants of the edge.
#[derive(Clone, Debug)]
enum Wish {
    Hold {
        slot: String,
        care: bool,
    },
    Confirm {
        hold: String,
    },
    Release {
        hold: String,
    },
    Cancel {
        id: String,
    },
    Move {
        from: String,
        slot: String,
    },
    Join(Awaited),
    Leave {
        entry: String,
        named: bool,
        of: Awaited,
    },
    Accept {
        offer: String,
        keep: Option<String>,
    },
    Decline {
        offer: String,
    },
}

/// What somebody waits for.
#[derive(Clone, Debug)]
struct Awaited {
    department: String,
    doctor: Option<String>,
    session: Option<Session>,
    day: String,
    keep: Option<String>,
    care: bool,
}

impl Awaited {
    /// What names it, with the person: one entry for each.
    fn key(&self, person: &str) -> String {
        let doctor = self.doctor.as_deref().unwrap_or_default();
        digest(
            person,
            "waitlist",
            &format!("general~{}~{doctor}", self.department),
        )
    }
}

impl Wish {
    fn name(&self) -> &'static str {
        match self {
            Self::Hold { .. } => "hold",
            Self::Confirm { .. } => "confirm",
            Self::Release { .. } => "release",
            Self::Cancel { .. } => "cancel",
            Self::Move { .. } => "reschedule",
            Self::Join(_) => "join",
            Self::Leave { .. } => "leave",
            Self::Accept { .. } => "accept",
            Self::Decline { .. } => "decline",
        }
    }

    /// The booking that it would end.
    fn ends(&self) -> Option<&str> {
        match self {
            Self::Cancel { id } | Self::Move { from: id, .. } => Some(id),
            Self::Accept { keep, .. } => keep.as_deref(),
            _ => None,
        }
    }
}

/// Something asked for and not settled.
#[derive(Clone, Debug)]
struct Asking {
    wish: Wish,
    key: String,
    /// The call that is waited for; none while the person thinks.
    call: Option<u64>,
    /// When that was made.
    since: i64,
    /// An earlier call under this key was never answered: what a later one is told of itself
    /// says nothing about that one.
    muddy: bool,
    /// Where to ask what became of it.
    outcome: Option<String>,
}

/// What was said not to have happened.
#[derive(Clone, Debug)]
enum Never {
    Key(String),
    Booked(String),
}

#[derive(Default)]
struct Person {
    name: String,
    patient: String,
    due: i64,
    asking: Option<Asking>,
    held: Option<String>,
    /// A slot that was full when they wanted it.
    full: Option<String>,
    /// Entries of the waitlist.
    waits: BTreeMap<String, Awaited>,
    /// Offers that they are done with.
    answered: BTreeSet<String>,
    booked: BTreeSet<String>,
    gone: BTreeSet<String>,
    never: Vec<Never>,
}

#[derive(Default)]
pub struct People {
    all: Vec<Person>,
    /// Calls made, and how many are wanted.
    pub calls: u64,
    pub wanted: u64,
    hot: Vec<String>,
    hot_until: i64,
    closed_at: Option<i64>,
}

impl People {
    pub fn new(count: usize) -> Self {
        let person = |n| Person {
            name: format!("person-{n}"),
            patient: format!("p-{n}"),
            ..Person::default()
        };
        Self {
            all: (0..count).map(person).collect(),
            ..Self::default()
        }
    }

    /// Whether as much has been asked as was wanted.
    pub fn enough(&self) -> bool {
        self.closed_at.is_none() && self.calls >= self.wanted
    }
}

/// Nobody wants anything new, and what goes wrong has gone wrong.
pub fn close(world: &mut World) {
    world.people.closed_at = Some(world.now);
    world.troubled = false;
    world.down_until = 0;
}

pub fn all_is_quiet(world: &World) -> bool {
    let Some(since) = world.people.closed_at else {
        return false;
    };
    let asking = world.people.all.iter().filter(|it| it.asking.is_some());
    let quiet = asking.clone().count() == 0
        && world.hospital.pending().count() == 0
        && !world.anything_due()
        && !world.on_the_way()
        // What no timer knows of a sweep finds.
        && world.swept > world.hospital.last_change();
    assert!(
        quiet || world.now - since < QUIET_WITHIN_MS,
        "never settled: {:?}, {:?}, timers {:?}",
        asking.map(|it| &it.asking).collect::<Vec<_>>(),
        world
            .hospital
            .pending()
            .map(|it| &it.id)
            .collect::<Vec<_>>(),
        world.timers
    );
    quiet
}

/// They act after so many milliseconds, and not before.
pub fn later(world: &mut World, person: usize, ms: i64) {
    world.people.all[person].due = world.now + ms;
    world.after(ms, Event::Act(person));
}

fn think(world: &mut World, person: usize) {
    let ms = match world.chance.below(20) {
        0 => world.chance.within(200_000, 700_000),
        1..5 => world.chance.within(10_000, 90_000),
        _ => world.chance.within(50, 20_000),
    };
    later(world, person, ms);
}

/// Everybody who has nothing better to do wants the same few places.
pub fn rush(world: &mut World) {
    if world.people.closed_at.is_some() {
        return;
    }
    world.count("rushes");
    world.people.hot = (0..4).map(|_| some_slot(world)).collect();
    world.people.hot_until = world.now + 1000;
    for person in 0..world.people.all.len() {
        if world.people.all[person].asking.is_none() && world.chance.permille(600) {
            let soon = world.chance.within(0, 40);
            later(world, person, soon);
        }
    }
    let next = world.chance.within(10_000, 120_000);
    world.after(next, Event::Rush);
}

/// The hospital's own people book at the window, stop a doctor, write a remark.
pub fn staff(world: &mut World) {
    if world.people.closed_at.is_some() {
        return;
    }
    let slot = some_slot(world);
    let now = world.now;
    match world.chance.below(20) {
        0 => {
            world.count("doctors stopped");
            world.hospital.stop(&slot, now);
        }
        1..8 => {
            if world.hospital.book_at_the_window(&slot, WINDOW, now) {
                world.count("booked at the window");
            }
        }
        8 => world.hospital.unsubscribe(now),
        _ => world
            .hospital
            .edit(&slot, now, |it| it["comment"] = now.into()),
    }
    notices::send(world);
    let next = world.chance.within(1000, 20_000);
    world.after(next, Event::Staff);
}

/// Somebody looks at their phone.
pub fn act(life: &Rc<Life>, person: usize) {
    let mut world = life.world.borrow_mut();
    let world = &mut *world;
    let it = &world.people.all[person];
    if it.due != world.now || it.asking.as_ref().is_some_and(|it| it.call.is_some()) {
        return;
    }
    let asking = match &it.asking {
        Some(asking) => asking.clone(),
        None if world.people.closed_at.is_some() => return,
        None => Asking {
            wish: wish(world, person),
            key: format!("key-{}", world.id()),
            call: None,
            since: 0,
            muddy: false,
            outcome: None,
        },
    };
    let call = world.id();
    let it = &mut world.people.all[person];
    let task = Task {
        who: Who {
            person: it.name.as_str().into(),
            phone: hospital::phone(person),
            records: vec![Record {
                hospital: "general".into(),
                patient: it.patient.clone(),
                name: "王建国".into(),
                agent: format!("Patient/{}", it.patient),
            }],
            unreachable: Vec::new(),
        },
        key: asking.key.clone(),
        what: what(&asking),
    };
    world.people.calls += 1;
    world.count(if asking.outcome.is_some() {
        "outcomes asked for"
    } else {
        asking.wish.name()
    });
    world.tell(|| format!("{person} asks ({call}) {asking:?}"));
    let it = &mut world.people.all[person];
    it.asking = Some(Asking {
        call: Some(call),
        since: world.now,
        ..asking
    });
    if world.troubled && world.chance.permille(15) {
        // They hang up; the edge goes on.
        world.count("hung up");
        unanswered(world, person);
    }
    life.ask(person, call, task);
}

fn what(asking: &Asking) -> What {
    let appointment = |id: &str| format!("general~{id}").into();
    if let Some(outcome) = &asking.outcome {
        return What::Outcome(outcome.clone());
    }
    match &asking.wish {
        Wish::Hold { slot, care } => What::Hold(HoldRequest {
            hospital: "general".into(),
            slot: slot.as_str().into(),
            care: Some(*care),
        }),
        Wish::Confirm { hold } => What::Confirm(ConfirmRequest {
            hold: format!("general~{hold}").into(),
        }),
        Wish::Release { hold } => What::Release(format!("general~{hold}").into()),
        Wish::Cancel { id } => What::Cancel {
            appointment: appointment(id),
            body: CancelRequest {
                reason: None,
                accept_no_show: Some(true),
            },
        },
        Wish::Move { from, slot } => What::Reschedule {
            appointment: appointment(from),
            body: RescheduleRequest {
                slot: slot.as_str().into(),
            },
        },
        Wish::Join(it) => What::Wait(Wait::Join(WaitlistRequest {
            hospital: "general".into(),
            department: it.department.as_str().into(),
            doctor: it.doctor.as_deref().map(Into::into),
            level: None,
            session: it.session,
            from: it.day.as_str().into(),
            to: it.day.as_str().into(),
            keep: it.keep.as_deref().map(appointment),
            care: Some(it.care),
        })),
        Wish::Leave {
            of, named: true, ..
        } => What::Wait(Wait::Leave(LeaveRequest {
            hospital: "general".into(),
            department: of.department.as_str().into(),
            doctor: of.doctor.as_deref().map(Into::into),
            level: None,
            session: None,
            from: None,
            to: None,
            keep: None,
            care: None,
        })),
        Wish::Leave { entry, .. } => {
            What::Wait(Wait::LeaveEntry(format!("general~{entry}").into()))
        }
        Wish::Accept { offer, .. } => What::Wait(Wait::Accept(format!("general~{offer}").into())),
        Wish::Decline { offer } => What::Wait(Wait::Decline(format!("general~{offer}").into())),
    }
}

/// A slot that somebody may want: those of a few doctors are full before long.
fn some_slot(world: &mut World) -> String {
    let all = world.hospital.slots.len();
    let among = if world.chance.permille(POPULAR) {
        all / 5
    } else {
        all
    };
    world.hospital.slots[world.chance.below(among)].clone()
}

/// What somebody wants of the waitlist, if anything.
fn waiting_wish(world: &mut World, person: usize) -> Option<Wish> {
    let it = &mut world.people.all[person];
    let full = it.full.take();
    // They have had a message.
    let mut offers = world.hospital.of_patient(&it.patient);
    let offer = offers.find(|offer| {
        offer.is_offer() && !offer.is_over(world.now) && !it.answered.contains(&offer.id)
    });
    if let Some(offer) = offer {
        let entry = offer.offered_to.as_deref();
        let entry = entry.and_then(|id| world.hospital.entry(id));
        let keep = entry.and_then(|it| it.keep.clone());
        let offer = offer.id.clone();
        return match world.chance.below(10) {
            0 => Some(Wish::Decline { offer }),
            1..7 => Some(Wish::Accept { offer, keep }),
            _ => None,
        };
    }
    if !it.waits.is_empty() && world.chance.permille(60) {
        let (entry, of) = it.waits.first_key_value().expect("just seen");
        let (entry, of) = (entry.clone(), of.clone());
        let named = world.chance.permille(500);
        return Some(Wish::Leave { entry, named, of });
    }
    let place = world.hospital.place(&full?);
    if !world.chance.permille(600) {
        return None;
    }
    let booked: Vec<&String> = it.booked.iter().collect();
    let keep = !booked.is_empty() && world.chance.permille(400);
    let keep = keep.then(|| booked[world.chance.below(booked.len())].clone());
    let am = place.session() == "am";
    Some(Wish::Join(Awaited {
        department: place.department(),
        doctor: world
            .chance
            .permille(900)
            .then(|| format!("doc-{}", place.doctor)),
        session: world
            .chance
            .permille(800)
            .then_some(if am { Session::Am } else { Session::Pm }),
        day: place.day().to_string(),
        keep,
        care: world.chance.permille(300),
    }))
}

fn wish(world: &mut World, person: usize) -> Wish {
    if let Some(wish) = waiting_wish(world, person) {
        return wish;
    }
    let slot = if world.now < world.people.hot_until {
        let hot = &world.people.hot;
        hot[world.chance.below(hot.len())].clone()
    } else {
        some_slot(world)
    };
    let it = &world.people.all[person];
    let booked: Vec<&String> = it.booked.iter().collect();
    if let Some(hold) = it.held.clone() {
        match world.chance.below(10) {
            0 => return Wish::Release { hold },
            1..8 => return Wish::Confirm { hold },
            _ => {}
        }
    } else if !booked.is_empty() && world.chance.permille(250 + 60 * booked.len() as u64) {
        let id = booked[world.chance.below(booked.len())].clone();
        return if world.chance.permille(500) {
            Wish::Cancel { id }
        } else {
            Wish::Move { from: id, slot }
        };
    }
    Wish::Hold {
        slot,
        care: world.chance.permille(200),
    }
}

fn found<'a>(visit: Option<&'a Visit>, id: &str) -> &'a Visit {
    visit.unwrap_or_else(|| panic!("there is no {id}"))
}

fn digest(person: &str, operation: &str, key: &str) -> String {
    static SECRETS: OnceLock<Secrets> = OnceLock::new();
    let text = || format!(r#"[{{"id":"a","key":"{}="}}]"#, "A".repeat(43));
    let secrets = SECRETS.get_or_init(|| Secrets::parse(&text()).unwrap());
    let mut digest = secrets
        .current()
        .digest(&["booking", person, operation, key]);
    digest.truncate(32);
    digest
}
