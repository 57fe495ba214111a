//! The gateway that sends messages, and what the people get: each letter is recorded before it goes
//! out, goes out once at most whatever happens, and says what was so when somebody looked.

use std::collections::HashMap;

use banzhen_edge_worker::transport::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::{
    hospital::{self, Hospital, Visit, ledger::Letter},
    world::World,
};

pub const GATEWAY: &str = "http://sms.example/send";
const KINDS: [&str; 9] = [
    "booked",
    "moved",
    "changed",
    "reminder",
    "stopped",
    "cancelled",
    "cancelled_late",
    "offer",
    "offer_gone",
];

/// What became of letters, by their Communication.
#[derive(Default)]
pub struct Letters {
    /// Timers that have gone off and are being seen to, and since when.
    pub firing: HashMap<String, i64>,
    handed_over: HashMap<String, u32>,
    /// By the request that carries them.
    on_the_way: HashMap<u64, String>,
    taken: HashMap<String, u32>,
}

/// The settings of the gateway.
pub fn settings() -> Value {
    let templates: serde_json::Map<String, Value> = KINDS
        .iter()
        .map(|kind| ((*kind).to_owned(), json!(kind)))
        .collect();
    json!({ "url": GATEWAY, "templates": templates })
}

/// The edge hands a message over: one that is recorded and was not handed over since.
pub fn handed_over(world: &mut World, id: u64, call: &Outgoing) {
    let message: Value = serde_json::from_slice(call.body.as_deref().unwrap()).unwrap();
    let (to, text) = (&message["to"], message["text"].as_str().unwrap());
    let mut fitting = world
        .hospital
        .letters()
        .filter(|it| it.status == "preparation" && it.text == text && phone(&it.recipient) == *to);
    let handed_over = &world.letters.handed_over;
    let letter = fitting.find(|it| handed_over.get(&it.id).is_none_or(|n| *n < it.prepared));
    let letter = letter.unwrap_or_else(|| panic!("not recorded, or sent before: {message}"));
    is_so(world, letter);
    let letter = letter.id.clone();
    drop(fitting);
    *world.letters.handed_over.entry(letter.clone()).or_default() += 1;
    world.letters.on_the_way.insert(id, letter);
    world.count("letters handed over");
}

/// What a letter says was so when the timer went off by which it is sent.
fn is_so(world: &World, letter: &Letter) {
    let about = |key: &str| key.ends_with(&format!("~{}", letter.visit));
    let firing = world.letters.firing.iter();
    let firing = firing.filter(|(key, _)| about(key)).map(|(_, at)| *at);
    let since = firing.min();
    let since = since.unwrap_or_else(|| panic!("{} goes by no timer", letter.id));
    let visit = world.hospital.visit(&letter.visit).unwrap();
    assert!(
        stands(world, letter, visit) || visit.since >= since,
        "{} about {} goes out, which is {} since {}",
        letter.kind,
        visit.id,
        visit.status,
        visit.since
    );
}

/// Whether what a letter says is so.
fn stands(world: &World, letter: &Letter, visit: &Visit) -> bool {
    let stopped = || visit.by_staff || world.hospital.place(&visit.slot).is_stopped();
    match letter.kind.as_str() {
        "booked" | "moved" | "changed" | "reminder" => visit.is_live(),
        "offer" => visit.is_offer(),
        "stopped" | "offer_gone" => stopped(),
        _ => visit.status == "cancelled",
    }
}

/// It reaches the gateway.
pub fn arrive(world: &mut World, id: u64) -> Incoming {
    let letter = world.letters.on_the_way.remove(&id).unwrap();
    let refused = world.troubled && world.chance.permille(50);
    let status = if refused { 400 } else { 202 };
    if !refused {
        world.count("letters sent");
        let taken = world.letters.taken.entry(letter.clone()).or_default();
        *taken += 1;
        assert_eq!(*taken, 1, "{letter} is sent twice");
    }
    Incoming {
        status,
        ..Incoming::default()
    }
}

fn phone(recipient: &str) -> String {
    let number = recipient.strip_prefix("Patient/p-");
    number.map_or(String::new(), |n| hospital::phone(n.parse().unwrap()))
}

/// When all is quiet no letter lies about, and whoever has a visit has been told.
pub fn check_all_told(world: &World) {
    for it in world.hospital.letters() {
        // Recorded late, or by an edge that ended, about what is no news any more: nobody looks.
        let visit = world.hospital.visit(&it.visit).unwrap();
        let begun = visit.start.as_millisecond() <= world.now;
        let left = begun || !stands(world, it, visit);
        let done = ["completed", "unknown", "not-done"].contains(&it.status.as_str());
        assert!(done || left, "{} of {} is {}", it.id, it.visit, it.status);
    }
    let visits = world.hospital.visits();
    let live = visits.filter(|it| is_to_be_told(it) && it.start.as_millisecond() > world.now);
    for visit in live {
        assert!(
            is_told(&world.hospital, visit),
            "nobody was told of {}",
            visit.id
        );
    }
}

fn is_to_be_told(visit: &Visit) -> bool {
    visit.is_live() && !visit.keys.is_empty()
}

fn is_told(hospital: &Hospital, visit: &Visit) -> bool {
    hospital.letters().any(|it| it.visit == visit.id)
}
