//! Memory after many requests beside memory after few.

use super::{
    Plan, edge,
    load::{self, Load},
    machine,
    report::{Aim, Section},
    stats::Spread,
};
use crate::{
    paths,
    run::say,
    stack::{DEMO, Stack},
};
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
    let mut done = 0.0;
    let before = resident_after(&stack, &url, &script, FEW, &mut done)?;
    let first = done;
    let many = if plan.quick { MANY / 20.0 } else { MANY };
    let after = resident_after(&stack, &url, &script, many, &mut done)?;
    let mut section = Section::new("memory", "Memory after many requests");
    let megabytes = |bytes: f64| format!("{:.1} MB after {done:.0}", bytes / 1e6);
    section.row(
        "resident memory of workerd after many requests, against after few",
        &megabytes(after),
        &format!("{:.1} MB after {first:.0}", before / 1e6),
        &[after / before].into_iter().collect::<Spread>(),
        Aim::AtMost(1.05),
    );
    section.note(format!(
        "One run over {paths} different availabilities, 32 connections. How many \
         different ones are kept is bounded, which the unit tests of `hot` show."
    ));
    Ok(vec![section])
}

/// Asks on until `wanted` requests were `done`, and tells the memory in use after a rest.
#[allow(clippy::cast_precision_loss, reason = "megabytes")]
fn resident_after(
    stack: &Stack,
    url: &str,
    script: &Path,
    wanted: f64,
    done: &mut f64,
) -> Result<f64> {
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
    let id = stack.edge_id().context("the edge does not run")?;
    Ok(machine::resident(id)? as f64)
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
