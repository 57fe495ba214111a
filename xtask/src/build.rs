//! The two wasm modules: the app by Trunk, the edge by cargo and wasm-bindgen.

pub mod app;
pub mod edge;

use crate::{
    paths,
    stamp::Inputs,
    toolchain::{self, Way},
    tools,
};
use anyhow::Result;
use std::thread;

/// The crates that both modules are made of.
const SHARED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "contract/Cargo.toml",
    "contract/src",
    "locales",
    "rules/Cargo.toml",
    "rules/src",
];

/// Builds both modules, after whatever tools are missing.
pub fn all() -> Result<()> {
    let way = toolchain::find()?;
    if app::is_current(way)? && edge::is_current(way, false)? {
        return Ok(());
    }
    if !tools::are_compiled()? {
        // On a fresh machine the tools take minutes. Both modules compile meanwhile, because
        // linking them, and many a crate, keeps one core busy and leaves the other idle.
        thread::scope(|scope| {
            let tools = scope.spawn(|| tools::for_building(way));
            edge::compile(way, false)?;
            app::compile(way)?;
            tools
                .join()
                .unwrap_or_else(|_| anyhow::bail!("installing the tools ended early"))
        })?;
    }
    edge::build(way, false)?;
    app::build(way)
}

/// Builds the edge that is deployed, without what only development has.
pub fn production() -> Result<()> {
    edge::build(toolchain::find()?, true)
}

/// The digest of a module's sources, tools and flags.
fn inputs(way: Way, own: &[&str]) -> Result<String> {
    let mut inputs = Inputs::new().text(&format!("{way:?}"));
    for path in SHARED.iter().chain(own) {
        inputs = inputs.path(&paths::root().join(path))?;
    }
    // What we do to the modules is in these sources, the versions of the tools included.
    for path in [
        "xtask/src/build",
        "xtask/src/build.rs",
        "xtask/src/toolchain.rs",
    ] {
        inputs = inputs.path(&paths::root().join(path))?;
    }
    Ok(inputs
        .path(&paths::root().join("package-lock.json"))?
        .digest())
}
