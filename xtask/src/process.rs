//! Servers that we start: they end with us, whatever ends us.

use crate::paths;
use anyhow::{Context, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    fs::{self, File},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a server has between being asked to end and being made to.
const PATIENCE: Duration = Duration::from_secs(4);

/// A server in a process group of its own. Dropping it ends it.
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a server; what it prints is added to `log`.
    pub fn start(name: &str, command: &Command, log: &Path) -> Result<Self> {
        if let Some(dir) = log.parent() {
            fs::create_dir_all(dir)?;
        }
        let out = File::options().create(true).append(true).open(log)?;
        let mut wrapped = dying_with_us(command);
        wrapped
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0);
        let child = spawn(wrapped).with_context(|| format!("starting {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_path_buf(),
        })
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its status, once it has ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// An error that says how it ended and the last lines of its log, once it has ended.
    pub fn check(&mut self) -> Result<()> {
        let Some(status) = self.ended() else {
            return Ok(());
        };
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(15)..].join("\n    | ");
        Err(anyhow!(
            "{} ended ({status}); its log {}:\n    | {tail}",
            self.name,
            self.log.display()
        ))
    }

    /// `kill -9`, as a power cut would.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }

    /// Asks it to end, waits a little, and makes it.
    pub fn stop(&mut self) {
        self.signal(Signal::TERM);
        let asked = Instant::now();
        while self.ended().is_none() {
            if asked.elapsed() > PATIENCE {
                return self.kill();
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end without waiting, so that several can end at once.
    pub fn ask_to_end(&mut self) {
        self.signal(Signal::TERM);
    }

    fn signal(&mut self, signal: Signal) {
        if self.ended().is_some() {
            return;
        }
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The same command under `setpriv`, which asks the kernel to kill it when we die without a word
/// (`kill -9`). Where there is no `setpriv` (not Linux), only drop and signals end it.
fn dying_with_us(command: &Command) -> Command {
    let mut wrapped = match paths::which("setpriv") {
        Some(setpriv) => {
            let mut wrapped = Command::new(setpriv);
            wrapped
                .args(["--pdeathsig", "KILL", "--"])
                .arg(command.get_program());
            wrapped
        }
        None => Command::new(command.get_program()),
    };
    wrapped.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        wrapped.current_dir(dir);
    }
    wrapped
}

type Job = (Command, Sender<io::Result<Child>>);

/// Spawns on one thread that never ends: the kernel kills a child when the *thread* that started
/// it ends, and a test's thread ends long before the servers it shares with others.
fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<Sender<Job>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::spawn(move || {
            for (mut command, answer) in queue {
                let _ = answer.send(command.spawn());
            }
        });
        jobs
    });
    let (answer, child) = mpsc::channel();
    let gone = |_| io::Error::other("the spawning thread is gone");
    spawner
        .send((command, answer))
        .map_err(|_| io::Error::other("the spawning thread is gone"))?;
    child.recv().map_err(gone)?
}
