//! `hospital seed` and `hospital play`.

use std::{process::ExitCode, time::Instant};

use hospital::{client::Server, plan::World, profile::Profile};
use jiff::{Timestamp, civil::Date};
use lexopt::prelude::*;

const USAGE: &str = "\
usage: hospital seed --to BASE --profile general|community [--seed N] [--people N] [--today YYYY-MM-DD]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("hospital: {why}");
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn run() -> Result<(), Failure> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "seed" => seed(&mut arguments),
        _ => Err(USAGE.into()),
    }
}

fn seed(arguments: &mut lexopt::Parser) -> Result<(), Failure> {
    let (mut to, mut profile, mut seed, mut people) = (None, None, 1, 300);
    let mut today: Date = hospital::calendar::civil(Timestamp::now()).date();
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
    let counts = hospital::seed::seed(&Server::new(&to), &world)?;
    let all: usize = counts.values().sum();
    println!(
        "{} for {today}: {all} resources in {:.1} s",
        profile.id(),
        began.elapsed().as_secs_f32()
    );
    for (kind, count) in counts {
        println!("  {count:>6} {kind}");
    }
    Ok(())
}
