//! Many who ask at once for what nobody has asked for yet, before a hospital that takes its time.

use super::{
    Plan, edge, load, machine,
    paced::{Said, Slow},
    report::{Aim, Section},
    rivals,
    stats::{Spread, ratios},
    swarm::Swarm,
};
use crate::{
    run::say,
    stack::{Stack, free_port},
};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    collections::HashMap,
    fs, thread,
    time::{Duration, Instant},
};

const CLIENTS: usize = 1000;
const KEYS: usize = 10;
/// How long the hospital thinks.
const PACE: Duration = Duration::from_millis(120);
/// After which all connections have been taken in.
const SETTLE: Duration = Duration::from_millis(500);

/// What one side has shown.
#[derive(Default)]
struct Side {
    /// Calls to the hospital a round.
    calls: Vec<f64>,
    /// The most calls for one and the same thing.
    most: u32,
    /// Milliseconds that one in a hundred exceeds.
    p99: Vec<f64>,
    /// The same in units of one call to the hospital, of the same round.
    in_calls: Vec<f64>,
}

/// Measures it.
pub fn measure(plan: &Plan) -> Result<Vec<Section>> {
    let ports = [free_port()?, free_port()?];
    let paced = Slow::start(ports[0], PACE)?;
    let mut options = edge::options(plan)?;
    options.fhir_ports = Some(ports);
    let base = format!("http://127.0.0.1:{}/fhir", paced.port());
    options.hospitals = vec![("general".to_owned(), base)];
    let mut stack = Stack::start(options)?;
    // What nobody has asked for yet, for each round; the first is for warming up.
    let keys = keys(&stack.edge_url(), plan.rounds + 1)?;
    // Whatever is asked now, the hospital has an answer ready to later.
    for keys in &keys {
        burst(&stack.edge_url(), keys)?;
    }
    fresh_edge(&mut stack)?;
    let cold = burst(&stack.edge_url(), &keys[0])?;

    let body = load::get(&format!("{}{}", stack.edge_url(), keys[0][0]), None)?.body;
    for round in 0..=plan.rounds {
        for key in own_keys(round) {
            paced.say(&key, Said::json(&body));
        }
    }
    let origin = format!("127.0.0.1:{}", paced.port());
    let nginx = rivals::nginx(&plan.state, "nginx-lock", &origin, "10s", &own_keys(0)[0])?;
    let worker = |name| {
        rivals::before(
            &plan.state,
            name,
            &format!("http://{origin}"),
            &own_keys(0)[0],
        )
    };
    let (hono, shared) = (worker("cached")?, worker("shared")?);

    let mut sides: [Side; 4] = Default::default();
    for round in 1..=plan.rounds {
        let one = one_call(&origin, &own_keys(0)[0])?;
        for turn in 0..sides.len() {
            let at = (round + turn) % sides.len();
            let (url, keys) = match at {
                0 => (stack.edge_url(), keys[round].clone()),
                1 => (nginx.url.clone(), own_keys(round)),
                2 => (hono.url.clone(), own_keys(round)),
                _ => (shared.url.clone(), own_keys(round)),
            };
            paced.take_calls();
            let p99 = burst(&url, &keys)?;
            let calls = boards(&paced.take_calls());
            let side = &mut sides[at];
            side.calls
                .push(calls.iter().map(|(_, count)| f64::from(*count)).sum());
            let most = calls.iter().map(|(_, count)| *count).max();
            side.most = side.most.max(most.unwrap_or(0));
            side.p99.push(p99);
            side.in_calls.push(p99 / one);
            let name = ["edge", "nginx", "Hono", "shared"][at];
            say(format!(
                "{name:<6} {:>4} calls  p99 {p99:.0} ms",
                side.calls[side.calls.len() - 1]
            ));
        }
    }
    Ok(vec![section(plan, &sides, cold)])
}

/// Departments and days of the general hospital, [`KEYS`] of them for each of so many rounds.
fn keys(edge: &str, rounds: usize) -> Result<Vec<Vec<String>>> {
    let departments = edge::departments(edge, "general")?;
    let first = departments.first().context("no departments")?;
    let url = format!("{edge}{}", edge::availability("general", first, "?days=14"));
    let week: Value = serde_json::from_slice(&load::get(&url, None)?.body)?;
    let days: Vec<&str> = week["days"]
        .as_array()
        .context("no days")?
        .iter()
        .filter_map(|day| day["date"].as_str())
        .collect();
    let keys = days.iter().skip(1).flat_map(|day| {
        departments.iter().map(move |department| {
            edge::availability("general", department, &format!("?from={day}&days=1"))
        })
    });
    let keys: Vec<String> = keys.take(KEYS * rounds).collect();
    if keys.len() < KEYS * rounds {
        bail!("there are {} departments and days only", keys.len());
    }
    Ok(keys.chunks_exact(KEYS).map(<[_]>::to_vec).collect())
}

