//! The edge: cargo, wasm-bindgen, wasm-opt, and esbuild over the shim that makes it a Worker.
//! The steps and the shims are those of `worker-build` 0.8.7, which would be one more tool to
//! compile and wants a nightly toolchain for panics that unwind.

use super::inputs;
use crate::{
    paths, run,
    stack::durable_objects,
    stamp::{self, Lock},
    toolchain::{self, Module, Way},
    tools,
};
use anyhow::{Context, Result};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What only the edge is made of.
const SOURCES: [&str; 3] = ["edge-worker", "fhir/Cargo.toml", "fhir/src"];
const SHIM: &str = include_str!("edge/shim.js");
const SHIM_UNWIND: &str = include_str!("edge/shim-unwind.js");
/// What rustc and wasm-bindgen may emit. Named, not all: the runtime must know each.
const FEATURES: [&str; 7] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
    "exception-handling",
];

fn stamp_file(production: bool) -> PathBuf {
    paths::edge_bundle(production).join("stamp")
}

/// Whether the bundle is what the sources give.
pub fn is_current(way: Way, production: bool) -> Result<bool> {
    let stamp = stamp_file(production);
    Ok(stamp::is_current(&stamp, &inputs(way, &SOURCES)?))
}

/// Compiles to wasm, which needs none of the tools yet. `production`: without what only
/// development has.
pub fn compile(way: Way, production: bool) -> Result<()> {
    let mut cargo = toolchain::command("cargo", way, Module::Edge)?;
    cargo.args([
        "build",
        "--release",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    cargo.args(["--package", "banzhen-edge-worker"]);
    if production {
        cargo.arg("--no-default-features");
    }
    run::step("edge, compiling to wasm", &mut cargo)
}

/// Builds `index.js` and `index_bg.wasm` unless they are current.
pub fn build(way: Way, production: bool) -> Result<()> {
    let _lock = Lock::take("build-edge")?;
    if is_current(way, production)? {
        return Ok(());
    }
    let digest = inputs(way, &SOURCES)?;
    tools::for_building(way)?;
    compile(way, production)?;
    let out = paths::edge_bundle(production);
    let staging = out.with_extension("new");
    if staging.exists() {
        fs::remove_dir_all(&staging)?;
    }
    bind(way, &staging)?;
    optimize(&staging)?;
    bundle(way, production, &staging)?;
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::rename(&staging, &out)?;
    stamp::set(&stamp_file(production), &digest)
}

fn bind(way: Way, out: &Path) -> Result<()> {
    let wasm = "edge/wasm32-unknown-unknown/release/banzhen_edge_worker.wasm";
    let mut bindgen = toolchain::command("wasm-bindgen", way, Module::Edge)?;
    bindgen
        .arg(paths::target().join(wasm))
        .args([
            "--target",
            "module",
            "--no-typescript",
            "--out-name",
            "index",
        ])
        .args([
            "--experimental-reset-state-function",
            "--force-enable-abort-handler",
        ])
        .arg("--out-dir")
        .arg(out);
    run::step("edge, bindings", &mut bindgen)?;
    let script = out.join("index.js");
    let bound = fs::read_to_string(&script).context("wasm-bindgen wrote no index.js")?;
    fs::write(&script, catching_in_place(&bound)?)?;
    Ok(())
}

/// In a module that unwinds wasm-bindgen has every import catch what JavaScript throws, by a closure
/// and an `arguments` object that each call makes anew. The same without either: the imports are
/// what the hot path consists of.
fn catching_in_place(script: &str) -> Result<String> {
    let mut pieces = script.split("function() { return wrapError(function (");
    let mut made = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let wrapped = piece.split_once(") {").and_then(|(parameters, rest)| {
            let (body, rest) = rest.split_once("}, arguments); },")?;
            Some((parameters, body, rest))
        });
        let (parameters, body, rest) =
            wrapped.context("wasm-bindgen wraps imports in another way than we know")?;
        write!(
            made,
            "function ({parameters}) {{ try {{{body}}} \
             catch (e) {{ wrapError(() => {{ throw e; }}, []); }} }},{rest}"
        )?;
    }
    Ok(made)
}

fn optimize(out: &Path) -> Result<()> {
    let wasm = out.join("index_bg.wasm");
    let mut optimize = Command::new(paths::node_bin("wasm-opt"));
    optimize.arg("-Oz");
    // Functions that are called once stay functions: the module is larger for it, its gzip a
    // twentieth smaller.
    optimize.arg("--one-caller-inline-max-function-size=8");
    // What is called alike is alike, so gzip, which looks back 32 KB, finds it: 3 % less.
    optimize.arg("--reorder-functions-by-name");
    // Without the names, an eighth of the upload.
    optimize.args(["--strip-debug", "--strip-producers"]);
    optimize.args(FEATURES.map(|feature| format!("--enable-{feature}")));
    optimize.arg(&wasm).arg("-o").arg(&wasm);
    run::step("edge, optimising", &mut optimize)
}

fn bundle(way: Way, production: bool, out: &Path) -> Result<()> {
    // The shim of the way that unwinds needs no class round the handler: nothing is ever reset.
    let handlers = "Entrypoint.prototype.fetch = function fetch(request) {\n  \
        return exports.fetch.call(this, request, this.env, this.ctx);\n};\n";
    let shim = if way == Way::ReadyMade {
        SHIM
    } else {
        SHIM_UNWIND
    };
    let mut shim = shim.replace("$HANDLERS", handlers);
    for (_, class) in durable_objects(production) {
        writeln!(
            shim,
            "export const {class} = new Proxy(exports.{class}, classProxyHooks);"
        )?;
    }
    fs::write(out.join("shim.js"), shim)?;
    let mut esbuild = Command::new(paths::node_bin("esbuild"));
    esbuild
        .args(["--bundle", "--format=esm", "--minify", "--allow-overwrite"])
        .args(["--external:./index_bg.wasm", "--external:cloudflare:*"])
        .args(["./shim.js", "--outfile=index.js"])
        .current_dir(out);
    run::step("edge, bundling", &mut esbuild)?;
    // wasm-bindgen writes a source-phase import, which workerd and wrangler do not know yet.
    let index = out.join("index.js");
    let script = fs::read_to_string(&index).context("esbuild wrote no index.js")?;
    fs::write(&index, script.replace("import source ", "import "))?;
    fs::remove_file(out.join("shim.js"))?;
    let snippets = out.join("snippets");
    if snippets.exists() {
        fs::remove_dir_all(snippets)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_catch_in_place() {
        let import = |inner: &str| format!("a: {inner},\n        b: 1");
        let wrapped = import(
            "function() { return wrapError(function (arg0) {\n const ret = arg0.url;\n return ret;\n}, arguments); }",
        );
        let direct = import(
            "function (arg0) { try {\n const ret = arg0.url;\n return ret;\n} catch (e) { wrapError(() => { throw e; }, []); } }",
        );
        assert_eq!(catching_in_place(&wrapped).unwrap(), direct);
        assert_eq!(catching_in_place(&direct).unwrap(), direct);
        assert!(catching_in_place("function() { return wrapError(function (x").is_err());
    }
}
