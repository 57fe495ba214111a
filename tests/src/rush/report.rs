//! What came of it: in numbers, in words, and against the bounds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Plan,
    crowd::{DRAW_MS, End, Story},
    scene::Scene,
    stats,
};
use crate::{fault_proxy::Seen, fhir::is_live, http::get_json, stack::Own};

/// What came of a rush.
pub struct Report {
    /// Everything that was counted.
    pub json: Value,
    /// What does not hold, in words; empty when all does.
    pub broken: Vec<String>,
}

impl Report {
    #[track_caller]
    pub(super) fn of(own: &Own, scene: &Scene, plan: &Plan, stories: &[Story]) -> Self {
        let mut broken = Vec::new();
        let mut must = |holds: bool, what: String| {
            if !holds {
                broken.push(what);
            }
        };
        let seen = own.proxy.seen();
        let sold = sold(own, scene);
        let ends = ends(stories);
        let count = |name: &str| ends.get(name).copied().unwrap_or(0);
        let booked: BTreeSet<&String> = stories
            .iter()
            .filter_map(|story| match &story.end {
                Some((_, End::Booked(slot))) => Some(slot),
                _ => None,
            })
            .collect();
        must(sold.twice == 0, format!("{} places sold twice", sold.twice));
        must(
            sold.booked == plan.slots,
            format!("{} of {} places booked", sold.booked, plan.slots),
        );
        must(
            count("booked") == booked.len() && booked.len() == sold.booked,
            format!("{} were told that they have a place", count("booked")),
        );
        must(
            count("unclear") == 0,
            format!("not clear: {:?}", unclear(stories)),
        );

        let holds = seen.iter().filter(|it| is_hold(it)).count();
        let per_booking = holds as f64 / plan.slots as f64;
        must(
            per_booking <= 1.5,
            format!("{per_booking:.2} hold attempts a booking"),
        );

        let taps = taps(stories);
        must(
            taps.later_share <= 0.005,
            format!(
                "{:.2} % of the later taps on what was shown free were taken",
                taps.later_share * 100.0
            ),
        );
        let fair = fairness(stories);
        must(
            fair.drawn * 2 >= plan.people,
            format!("only {} were in line before the draw", fair.drawn),
        );
        must(
            // By chance alone once in a million runs; a draw that is not one is far below.
            fair.p > 1e-6 && fair.spearman.abs() < 4.0 / (fair.drawn.max(1) as f64).sqrt(),
            format!("the draw is not even: {fair:?}"),
        );
        let release = get_json(&format!(
            "{}/api/v1/hospitals/general/releases/{}",
            scene.base, scene.date
        ));
        for what in audit(&release) {
            must(false, what);
        }
        let mut slowest: Vec<u64> = stories.iter().map(|story| story.slowest).collect();
        slowest.sort_unstable();
        let last = |name: fn(&End) -> bool| {
            let at = stories
                .iter()
                .filter_map(|s| s.end.as_ref().filter(|(_, end)| name(end)));
            at.map(|(at, _)| *at).max().unwrap_or(0) as f64 / 1000.0
        };
        let polls: u64 = stories.iter().map(|story| u64::from(story.polls)).sum();
        let json = json!({
            "people": plan.people,
            "slots": plan.slots,
            "seed": plan.seed,
            "set_up_s": scene.took_s,
            "booked": sold.booked,
            "sold_twice": sold.twice,
            "told": ends,
            "last_booked_s": last(|end| matches!(end, End::Booked(_))),
            "last_told_s": last(|_| true),
            "hospital": {
                "requests": seen.len(),
                "hold_attempts": holds,
                "hold_attempts_per_booking": round(per_booking),
            },
            "taps": {
                "first_5_s": taps.first,
                "first_5_s_taken": taps.first_taken,
                "later": taps.later,
                "later_taken": taps.later_taken,
                "later_taken_share": round(taps.later_share),
                "whole_minute_taken_share": round(taps.share),
                "gone_when_their_turn_came": taps.gone_later,
            },
            "fairness": {
                "drawn": fair.drawn,
                "spearman_arrival_place": round(fair.spearman),
                "chi_square_16": round(fair.chi),
                "p": round(fair.p),
                "spearman_arrival_admitted": round(fair.admitted),
            },
            "polls": polls,
            "slowest_answer_ms": { "median": slowest[slowest.len() / 2], "p99": slowest[slowest.len() * 99 / 100], "most": slowest.last() },
            "room": {
                "arrivals": release["arrivals"], "attempts": release["attempts"], "held": release["held"],
                "booked": release["booked"], "taken": release["taken"], "refused": release["refused"],
                "unknown": release["unknown"], "over": release["over"], "missed": release["missed"],
                "admitted": release["admitted"].as_array().map(Vec::len),
                "drawn": release["drawn"].as_array().map(Vec::len),
            },
            "broken": broken,
        });
        Self { json, broken }
    }

    /// In words.
    pub fn text(&self) -> String {
        let it = &self.json;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} people, {} places; set up in {} s",
            it["people"], it["slots"], it["set_up_s"]
        );
        let _ = writeln!(
            text,
            "booked {}, sold twice {}; the last place went after {} s, the last person was told after {} s",
            it["booked"], it["sold_twice"], it["last_booked_s"], it["last_told_s"]
        );
        let _ = writeln!(text, "told: {}", it["told"]);
        let _ = writeln!(text, "hospital: {}", it["hospital"]);
        let _ = writeln!(text, "taps on what was shown free: {}", it["taps"]);
        let _ = writeln!(text, "fairness: {}", it["fairness"]);
        let _ = writeln!(
            text,
            "polls {}, slowest answers {}",
            it["polls"], it["slowest_answer_ms"]
        );
        let _ = writeln!(text, "the room's own record: {}", it["room"]);
        for what in &self.broken {
            let _ = writeln!(text, "DOES NOT HOLD: {what}");
        }
        text
    }
}

