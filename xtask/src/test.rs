//! `cargo xtask test`: everything that must hold, stage by stage.

use crate::{
    build, lint, paths, run, size,
    stack::{self, Options, Stack},
    tools,
};
use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How many tests a stage has run.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: u32,
    failed: u32,
}

struct Stage {
    name: &'static str,
    run: fn() -> Result<Count>,
}

const STAGES: [Stage; 9] = [
    Stage {
        name: "format",
        run: || lint::format(true).map(|()| one()),
    },
    Stage {
        name: "lints",
        run: || lint::clippy().map(|()| one()),
    },
    Stage {
        name: "unit tests",
        run: unit_tests,
    },
    Stage {
        name: "build",
        run: || build::all().and_then(|()| stack::prepare()).map(|()| one()),
    },
    Stage {
        name: "sizes",
        run: || size::check().map(|()| one()),
    },
    Stage {
        name: "API tests",
        run: api_tests,
    },
    Stage {
        name: "FHIR validators",
        run: fhir_validators,
    },
    Stage {
        name: "browser tests",
        run: browser_tests,
    },
    Stage {
        name: "trunk build",
        run: same_app,
    },
];

/// Runs the stages in order, stops after the first that fails, and says what was counted.
pub fn all() -> Result<()> {
    let (mut total, mut rows) = (Count::default(), Vec::<(&str, Duration, Count)>::new());
    for stage in &STAGES {
        eprintln!("\n== {}", stage.name);
        let started = Instant::now();
        let count = (stage.run)().unwrap_or_else(|why| {
            eprintln!("error: {why:#}");
            Count {
                passed: 0,
                failed: 1,
            }
        });
        rows.push((stage.name, started.elapsed(), count));
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
    for stage in &STAGES[rows.len()..] {
        println!("{:<16} {:>8}", stage.name, "not run");
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

fn unit_tests() -> Result<Count> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--workspace",
        "--exclude",
        "banzhen-tests",
        "--no-fail-fast",
    ]);
    counted(&mut cargo)
}

fn api_tests() -> Result<Count> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--package", "banzhen-tests", "--no-fail-fast"]);
    counted(&mut cargo)
}

/// Runs `cargo test`, passes on what it prints, and adds up its `test result:` lines.
fn counted(cargo: &mut Command) -> Result<Count> {
    let mut child = cargo
        .current_dir(paths::root())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting cargo")?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        if let Some(result) = line.strip_prefix("test result:") {
            let number = |of: &str| {
                let words = result.split([' ', ';']).collect::<Vec<_>>();
                let at = words.iter().position(|word| *word == of)?;
                words.get(at.checked_sub(1)?)?.parse::<u32>().ok()
            };
            count.passed += number("passed").unwrap_or(0);
            count.failed += number("failed").unwrap_or(0);
        }
        // A thousand lines of `ok` hide the one that matters.
        if !line.ends_with("... ok") && !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        bail!("cargo test ended with {status}");
    }
    Ok(count)
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
    playwright(&[]).map(|()| one())
}

/// Takes a picture of every page.
pub fn screenshots() -> Result<()> {
    build::all()?;
    playwright(&["--grep", "@screenshots"])
}

/// Runs Playwright against a stack of its own.
fn playwright(arguments: &[&str]) -> Result<()> {
    tools::node_parts()?;
    let chromium = tools::chromium()?;
    let stack = Stack::start_built(Options::test("browser"))?;
    let mut playwright = Command::new(paths::node_bin("playwright"));
    playwright
        .args(["test", "--config", "tests/browser/playwright.config.ts"])
        .args(arguments)
        .current_dir(paths::root())
        .env("BASE_URL", stack.edge_url())
        .env("CONTROL_URL", stack.control_url())
        .env("CHROMIUM", chromium);
    run::visibly(&mut playwright)
}

/// Whether a plain `trunk build` gives the app that is served.
fn same_app() -> Result<Count> {
    build::app::same_as_trunk().map(|()| one())
}
