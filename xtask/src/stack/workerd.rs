//! The configuration of workerd: one Worker, its durable objects on the local disk, the app's
//! files, and a network that reaches hospitals on this machine and beside it.

use super::{Demo, OPERATOR, Options, Ports, durable_objects, listening, settings};
use crate::paths;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// What the runtime may do, as of when: the same day as in `edge-worker/wrangler.toml`.
pub const COMPATIBILITY_DATE: &str = "2026-10-01";

/// Writes the configuration beside a copy of the bundle, and returns its path.
pub fn write(options: &Options, ports: Ports, demos: &[Demo]) -> Result<PathBuf> {
    let state = &options.state;
    let storage = state.join("durable-objects");
    fs::create_dir_all(&storage)?;
    for file in ["index.js", "index_bg.wasm"] {
        let built = paths::edge_bundle(options.production).join(file);
        fs::copy(&built, state.join(file))
            .with_context(|| format!("{} is missing: cargo xtask build", built.display()))?;
    }
    let dist = paths::dist();
    if !dist.join("index.html").exists() {
        bail!(
            "{} is missing: cargo xtask build",
            dist.join("index.html").display()
        );
    }
    let environment = if options.production {
        "production"
    } else {
        "dev"
    };
    let mut texts = vec![
        ("ENVIRONMENT", environment.to_owned()),
        (
            "SETTINGS",
            settings::assemble(options, ports, demos)?.to_string(),
        ),
        ("EDGE_SECRETS", settings::secrets(state)?),
        ("CREDENTIALS", json!({ "operator": OPERATOR }).to_string()),
    ];
    if !options.production {
        texts.push(("DEV_CONTROL", format!("http://127.0.0.1:{}", ports.control)));
    }
    let config = state.join("workerd.capnp");
    let address = format!("{}:{}", listening(options)?, ports.edge);
    fs::write(
        &config,
        text(&address, &dist, &storage, &texts, options.production)?,
    )?;
    Ok(config)
}

fn text(
    address: &str,
    dist: &Path,
    storage: &Path,
    texts: &[(&str, String)],
    production: bool,
) -> Result<String> {
    let (mut bindings, mut classes) = (String::new(), String::new());
    for (name, value) in texts {
        writeln!(
            bindings,
            "    (name = {}, text = {}),",
            quote(name),
            quote(value)
        )?;
    }
    for (binding, class) in durable_objects(production) {
        let (name, class) = (quote(binding), quote(class));
        writeln!(
            bindings,
            "    (name = {name}, durableObjectNamespace = {class}),"
        )?;
        writeln!(
            classes,
            "    (className = {class}, uniqueKey = {name}, enableSql = true),"
        )?;
    }
    let (dist, storage) = (
        quote(&dist.to_string_lossy()),
        quote(&storage.to_string_lossy()),
    );
    let (address, date) = (quote(address), quote(COMPATIBILITY_DATE));
    Ok(format!(
        r#"# Written by `cargo xtask`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  # What a request leaves behind is collected soon: memory stays level however many come.
  v8Flags = ["--max-semi-space-size=8"],
  services = [
    (name = "edge", worker = .edge),
    (name = "app", disk = (path = {dist})),
    (name = "storage", disk = (path = {storage}, writable = true)),
    # Hospitals are on private networks, and the demo's on this very machine.
    (name = "internet", network = (
      allow = ["public", "private", "local"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  sockets = [(name = "http", address = {address}, http = (), service = "edge")],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
  ],
  compatibilityDate = {date},
  bindings = [
{bindings}    (name = "ASSETS", service = "app"),
  ],
  durableObjectNamespaces = [
{classes}  ],
  durableObjectStorage = (localDisk = "storage"),
);
"#
    ))
}

/// A Cap'n Proto string literal.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_quoting() {
        assert_eq!(quote("{\"a\": \"b\\c\"}\n"), r#""{\"a\": \"b\\c\"}\n""#);
    }

    /// Cloudflare and our own workerd must run the same thing.
    #[test]
    fn wrangler_is_told_the_same() {
        let wrangler = fs::read_to_string(paths::root().join("edge-worker/wrangler.toml")).unwrap();
        assert!(wrangler.contains(&format!("compatibility_date = \"{COMPATIBILITY_DATE}\"")));
        for (binding, class) in durable_objects(true) {
            let line = format!("{{ name = \"{binding}\", class_name = \"{class}\" }}");
            assert!(wrangler.contains(&line), "{line}");
        }
    }
}
