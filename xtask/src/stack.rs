//! A running stack: two demo hospitals, their staff, and the edge in workerd in front of them.

mod hospitals;
mod options;
mod ready;
mod settings;
mod workerd;

pub use hospitals::{DEMO, Demo, seed};
pub use options::{Options, Ports, free_port};
pub use workerd::COMPATIBILITY_DATE;

use crate::{build, paths, process::Process, run::say};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

/// The edge's durable objects: binding and class; the last is development's alone.
/// `edge-worker/wrangler.toml` names the others.
const DURABLE_OBJECTS: [(&str, &str); 9] = [
    ("LOGIN", "LoginDo"),
    ("TURN", "TurnDo"),
    ("ALARMS", "AlarmsDo"),
    ("LIVE", "LiveDo"),
    ("METRICS", "MetricsDo"),
    ("ROOM", "RoomDo"),
    ("BOARD", "BoardDo"),
    ("FEED", "FeedDo"),
    ("DEV", "DevDo"),
];

/// The edge's durable objects: binding and class.
pub fn durable_objects(production: bool) -> &'static [(&'static str, &'static str)] {
    &DURABLE_OBJECTS[..DURABLE_OBJECTS.len() - usize::from(production)]
}

/// What the demo's operators bring: a production's is its own secret.
pub const OPERATOR: &str = "operator-of-the-demo-alone";

/// A running stack. Dropping it ends all of it.
pub struct Stack {
    options: Options,
    ports: Ports,
    edge: Option<Process>,
    staff: Option<Process>,
    hospitals: Vec<Demo>,
}

impl Stack {
    /// Builds what is not built, seeds what is not seeded, starts everything and returns when a
    /// booking can be made.
    pub fn start(options: Options) -> Result<Self> {
        // Seeding needs neither module, and bundling leaves it a core.
        thread::scope(|scope| {
            let building = scope.spawn(|| {
                build::all()?;
                if options.production {
                    build::production()?;
                }
                Ok(())
            });
            hospitals::prepare(&options)?;
            building
                .join()
                .unwrap_or_else(|_| bail!("the build ended early"))
        })?;
        Self::start_built(options)
    }

    /// The same without building: for tests, which run after the build.
    pub fn start_built(options: Options) -> Result<Self> {
        let ports = Ports::choose(&options)?;
        let hospitals = hospitals::start(&options, ports)?;
        let mut stack = Self {
            options,
            ports,
            edge: None,
            staff: None,
            hospitals,
        };
        stack.start_staff()?;
        stack.start_edge()?;
        stack.wait_until_ready()?;
        Ok(stack)
    }

