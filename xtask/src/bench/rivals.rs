//! The rivals: Workers in JavaScript in the same workerd, and nginx. Their sources are in
//! `tests/bench/`.

use super::{
    load::{self, Answer},
    machine,
};
use crate::{
    apt, paths,
    process::Process,
    run,
    stack::{self, free_port},
    stamp::{self, Inputs},
    tools,
};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// How long a rival may take to its first answer.
const START: Duration = Duration::from_secs(30);

/// A rival that runs; it ends when dropped.
pub struct Rival {
    /// Where it answers.
    pub url: String,
    process: Process,
}

impl Rival {
    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Installs what load and rivals need.
pub fn prepare() -> Result<()> {
    let needed = [
        ("wrk", "wrk"),
        ("nginx", "nginx-light"),
        ("taskset", "util-linux"),
    ];
    let missing: Vec<&str> = needed
        .iter()
        .filter(|(program, _)| paths::which(program).is_none() && usual(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        apt::install(&missing).context("the benchmarks need programs that are not here")?;
    }
    tools::node_parts()?;
    hono()
}

/// Debian puts it where only root's `PATH` looks.
fn usual(program: &str) -> Option<PathBuf> {
    let usual = Path::new("/usr/sbin/nginx");
    (program == "nginx" && usual.exists()).then(|| usual.to_owned())
}

fn hono() -> Result<()> {
    let home = sources();
    let digest = Inputs::new()
        .path(&home.join("package-lock.json"))?
        .digest();
    let stamp = home.join("node_modules/.banzhen");
    if stamp::is_current(&stamp, &digest) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&home);
    run::step("rivals from npm", &mut npm)?;
    stamp::set(&stamp, &digest)
}

fn sources() -> PathBuf {
    paths::root().join("tests/bench")
}

/// What a Worker in JavaScript is told to answer.
pub struct Given<'a> {
    /// The body and the headers, as the edge gave them.
    pub answer: &'a Answer,
    /// Whether it wants text, not bytes.
    pub as_text: bool,
    /// A module that it has beside it.
    pub module: Option<&'a Path>,
}

impl<'a> Given<'a> {
    /// Bytes, and nothing beside.
    pub fn bytes(answer: &'a Answer) -> Self {
        Self {
            answer,
            as_text: false,
            module: None,
        }
    }
}

/// Writes the configuration of a Worker of `tests/bench/`, and returns its command and URL: it is
/// not started yet.
pub fn worker(state: &Path, name: &str, given: &Given<'_>) -> Result<(Command, String)> {
    let home = state.join(name);
    fs::create_dir_all(&home)?;
    bundle(name, &home.join("worker.js"))?;
    fs::write(home.join("body"), &given.answer.body)?;
    fs::write(home.join("headers.json"), headers(given.answer).to_string())?;
    let port = free_port()?;
    let kind = if given.as_text { "text" } else { "data" };
    let mut module = "";
    if let Some(built) = given.module {
        fs::copy(built, home.join("edge.wasm"))?;
        module = "    (name = \"edge.wasm\", wasm = embed \"edge.wasm\"),\n";
    }
    let date = stack::COMPATIBILITY_DATE;
    let config = home.join("workerd.capnp");
    let text = format!(
        r#"# Written by `cargo xtask bench`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "rival", worker = .rival)],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "rival")],
);

const rival :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "body", {kind} = embed "body"),
    (name = "headers", json = embed "headers.json"),
{module}  ],
  compatibilityDate = "{date}",
);
"#
    );
    fs::write(&config, text)?;
    let mut command = Command::new(paths::node_bin("workerd"));
    command.arg("serve").arg(&config).current_dir(&home);
    Ok((command, format!("http://127.0.0.1:{port}")))
}

fn bundle(name: &str, to: &Path) -> Result<()> {
    let mut esbuild = Command::new(paths::node_bin("esbuild"));
    esbuild
        .args(["--bundle", "--format=esm", "--minify"])
        .args(["body", "headers", "settings", "edge.wasm"].map(|name| format!("--external:{name}")))
        .arg(sources().join(format!("{name}.js")))
        .arg(format!("--outfile={}", to.display()));
    run::output(&mut esbuild)
        .map(|_| ())
        .with_context(|| format!("bundling {name}.js"))
}

/// Starts a Worker of `tests/bench/` in front of an origin; one of them uses the Cache API.
pub fn before(state: &Path, name: &str, origin: &str, path: &str) -> Result<Rival> {
    let home = state.join(name);
    fs::create_dir_all(&home)?;
    bundle(name, &home.join("worker.js"))?;
    bundle("cache", &home.join("cache.js"))?;
    let settings = format!("export const origin = {origin:?};\n");
    fs::write(home.join("settings.js"), settings)?;
    let port = free_port()?;
    let date = stack::COMPATIBILITY_DATE;
    let config = home.join("workerd.capnp");
    let text = format!(
        r#"# Written by `cargo xtask bench`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "rival", worker = .rival),
    (name = "cache", worker = .cache),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "rival")],
);

const rival :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "settings", esModule = embed "settings.js"),
  ],
  compatibilityDate = "{date}",
  cacheApiOutbound = "cache",
);

const cache :Workerd.Worker = (
  modules = [(name = "cache.js", esModule = embed "cache.js")],
  compatibilityDate = "{date}",
);
"#
    );
    fs::write(&config, text)?;
    let mut command = Command::new(paths::node_bin("workerd"));
    command.arg("serve").arg(&config).current_dir(&home);
    let url = format!("http://127.0.0.1:{port}");
    start(state, name, &command, url, path)
}

/// Starts nginx as a cache that believes what it has for `valid`.
pub fn nginx(state: &Path, name: &str, origin: &str, valid: &str, path: &str) -> Result<Rival> {
    let home = state.join(name);
    fs::create_dir_all(&home)?;
    let port = free_port()?;
    let user = if rustix::process::geteuid().is_root() {
        "user root;"
    } else {
        ""
    };
    let mut text = fs::read_to_string(sources().join("nginx.conf"))?;
    for (name, value) in [
        ("USER", user),
        ("HOME", &home.to_string_lossy()),
        ("ORIGIN", origin),
        ("LISTEN", &format!("127.0.0.1:{port}")),
        ("VALID", valid),
    ] {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    let config = home.join("nginx.conf");
    fs::write(&config, text)?;
    let program = usual("nginx").unwrap_or_else(|| "nginx".into());
    let mut command = Command::new(program);
    command.arg("-p").arg(&home).arg("-c").arg(&config);
    start(
        state,
        name,
        &command,
        format!("http://127.0.0.1:{port}"),
        path,
    )
}

/// The headers that the edge itself has set.
fn headers(answer: &Answer) -> Value {
    let own = answer.headers.iter().filter(|(name, _)| {
        !matches!(
            name.as_str(),
            "content-length" | "transfer-encoding" | "connection" | "date"
        )
    });
    let headers: Map<String, Value> = own
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    headers.into()
}

/// Starts a rival on the servers' core and waits until it answers at `path`.
pub fn start(
    state: &Path,
    name: &str,
    command: &Command,
    url: String,
    path: &str,
) -> Result<Rival> {
    let log = state.join("logs").join(format!("{name}.log"));
    let mut process = Process::start(name, &machine::on_server_core(command), &log)?;
    let asked = format!("{url}{path}");
    let started = Instant::now();
    while !load::get(&asked, None).is_ok_and(|answer| matches!(answer.status, 200 | 304)) {
        process.check()?;
        if started.elapsed() > START {
            bail!("{name} does not answer {asked}");
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(Rival { url, process })
}
