//! `banzhen-split LINKED DIST`: cuts the app that Trunk has put into `DIST` in two.

mod cut;
mod late;
mod module;
#[cfg(test)]
mod tests;

use std::{env, fs, path::Path};

use anyhow::{Context, Result, bail};

/// The function behind which lie the pages that home does not need: `pages::rest` of the app.
const GATE: &str = "11banzhen_app5pages4rest";
const NAME: &str = "banzhen-app-";
const FIRST: &str = "_bg.wasm";
const SECOND: &str = "_rest.wasm";
const SCRIPT: &str = ".js";

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(linked), Some(dist)) = (arguments.next(), arguments.next()) else {
        bail!("usage: banzhen-split LINKED DIST");
    };
    let linked = fs::read(&linked).with_context(|| format!("reading {}", linked.display()))?;
    split(&linked, Path::new(&dist))
}

/// Puts two modules in place of one, names all files of the app by what is in them, and puts the
/// names into the page.
fn split(linked: &[u8], dist: &Path) -> Result<()> {
    let (old_wasm, old_script) = (named(dist, FIRST)?, named(dist, SCRIPT)?);
    let slots = late::Slots::find(linked, GATE)?;
    let parts = cut::cut(&fs::read(dist.join(&old_wasm))?, &slots)?;
    let mut script = fs::read_to_string(dist.join(&old_script))?;
    for (name, short) in &parts.names {
        if !script.contains(name.as_str()) {
            bail!("{name} is missing in {old_script}");
        }
        script = script.replace(name, short);
    }
    let files = [
        (FIRST, parts.first),
        (SECOND, parts.second),
        (SCRIPT, script.into_bytes()),
    ];
    let name = format!(
        "{NAME}{:016x}",
        hash(&files.each_ref().map(|file| &*file.1).concat())
    );
    fs::remove_file(dist.join(&old_wasm))?;
    fs::remove_file(dist.join(&old_script))?;
    for (end, content) in files {
        fs::write(dist.join(format!("{name}{end}")), content)?;
    }
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page)?
        .replace(&old_wasm, &format!("{name}{FIRST}"))
        .replace(&old_script, &format!("{name}{SCRIPT}"));
    Ok(fs::write(page, html)?)
}

/// The one file of the app whose name ends so.
fn named(dist: &Path, end: &str) -> Result<String> {
    fs::read_dir(dist)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.starts_with(NAME) && name.ends_with(end))
        .with_context(|| format!("Trunk has left no {NAME}*{end}"))
}

/// FNV-1a: for names, not against anybody.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
