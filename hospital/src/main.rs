//! `hospital seed` and `hospital play`.

use std::{
    fmt::Write as _,
    io::{self, Write},
    process::ExitCode,
    time::{Instant, SystemTime},
};

use hospital::{client::Server, plan::World, play::Options, profile::Profile};
use jiff::{Timestamp, civil::Date};
use lexopt::prelude::*;

const USAGE: &str = "\
usage: hospital seed --to BASE|- --profile general|community [--seed N] [--people N] [--today YYYY-MM-DD]
       hospital play --control ADDR:PORT --hospital general=BASE [--hospital community=BASE]
                     [--edge URL] [--still] [--seed N] [--people N] [--today YYYY-MM-DD]
`--to -` prints the resources, one a line. Seed, people and today of `play` are those the hospitals were seeded with.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("hospital: {why}");
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn run() -> Result<(), Failure> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "seed" => seed(&mut arguments),
        Some(Value(command)) if command == "play" => play(&mut arguments),
        _ => Err(USAGE.into()),
    }
}

fn seed(arguments: &mut lexopt::Parser) -> Result<(), Failure> {
    let (mut to, mut profile, mut seed, mut people) = (None, None, 1, 300);
    let mut today = this_day();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("to") => to = Some(arguments.value()?.string()?),
            Long("profile") => profile = Profile::from_id(&arguments.value()?.string()?),
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("people") => people = arguments.value()?.parse()?,
            Long("today") => today = arguments.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(to), Some(profile)) = (to, profile) else {
        return Err(USAGE.into());
    };
    let began = Instant::now();
    let world = World::new(profile, seed, people, today);
    if to == "-" {
        let mut out = io::stdout().lock();
        for resource in hospital::resource::stages(&world).iter().flatten() {
            writeln!(out, "{resource}")?;
        }
        return Ok(());
    }
    let counts = hospital::seed::seed(&Server::new(&to), &world)?;
    let all: usize = counts.values().sum();
    let seconds = began.elapsed().as_secs_f32();
    let mut said = format!(
        "{} for {today}: {all} resources in {seconds:.1} s\n",
        profile.id()
    );
    for (kind, count) in counts {
        let _ = writeln!(said, "  {count:>6} {kind}");
    }
    // The hospital is written, whoever reads this or not.
    let _ = io::stdout().write_all(said.as_bytes());
    Ok(())
}

fn play(arguments: &mut lexopt::Parser) -> Result<(), Failure> {
    let mut options = Options {
        control: String::new(),
        hospitals: Vec::new(),
        edge: None,
        playing: true,
        seed: 1,
        people: 300,
        today: this_day(),
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("control") => options.control = arguments.value()?.string()?,
            Long("hospital") => options
                .hospitals
                .push(named_base(&arguments.value()?.string()?)?),
            Long("edge") => options.edge = Some(arguments.value()?.string()?),
            Long("still") => options.playing = false,
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Long("people") => options.people = arguments.value()?.parse()?,
            Long("today") => options.today = arguments.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if options.control.is_empty() || options.hospitals.is_empty() {
        return Err(USAGE.into());
    }
    hospital::play::run(&options)
}

/// `general=http://...`
fn named_base(text: &str) -> Result<(Profile, String), Failure> {
    text.split_once('=')
        .and_then(|(id, base)| Some((Profile::from_id(id)?, base.to_owned())))
        .ok_or_else(|| format!("{text:?} is not general=BASE or community=BASE").into())
}

fn this_day() -> Date {
    let now = SystemTime::now();
    hospital::calendar::civil(Timestamp::try_from(now).unwrap_or_default()).date()
}
