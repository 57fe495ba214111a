//! A start from nothing: from the process to its first right answer.

use super::{
    Plan, edge,
    load::{self, Answer},
    machine,
    report::{Aim, Section},
    rivals::{self, Given},
    stats::{Spread, ratios},
};
use crate::{paths, process::Process, stack::Stack};
use anyhow::{Result, bail};
use std::{
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// Measures it.
pub fn measure(plan: &Plan) -> Result<Vec<Section>> {
    let mut stack = edge::start(plan)?;
    let base = stack.edge_url();
    let path = edge::measured_path(&base)?;
    let health = load::get(&format!("{base}/api/v1/health"), None)?;
    let given = Given::bytes(&health);
    let (constant, url) = rivals::worker(&plan.state, "constant", &given)?;
    let with_module = Given {
        module: Some(&paths::edge_bundle(true).join("index_bg.wasm")),
        ..Given::bytes(&health)
    };
    let (loading, loading_url) = rivals::worker(&plan.state, "module", &with_module)?;
    let (mut ours, mut theirs, mut board) = (Vec::new(), Vec::new(), Vec::new());
    let mut loaded = Vec::new();
    for round in 0..plan.rounds {
        let edge = |stack: &mut Stack, path: &str, is: &dyn Fn(&Answer) -> bool| {
            stack.kill_edge();
            let command = stack.edge_command()?;
            first_answer(&plan.state, &command, &format!("{base}{path}"), is)
        };
        let is_health = |answer: &Answer| answer.body == health.body;
        let is_known = |answer: &Answer| {
            let text = String::from_utf8_lossy(&answer.body);
            text.contains("\"freshness\":\"fresh\"")
        };
        let rival = || first_answer(&plan.state, &constant, &url, &is_health);
        if round % 2 == 0 {
            ours.push(edge(&mut stack, "/api/v1/health", &is_health)?);
            theirs.push(rival()?);
        } else {
            theirs.push(rival()?);
            ours.push(edge(&mut stack, "/api/v1/health", &is_health)?);
        }
        loaded.push(first_answer(
            &plan.state,
            &loading,
            &loading_url,
            &is_health,
        )?);
        board.push(edge(&mut stack, &path, &is_known)?);
    }
    let text = |times: &[f64]| {
        let times: Spread = times.iter().copied().collect();
        times.text(|ms| format!("{ms:.0} ms"))
    };
    let mut section = Section::new("cold", "A cold start of workerd");
    section.row(
        "from the start of the process to the first right answer (`/health`), against the \
         constant Worker",
        &text(&ours),
        &text(&theirs),
        &ratios(&ours, &theirs),
        Aim::AtMost(1.2),
    );
    section.row(
        "the same to the first availability, which the hospital has to be asked for",
        &text(&board),
        &text(&theirs),
        &ratios(&board, &theirs),
        Aim::None,
    );
    section.row(
        "the constant Worker that loads the edge's module and does not run it, against itself \
         without",
        &text(&loaded),
        &text(&theirs),
        &ratios(&loaded, &theirs),
        Aim::None,
    );
    section.note(format!(
        "{} rounds; the files are in the page cache on both sides.",
        plan.rounds
    ));
    Ok(vec![section])
}

/// Milliseconds from the start of a server, which is ended again, to its first right answer.
fn first_answer(
    state: &Path,
    command: &Command,
    url: &str,
    right: &dyn Fn(&Answer) -> bool,
) -> Result<f64> {
    let command = machine::on_server_core(command);
    let log = state.join("logs/cold.log");
    let started = Instant::now();
    let mut process = Process::start("cold", &command, &log)?;
    loop {
        if let Ok(answer) = load::get(url, None)
            && answer.status == 200
            && right(&answer)
        {
            let took = started.elapsed();
            process.kill();
            return Ok(took.as_secs_f64() * 1e3);
        }
        process.check()?;
        if started.elapsed() > Duration::from_secs(30) {
            bail!("{url} does not answer");
        }
        thread::sleep(Duration::from_micros(500));
    }
}
