//! The people, what they want, and what they have been told: the model. Whatever the edge tells
//! somebody must be so at the hospital at that moment, and stay so.

mod told;
mod truths;
mod wishes;

pub use told::{Heard, hear, hear_nothing};
pub use truths::{check_limits, check_truths, within_limits};

use told::unanswered;
use wishes::{Awaited, Wish, some_slot, what, wish};

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::OnceLock,
};

use crate::{
    hospital::{self, Visit, WINDOW},
    life::Life,
    notices,
    world::{Event, World},
};
use banzhen_edge_worker::{
    booking::{Record, Who, turn::Task},
    secrets::Secrets,
};

/// Longer than anything takes to settle.
const QUIET_WITHIN_MS: i64 = 6 * 3_600_000;

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
