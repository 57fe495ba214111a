//! What a phone fetches to show the home page, and how big the edge's script is.

use crate::{
    build, paths,
    run::say,
    toolchain::{self, Way},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The first load of the home page in brotli 11, in bytes; 73,157 were measured.
const HOME: u64 = 73_500;
/// The same with the pages that come after it, so that nothing grows unseen behind home; 175,012
/// were measured.
const WHOLE: u64 = 176_000;
/// The edge's script and module in gzip; 609,464 were measured, 400,000 are aimed at. Cloudflare's
/// smallest plan takes 3 MB.
const EDGE: u64 = 611_000;
/// The language that is counted: the source language, and the largest of the first loads.
const LOCALE: &str = "zh-CN";

/// Prints every part beside its budget; fails above one.
pub fn check() -> Result<()> {
    let parts = home_parts()?;
    println!("home page, first load                 raw   brotli 11");
    let mut total = 0;
    for (kind, file) in &parts {
        let (raw, small) = (bytes(file)?, compressed(file)?);
        total += small;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("  {kind:<7} {name:<28} {raw:>8} {small:>8}");
    }
    println!("  total (budget {HOME}) {total:>30}");
    let rest = rest()?;
    let (raw, small) = (bytes(&rest)?, compressed(&rest)?);
    let whole = total + small;
    println!("  what comes after it {raw:>26} {small:>8}");
    println!("  whole (budget {WHOLE}) {whole:>29}\n");
    build::production()?;
    let edge = edge_gzip()?;
    println!("edge, gzip (budget {EDGE}) {edge:>29}");
    if toolchain::find()? == Way::ReadyMade {
        // Nobody deploys that: it is for machines that cannot build it.
        say("the budgets are for a standard library that is built along: not judged");
    } else if total > HOME || whole > WHOLE || edge > EDGE {
        bail!("above the budget");
    }
    Ok(())
}

/// Every file of the first load: the page itself, what it names, and one language.
fn home_parts() -> Result<Vec<(&'static str, PathBuf)>> {
    let dist = paths::dist();
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)
        .with_context(|| format!("{} is missing: cargo xtask build", index.display()))?;
    let mut parts = vec![("html", index)];
    let mut files: Vec<PathBuf> = fs::read_dir(&dist)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for file in files {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let kind = match file.extension().and_then(|end| end.to_str()) {
            Some("css") => "css",
            Some("js") => "js",
            Some("wasm") => "wasm",
            Some("svg" | "ico" | "png" | "webmanifest") => "other",
            _ => continue,
        };
        if html.contains(&name) {
            parts.push((kind, file));
        }
    }
    for needed in ["css", "js", "wasm"] {
        if parts.iter().all(|(kind, _)| *kind != needed) {
            bail!("index.html names no {needed} file of dist/");
        }
    }
    let locale = fs::read_dir(dist.join("locales"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(LOCALE) && name.ends_with(".json")
        })
        .context("dist/locales has no pack for zh-CN")?;
    parts.push(("locale", locale));
    Ok(parts)
}

/// The second part of the compiled app, which the page does not name: it comes when home is shown.
fn rest() -> Result<PathBuf> {
    fs::read_dir(paths::dist())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().ends_with("_rest.wasm"))
        .context("dist/ has no second part of the app")
}

fn bytes(file: &Path) -> Result<u64> {
    Ok(fs::metadata(file)?.len())
}

/// The size on the wire: what does not get smaller has no `.br` beside it.
fn compressed(file: &Path) -> Result<u64> {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    let compressed = PathBuf::from(name);
    if compressed.exists() {
        bytes(&compressed)
    } else {
        bytes(file)
    }
}

/// Cloudflare counts the upload in gzip.
pub fn edge_gzip() -> Result<u64> {
    let mut total = 0;
    for file in ["index.js", "index_bg.wasm"] {
        let output = Command::new("gzip")
            .args(["-9", "-c"])
            .arg(paths::edge_bundle(true).join(file))
            .output()?;
        if !output.status.success() {
            bail!("{file} is missing: cargo xtask build production");
        }
        total += output.stdout.len() as u64;
    }
    Ok(total)
}
