//! `cargo xtask test`: everything that must hold, stage by stage.

use crate::{
    build, lint, paths, run, size,
    stack::{self, Options, Stack},
    tools,
};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsString,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How many tests a stage has run.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: u32,
    failed: u32,
}

/// A name and what is done.
type Stage = (&'static str, fn() -> Result<Count>);

const STAGES: &[Stage] = &[
    ("format", || lint::format(true).map(|()| one())),
    ("lints", || lint::clippy().map(|()| one())),
    ("unit tests", unit_tests),
    ("simulation", || {
        simulation(&["--ops".into(), "20000".into()]).map(|()| one())
    }),
    ("build", build_all),
    ("sizes", || size::check().map(|()| one())),
    ("API tests", api_tests),
    ("a hospital down", outage),
    ("FHIR validators", fhir_validators),
    ("browser tests", browser_tests),
    ("trunk build", same_app),
];

/// Runs the stages in order, stops after the first that fails, and says what was counted.
pub fn all() -> Result<()> {
    let (mut total, mut rows) = (Count::default(), Vec::<(&str, Duration, Count)>::new());
    for (name, run) in STAGES {
        eprintln!("\n== {name}");
        let started = Instant::now();
        let count = run().unwrap_or_else(|why| {
            eprintln!("error: {why:#}");
            Count {
                passed: 0,
                failed: 1,
            }
        });
        rows.push((name, started.elapsed(), count));
        total.passed += count.passed;
        total.failed += count.failed;
        if count.failed > 0 {
            break;
        }
    }
    println!(
        "\n{:<16} {:>8} {:>7} {:>7}",
        "stage", "seconds", "passed", "failed"
    );
    for (name, time, count) in &rows {
        let seconds = time.as_secs_f32();
        println!(
            "{name:<16} {seconds:>8.1} {:>7} {:>7}",
            count.passed, count.failed
        );
    }
    for (name, _) in &STAGES[rows.len()..] {
        println!("{name:<16} {:>8}", "not run");
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

/// A stage that either holds or not counts as one test.
fn one() -> Count {
    Count {
        passed: 1,
        failed: 0,
    }
}

fn build_all() -> Result<Count> {
    build::all()?;
    stack::prepare()?;
    Ok(one())
}

fn unit_tests() -> Result<Count> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--workspace",
        "--exclude",
        "banzhen-tests",
        "--features",
        "banzhen-contract/openapi",
        "--no-fail-fast",
    ]);
    // Booking is tested against a real FHIR server without the edge round it.
    cargo.env("SEKMET", tools::fhir_server()?);
    counted(&mut cargo)
}

/// Bookings against a hospital in memory, in virtual time; `args` are the simulation's own.
pub fn simulation(args: &[OsString]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--profile",
        "sim",
        "--package",
        "banzhen-edge-worker",
    ]);
    cargo.args(["--test", "simulation", "--"]).args(args);
    run::visibly(cargo.current_dir(paths::root()))
}

/// The whole suite against one stack, so that what it leaves behind is looked at together.
fn api_tests() -> Result<Count> {
    let stack = Stack::start_built(Options::test("api"))?;
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--package", "banzhen-tests", "--no-fail-fast"]);
    counted(
        cargo
            .env("BANZHEN_EDGE", stack.edge_url())
            .env("BANZHEN_LOGS", stack.logs()),
    )
}

/// The same suite while a hospital is down: its parts say so, the other's work. But for the parts
/// that only use a stack of their own, whose hospitals they bring down themselves.
fn outage() -> Result<Count> {
    const DOWN: &str = "community";
    const OWN: [&str; 6] = ["clock", "faults", "feed", "outage", "reminders", "room"];
    let mut stack = Stack::start_built(Options::test("outage"))?;
    stack.kill_hospital(DOWN)?;
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--package",
        "banzhen-tests",
        "--test",
        "api",
        "--no-fail-fast",
        "--",
    ]);
    for part in OWN {
        cargo.args(["--skip", &format!("{part}::")]);
    }
    cargo.env("BANZHEN_DOWN", DOWN);
    counted(
        cargo
            .env("BANZHEN_EDGE", stack.edge_url())
            .env("BANZHEN_LOGS", stack.logs()),
    )
}

/// Runs `cargo test` or Playwright, passes on what it prints, and adds up what it counts.
fn counted(command: &mut Command) -> Result<Count> {
    let mut child = command
        .current_dir(paths::root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        count.add(&line);
        // A thousand lines of `ok` hide the one that matters.
        let good = line.ends_with("... ok")
            || line.starts_with("test result: ok")
            || line.starts_with("running ")
            || line.is_empty();
        if !good {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        bail!("{} ended with {status}", command.get_program().display());
    }
    Ok(count)
}

impl Count {
    /// Reads one line: `test result: ok. 3 passed; 0 failed; ...` of cargo, one line for each
    /// test binary, or `  3 passed (1.2m)` and the like of Playwright.
    fn add(&mut self, line: &str) {
        let (result, cargo) = match line.strip_prefix("test result:") {
            Some(result) => (result, true),
            None => (line.trim(), false),
        };
        let words: Vec<&str> = result
            .split([' ', ';'])
            .filter(|word| !word.is_empty())
            .collect();
        if !cargo && !(1..=3).contains(&words.len()) {
            return;
        }
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }
}

/// What the edge writes, checked by two validators that nobody here wrote.
fn fhir_validators() -> Result<Count> {
    tools::node_parts()?;
    let mut node = Command::new(paths::node_bin("node"));
    node.arg("tests/fhir/validate.mjs")
        .current_dir(paths::root());
    run::visibly(&mut node).map(|()| one())
}

fn browser_tests() -> Result<Count> {
    playwright(&[], &paths::target().join("browser/screenshots"))
}

/// Walks the whole journey and leaves its pictures in `docs/screenshots/`.
pub fn screenshots() -> Result<()> {
    build::all()?;
    stack::prepare()?;
    let count = playwright(
        &["--grep", "@screenshots"],
        &paths::root().join("docs/screenshots"),
    )?;
    if count.failed > 0 {
        bail!("{} of the walks failed", count.failed);
    }
    Ok(())
}

/// Runs Playwright against a stack of its own.
fn playwright(arguments: &[&str], pictures: &Path) -> Result<Count> {
    tools::node_parts()?;
    let chromium = tools::chromium()?;
    let stack = Stack::start_built(Options::test("browser"))?;
    let mut playwright = Command::new(paths::node_bin("playwright"));
    playwright
        .args(["test", "--config", "tests/browser/playwright.config.ts"])
        .args(arguments)
        .env("BASE_URL", stack.edge_url())
        .env("SCREENSHOTS", pictures)
        .env("CHROMIUM", chromium);
    counted(&mut playwright)
}

/// Whether a plain `trunk build` gives the app that is served.
fn same_app() -> Result<Count> {
    build::app::same_as_trunk().map(|()| one())
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn results_of_both_runners_are_added_up() {
        let mut count = Count::default();
        for line in [
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; finished in 0.1s",
            "  2 failed",
            "  57 passed (1.2m)",
            "  ✓  3 journey.spec.ts:12:5 › 9 passed over (3s)",
        ] {
            count.add(line);
        }
        assert_eq!((count.passed, count.failed), (60, 3));
    }
}
