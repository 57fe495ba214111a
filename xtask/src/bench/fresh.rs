//! From a change at the hospital until everybody who looks knows it.

use super::{
    Plan, edge,
    listeners::Listeners,
    load, machine,
    paced::{Said, Slow},
    report::{Aim, Section},
    rivals,
    stats::{Spread, ratios},
    swarm::Swarm,
};
use crate::run::say;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant, SystemTime},
};

const POLLERS: usize = 500;
const SOCKETS: usize = 200;
/// Share of the top throughput at which they poll.
const SHARE: f64 = 0.8;
/// Changes a round.
const CHANGES: usize = 4;
/// Whoever does not know by then never will.
const LONGEST: Duration = Duration::from_secs(20);

/// What is looked at.
struct Board {
    path: String,
    topic: String,
    slot: String,
}

/// How long those who look took to know, milliseconds.
#[derive(Default)]
struct Known {
    polls: Vec<f64>,
    sockets: Vec<f64>,
}

/// Measures it.
pub fn measure(plan: &Plan) -> Result<Vec<Section>> {
    let stack = edge::start(plan)?;
    let base = stack.edge_url();
    let board = board(&base)?;
    let fhir = stack.fhir_url("general").context("no hospital")?;
    let origin = Slow::start(0, Duration::ZERO)?;
    origin.say("/board", Said::version(0));
    let host = format!("127.0.0.1:{}", origin.port());
    let nginx = rivals::nginx(&plan.state, "nginx-micro", &host, "1s", "/board")?;

    let mut edge_polls = Pollers::connect(&base, &board.path)?;
    let mut sockets = Listeners::connect(&base, &board.topic, SOCKETS)?;
    machine::pin_ourselves(true)?;
    let top = edge_polls.top(plan.time)?;
    drop(edge_polls);
    let rate = top * SHARE;
    say(format!("top {top:.0} polls/s, so {rate:.0}/s"));
    let (mut edge, mut rival, mut pushed, mut polled) = (vec![], vec![], vec![], vec![]);
    let changes = if plan.quick { 2 } else { CHANGES };
    let mut version = 0;
    for round in 0..plan.rounds {
        for turn in 0..2 {
            let ours = (round + turn) % 2 == 0;
            let (mut polls, mut told) = (Vec::new(), Vec::new());
            // Anew: a server hangs up on those who were silent for the other's turn.
            let mut pollers = if ours {
                Pollers::connect(&base, &board.path)?
            } else {
                Pollers::connect(&nginx.url, "/board")?
            };
            for _ in 0..changes {
                let known = if ours {
                    let slot = format!("{fhir}/Slot/{}", board.slot);
                    changed(&mut pollers, Some(&mut sockets), rate, move || {
                        toggle(&slot)
                    })?
                } else {
                    version += 1;
                    let origin = origin.clone();
                    changed(&mut pollers, None, rate, move || {
                        origin.say("/board", Said::version(version));
                        Ok(Instant::now())
                    })?
                };
                polls.extend(known.polls);
                told.extend(known.sockets);
            }
            let all = p99(&[&polls[..], &told].concat());
            say(format!(
                "{} p99 {all:.0} ms",
                if ours { "edge " } else { "nginx" }
            ));
            if ours {
                pushed.push(p99(&told));
                polled.push(p99(&polls));
                edge.push(all);
            } else {
                rival.push(all);
            }
        }
    }
    machine::pin_ourselves(false)?;
    let text = |of: &[f64]| {
        let of: Spread = of.iter().copied().collect();
        of.text(|ms| format!("{ms:.0} ms"))
    };
    let mut section = Section::new(
        "fresh",
        "From a change at the hospital until everybody knows",
    );
    section.row(
        "p99 of 500 who poll and 200 sockets, against 500 who poll nginx with a 1 s microcache",
        &text(&edge),
        &text(&rival),
        &ratios(&edge, &rival),
        Aim::AtMost(0.25),
    );
    for (what, of) in [("those who poll", &polled), ("the sockets", &pushed)] {
        section.row(
            &format!("p99 of {what} alone"),
            &text(of),
            &text(&rival),
            &ratios(of, &rival),
            Aim::None,
        );
    }
    section.note(format!(
        "{} rounds of {changes} changes on each side: a slot is stopped or freed by a write to the demo's \
         FHIR server, and time runs from its 200. {POLLERS} connections ask with `If-None-Match`, \
         {rate:.0} times a second together: {:.0} % of the {top:.0} that the edge answers at most. \
         nginx gets the same load; its origin changes in no time and answers in less than a \
         millisecond. The FHIR server, the clients and the origin share the other core.",
        plan.rounds,
        SHARE * 100.0
    ));
    Ok(vec![section])
}

fn p99(times: &[f64]) -> f64 {
    times.iter().copied().collect::<Spread>().at(0.99)
}

/// A department's day at the general hospital with free slots, and one of these.
fn board(edge: &str) -> Result<Board> {
    let json = |path: &str| -> Result<Value> {
        Ok(serde_json::from_slice(
            &load::get(&format!("{edge}{path}"), None)?.body,
        )?)
    };
    for department in edge::departments(edge, "general")? {
        let week = json(&edge::availability("general", &department, "?days=4"))?;
        for day in week["days"].as_array().into_iter().flatten().skip(1) {
            let date = day["date"].as_str().context("no date")?;
            let mut doctors = day["doctors"].as_array().into_iter().flatten();
            let Some(doctor) = doctors.find(|it| it["free"].as_u64() > Some(2)) else {
                continue;
            };
            let id = doctor["id"].as_str().context("no id")?;
            let slots = json(&format!(
                "/api/v1/hospitals/general/doctors/{id}/slots?date={date}"
            ))?;
            let mut slots = slots["slots"].as_array().into_iter().flatten();
            let slot = slots.find(|it| it["state"] == json!("free"));
            if let Some(slot) = slot.and_then(|it| it["id"].as_str()) {
                let rest = format!("?from={date}&days=1");
                return Ok(Board {
                    path: edge::availability("general", &department, &rest),
                    topic: format!("availability:general:{department}:{date}"),
                    slot: slot.to_owned(),
                });
            }
        }
    }
    bail!("no department has a free slot")
}

