//! The pinned tools: compiled or installed once, then found in milliseconds.

use crate::{
    apt, paths,
    run::{self, say},
    stamp::{self, Inputs, Lock},
    toolchain::{self, Way},
};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Trunk bundles the app.
const TRUNK: &str = "0.21.14";
/// The oldest Node that npm's packages of ours run on.
const NODE: u32 = 18;
const PYTHON: (u32, u32) = (3, 11);

/// What bundling needs: Node's parts, wasm-bindgen and trunk.
pub fn for_building(way: Way) -> Result<()> {
    node_parts()?;
    wasm_bindgen(way)?;
    trunk(way)?;
    let wasm_opt = paths::root().join("node_modules/binaryen/bin/wasm-opt");
    toolchain::link(&wasm_opt, &toolchain::bin_dir(way).join("wasm-opt"))
}

/// wasm-bindgen, of exactly the version that the workspace is locked to.
pub fn wasm_bindgen(way: Way) -> Result<()> {
    let version = locked_version("wasm-bindgen")?;
    // With `--locked` it does not build: its lock file asks for a version that was withdrawn.
    let bin = compiled(
        "wasm-bindgen-cli",
        &version,
        &["--bin", "wasm-bindgen"],
        "1 to 2 min",
    )?;
    toolchain::link(
        &bin.join("wasm-bindgen"),
        &toolchain::bin_dir(way).join("wasm-bindgen"),
    )
}

fn trunk(way: Way) -> Result<()> {
    let how = ["--locked", "--no-default-features", "--features", "rustls"];
    let bin = compiled("trunk", TRUNK, &how, "3 to 4 min")?;
    toolchain::link(&bin.join("trunk"), &toolchain::bin_dir(way).join("trunk"))
}

/// Whether the tools that take minutes to compile are there.
pub fn are_compiled() -> Result<bool> {
    let there =
        |name, version: &str| stamp::is_current(&home(name, version).join("stamp"), version);
    Ok(there("trunk", TRUNK) && there("wasm-bindgen-cli", &locked_version("wasm-bindgen")?))
}

fn home(name: &str, version: &str) -> PathBuf {
    paths::cache().join(format!("{name}-{version}"))
}

/// Compiles a tool into the cache with a light profile: it runs for seconds, so it need not be
/// fast, and a heavy profile costs many minutes.
fn compiled(name: &str, version: &str, how: &[&str], about: &str) -> Result<PathBuf> {
    let home = home(name, version);
    let bin = home.join("bin");
    let stamp = home.join("stamp");
    if stamp::is_current(&stamp, version) {
        return Ok(bin);
    }
    let _lock = Lock::take(name)?;
    if stamp::is_current(&stamp, version) {
        return Ok(bin);
    }
    let building = home.join("building");
    let mut install = Command::new("cargo");
    install
        .args(["install", name, "--version", version, "--force", "--root"])
        .arg(&home)
        .arg("--target-dir")
        .arg(&building)
        .args(how)
        .current_dir(env::temp_dir())
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR");
    run::step(
        &format!("{name} {version}, compiled once (about {about})"),
        &mut install,
    )?;
    fs::remove_dir_all(&building)?;
    stamp::set(&stamp, version)?;
    Ok(bin)
}

/// The version of a package in `Cargo.lock`.
fn locked_version(name: &str) -> Result<String> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))?;
    let entry = format!("name = \"{name}\"\nversion = \"");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version.to_owned())
        .with_context(|| format!("{name} is not in Cargo.lock"))
}

