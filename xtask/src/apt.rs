//! Debian's packages: installed when we are root, named when we are not.

use crate::{paths, run};
use anyhow::{Result, bail};
use std::process::Command;

/// Installs packages, or says which ones a person has to install.
pub fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if paths::which("apt-get").is_none() {
        bail!("please install what Debian calls: {list}");
    }
    if !rustix::process::geteuid().is_root() {
        bail!("please run: sudo apt-get install {list}");
    }
    if try_install(packages).is_ok() {
        return Ok(());
    }
    // Old lists are the usual reason; a fresh container has none at all.
    run::step(
        "Debian's package lists",
        Command::new("apt-get").args(["update", "-q"]),
    )?;
    try_install(packages)
}

fn try_install(packages: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run::step(
        &format!("Debian packages {}", packages.join(" ")),
        &mut command,
    )
}
