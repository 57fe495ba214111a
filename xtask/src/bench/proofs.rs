//! The two proofs that are programs of their own, in `tests/` and beside the edge: the rush at a
//! release, and the simulation.

use super::{Plan, report::Section};
use crate::{build, paths, run, stack};
use anyhow::{Context, Result};
use std::process::{Command, Output, Stdio};

/// The rush at a release.
pub fn rush(plan: &Plan) -> Result<Vec<Section>> {
    build::all()?;
    stack::prepare()?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--package", "banzhen-tests", "--bin", "rush"])
        .current_dir(paths::root());
    run::step("the rush, compiling", &mut cargo)?;
    let mut rush = Command::new(paths::target().join("debug/rush"));
    if plan.quick {
        rush.args(["--people", "500", "--slots", "20", "--seconds", "10"]);
    }
    let section = Section::new("rush", "The rush at a release");
    // What it prints for programs to read goes the other way.
    told(section, "5,000 people, 200 slots, 60 s", &mut rush, |it| {
        it.stderr
    })
}

/// Bookings in virtual time while all goes wrong, against a model.
pub fn simulation(plan: &Plan) -> Result<Vec<Section>> {
    let operations = if plan.quick { "20000" } else { "1000000" };
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--quiet", "--profile", "sim"])
        .args(["--package", "banzhen-edge-worker", "--test", "simulation"])
        .args(["--", "--ops", operations]);
    let section = Section::new("sim", "The simulation");
    told(section, "0 oversold, 0 lost, 0 double", &mut cargo, |it| {
        it.stdout
    })
}

/// Runs it, and puts what it says in words into the section.
fn told(
    mut section: Section,
    bound: &str,
    program: &mut Command,
    words: fn(Output) -> Vec<u8>,
) -> Result<Vec<Section>> {
    let name = program.get_program().display().to_string();
    let output = program
        .current_dir(paths::root())
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {name}"))?;
    let held = output.status.success();
    let said = if held {
        words(output)
    } else {
        [output.stdout, output.stderr].concat()
    };
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("warning"))
        .collect();
    let last = &lines[lines.len().saturating_sub(60)..];
    let mut call = vec![name.rsplit('/').next().unwrap_or(&name).to_owned()];
    call.extend(
        program
            .get_args()
            .map(|it| it.to_string_lossy().into_owned()),
    );
    section.note(format!(
        "`{}`; what it does and what it asks share the cores of this machine.",
        call.join(" ")
    ));
    section.fact("its bounds hold", "", "", bound, held);
    section.note(format!("```text\n{}\n```", last.join("\n")));
    Ok(vec![section])
}
