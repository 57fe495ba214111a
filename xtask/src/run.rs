//! Running other programs, and telling people what goes on meanwhile.

use anyhow::{Context, Result, bail};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How often a long step says that it is still going.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How much of a failed program's output is shown.
const TAIL: usize = 60;

/// Set when somebody has asked us to end; see [`crate::serve`].
pub static ENDING: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// An error once somebody has asked us to end: whoever waits for something asks this.
pub fn go_on() -> Result<()> {
    if ENDING.load(Ordering::Relaxed) {
        bail!("asked to end");
    }
    Ok(())
}

/// Says something to the person at the terminal. Standard output is kept for results.
pub fn say(text: impl AsRef<str>) {
    eprintln!("  {}", text.as_ref());
}

/// Runs a long program quietly: says that it starts, every 15 seconds how far it is, and how
/// long it took. The end of its output is shown when it fails.
pub fn step(label: &str, command: &mut Command) -> Result<()> {
    say(format!("{label} ..."));
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let tail = Arc::new(Mutex::new(VecDeque::new()));
    let readers = [
        child.stdout.take().map(|out| keep_tail(out, &tail)),
        child.stderr.take().map(|err| keep_tail(err, &tail)),
    ];
    let mut next_heartbeat = HEARTBEAT;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if let Err(asked) = go_on() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(asked);
        }
        if started.elapsed() >= next_heartbeat {
            next_heartbeat += HEARTBEAT;
            let doing = last_line(&tail);
            say(format!(
                "{label} ... {} s  {doing}",
                started.elapsed().as_secs()
            ));
        }
        thread::sleep(Duration::from_millis(30));
    };
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    if !status.success() {
        if let Ok(lines) = tail.lock() {
            for line in lines.iter() {
                eprintln!("    | {line}");
            }
        }
        bail!("{label} failed ({status})");
    }
    say(format!(
        "{label}: done in {:.1} s",
        started.elapsed().as_secs_f32()
    ));
    Ok(())
}

fn keep_tail(
    output: impl Read + Send + 'static,
    tail: &Arc<Mutex<VecDeque<String>>>,
) -> thread::JoinHandle<()> {
    let tail = Arc::clone(tail);
    thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            if let Ok(mut tail) = tail.lock() {
                if tail.len() == TAIL {
                    tail.pop_front();
                }
                tail.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            line.clear();
        }
    })
}

fn last_line(tail: &Mutex<VecDeque<String>>) -> String {
    let line = tail
        .lock()
        .ok()
        .and_then(|tail| tail.back().cloned())
        .unwrap_or_default();
    line.trim().chars().take(70).collect()
}

/// Runs a program that talks to the terminal itself.
pub fn visibly(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    if status.success() {
        return Ok(());
    }
    bail!("{} ended with {status}", command.get_program().display())
}

/// What a short program prints, without the space around it; `None` when it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