    /// Base URL of the edge, on this machine.
    pub fn edge_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.edge)
    }

    /// Base URL of a demo hospital's own FHIR server, whatever the edge was told to call.
    pub fn fhir_url(&self, hospital: &str) -> Option<String> {
        self.hospitals
            .iter()
            .find(|demo| demo.id() == hospital)
            .map(Demo::base_url)
    }

    /// Base URL of the server that commands the demo hospitals' staff.
    pub fn control_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.control)
    }

    /// Where the logs of all parts are: `edge.log`, `staff.log`, `<hospital>.log`.
    pub fn logs(&self) -> PathBuf {
        self.options.state.join("logs")
    }

    /// Where the durable objects keep their records.
    pub fn edge_storage(&self) -> PathBuf {
        self.options.state.join("durable-objects")
    }

    /// The id of the edge's process, while it runs.
    pub fn edge_id(&self) -> Option<u32> {
        self.edge.as_ref().map(Process::id)
    }

    /// `kill -9` of the edge.
    pub fn kill_edge(&mut self) {
        if let Some(mut edge) = self.edge.take() {
            edge.kill();
        }
    }

    /// Starts the edge, which was killed, on the same port and with its records kept.
    pub fn start_edge(&mut self) -> Result<()> {
        let command = self.edge_command()?;
        self.edge = Some(Process::start(
            "edge",
            &command,
            &self.logs().join("edge.log"),
        )?);
        ready::port("edge", self.ports.edge, self.edge.as_mut())
    }

    /// What starts the edge.
    pub fn edge_command(&self) -> Result<Command> {
        let config = workerd::write(&self.options, self.ports, &self.hospitals)?;
        let mut command = Command::new(paths::node_bin("workerd"));
        command
            .arg("serve")
            .arg(&config)
            .current_dir(&self.options.state);
        Ok(command)
    }

    /// `kill -9` of a demo hospital's server.
    pub fn kill_hospital(&mut self, hospital: &str) -> Result<()> {
        self.demo(hospital)?.kill();
        Ok(())
    }

    /// Starts a demo hospital's server again, with its data kept.
    pub fn start_hospital(&mut self, hospital: &str) -> Result<()> {
        self.demo(hospital)?.start()
    }

    fn demo(&mut self, hospital: &str) -> Result<&mut Demo> {
        self.hospitals
            .iter_mut()
            .find(|demo| demo.id() == hospital)
            .with_context(|| format!("{hospital} is not a demo hospital"))
    }

    fn start_staff(&mut self) -> Result<()> {
        if self.hospitals.is_empty() {
            return Ok(());
        }
        let mut command = Command::new(hospitals::seeder()?);
        command
            .args(["play", "--control"])
            .arg(format!("127.0.0.1:{}", self.ports.control));
        for demo in &self.hospitals {
            command
                .arg("--hospital")
                .arg(format!("{}={}", demo.id(), demo.base_url()));
        }
        command.arg("--edge").arg(self.edge_url());
        // As seeded, so that the staff know everybody.
        command.arg("--people").arg(self.options.people.to_string());
        if self.options.still {
            command.arg("--still");
        }
        self.staff = Some(Process::start(
            "staff",
            &command,
            &self.logs().join("staff.log"),
        )?);
        ready::port("staff", self.ports.control, self.staff.as_mut())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let url = self.edge_url();
        for id in settings::ids(&self.options)? {
            // What somebody put there may answer late or never; ours must answer.
            let own = self.hospitals.iter().any(|demo| demo.id() == id)
                && self.options.hospitals.iter().all(|(other, _)| *other != id);
            let patience = Duration::from_secs(if own { 90 } else { 15 });
            let booked = ready::bookable(&url, &id, patience, || self.check());
            if own {
                booked?;
            } else if let Err(why) = booked {
                say(format!("{why:#}"));
            }
        }
        Ok(())
    }

    /// An error as soon as a part has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        let servers = self.hospitals.iter_mut().filter_map(Demo::process);
        for process in [&mut self.edge, &mut self.staff]
            .into_iter()
            .flatten()
            .chain(servers)
        {
            process.check()?;
        }
        Ok(())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let servers = self.hospitals.iter_mut().filter_map(Demo::process);
        for process in [&mut self.staff, &mut self.edge]
            .into_iter()
            .flatten()
            .chain(servers)
        {
            process.ask_to_end();
        }
    }
}

/// Starts the demo hospitals without an edge and without staff.
pub fn hospitals_alone(options: &Options) -> Result<Vec<Demo>> {
    hospitals::start(options, Ports::choose(options)?)
}

/// What a stack needs beyond the build: the demo's FHIR server, the staff, seeded data.
pub fn prepare() -> Result<()> {
    hospitals::prepare(&Options {
        fresh: true,
        ..Options::default()
    })
}

/// Empties a folder, making it where it is missing.
fn fresh_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("emptying {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("creating {}", path.display()))
}

/// Only these addresses of ours ever listen: loopback, or all when somebody asked for `--lan`.
fn listening(options: &Options) -> Result<Ipv4Addr> {
    if options.lan && options.production {
        bail!("production is not for --lan: put a proxy with TLS in front");
    }
    Ok(if options.lan {
        Ipv4Addr::UNSPECIFIED
    } else {
        Ipv4Addr::LOCALHOST
    })
}
