//! The app: `trunk build`, then every file compressed beside itself.

use super::inputs;
use crate::{
    paths, run,
    stamp::{self, Lock},
    toolchain::{self, Module, Way},
    tools,
};
use anyhow::Result;
use std::{path::PathBuf, process::Command};

/// What only the app is made of.
const SOURCES: [&str; 5] = [
    "app",
    "public",
    "trunk.toml",
    "fhir/Cargo.toml",
    "xtask/src/tools.rs",
];

fn stamp_file() -> PathBuf {
    paths::target().join("bundle").join("app.stamp")
}

/// Whether `dist/` is what the sources give.
pub fn is_current(way: Way) -> Result<bool> {
    // A plain `trunk build` leaves a `dist/` with nothing compressed.
    let there = paths::dist().join("index.html.br").exists();
    Ok(there && stamp::is_current(&stamp_file(), &inputs(way, &SOURCES)?))
}

/// Compiles as Trunk will, so that Trunk finds it done.
pub fn compile(way: Way) -> Result<()> {
    let mut cargo = toolchain::command("cargo", way, Module::App)?;
    cargo.args(["build", "--release", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--package", "banzhen-app"]);
    run::step("app, compiling to wasm", &mut cargo)
}

/// Builds `dist/` unless it is current.
pub fn build(way: Way) -> Result<()> {
    let _lock = Lock::take("build-app")?;
    if is_current(way)? {
        return Ok(());
    }
    let digest = inputs(way, &SOURCES)?;
    tools::for_building(way)?;
    let mut trunk = toolchain::command("trunk", way, Module::App)?;
    // Trunk shows a backtrace of itself where the compiler's words are wanted.
    trunk.arg("build").env("RUST_BACKTRACE", "0");
    run::step("app, bundling (trunk build)", &mut trunk)?;
    let mut compress = Command::new("node");
    compress
        .arg(paths::root().join("xtask/src/build/compress.mjs"))
        .arg(paths::dist());
    run::step("app, compressing (brotli 11)", &mut compress)?;
    stamp::set(&stamp_file(), &digest)
}

/// Bundles once more the way a person with Trunk would, and compares every file with `dist/`.
pub fn same_as_trunk() -> Result<()> {
    let way = toolchain::find()?;
    let other = paths::target().join("bundle").join("trunk");
    let mut trunk = toolchain::command("trunk", way, Module::App)?;
    run::step(
        "app, bundling once more",
        trunk.args(["build", "--dist"]).arg(&other),
    )?;
    let mut diff = Command::new("diff");
    diff.args(["--recursive", "--brief", "--exclude=*.br"])
        .arg(paths::dist())
        .arg(&other);
    run::step("comparing", &mut diff)
}
