//! The people, what they want, and what they have been told: the model. Whatever the edge tells
//! somebody must be so at the hospital at that moment, and stay so.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::OnceLock,
};

use banzhen_edge_worker::{
    booking::{
        Record, Who,
        turn::{Task, Told, What},
    },
    http::AppError,
    secrets::Secrets,
};
use contract::{CancelRequest, Code, ConfirmRequest, HoldRequest, OutcomeState, RescheduleRequest};

use crate::{
    hospital::{OFFSET, Visit},
    life::Life,
    world::{Event, World},
};

/// A hold outlives its time by no more than this: the sweep's interval and an outage.
const OUTLIVES_MS: i64 = 600_000 + 120_000;
/// Longer than anything takes to settle.
const QUIET_WITHIN_MS: i64 = 3 * 3_600_000;
/// Patients who come to the window, and nobody else.
const WINDOW: &str = "window";

/// What somebody wants of the edge.
#[derive(Clone, Debug)]
enum Wish {
    Hold { slot: String, care: bool },
    Confirm { hold: String },
    Release { hold: String },
    Cancel { id: String },
    Move { from: String, slot: String },
}

impl Wish {
    fn name(&self) -> &'static str {
        match self {
            Self::Hold { .. } => "hold",
            Self::Confirm { .. } => "confirm",
            Self::Release { .. } => "release",
            Self::Cancel { .. } => "cancel",
            Self::Move { .. } => "reschedule",
        }
    }

    /// The booking that it would end.
    fn ends(&self) -> Option<&str> {
        match self {
            Self::Cancel { id } | Self::Move { from: id, .. } => Some(id),
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

/// What somebody hears.
pub enum Heard {
    Told(Told),
    Nothing,
}

impl From<Result<Told, AppError>> for Heard {
    fn from(told: Result<Told, AppError>) -> Self {
        told.map_or(Self::Nothing, Self::Told)
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
        && world.timers.is_empty()
        && !world.on_the_way();
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
    let slots = world.hospital.slot_ids();
    world.people.hot = (0..4)
        .map(|_| slots[world.chance.below(slots.len())].clone())
        .collect();
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
    let slots = world.hospital.slot_ids();
    let slot = slots[world.chance.below(slots.len())].clone();
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
        _ => world
            .hospital
            .edit(&slot, now, |it| it["comment"] = now.into()),
    }
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
            muddy: false,
            outcome: None,
        },
    };
    let call = world.id();
    let it = &mut world.people.all[person];
    let task = Task {
        who: Who {
            person: it.name.as_str().into(),
            phone: "13800138000".into(),
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
    }
}

fn wish(world: &mut World, person: usize) -> Wish {
    let it = &world.people.all[person];
    let slots = if world.now < world.people.hot_until {
        world.people.hot.clone()
    } else {
        world.hospital.slot_ids()
    };
    let slot = slots[world.chance.below(slots.len())].clone();
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

/// The edge has died: whoever waited hears nothing.
pub fn hear_nothing(world: &mut World) {
    for person in 0..world.people.all.len() {
        let asking = &world.people.all[person].asking;
        if asking.as_ref().is_some_and(|it| it.call.is_some()) {
            world.count("died on somebody");
            unanswered(world, person);
        }
    }
}

/// No answer: most ask again under the same key, some never do.
fn unanswered(world: &mut World, person: usize) {
    let gives_up = world.chance.permille(100);
    let again = world.chance.within(200, 8000);
    let it = &mut world.people.all[person];
    let asking = it.asking.as_mut().expect("somebody who asked");
    asking.call = None;
    asking.muddy = true;
    if !gives_up {
        later(world, person, again);
        return;
    }
    let wish = asking.wish.clone();
    it.asking = None;
    match &wish {
        Wish::Confirm { .. } | Wish::Release { .. } => it.held = None,
        Wish::Hold { .. } => {}
        // Who knows.
        Wish::Cancel { id } | Wish::Move { from: id, .. } => {
            it.booked.remove(id);
        }
    }
    world.count("gave up");
    think(world, person);
}

/// An answer comes.
pub fn hear(life: &Rc<Life>, person: usize, call: u64, heard: Heard) {
    let mut world = life.world.borrow_mut();
    let world = &mut *world;
    world.tell(|| match &heard {
        Heard::Told(told) => format!("{person} hears ({call}) {told:?}"),
        Heard::Nothing => format!("{person} hears ({call}) nothing"),
    });
    let it = &mut world.people.all[person];
    if it.asking.as_ref().is_none_or(|it| it.call != Some(call)) {
        // They had hung up.
        return;
    }
    let Heard::Told(told) = heard else {
        world.count("internal");
        return unanswered(world, person);
    };
    let mut asking = it.asking.take().expect("just seen");
    asking.call = None;
    match told {
        Told::Hold(hold) => told_hold(world, person, &asking, local(hold.id.as_str())),
        Told::Appointment(it) => told_appointment(world, person, &asking, local(it.id.as_str())),
        Told::Waiting(_) => unreachable!("nobody waits here"),
        Told::Released => world.people.all[person].held = None,
        Told::Refused(refusal) => return refused(world, person, asking, refusal.code),
        Told::Unknown(unknown) => {
            world.count("told: unknown");
            let outcome = unknown.check_at.rsplit('/').next().unwrap().to_owned();
            let asks = world.chance.permille(800);
            asking.muddy |= !asks;
            asking.outcome = asks.then_some(outcome);
            return ask_again(world, person, asking);
        }
        Told::Outcome(outcome) => match outcome.state {
            OutcomeState::Checking => return ask_again(world, person, asking),
            OutcomeState::NotDone => {
                let code = outcome.problem.expect("why not").code;
                world.count("told: not done");
                asking.outcome = None;
                return refused(world, person, asking, code);
            }
            OutcomeState::Done => match (outcome.hold, outcome.appointment) {
                (Some(hold), _) => told_hold(world, person, &asking, local(hold.id.as_str())),
                (_, Some(it)) => told_appointment(world, person, &asking, local(it.id.as_str())),
                other => panic!("done, but what? {other:?}"),
            },
        },
    }
    think(world, person);
}

fn ask_again(world: &mut World, person: usize, asking: Asking) {
    world.people.all[person].asking = Some(asking);
    let wait = world.chance.within(500, 6000);
    later(world, person, wait);
}

fn local(id: &str) -> &str {
    id.strip_prefix("general~").expect("an id of this hospital")
}

fn told_hold(world: &mut World, person: usize, asking: &Asking, id: &str) {
    let Wish::Hold { slot, .. } = &asking.wish else {
        panic!("a hold for {asking:?}");
    };
    let it = &mut world.people.all[person];
    let visit = found(world.hospital.visit(id), id);
    assert_eq!(
        (&visit.patient, &visit.slot),
        (&it.patient, slot),
        "{asking:?}"
    );
    let over = visit
        .expires
        .is_some_and(|at| at.as_millisecond() <= world.now);
    assert!(
        visit.is_hold() || over || visit.by_staff,
        "told that {slot} is held, and {id} is {}: {asking:?}",
        visit.status
    );
    it.held = Some(id.to_owned());
    world.count("told: held");
}

fn told_appointment(world: &mut World, person: usize, asking: &Asking, id: &str) {
    let it = &mut world.people.all[person];
    let visit = found(world.hospital.visit(id), id);
    assert_eq!(visit.patient, it.patient, "{asking:?}");
    let mut ended = |old: &String| {
        let was = found(world.hospital.visit(old), old);
        assert_eq!(was.status, "cancelled", "{old}: {asking:?}");
        it.booked.remove(old);
        it.gone.insert(old.clone());
    };
    let live = visit.is_live() || visit.by_staff;
    match &asking.wish {
        Wish::Confirm { hold } => {
            assert!(
                live && hold == id,
                "told {id}, {}: {asking:?}",
                visit.status
            );
            it.held = None;
            it.booked.insert(id.to_owned());
            world.count("told: booked");
        }
        Wish::Move { from, slot } => {
            assert!(
                live && visit.slot == *slot,
                "told {id}, {}: {asking:?}",
                visit.status
            );
            ended(from);
            it.booked.insert(id.to_owned());
            world.count("told: moved");
        }
        Wish::Cancel { id } => {
            ended(id);
            world.count("told: cancelled");
        }
        other => panic!("an appointment for {other:?}"),
    }
}

/// Told no. Then it has not happened, and will not.
fn refused(world: &mut World, person: usize, mut asking: Asking, code: Code) {
    let again = match code {
        Code::SlotTaken
        | Code::OwnOverlap
        | Code::LimitReached
        | Code::NotBookable
        | Code::PastDeadline
        | Code::HoldExpired
        | Code::BookingBlocked => false,
        Code::HospitalUnavailable => world.chance.permille(700),
        Code::Internal => {
            asking.muddy = true;
            true
        }
        other => panic!("told {other:?} for {asking:?}"),
    };
    world.count(code.as_str());
    if !asking.muddy {
        nothing_happened(world, person, &asking, code);
    }
    if again {
        return ask_again(world, person, asking);
    }
    let it = &mut world.people.all[person];
    match (&asking.wish, asking.muddy) {
        (Wish::Hold { .. } | Wish::Move { .. }, false) => {
            let digest = digest(&it.name, asking.wish.name(), &asking.key);
            it.never.push(Never::Key(digest));
        }
        (Wish::Confirm { hold }, false) => it.never.push(Never::Booked(hold.clone())),
        (Wish::Cancel { id } | Wish::Move { from: id, .. }, true) => {
            it.booked.remove(id);
        }
        _ => {}
    }
    if matches!(asking.wish, Wish::Confirm { .. } | Wish::Release { .. }) {
        it.held = None;
    }
    think(world, person);
}

fn nothing_happened(world: &World, person: usize, asking: &Asking, code: Code) {
    let it = &world.people.all[person];
    let made = || {
        let digest = digest(&it.name, asking.wish.name(), &asking.key);
        let made: Vec<_> = world
            .hospital
            .under_key(&digest)
            .map(|it| it.id.clone())
            .collect();
        assert!(
            made.is_empty(),
            "told {code:?}, yet there is {made:?}: {asking:?}"
        );
    };
    let status = |id: &String| found(world.hospital.visit(id), id);
    match &asking.wish {
        Wish::Hold { .. } => made(),
        Wish::Move { from, .. } => {
            made();
            let old = status(from);
            assert!(
                old.is_live() || old.by_staff,
                "told {code:?}, yet {from} is gone: {asking:?}"
            );
        }
        Wish::Confirm { hold } => {
            assert!(
                !status(hold).is_live(),
                "told {code:?}, yet it is booked: {asking:?}"
            );
        }
        Wish::Cancel { id } => {
            let it = status(id);
            assert!(
                it.is_live() || it.by_staff,
                "told {code:?}, yet {id} is gone: {asking:?}"
            );
        }
        Wish::Release { .. } => {}
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

/// What everybody has been told is still so, and no hold has outlived its time.
pub fn check_truths(world: &World) {
    for it in &world.people.all {
        let in_doubt = it.asking.as_ref().and_then(|it| it.wish.ends());
        for id in it.booked.iter().filter(|id| in_doubt != Some(id)) {
            let visit = found(world.hospital.visit(id), id);
            assert!(
                visit.is_live() || visit.by_staff,
                "lost: {id} of {}, {}",
                it.name,
                visit.status
            );
        }
        for id in &it.gone {
            assert!(
                !found(world.hospital.visit(id), id).is_live(),
                "{id} came back"
            );
        }
        for never in &it.never {
            match never {
                Never::Key(key) => {
                    assert_eq!(
                        world.hospital.under_key(key).count(),
                        0,
                        "{key} was not done"
                    );
                }
                Never::Booked(id) => {
                    assert!(
                        !found(world.hospital.visit(id), id).is_live(),
                        "{id} was not done"
                    );
                }
            }
        }
    }
    for hold in world.hospital.pending() {
        let over = hold.expires.map_or(0, |at| world.now - at.as_millisecond());
        assert!(over < OUTLIVES_MS, "{} is held {over} ms too long", hold.id);
    }
}

/// Nobody has two visits at once, or more than the rules allow.
pub fn check_limits(world: &World) {
    for it in &world.people.all {
        let live: Vec<&Visit> = world
            .hospital
            .of_patient(&it.patient)
            .filter(|it| it.is_live())
            .collect();
        let ids: Vec<_> = live.iter().map(|it| (&it.id, &it.slot)).collect();
        assert!(live.len() <= 8, "{} has {ids:?}", it.name);
        let mut doctors = BTreeMap::<_, u32>::new();
        let mut departments = BTreeMap::<_, BTreeSet<usize>>::new();
        for (n, one) in live.iter().enumerate() {
            for other in &live[..n] {
                let apart = one.end <= other.start || other.end <= one.start;
                assert!(apart, "{} is to be at two places: {ids:?}", it.name);
            }
            let day = OFFSET.to_datetime(one.start).date();
            *doctors.entry((day, &one.doctor)).or_default() += 1;
            let doctor: usize = one.doctor["doc-".len()..].parse().unwrap();
            departments.entry(day).or_default().insert(doctor % 4);
        }
        assert!(
            doctors.values().all(|n| *n == 1),
            "{} sees one doctor twice: {ids:?}",
            it.name
        );
        assert!(
            departments.values().all(|all| all.len() <= 3),
            "{}: {ids:?}",
            it.name
        );
    }
}
