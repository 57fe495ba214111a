//! rustfmt and clippy over the whole workspace.

use crate::{paths, run};
use anyhow::Result;
use std::process::Command;

/// Formats every crate, or says which are not formatted.
pub fn format(check: bool) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["fmt", "--all"]).current_dir(paths::root());
    if check {
        cargo.arg("--check");
    }
    run::visibly(&mut cargo)
}

/// Clippy with warnings denied, tests included. The app and the edge compile natively too: their
/// lints are the same, and their unit tests run there.
pub fn clippy() -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ])
        .current_dir(paths::root());
    run::visibly(&mut cargo)
}
