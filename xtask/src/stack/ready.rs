//! Waiting until something answers.

use crate::{process::Process, run::go_on};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

const START: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

/// Waits until somebody listens on a port of this machine.
pub fn port(name: &str, port: u16, mut process: Option<&mut Process>) -> Result<()> {
    let started = Instant::now();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
        go_on()?;
        if let Some(process) = process.as_deref_mut() {
            process.check()?;
        }
        if started.elapsed() > START {
            bail!("{name} does not listen on port {port}");
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Waits until an HTTP server answers a GET with 200.
pub fn url(name: &str, url: &str, process: &mut Process) -> Result<()> {
    let started = Instant::now();
    loop {
        go_on()?;
        process.check()?;
        match get(url) {
            Ok(_) => return Ok(()),
            Err(why) if started.elapsed() > START => {
                return Err(why).with_context(|| format!("{name} does not answer"));
            }
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

/// Waits until the edge shows a free slot of a hospital.
pub fn bookable(
    edge: &str,
    hospital: &str,
    patience: Duration,
    mut check: impl FnMut() -> Result<()>,
) -> Result<()> {
    let started = Instant::now();
    loop {
        go_on()?;
        check()?;
        match free_slot(edge, hospital) {
            Ok(true) => return Ok(()),
            Ok(false) if started.elapsed() > patience => {
                bail!("{hospital} shows no free slot in any department")
            }
            Err(why) if started.elapsed() > patience => {
                return Err(why).with_context(|| format!("{hospital} cannot be booked"));
            }
            _ => thread::sleep(PAUSE),
        }
    }
}

fn free_slot(edge: &str, hospital: &str) -> Result<bool> {
    let base = format!("{edge}/api/v1/hospitals/{hospital}/departments");
    let list = get(&base)?;
    for department in array(&list, "departments") {
        let Some(id) = department["id"].as_str() else {
            continue;
        };
        let days = get(&format!("{base}/{id}/availability"))?;
        let free = array(&days, "days")
            .flat_map(|day| array(day, "doctors"))
            .any(|doctor| matches!(doctor["state"].as_str(), Some("free" | "few")));
        if free {
            return Ok(true);
        }
    }
    Ok(false)
}

fn array<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn get(url: &str) -> Result<Value> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(10)))
        .proxy(None)
        .build()
        .new_agent();
    let body = agent.get(url).call()?.body_mut().read_to_string()?;
    serde_json::from_str(&body).with_context(|| format!("{url} answers no JSON"))
}