/// What rivals are asked for: new in each round.
fn own_keys(round: usize) -> Vec<String> {
    (0..KEYS)
        .map(|key| format!("/board/{key}?round={round}"))
        .collect()
}

/// An edge that knows the hospital and its departments, and no slot yet.
fn fresh_edge(stack: &mut Stack) -> Result<()> {
    stack.kill_edge();
    fs::remove_dir_all(stack.edge_storage())?;
    stack.start_edge()?;
    edge::pin(stack)?;
    let started = Instant::now();
    let url = format!("{}/api/v1/hospitals/general/departments", stack.edge_url());
    while load::get(&url, None)?.status != 200 {
        if started.elapsed() > Duration::from_secs(30) {
            bail!("the edge finds no departments");
        }
    }
    Ok(())
}

/// All ask at once; gives the milliseconds that one in a hundred has waited longer than.
fn burst(url: &str, keys: &[String]) -> Result<f64> {
    let mut swarm = Swarm::connect(url.trim_start_matches("http://"), CLIENTS)?;
    // The kernel has them open; the server takes a while to take them all in.
    thread::sleep(SETTLE);
    machine::pin_ourselves(true)?;
    for client in 0..swarm.len() {
        swarm.ask(client, &keys[client % keys.len()], None)?;
    }
    let mut times = Vec::with_capacity(CLIENTS);
    let started = Instant::now();
    while times.len() < CLIENTS {
        for told in swarm.listen(Duration::from_secs(1))? {
            if told.status != 200 {
                bail!("{url}: {} for client {}", told.status, told.client);
            }
            times.push(told.took.as_secs_f64() * 1e3);
        }
        if started.elapsed() > Duration::from_secs(30) {
            bail!("{url}: {} of {CLIENTS} were answered", times.len());
        }
    }
    machine::pin_ourselves(false)?;
    Ok(times.into_iter().collect::<Spread>().at(0.99))
}

/// How long one call to the hospital takes, milliseconds.
fn one_call(host: &str, path: &str) -> Result<f64> {
    let mut swarm = Swarm::connect(host, 1)?;
    swarm.ask(0, path, None)?;
    let told = swarm.listen(Duration::from_secs(5))?;
    let told = told.first().context("the hospital does not answer")?;
    Ok(told.took.as_secs_f64() * 1e3)
}

/// The calls that read slots.
fn boards(calls: &HashMap<String, u32>) -> Vec<(String, u32)> {
    let reads = |path: &str| {
        path.starts_with("/board/") || (path.contains("/Slot?") && !path.contains("_lastUpdated"))
    };
    let mut boards: Vec<_> = calls
        .iter()
        .filter(|(path, _)| reads(path))
        .map(|(path, count)| (path.clone(), *count))
        .collect();
    boards.sort();
    boards
}

fn section(plan: &Plan, sides: &[Side; 4], cold: f64) -> Section {
    let mut section = Section::new(
        "misses",
        "1,000 at once for 10 boards that nobody has asked for yet",
    );
    let [edge, nginx, hono, shared] = sides;
    let spread = |of: &[f64]| -> Spread { of.iter().copied().collect() };
    let calls = |side: &Side| {
        let text = spread(&side.calls).text(|calls| format!("{calls:.0}"));
        format!("{text}, {} for one board at most", side.most)
    };
    let p99 = |side: &Side| spread(&side.p99).text(|ms| format!("{ms:.0} ms"));
    for (name, rival) in [
        ("nginx with `proxy_cache_lock`", nginx),
        ("a Hono Worker with the Cache API", hono),
        (
            "a JavaScript Worker that does nothing else than share one call",
            shared,
        ),
    ] {
        section.fact(
            &format!("calls to the hospital, against {name}"),
            &calls(edge),
            &calls(rival),
            "one a board",
            edge.most == 1,
        );
        section.row(
            &format!("p99, against {name}"),
            &p99(edge),
            &p99(rival),
            &ratios(&edge.p99, &rival.p99),
            Aim::None,
        );
    }
    section.row(
        "p99, against one call to the hospital",
        &p99(edge),
        &format!("{} ms", PACE.as_millis()),
        &spread(&edge.in_calls),
        Aim::AtMost(1.15),
    );
    section.note(format!(
        "{} rounds, each with keys that neither the edge nor a rival has been asked for. {CLIENTS} \
         connections are open before all ask at once; one core serves them. The hospital answers \
         from what the demo's FHIR server has said, {} ms after the question; a rival's origin \
         answers with the availability ready-made. An edge that was just started and knows \
         nothing but the departments: p99 {cold:.0} ms.",
        plan.rounds,
        PACE.as_millis()
    ));
    section
}
