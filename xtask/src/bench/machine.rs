//! The machine, and which core does what.

use crate::run;
use anyhow::{Context, Result};
use std::{fs, process::Command, sync::LazyLock, thread};

/// Cores, memory and system, in general words.
pub fn describe() -> String {
    let cores = cores();
    let memory = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or_else(String::new, |kib| {
            format!(", {} GB of memory", kib.div_ceil(1 << 20))
        });
    let system = run::output(Command::new("uname").arg("-sm")).unwrap_or_default();
    format!("{cores} cores{memory}, {system}")
}

/// Of the machine: counted once, before this process is told to keep to some of them.
fn cores() -> usize {
    static CORES: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));
    *CORES
}

/// The same command on the servers' core: the first, where there are two.
pub fn on_server_core(command: &Command) -> Command {
    if cores() < 2 {
        return pinned(None, command);
    }
    pinned(Some("0".to_owned()), command)
}

/// The same command on all cores but the servers'.
pub fn beside_server(command: &Command) -> Command {
    let cores = cores();
    pinned((cores > 1).then(|| format!("1-{}", cores - 1)), command)
}

fn pinned(cores: Option<String>, command: &Command) -> Command {
    let mut pinned = match cores {
        Some(cores) => {
            let mut taskset = Command::new("taskset");
            taskset.args(["-c", &cores]).arg(command.get_program());
            taskset
        }
        None => Command::new(command.get_program()),
    };
    pinned.args(command.get_args());
    if let Some(dir) = command.get_current_dir() {
        pinned.current_dir(dir);
    }
    pinned
}

/// Puts a running server, with all its threads, on the servers' core.
pub fn pin_server(id: u32) -> Result<()> {
    if cores() < 2 {
        return Ok(());
    }
    run::output(Command::new("taskset").args(["-acp", "0", &id.to_string()]))
        .map(|_| ())
        .context("taskset (of util-linux) cannot pin a server to the first core")
}

/// Puts this very process beside the servers, or lets it run anywhere again.
pub fn pin_ourselves(beside: bool) -> Result<()> {
    let cores = cores();
    if cores < 2 {
        return Ok(());
    }
    let list = format!("{}-{}", usize::from(beside), cores - 1);
    let id = std::process::id().to_string();
    // A thread that ends meanwhile is counted as a failure.
    let moved =
        (0..5).find_map(|_| run::output(Command::new("taskset").args(["-acp", &list, &id])));
    moved
        .map(|_| ())
        .context("taskset (of util-linux) cannot move this process")
}

/// The memory of a process that is in use, bytes.
pub fn resident(id: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|kib| kib.trim().parse::<u64>().ok())
        .map(|kib| kib * 1024)
        .context("/proc tells no VmRSS")
}
