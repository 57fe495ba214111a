//! Finds which way to the standard library for `wasm32-unknown-unknown` is open.
//!
//! The small app needs the standard library built together with it (no panic messages,
//! optimised for size), and the edge needs one that unwinds. So the source of the library is
//! wanted, not only the ready-made target:
//! 1. the toolchain in use has the source, or rustup can fetch it;
//! 2. otherwise Debian's `rustc-web`, which carries it, is there or can be installed;
//! 3. otherwise a ready-made target does: the app is bigger, and a panic in the edge costs an
//!    instance instead of a request.

use crate::{
    apt, paths,
    run::{self, say},
};
use anyhow::{Result, bail};
use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's compiler for browsers' needs, its source, and a linker for wasm.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// The way that is open on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The toolchain in use, with the source of its standard library.
    Own,
    /// Debian's packages in `/usr/bin`, with theirs.
    Debian,
    /// The toolchain in use with a ready-made standard library.
    ReadyMade,
}

/// What is compiled to wasm. The two want different panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// In the browser every byte is paid for: a panic aborts at once and says nothing.
    App,
    /// On the edge a panic must fail one request only: it unwinds, and says what but not where.
    /// Nothing may depend on what `{:?}` writes there: it is nothing. What is dropped must not
    /// panic: that alone costs the instance, and letting it unwind too was 29 KB of the upload.
    Edge,
}

/// Finds the way, opening it when it is not open yet. `BANZHEN_WASM` (`own`, `debian` or
/// `ready-made`) overrules the choice.
pub fn find() -> Result<Way> {
    match env::var("BANZHEN_WASM").as_deref() {
        Ok("own") => return Ok(Way::Own),
        Ok("debian") => return open_debian().map(|()| Way::Debian),
        Ok("ready-made") => return Ok(Way::ReadyMade),
        _ => {}
    }
    if has_source(&sysroot("rustc")) {
        return Ok(Way::Own);
    }
    if has_debian() {
        return Ok(Way::Debian);
    }
    if paths::which("rustup").is_some() {
        let mut add = Command::new("rustup");
        add.args(["component", "add", "rust-src"]);
        let added = run::step("standard library source, from rustup", &mut add);
        if added.is_ok() && has_source(&sysroot("rustc")) {
            return Ok(Way::Own);
        }
        say("rustup cannot fetch rust-src here; trying Debian's packages");
    }
    match open_debian() {
        Ok(()) => Ok(Way::Debian),
        Err(_) if has_ready_made() => {
            say("building with the ready-made standard library: the app will be bigger");
            Ok(Way::ReadyMade)
        }
        Err(why) => Err(why),
    }
}

fn has_debian() -> bool {
    has_source(Path::new("/usr")) && Path::new("/usr/bin/cargo").exists()
}

fn open_debian() -> Result<()> {
    if has_debian() {
        return Ok(());
    }
    apt::install(&DEBIAN)?;
    if has_debian() {
        return Ok(());
    }
    bail!(
        "no standard library for {TARGET}: run `rustup component add rust-src`, or on Debian \
         `apt-get install {}`",
        DEBIAN.join(" ")
    )
}

fn sysroot(rustc: &str) -> PathBuf {
    let sysroot = run::output(Command::new(rustc).args(["--print", "sysroot"]));
    PathBuf::from(sysroot.unwrap_or_default())
}

fn has_source(sysroot: &Path) -> bool {
    sysroot
        .join("lib/rustlib/src/rust/library/std/Cargo.toml")
        .exists()
}

fn has_ready_made() -> bool {
    let mut ask = Command::new("rustc");
    ask.args(["--print", "target-libdir", "--target", TARGET]);
    let there = |dir: String| Path::new(&dir).is_dir();
    if run::output(&mut ask).is_some_and(there) {
        return true;
    }
    paths::which("rustup").is_some()
        && run::output(Command::new("rustup").args(["target", "add", TARGET])).is_some()
        && run::output(&mut ask).is_some_and(there)
}

