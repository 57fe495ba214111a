//! `banzhen-split LINKED DIST`: cuts the app that Trunk has put into `DIST` in two.

mod cut;
mod late;
mod module;
#[cfg(test)]
mod tests;

use std::{env, fs, path::Path};

use anyhow::{Context, Result};

/// The function behind which lie the pages that home does not need: `pages::rest` of the app.
const GATE: &str = "11banzhen_app5pages4rest";
const NAME: &str = "banzhen-app-";
const FIRST: &str = "_bg.wasm";
const SECOND: &str = "_rest.wasm";

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(linked), Some(dist)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: banzhen-split LINKED DIST");
    };
    let linked = fs::read(&linked).with_context(|| format!("reading {}", linked.display()))?;
    split(&linked, Path::new(&dist))
}

/// Puts two files in place of one, named by what is in them, and their name into the page.
fn split(linked: &[u8], dist: &Path) -> Result<()> {
    let old = fs::read_dir(dist)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.starts_with(NAME) && name.ends_with(FIRST))
        .context("Trunk has left no app")?;
    let slots = late::Slots::find(linked, GATE)?;
    let (first, second) = cut::cut(&fs::read(dist.join(&old))?, &slots)?;
    let name = format!("{NAME}{:016x}", hash(&[first.as_slice(), &second].concat()));
    fs::remove_file(dist.join(&old))?;
    fs::write(dist.join(format!("{name}{FIRST}")), first)?;
    fs::write(dist.join(format!("{name}{SECOND}")), second)?;
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?.replace(&old, &format!("{name}{FIRST}"));
    Ok(fs::write(page, html)?)
}

/// FNV-1a: for names, not against anybody.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