/// Installs what `package-lock.json` names: workerd, esbuild, binaryen, Playwright, axe, the
/// FHIR validators and a Node new enough for these.
pub fn node_parts() -> Result<()> {
    let root = paths::root();
    let digest = Inputs::new()
        .path(&root.join("package.json"))?
        .path(&root.join("package-lock.json"))?
        .digest();
    let stamp = root.join("node_modules/.banzhen");
    if stamp::is_current(&stamp, &digest) {
        return Ok(());
    }
    let _lock = Lock::take("node")?;
    if stamp::is_current(&stamp, &digest) {
        return Ok(());
    }
    if node_version().is_none_or(|version| version < NODE) || paths::which("npm").is_none() {
        apt::install(&["nodejs", "npm"]).context("Node.js 18 or newer, with npm, is needed")?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&root)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run::step("Node parts (npm ci)", &mut npm)?;
    // Some machines forbid install scripts. These two work without theirs, slowly at worst.
    for tool in ["workerd", "esbuild"] {
        if run::output(Command::new(paths::node_bin(tool)).arg("--version")).is_none() {
            bail!("{tool} from npm does not run on this machine");
        }
    }
    stamp::set(&stamp, &digest)
}

fn node_version() -> Option<u32> {
    let version = run::output(Command::new("node").arg("--version"))?;
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// A Chromium for the browser tests.
pub fn chromium() -> Result<PathBuf> {
    let find = || {
        let names = ["chromium", "chromium-browser", "google-chrome"];
        env::var_os("CHROMIUM")
            .map(PathBuf::from)
            .or_else(|| names.iter().find_map(|name| paths::which(name)))
    };
    if let Some(there) = find() {
        return Ok(there);
    }
    apt::install(&["chromium", "fonts-noto-cjk"]).context("a Chromium is needed")?;
    find().context("Chromium was installed but is not on PATH")
}

/// The demo's FHIR server in a Python environment of its own, every file checked by its hash.
/// Returns the `sekmet` command.
pub fn fhir_server() -> Result<PathBuf> {
    let requirements = paths::root().join("hospital/requirements.txt");
    let python = python()?;
    let digest = Inputs::new()
        .path(&requirements)?
        .text(&python.to_string_lossy())
        .digest();
    let home = paths::cache().join(format!("fhir-server-{}", &digest[..12]));
    let (command, stamp) = (home.join("bin/sekmet"), home.join("stamp"));
    if stamp::is_current(&stamp, &digest) {
        return Ok(command);
    }
    let _lock = Lock::take("fhir-server")?;
    if stamp::is_current(&stamp, &digest) {
        return Ok(command);
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    make_venv(&python, &home)?;
    let mut pip = Command::new(home.join("bin/python"));
    pip.args(["-m", "pip", "install", "--require-hashes", "--no-deps"])
        .args([
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            "-r",
        ])
        .arg(&requirements);
    run::step(
        "FHIR server for the demo hospitals (pip, by hash)",
        &mut pip,
    )?;
    stamp::set(&stamp, &digest)?;
    Ok(command)
}

fn make_venv(python: &Path, home: &Path) -> Result<()> {
    let venv = || Command::new(python).args(["-m", "venv"]).arg(home).output();
    if venv().is_ok_and(|made| made.status.success()) {
        return Ok(());
    }
    say("python3 has no venv module");
    apt::install(&["python3-venv"])?;
    run::step(
        "Python environment",
        Command::new(python).args(["-m", "venv"]).arg(home),
    )
}

/// A Python that is new enough, by its real path: shims may change what they point at.
fn python() -> Result<PathBuf> {
    let find = || {
        ["python3", "python3.13", "python3.12", "python3.11"]
            .iter()
            .find_map(|name| {
                let ask = "import sys; print(*sys.version_info[:2], sys.executable)";
                let answer = run::output(Command::new(name).args(["-c", ask]))?;
                let mut words = answer.splitn(3, ' ');
                let major: u32 = words.next()?.parse().ok()?;
                let minor: u32 = words.next()?.parse().ok()?;
                ((major, minor) >= PYTHON)
                    .then(|| words.next().map(PathBuf::from))
                    .flatten()
            })
    };
    if let Some(there) = find() {
        return Ok(there);
    }
    apt::install(&["python3", "python3-venv"])?;
    find().context("Python 3.11 or newer is needed")
}
