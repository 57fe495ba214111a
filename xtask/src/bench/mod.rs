//! `cargo xtask bench`: the edge beside its rivals, taking turns in one run.

mod cold;
mod edge;
mod fresh;
mod hot;
mod listeners;
mod load;
mod machine;
mod memory;
mod misses;
mod paced;
mod proofs;
mod report;
mod rivals;
mod size;
mod stats;
mod swarm;

use crate::{paths, run::say};
use anyhow::{Result, bail};
use report::Section;
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How long and how often.
pub struct Plan {
    /// How often each side has its turn.
    rounds: usize,
    /// How long a turn of load takes.
    time: Duration,
    /// Whether it is only for trying.
    quick: bool,
    /// Where rivals keep their files and logs.
    state: PathBuf,
}

impl Plan {
    fn new(quick: bool) -> Self {
        let (rounds, time) = if quick { (3, 1) } else { (7, 3) };
        Self {
            rounds,
            time: Duration::from_secs(time),
            quick,
            state: paths::state().join(format!("rivals-{}", std::process::id())),
        }
    }
}

type Measure = fn(&Plan) -> Result<Vec<Section>>;

/// Each measure and its name.
const MEASURES: &[(&str, Measure)] = &[
    ("hot", hot::measure),
    ("misses", misses::measure),
    ("fresh", fresh::measure),
    ("cold", cold::measure),
    ("memory", memory::measure),
    ("size", size::measure),
    ("rush", proofs::rush),
    ("sim", proofs::simulation),
];

/// Those that run only when they are named: they take minutes.
const LONG: [&str; 2] = ["rush", "sim"];

/// The names of the measures.
pub fn names() -> impl Iterator<Item = &'static str> {
    MEASURES.iter().map(|(name, _)| *name)
}

/// Runs the measures of these names, or all but the long ones, and writes what they found into
/// `docs/benchmarks.md`, unless it was only for trying.
pub fn run(wanted: &[String], quick: bool) -> Result<()> {
    if let Some(name) = wanted
        .iter()
        .find(|name| names().all(|known| known != *name))
    {
        let known: Vec<&str> = names().collect();
        bail!("there is no measure {name}; there are {}", known.join(", "));
    }
    let plan = Plan::new(quick);
    fs::create_dir_all(&plan.state)?;
    rivals::prepare()?;
    for (name, measure) in MEASURES {
        let asked_for = wanted.iter().any(|other| other == name);
        if !asked_for && (!wanted.is_empty() || LONG.contains(name)) {
            continue;
        }
        let started = Instant::now();
        say(format!("measuring {name}"));
        for section in measure(&plan)? {
            section.print();
            if !quick {
                section.write()?;
            }
        }
        say(format!("{name}: {:.0} s", started.elapsed().as_secs_f32()));
    }
    Ok(())
}