/// Stops a slot, or frees it again, and tells when the hospital had done it.
fn toggle(url: &str) -> Result<Instant> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(30)))
        .proxy(None)
        .build()
        .new_agent();
    let mut slot: Value = serde_json::from_slice(&load::get(url, None)?.body)?;
    let version = slot["meta"]["versionId"].as_str().context("no version")?;
    let version = format!("W/\"{version}\"");
    let free = slot["status"] == json!("free");
    slot["status"] = json!(if free { "busy-unavailable" } else { "free" });
    agent
        .put(url)
        .header("content-type", "application/fhir+json")
        .header("if-match", version)
        .send(slot.to_string())?;
    Ok(Instant::now())
}

/// Makes a change while all look, and waits until all know.
fn changed(
    polls: &mut Pollers,
    mut sockets: Option<&mut Listeners>,
    rate: f64,
    change: impl FnOnce() -> Result<Instant> + Send + 'static,
) -> Result<Known> {
    // Any moment of a cache's second is as likely as any other.
    let phase = SystemTime::UNIX_EPOCH.elapsed()?.subsec_micros() % 1000;
    polls.run(rate, Duration::from_millis(300 + u64::from(phase)))?;
    if let Some(sockets) = sockets.as_deref_mut() {
        sockets.forget()?;
    }
    let before = polls.tag.clone();
    let mut news: Vec<Option<Instant>> = vec![None; POLLERS];
    let writer = thread::spawn(change);
    let started = Instant::now();
    loop {
        polls.step(rate, |client, tag, at| {
            if tag != before && news[client].is_none() {
                news[client] = Some(at);
            }
        })?;
        let told = match sockets.as_deref_mut() {
            Some(sockets) => sockets.hear()? == SOCKETS,
            None => true,
        };
        if told && news.iter().all(Option::is_some) {
            break;
        }
        if started.elapsed() > LONGEST {
            let knows = news.iter().flatten().count();
            bail!("{knows} of {POLLERS} know of a change");
        }
    }
    let at = match writer.join() {
        Ok(at) => at?,
        Err(_) => bail!("the change was not made"),
    };
    // Some know before the hospital's own answer has arrived.
    let ms = |known: Instant| known.saturating_duration_since(at).as_secs_f64() * 1e3;
    Ok(Known {
        polls: news.into_iter().flatten().map(ms).collect(),
        sockets: sockets.map_or_else(Vec::new, |it| it.heard().map(ms).collect()),
    })
}

/// Those who ask again and again, each with the tag of the answer it has.
struct Pollers {
    swarm: Swarm,
    path: String,
    tags: Vec<Option<String>>,
    /// The newest one.
    tag: Option<String>,
    next: usize,
    due: Instant,
}

impl Pollers {
    fn connect(url: &str, path: &str) -> Result<Self> {
        Ok(Self {
            swarm: Swarm::connect(url.trim_start_matches("http://"), POLLERS)?,
            path: path.to_owned(),
            tags: vec![None; POLLERS],
            tag: None,
            next: 0,
            due: Instant::now(),
        })
    }

    /// One look at the clock and at the connections.
    fn step(
        &mut self,
        rate: f64,
        mut known: impl FnMut(usize, Option<String>, Instant),
    ) -> Result<()> {
        let pause = Duration::from_secs_f64(1.0 / rate);
        let now = Instant::now();
        // Who could not keep up does not make up for it in a burst.
        self.due = self
            .due
            .max(now.checked_sub(Duration::from_millis(20)).unwrap_or(now));
        while self.due <= now {
            self.due += pause;
            let client = self.next;
            self.next = (self.next + 1) % POLLERS;
            if !self.swarm.waits(client) {
                let tag = self.tags[client].as_deref();
                self.swarm.ask(client, &self.path, tag)?;
            }
        }
        for told in self.swarm.listen(self.due.saturating_duration_since(now))? {
            if !matches!(told.status, 200 | 304) {
                bail!("{}: {}", self.path, told.status);
            }
            if told.status == 200 {
                self.tags[told.client].clone_from(&told.tag);
                self.tag.clone_from(&told.tag);
                known(told.client, told.tag, Instant::now());
            }
        }
        Ok(())
    }

    fn run(&mut self, rate: f64, time: Duration) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < time {
            self.step(rate, |_, _, _| {})?;
        }
        Ok(())
    }

    /// So many a second are answered where each asks as soon as it has its answer.
    fn top(&mut self, time: Duration) -> Result<f64> {
        self.run(1000.0, Duration::from_secs(1))?;
        let started = Instant::now();
        let mut answered = 0_u32;
        while started.elapsed() < time {
            for client in 0..POLLERS {
                if !self.swarm.waits(client) {
                    let tag = self.tags[client].as_deref();
                    self.swarm.ask(client, &self.path, tag)?;
                }
            }
            for told in self.swarm.listen(Duration::from_millis(100))? {
                answered += 1;
                if told.status == 200 {
                    self.tags[told.client] = told.tag;
                }
            }
        }
        let rate = f64::from(answered) / started.elapsed().as_secs_f64();
        // Those under way are heard before anything else begins.
        self.run(1.0, Duration::from_millis(200))?;
        Ok(rate)
    }
}