/// The environment in which `cargo build --target wasm32-unknown-unknown` and `trunk build`
/// make `module`. The `PATH` in it puts our pinned tools first.
pub fn env(way: Way, module: Module) -> Result<Vec<(&'static str, OsString)>> {
    let target_dir = match module {
        Module::App => "app",
        Module::Edge => "edge",
    };
    let mut vars: Vec<(&'static str, OsString)> = vec![
        ("CARGO_TARGET_DIR", paths::target().join(target_dir).into()),
        ("PATH", search_path(way)?),
        // Trunk has all it needs on this path; it need not ask anybody for more.
        ("TRUNK_OFFLINE", "true".into()),
        ("TRUNK_SKIP_VERSION_CHECK", "true".into()),
    ];
    if module == Module::Edge {
        // As worker-build does: wasm-bindgen's macro then uses js-sys for futures.
        vars.push(("WASM_BINDGEN_USE_JS_SYS", "1".into()));
    }
    if way == Way::ReadyMade {
        return Ok(vars);
    }
    let (std, features, flags) = match module {
        Module::App => (
            "std,panic_abort",
            "optimize_for_size",
            "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none",
        ),
        Module::Edge => (
            "std,panic_unwind",
            "panic-unwind,optimize_for_size",
            "-Cpanic=unwind -Zpanic-in-drop=abort -Zfmt-debug=none -Zlocation-detail=none",
        ),
    };
    vars.extend([
        ("RUSTC_BOOTSTRAP", "1".into()),
        ("CARGO_UNSTABLE_BUILD_STD", std.into()),
        ("CARGO_UNSTABLE_BUILD_STD_FEATURES", features.into()),
        (
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            flags.into(),
        ),
    ]);
    if way == Way::Debian {
        vars.push(("RUSTC", "/usr/bin/rustc".into()));
    }
    Ok(vars)
}

/// The folder with links to our pinned tools.
pub fn bin_dir(way: Way) -> PathBuf {
    paths::target().join(match way {
        Way::Debian => "tools-debian",
        Way::Own | Way::ReadyMade => "tools",
    })
}

fn search_path(way: Way) -> Result<OsString> {
    let bin = bin_dir(way);
    if way == Way::Debian {
        // Trunk calls plain `cargo`, which would be rustup's.
        link(Path::new("/usr/bin/cargo"), &bin.join("cargo"))?;
        link(Path::new("/usr/bin/rustc"), &bin.join("rustc"))?;
        // The linker that its rustc asks for has its version in its name there.
        link(Path::new("/usr/bin/lld-22"), &bin.join("rust-lld"))?;
    }
    let old = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(
        std::iter::once(bin).chain(env::split_paths(&old)),
    )?)
}

/// Makes `link` point at `file`, whatever it pointed at before.
pub fn link(file: &Path, link: &Path) -> Result<()> {
    if fs::read_link(link).is_ok_and(|now| now == file) {
        return Ok(());
    }
    if let Some(dir) = link.parent() {
        fs::create_dir_all(dir)?;
    }
    // Made beside and moved, so that a build that runs meanwhile never misses its tool.
    let fresh = link.with_extension(format!("new-{}", std::process::id()));
    symlink(file, &fresh)?;
    Ok(fs::rename(&fresh, link)?)
}

/// A command in the environment of [`env`], without what `cargo run` has put into ours.
pub fn command(program: &str, way: Way, module: Module) -> Result<Command> {
    let vars = env(way, module)?;
    let own = bin_dir(way).join(program);
    let mut command = if own.exists() {
        Command::new(own)
    } else {
        Command::new(program)
    };
    command.current_dir(paths::root()).envs(vars);
    clean(&mut command, way);
    Ok(command)
}

/// Takes away what `cargo run` sets for the program it runs: it points at the native toolchain.
fn clean(command: &mut Command, way: Way) {
    command.env_remove("LD_LIBRARY_PATH").env_remove("CARGO");
    if way == Way::Debian {
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
}
