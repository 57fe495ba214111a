//! The hot path: a board that everybody looks at, in full and unchanged.

use super::{
    Plan, edge,
    load::{self, Answer, Counted, Load},
    report::{Aim, Section},
    rivals::{self, Given, Rival},
    stats::{Spread, ratios},
};
use crate::run::say;
use anyhow::{Context, Result, bail};
use std::time::Duration;

const CONNECTIONS: u32 = 32;
/// How long a turn takes: short, so that what slows the machine down slows all sides of a round.
const TURN: Duration = Duration::from_secs(1);

/// One of those who take turns.
struct Side {
    name: &'static str,
    url: String,
    tag: Option<String>,
    rounds: Vec<Counted>,
}

impl Side {
    fn new(name: &'static str, url: &str, path: &str) -> Self {
        Self {
            name,
            url: format!("{url}{path}"),
            tag: None,
            rounds: Vec::new(),
        }
    }

    fn load(&self) -> Load<'_> {
        Load {
            url: &self.url,
            header: self.tag.as_deref().map(|tag| ("if-none-match", tag)),
            connections: CONNECTIONS,
            time: TURN,
            script: None,
        }
    }

    fn all(&self, of: impl Fn(&Counted) -> f64) -> Vec<f64> {
        self.rounds.iter().map(of).collect()
    }

    fn text(&self) -> String {
        let rates: Spread = self.all(|round| round.rate).into_iter().collect();
        rates.text(|rate| format!("{rate:.0}"))
    }
}

/// Measures it.
pub fn measure(plan: &Plan) -> Result<Vec<Section>> {
    let stack = edge::start(plan)?;
    let base = stack.edge_url();
    let path = edge::measured_path(&base)?;
    let answer = load::get(&format!("{base}{path}"), None)?;
    let tag = answer.header("etag").context("no ETag")?.to_owned();
    let (constant, hono) = rivals_of(plan, &answer, &path)?;
    let unchanged = load::get(&format!("{base}{path}"), Some(("if-none-match", &tag)))?;
    let least = rivals::worker(&plan.state, "unchanged", &Given::bytes(&unchanged))?;
    let least = rivals::start(&plan.state, "unchanged", &least.0, least.1, &path)?;
    let mut sides = [
        Side::new("edge, 200", &base, &path),
        Side::new("edge, 304", &base, &path),
        Side::new("constant Worker, 200", &constant.url, &path),
        Side::new("Hono Worker, 200", &hono.url, &path),
        Side::new("constant Worker, 304", &least.url, &path),
    ];
    // Warm, so that no round pays for compiling.
    for side in &sides {
        load::run(side.load())?;
    }
    for round in 0..rounds(plan) {
        let count = sides.len();
        for turn in 0..count {
            let side = &mut sides[(round + turn) % count];
            if side.name == "edge, 304" {
                side.tag = Some(current_tag(&side.url)?);
            }
            let counted = load::run(side.load())?;
            if counted.failed > 0.0 {
                bail!("{}: {} requests failed", side.name, counted.failed);
            }
            say(format!(
                "{:<22} {:>7.0}/s  {:>6.0} B  p50 {:.2} ms  p99 {:.2} ms",
                side.name, counted.rate, counted.bytes, counted.p50, counted.p99
            ));
            side.rounds.push(counted);
        }
    }
    drop(stack);
    Ok(vec![section(plan, &sides, &answer, &unchanged)])
}

/// So many that each side has its whole time.
fn rounds(plan: &Plan) -> usize {
    let turns = plan.time.as_millis().div_ceil(TURN.as_millis());
    plan.rounds * usize::try_from(turns).unwrap_or(1)
}

/// Both rivals, checked to say what the edge says.
fn rivals_of(plan: &Plan, answer: &Answer, path: &str) -> Result<(Rival, Rival)> {
    let start = |name, as_text| {
        let given = Given {
            as_text,
            ..Given::bytes(answer)
        };
        let (command, url) = rivals::worker(&plan.state, name, &given)?;
        rivals::start(&plan.state, name, &command, url, path)
    };
    let (constant, hono) = (start("constant", false)?, start("hono", true)?);
    for rival in [&constant, &hono] {
        let other = load::get(&format!("{}{path}", rival.url), None)?;
        if other.body != answer.body || other.header("etag") != answer.header("etag") {
            bail!("{} does not say what the edge says", rival.url);
        }
    }
    Ok((constant, hono))
}

/// The tag as it is now: the demo's day goes on while we measure.
fn current_tag(url: &str) -> Result<String> {
    let answer = load::get(url, None)?;
    let tag = answer.header("etag").context("no ETag")?.to_owned();
    let again = load::get(url, Some(("if-none-match", &tag)))?;
    if again.status != 304 {
        bail!("{url}: {} for its own ETag", again.status);
    }
    Ok(tag)
}

fn section(plan: &Plan, sides: &[Side; 5], answer: &Answer, unchanged: &Answer) -> Section {
    let [full, not_modified, constant, hono, least] = sides;
    let rates = |side: &Side| side.all(|round| round.rate);
    let bytes = |side: &Side| side.all(|round| round.bytes);
    let mut section = Section::new(
        "hot",
        "The hot path: an availability that everybody looks at",
    );
    section.row(
        "200, requests/s, against a constant-body JavaScript Worker",
        &full.text(),
        &constant.text(),
        &ratios(&rates(full), &rates(constant)),
        Aim::AtLeast(0.95),
    );
    section.row(
        "200, requests/s, against a Hono Worker that parses and serialises",
        &full.text(),
        &hono.text(),
        &ratios(&rates(full), &rates(hono)),
        Aim::AtLeast(1.25),
    );
    section.row(
        "304, requests/s, against the constant Worker's 200",
        &not_modified.text(),
        &constant.text(),
        &ratios(&rates(not_modified), &rates(constant)),
        Aim::AtLeast(1.3),
    );
    section.row(
        "304, requests/s, against a JavaScript Worker that gives one 304, made before, to everybody",
        &not_modified.text(),
        &least.text(),
        &ratios(&rates(not_modified), &rates(least)),
        Aim::None,
    );
    section.row(
        "the 304 of that Worker, against the constant Worker's 200",
        &least.text(),
        &constant.text(),
        &ratios(&rates(least), &rates(constant)),
        Aim::None,
    );
    let wire = |side: &Side| {
        let bytes: Spread = bytes(side).into_iter().collect();
        format!("{:.0}", bytes.median())
    };
    section.row(
        "304, bytes on the wire, against the constant Worker's 200",
        &wire(not_modified),
        &wire(constant),
        &ratios(&bytes(not_modified), &bytes(constant)),
        Aim::AtMost(0.1),
    );
    let p99 = |side: &Side| -> Spread { side.all(|round| round.p99).into_iter().collect() };
    let latency = |side: &Side| format!("{} {:.2} ms", side.name, p99(side).median());
    section.note(format!(
        "{} rounds of {} s, {CONNECTIONS} connections, wrk and the servers on cores of their own, \
         all sides in the same workerd binary, one process each. The body has {} bytes; status \
         and headers are the same on all sides, and a 304 of the edge carries {} headers. The \
         edge runs as in production (it writes its log line for each request) before two demo \
         hospitals. p99 latencies: {}.",
        rounds(plan),
        TURN.as_secs(),
        answer.body.len(),
        unchanged.headers.len(),
        sides.iter().map(latency).collect::<Vec<_>>().join(", "),
    ));
    section
}
