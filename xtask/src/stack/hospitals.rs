//! The demo hospitals: FHIR servers that others wrote, on loopback only, seeded by `hospital`.

use super::{Options, Ports, fresh_folder, ready};
use crate::{
    paths,
    process::Process,
    run::{self, say},
    stamp::{self, Inputs, Lock},
    tools,
};
use anyhow::{Context, Result, bail};
use jiff::{Timestamp, civil::Date, tz::Offset};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

/// The demo hospitals' ids, which are also their profiles.
pub const DEMO: [&str; 2] = ["general", "community"];
/// The seed of the demo: the same people and doctors every time.
const SEED: &str = "1";
/// Seeded data that nobody has used for so long is thrown away.
const KEEP_SEEDS: Duration = Duration::from_hours(48);

/// One demo hospital's FHIR server.
pub struct Demo {
    id: &'static str,
    port: u16,
    /// Where the stack keeps its things: data in `<id>/`, settings in `<id>.yaml`.
    state: PathBuf,
    process: Option<Process>,
}

impl Demo {
    /// Its id.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Base URL of its FHIR server.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/fhir", self.port)
    }

    /// Its server, while it runs.
    pub fn process(&mut self) -> Option<&mut Process> {
        self.process.as_mut()
    }

    /// Starts its server and waits until it answers.
    pub fn start(&mut self) -> Result<()> {
        let data = self.state.join(self.id);
        fs::create_dir_all(&data)?;
        let settings = self.state.join(format!("{}.yaml", self.id));
        fs::write(
            &settings,
            format!(
                "base_url: {}\nhost: 127.0.0.1\nport: {}\ndata_dir: {}\nlog_inbound: false\n\
                 simulator: {{enabled: false}}\n",
                self.base_url(),
                self.port,
                data.display(),
            ),
        )?;
        let mut command = Command::new(tools::fhir_server()?);
        command
            .args(["serve", "-c"])
            .arg(&settings)
            .current_dir(&self.state);
        let log = self.state.join("logs").join(format!("{}.log", self.id));
        let mut process = Process::start(self.id, &command, &log)?;
        ready::url(
            self.id,
            &format!("{}/metadata", self.base_url()),
            &mut process,
        )?;
        self.process = Some(process);
        Ok(())
    }

    /// `kill -9` of its server.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop();
        }
    }
}

/// The `hospital` command, compiled if need be.
pub fn seeder() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--package", "banzhen-hospital"])
        .current_dir(paths::root());
    let built = paths::target().join("debug/hospital");
    if built.exists() {
        // Usually there is nothing to do, so nothing to announce.
        let output = cargo.output().context("starting cargo")?;
        if !output.status.success() {
            bail!(
                "hospital does not compile:\n{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    } else {
        run::step("hospital, compiling", &mut cargo)?;
    }
    Ok(built)
}

/// Writes a hospital into any FHIR R4 server. `extra` goes to `hospital seed` as it is.
pub fn seed(to: &str, profile: &str, extra: &[String]) -> Result<()> {
    let mut command = Command::new(seeder()?);
    command
        .args(["seed", "--to", to, "--profile", profile])
        .args(extra);
    run::visibly(&mut command)
}

/// Makes what [`start`] needs and does not find, so that starting takes seconds.
pub fn prepare(options: &Options) -> Result<()> {
    tools::fhir_server()?;
    seeder()?;
    let today = today();
    let key = key(options.people, today)?;
    if options.fresh || !stamp::is_current(&options.state.join("seeded"), &key) {
        seeded(options.people, today, &key)?;
    }
    Ok(())
}

/// Starts the demo hospitals with the data that `options` ask for.
pub fn start(options: &Options, ports: Ports) -> Result<Vec<Demo>> {
    tools::fhir_server()?;
    let mut demos: Vec<Demo> = DEMO
        .into_iter()
        .zip(ports.fhir)
        .map(|(id, port)| Demo {
            id,
            port,
            state: options.state.clone(),
            process: None,
        })
        .collect();
    let today = today();
    let key = key(options.people, today)?;
    let stamp = options.state.join("seeded");
    if options.fresh || !stamp::is_current(&stamp, &key) {
        if stamp.exists() && !options.fresh {
            say(format!(
                "the demo's data are of another day or seeder: seeding for {today}"
            ));
        }
        fresh_folder(&options.state)?;
        let cached = seeded(options.people, today, &key)?;
        for demo in &demos {
            copy(&cached.join(demo.id), &options.state.join(demo.id))?;
        }
        stamp::set(&stamp, &key)?;
    }
    at_once(&mut demos, Demo::start)?;
    Ok(demos)
}

/// The day in the demo hospitals' zone, which has one offset all year.
fn today() -> Date {
    Offset::constant(8).to_datetime(Timestamp::now()).date()
}

/// What the seeded data depend on.
fn key(people: u32, today: Date) -> Result<String> {
    let mut inputs = Inputs::new()
        .text(SEED)
        .text(&people.to_string())
        .text(&today.to_string());
    let sources = [
        "hospital/Cargo.toml",
        "hospital/requirements.txt",
        "hospital/src",
        "fhir/src",
        "rules/src",
        "contract/src",
    ];
    for source in sources {
        inputs = inputs.path(&paths::root().join(source))?;
    }
    Ok(inputs.digest())
}

/// A folder with both hospitals' data as seeded, made once for each `key` and then copied.
fn seeded(people: u32, today: Date, key: &str) -> Result<PathBuf> {
    let _lock = Lock::take("seed")?;
    let all = paths::cache().join("seeds");
    let (home, done) = (all.join(&key[..16]), all.join(&key[..16]).join("done"));
    if stamp::is_current(&done, key) {
        return Ok(home);
    }
    forget_old(&all);
    fresh_folder(&home)?;
    let mut demos = Vec::new();
    for id in DEMO {
        let port = super::free_port()?;
        demos.push(Demo {
            id,
            port,
            state: home.clone(),
            process: None,
        });
    }
    let seeder = seeder()?;
    at_once(&mut demos, |demo| {
        demo.start()?;
        let mut seed = Command::new(&seeder);
        seed.args([
            "seed",
            "--to",
            &demo.base_url(),
            "--profile",
            demo.id,
            "--seed",
            SEED,
        ]);
        seed.args([
            "--people",
            &people.to_string(),
            "--today",
            &today.to_string(),
        ]);
        run::step(&format!("seeding {} for {today}", demo.id), &mut seed)?;
        demo.stop();
        Ok(())
    })?;
    stamp::set(&done, key)?;
    Ok(home)
}

fn at_once(demos: &mut [Demo], job: impl Fn(&mut Demo) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let job = &job;
        let running: Vec<_> = demos
            .iter_mut()
            .map(|demo| scope.spawn(move || job(demo)))
            .collect();
        running.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| bail!("a thread ended early"))
        })
    })
}

fn forget_old(seeds: &Path) {
    for entry in fs::read_dir(seeds).into_iter().flatten().flatten() {
        let age = entry
            .metadata()
            .and_then(|meta| meta.modified())
            .map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age > KEEP_SEEDS) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut copy = Command::new("cp");
    copy.args(["-a", "--reflink=auto"]).arg(from).arg(to);
    run::visibly(&mut copy).with_context(|| format!("copying {}", from.display()))
}
