//! Memory after many requests beside memory after few.

use super::{
    Plan, edge,
    load::{self, Load},
    machine,
    report::{Aim, Section},
    rivals::{self, Given},
    stats::Spread,
};
use crate::{paths, run::say, stack::DEMO};
use anyhow::{Context, Result};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// After how many requests memory is looked at first.
const FEW: f64 = 1e4;
const MANY: f64 = 1e6;
/// However slow the machine is, it ends.
const LONGEST: Duration = Duration::from_secs(150);

/// Measures it.
pub fn measure(plan: &Plan) -> Result<Vec<Section>> {
    let stack = edge::start(plan)?;
    let url = stack.edge_url();
    let (script, paths) = script(&url, &plan.state)?;
    let path = edge::measured_path(&url)?;
    let answer = load::get(&format!("{url}{path}"), None)?;
    let given = Given::bytes(&answer);
    let (constant, constant_url) = rivals::worker(&plan.state, "constant", &given)?;
    let constant = rivals::start(&plan.state, "constant", &constant, constant_url, &path)?;
    let many = if plan.quick { MANY / 20.0 } else { MANY };
    let edge = stack.edge_id().context("the edge does not run")?;
    let ours = grown(&url, edge, &script, many)?;
    let theirs = grown(&constant.url, constant.id(), &script, many)?;
    let mut section = Section::new("memory", "Memory after many requests");
    section.row(
        "resident memory of workerd after many requests, against after few",
        &ours[1].text(),
        &ours[0].text(),
        &ratio(ours[1].bytes, ours[0].bytes),
        Aim::AtMost(1.05),
    );
    section.row(
        "after many requests, against the constant-body JavaScript Worker",
        &ours[1].text(),
        &theirs[1].text(),
        &ratio(ours[1].bytes, theirs[1].bytes),
        Aim::None,
    );
    section.note(format!(
        "One run over {paths} different availabilities, 32 connections. How many different ones \
         are kept is bounded, which the unit tests of `hot` show. The constant Worker, which keeps \
         nothing at all, grows from {} to {}: {:.2} times.",
        theirs[0].text(),
        theirs[1].text(),
        theirs[1].bytes / theirs[0].bytes,
    ));
    Ok(vec![section])
}

/// Memory in use at some moment.
struct Resident {
    bytes: f64,
    requests: f64,
}

impl Resident {
    fn text(&self) -> String {
        format!("{:.1} MB after {:.0}", self.bytes / 1e6, self.requests)
    }
}

fn ratio(ours: f64, theirs: f64) -> Spread {
    [ours / theirs].into_iter().collect()
}

/// A server's memory after few requests, and after `many`.
fn grown(url: &str, server: u32, script: &Path, many: f64) -> Result<[Resident; 2]> {
    let mut done = 0.0;
    Ok([
        resident_after(url, server, script, FEW, &mut done)?,
        resident_after(url, server, script, many, &mut done)?,
    ])
}

/// Asks on until `wanted` requests were `done`, and tells the memory in use after a rest.
#[allow(clippy::cast_precision_loss, reason = "megabytes")]
fn resident_after(
    url: &str,
    server: u32,
    script: &Path,
    wanted: f64,
    done: &mut f64,
) -> Result<Resident> {
    let started = Instant::now();
    let mut rate = FEW / 2.0;
    while *done < wanted && started.elapsed() < LONGEST {
        let left = ((wanted - *done) / rate).clamp(1.0, 20.0);
        let load = Load {
            url,
            header: None,
            connections: 32,
            time: Duration::from_secs_f64(left),
            script: Some(script),
        };
        let counted = load::run(load)?;
        rate = counted.rate;
        *done += counted.requests;
        say(format!("{done:.0} requests"));
    }
    thread::sleep(Duration::from_secs(2));
    Ok(Resident {
        bytes: machine::resident(server)? as f64,
        requests: *done,
    })
}

/// A script for wrk that asks for many different things in turn, and how many they are.
fn script(edge: &str, state: &Path) -> Result<(PathBuf, usize)> {
    let count = paths::root().join("tests/bench/count.lua");
    let (mut text, mut paths) = (
        format!("dofile(\"{}\")\nlocal paths = {{\n", count.display()),
        0,
    );
    for hospital in DEMO {
        for department in edge::departments(edge, hospital)?.iter().take(2) {
            for days in 1..=4 {
                let path = edge::availability(hospital, department, &format!("?days={days}"));
                load::get(&format!("{edge}{path}"), None)?;
                writeln!(text, "  {path:?},")?;
                paths += 1;
            }
        }
    }
    text.push_str(
        "}\nlocal at = 0\nrequest = function()\n  at = at % #paths + 1\n  \
         return wrk.format(\"GET\", paths[at])\nend\n",
    );
    let file = state.join("many.lua");
    fs::write(&file, text)?;
    Ok((file, paths))
}