fn round(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

struct Sold {
    booked: usize,
    twice: usize,
}

/// What lies in the hospital.
fn sold(own: &Own, scene: &Scene) -> Sold {
    let wanted: BTreeSet<&String> = scene.slots().collect();
    let mut by_slot: BTreeMap<String, usize> = BTreeMap::new();
    let day = format!("Appointment?date={}", scene.date);
    for appointment in own
        .world
        .general
        .search(&day)
        .iter()
        .filter(|it| is_live(it))
    {
        for slot in appointment["slot"].as_array().into_iter().flatten() {
            let slot = slot["reference"].as_str().unwrap_or_default();
            let slot = slot.rsplit('/').next().unwrap_or_default().to_owned();
            if wanted.contains(&slot) && appointment["status"] == "booked" {
                *by_slot.entry(slot).or_default() += 1;
            }
        }
    }
    Sold {
        booked: by_slot.len(),
        twice: by_slot.values().filter(|count| **count > 1).count(),
    }
}

/// A transaction that wants to hold a place.
fn is_hold(seen: &Seen) -> bool {
    seen.method == "POST"
        && seen.body.contains("\"transaction\"")
        && seen.body.contains("\"pending\"")
        && seen.body.contains("busy-tentative")
}

fn ends(stories: &[Story]) -> BTreeMap<&'static str, usize> {
    let mut ends = BTreeMap::new();
    for story in stories {
        let name = match &story.end {
            Some((_, End::Booked(_))) => "booked",
            Some((_, End::Over)) => "over",
            Some((_, End::NothingFree)) => "nothing_free",
            Some((_, End::Gone)) => "gone",
            Some((_, End::Left)) => "left",
            Some((_, End::Unclear(_))) | None => "unclear",
        };
        *ends.entry(name).or_default() += 1;
    }
    ends
}

fn unclear(stories: &[Story]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for story in stories {
        if let Some((_, End::Unclear(why))) = &story.end {
            *found.entry(why.clone()).or_default() += 1;
        }
    }
    found
}

#[derive(Default)]
struct Taps {
    first: usize,
    first_taken: usize,
    later: usize,
    later_taken: usize,
    later_share: f64,
    share: f64,
    gone_later: usize,
}

fn taps(stories: &[Story]) -> Taps {
    let mut it = Taps::default();
    for tap in stories.iter().flat_map(|story| &story.taps) {
        let taken = usize::from(tap.told == "slot_taken");
        if tap.at < DRAW_MS {
            it.first += 1;
            it.first_taken += taken;
        } else {
            it.later += 1;
            it.later_taken += taken;
        }
        it.gone_later += usize::from(tap.gone_later);
    }
    let share = |taken: usize, of: usize| taken as f64 / of.max(1) as f64;
    it.later_share = share(it.later_taken, it.later);
    it.share = share(it.first_taken + it.later_taken, it.first + it.later);
    it
}

#[derive(Debug)]
struct Fairness {
    drawn: usize,
    spearman: f64,
    chi: f64,
    p: f64,
    admitted: f64,
}

/// Those who came in the first seconds: does when they came say anything about where they stand?
/// Who was told at once that it is over stands behind all who were not.
fn fairness(stories: &[Story]) -> Fairness {
    let was_drawn = |story: &&Story| {
        story.in_line.is_some_and(|at| at < DRAW_MS)
            && (story.ahead.is_some() || matches!(story.end, Some((_, End::Over))))
    };
    let drawn: Vec<&Story> = stories.iter().filter(was_drawn).collect();
    let mut most: BTreeMap<&str, u64> = BTreeMap::new();
    for story in &drawn {
        let most = most.entry(&story.department).or_default();
        *most = (*most).max(story.ahead.unwrap_or(0));
    }
    let place = |story: &&Story| {
        let most = most[story.department.as_str()].max(1) as f64;
        let behind = |ahead: u64| ahead as f64 / most;
        (story.came as f64, story.ahead.map_or(2.0, behind))
    };
    let pairs: Vec<(f64, f64)> = drawn.iter().map(place).collect();
    let (chi, p) = stats::chi_square(&pairs);
    let admitted: Vec<(f64, f64)> = drawn
        .iter()
        .map(|story| {
            (
                story.came as f64,
                f64::from(u8::from(story.admitted.is_some())),
            )
        })
        .collect();
    Fairness {
        drawn: pairs.len(),
        spearman: stats::spearman(&pairs),
        chi,
        p,
        admitted: stats::spearman(&admitted),
    }
}

/// Works the draw out again from what is published.
fn audit(release: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let (Some(seed), Some(mix)) = (hex(&release["seed"]), hex(&release["mix"])) else {
        return vec!["there was no draw, or its seed is not told".into()];
    };
    if Some(Sha256::digest(&seed).to_vec()) != hex(&release["commitment"]) {
        wrong.push("the seed is not the one that was committed to".into());
    }
    let tickets: Vec<Vec<u8>> = release["drawn"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(hex)
        .collect();
    let mut sorted = tickets.clone();
    sorted.sort();
    if Sha256::digest(sorted.concat()).to_vec() != mix {
        wrong.push("the mix is not that of the tickets".into());
    }
    let lot = |ticket: &Vec<u8>| Sha256::digest([&seed[..], &mix, ticket].concat())[..8].to_vec();
    sorted.sort_by_key(lot);
    if sorted != tickets {
        wrong.push("the order is not the one that was drawn".into());
    }
    wrong
}

fn hex(text: &Value) -> Option<Vec<u8>> {
    let text = text.as_str()?;
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect()
}
