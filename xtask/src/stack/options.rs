//! How a stack is wanted.

use crate::paths;
use anyhow::{Result, bail};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// How a stack is wanted. The defaults are those of `cargo xtask serve`.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Options {
    /// Port of the edge; `None`: any free one, for the hospitals too.
    pub port: Option<u16>,
    /// Ports of the demo hospitals' FHIR servers, in the order of `DEMO`; `None`: the usual ones
    /// or any free ones. Tests that put something between choose them beforehand.
    pub fhir_ports: Option<[u16; 2]>,
    /// Whether other machines may connect.
    pub lan: bool,
    /// Whether to seed the hospitals anew.
    pub fresh: bool,
    /// Whether the hospitals' staff wait for commands instead of acting by themselves.
    pub still: bool,
    /// How many patients each hospital has.
    pub people: u32,
    /// Where the edge finds a hospital: id and base URL.
    pub hospitals: Vec<(String, String)>,
    /// Where hospitals reach the edge; `None`: at its own port.
    pub public_url: Option<String>,
    /// A file with the edge's settings, in place of the demo's.
    pub settings: Option<PathBuf>,
    /// Whether the edge thinks that it is in production: no `/dev`, no outbox.
    pub production: bool,
    /// Where data and logs are kept.
    pub state: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: Some(8787),
            fhir_ports: None,
            lan: false,
            fresh: false,
            still: false,
            people: 300,
            hospitals: Vec::new(),
            public_url: None,
            settings: None,
            production: false,
            state: paths::state().join("serve"),
        }
    }
}

impl Options {
    /// For tests: free ports, freshly seeded hospitals that do nothing by themselves, and a
    /// folder of their own called `name`.
    pub fn test(name: &str) -> Self {
        forget_ended();
        Self {
            port: None,
            fresh: true,
            still: true,
            state: paths::state().join(format!("{name}-{}", std::process::id())),
            ..Self::default()
        }
    }
}

/// Throws away what test runs have left whose process is gone. Those of the last run are kept
/// until the next one, for whoever wants to read its logs.
fn forget_ended() {
    for entry in fs::read_dir(paths::state()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name
            .rsplit_once('-')
            .and_then(|(_, id)| id.parse::<u32>().ok());
        let ended = process.is_some_and(|id| !Path::new("/proc").join(id.to_string()).exists());
        if ended && !name.starts_with("serve-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The ports of one stack.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The edge.
    pub edge: u16,
    /// The FHIR servers of the demo hospitals, in the order of `DEMO`.
    pub fhir: [u16; 2],
    /// The staff's control server.
    pub control: u16,
}

impl Ports {
    /// Next to the edge's usual port the usual ones; otherwise free ones.
    pub fn choose(options: &Options) -> Result<Self> {
        match options.port {
            Some(8787) => Ok(Self {
                edge: 8787,
                fhir: [8790, 8791],
                control: 8792,
            }),
            port => Ok(Self {
                edge: port.map_or_else(free_port, Ok)?,
                fhir: match options.fhir_ports {
                    Some(ports) => ports,
                    None => [free_port()?, free_port()?],
                },
                control: free_port()?,
            }),
        }
    }
}

/// A port that nobody listens on just now; below those that systems give to outgoing connections,
/// one of which could take it before we do.
pub fn free_port() -> Result<u16> {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    for _ in 0..COUNT {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        let at = std::process::id().wrapping_mul(61).wrapping_add(given) % COUNT;
        let port = u16::try_from(FIRST + at)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
