//! Bookings by the ten thousand against a hospital in memory, in virtual time: the waitlist and its
//! offers, notifications and the boards that they feed, letters; lost and doubled requests, replies
//! that never come, a hospital that is gone, an edge that is killed wherever it stands. Chance
//! decides everything, one seed decides chance: what failed fails again.
//!
//! `cargo xtask sim [--ops N] [--seed S]`; as a test it runs a short one.

// A test, though with a `main` of its own: what is not as it should be is to panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alarms;
mod boards;
mod chance;
mod feeds;
mod hospital;
mod letters;
mod life;
mod notices;
mod people;
mod turns;
mod waitlist;
mod world;

use std::{collections::BTreeMap, hash::Hasher, panic, time::Instant};

use chance::Chance;
use life::Until;
use world::World;

/// Calls of one chapter: a world of its own, so that a failure is replayed in no time.
const CHAPTER: u64 = 4000;
const PEOPLE: usize = 100;
/// Events until the edge is killed, at the most; often far fewer.
const LONGEST_LIFE: i64 = 60_000;
/// Calls when nobody says how many: under a build that is not made for it.
const SHORT: u64 = 500;

struct Options {
    ops: u64,
    seed: u64,
    chapter: Option<u64>,
    /// Tells the story, line by line.
    tell: bool,
}

fn main() {
    let Some(options) = options() else {
        // The test harness's own arguments (`--list`, a filter): nothing here is meant.
        return;
    };
    let began = Instant::now();
    let mut counts = BTreeMap::new();
    let chapters = match options.chapter {
        Some(chapter) => chapter..chapter + 1,
        None => 0..options.ops.div_ceil(CHAPTER),
    };
    let (mut history, mut calls) = (0, 0);
    for chapter in chapters {
        // The last calls of a chapter may be more than were wanted.
        let calls_here = CHAPTER.min(options.ops.saturating_sub(calls));
        if calls_here == 0 {
            break;
        }
        let told = panic::catch_unwind(|| play(&options, chapter, calls_here));
        let Ok(world) = told else {
            let seed = options.seed;
            eprintln!(
                "\nFAILED; to see it again: cargo xtask sim --seed {seed} --chapter {chapter}"
            );
            std::process::exit(1);
        };
        calls += world.people.calls;
        for (what, count) in &world.counts {
            *counts.entry(*what).or_insert(0) += count;
        }
        *counts.entry("commits").or_insert(0) += world.hospital.commits;
        *counts.entry("refused for their version").or_insert(0) += world.hospital.conflicts;
        history ^= world
            .history
            .finish()
            .rotate_left(u32::try_from(chapter % 64).unwrap());
    }
    let seconds = began.elapsed().as_secs_f32();
    for (what, count) in &counts {
        println!("{count:>10}  {what}");
    }
    // A run in which nobody was told no, or nothing came of a waitlist, would prove little.
    if options.chapter.is_none() && calls >= CHAPTER {
        for what in [
            "slot_taken",
            "own_overlap",
            "told: moved",
            "told: accepted",
            "told: unknown",
        ] {
            assert!(counts.contains_key(what), "nobody was told {what}");
        }
        let internal = counts.get("internal").copied().unwrap_or_default();
        assert!(internal * 50 < calls, "{internal} calls failed inside");
    }
    println!(
        "{calls} calls in {seconds:.1} s, seed {}, history {history:016x}: \
         0 oversold, 0 lost, 0 double",
        options.seed
    );
}

fn options() -> Option<Options> {
    let mut options = Options {
        ops: SHORT,
        seed: 1,
        chapter: None,
        tell: false,
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let number = args.next()?.parse().ok()?;
        match arg.as_str() {
            "--ops" => options.ops = number,
            "--seed" => options.seed = number,
            "--tell" => options.tell = number > 0,
            "--chapter" => options.chapter = Some(number),
            _ => return None,
        }
    }
    Some(options)
}

/// One world from its beginning until all is settled.
fn play(options: &Options, chapter: u64, calls: u64) -> World {
    let start: jiff::Timestamp = "2026-11-23T08:30:00+08:00".parse().unwrap();
    let seed = Chance::new(options.seed).next() ^ Chance::new(chapter).next();
    let mut world = World::new(seed, start.as_millisecond(), PEOPLE);
    world.people.wanted = calls;
    world.told = options.tell;
    while !world.people.enough() {
        let events = u64::try_from(world.chance.spread(LONGEST_LIFE)).unwrap();
        world = life::live(world, Until::Killed(events));
        world.count("restarts");
        world.tell(|| "the edge dies".to_owned());
        people::check_truths(&world);
        waitlist::check_one_offer(&world);
    }
    people::close(&mut world);
    world = life::live(world, Until::Quiet);
    people::check_truths(&world);
    people::check_limits(&world);
    waitlist::check_nobody_forgotten(&world);
    letters::check_all_told(&world);
    world
}
