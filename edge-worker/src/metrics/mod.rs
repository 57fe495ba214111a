//! What operators see of the edge (`GET /metrics`): counters, kept where it costs nothing.
//!
//! Whoever has something to count calls [`count`], [`observe`] or [`gauge`]: that is an integer in
//! this isolate's memory. Every few seconds, after some answer has gone, what was counted travels
//! to one durable object, which adds up what all isolates have seen and writes the text.
//!
//! Labels are operations, hospitals, outcomes: few, known beforehand, never about a person.

mod families;
mod registry;

use std::cell::{Cell, RefCell};

use contract::{Code, HospitalId, Map, SlotState};
use futures_util::future::LocalBoxFuture;
use jiff::civil::Date;

use crate::{
    clock,
    config::Hospital,
    ctx::{Class, Ctx},
    http::{AppError, Reply, Request, not_allowed, operator},
    line, log,
    reads::board::Key,
    transport::{Incoming, TransportError},
};

pub use families::{FAMILIES, Family, Kind, Metric};
pub use registry::Registry;

/// Where it is served.
pub const PATH: &str = "/metrics";
/// Name of the one object of class `Metrics`.
const OBJECT: &str = "metrics";
/// Where the object adds up, and where it tells.
pub const ADD: &str = "/add";
/// Where the object tells.
pub const TEXT: &str = "/text";
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How often an isolate tells what it has counted, real milliseconds.
const EVERY_MS: i64 = 5000;
/// More series than all labels together can have (gauges are a few a hospital and a shard): a
/// mistake, which must not eat memory.
const MOST_SERIES: usize = 2000;

/// One series: its key in a [`Registry`], and its numbers.
struct Series {
    key: String,
    numbers: Vec<i64>,
}

thread_local! {
    static SERIES: RefCell<Map<u64, Series>> = const { RefCell::new(Map::new()) };
    static RETRIES: RefCell<Map<String, u64>> = const { RefCell::new(Map::new()) };
    static NEXT: Cell<i64> = const { Cell::new(0) };
    static KEPT: [Cell<i64>; 2] = const { [Cell::new(0), Cell::new(0)] };
    static SOURCE: Cell<u64> = const { Cell::new(0) };
    static FILLS: RefCell<Vec<(Key, Fill)>> = const { RefCell::new(Vec::new()) };
}

/// What of a day's slots is counted.
pub const FILL: [SlotState; 4] = [
    SlotState::Free,
    SlotState::Held,
    SlotState::Full,
    SlotState::Stopped,
];

/// How many there are of each.
type Fill = [i64; FILL.len()];

/// How full a board of this isolate is now. All days from today on are told as one sum.
pub fn fill(board: &Key, many: Fill) {
    FILLS.with_borrow_mut(
        |fills| match fills.iter_mut().find(|(known, _)| known == board) {
            Some((_, fill)) => *fill = many,
            None => fills.push((board.clone(), many)),
        },
    );
}

/// That sum for one hospital; days gone by are forgotten.
fn filled(hospital: &HospitalId, today: Date) -> Fill {
    FILLS.with_borrow_mut(|fills| {
        fills.retain(|(board, _)| board.hospital != *hospital || board.day >= today);
        let mut sum = Fill::default();
        for (_, fill) in fills
            .iter()
            .filter(|(board, _)| board.hospital == *hospital)
        {
            sum.iter_mut()
                .zip(fill)
                .for_each(|(sum, more)| *sum += more);
        }
        sum
    })
}

/// One more of these. `labels` in the order of the family's.
pub fn count(metric: Metric, labels: &[&str]) {
    add(metric, labels, 1);
}

/// So many more of these.
pub fn add(metric: Metric, labels: &[&str], more: i64) {
    series(metric, labels, |numbers| numbers[0] += more);
}

/// One more that took (or was old) so many milliseconds.
pub fn observe(metric: Metric, labels: &[&str], ms: i64) {
    let Kind::Histogram(bounds) = metric.family().kind else {
        return;
    };
    let bucket = bounds.iter().position(|bound| ms <= i64::from(*bound));
    series(metric, labels, |numbers| {
        numbers[bucket.unwrap_or(bounds.len())] += 1;
        numbers[bounds.len() + 1] += ms.max(0);
    });
}

/// What this isolate, or the durable object called `source`, has now of these: the numbers of all
/// are added up.
pub fn gauge(metric: Metric, labels: &[&str], source: &str, now: i64) {
    let mut all = labels.to_vec();
    all.push(source);
    series(metric, &all, |numbers| numbers[0] = now);
}

fn series(metric: Metric, labels: &[&str], change: impl FnOnce(&mut [i64])) {
    let mut id = fnv(FNV, &[metric as u8]);
    for label in labels {
        id = fnv(fnv(id, label.as_bytes()), &[0xff]);
    }
    SERIES.with_borrow_mut(|all| {
        if let Some(known) = all.get_mut(&id) {
            return change(&mut known.numbers);
        }
        if all.len() >= MOST_SERIES {
            return;
        }
        let mut numbers = vec![0; registry::width(metric.family().kind)];
        change(&mut numbers);
        let key = registry::key(metric.family().name, labels);
        all.insert(id, Series { key, numbers });
    });
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: the labels are our own, nobody can choose them to collide.
fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// A call to a hospital has ended after so many milliseconds; calls to gateways are not counted.
pub fn call(hospital: Option<&Hospital>, answer: &Result<Incoming, TransportError>, ms: i64) {
    let Some(hospital) = hospital.map(|it| it.id.as_str()) else {
        return;
    };
    let outcome = match answer {
        Ok(answer) if answer.status < 500 => "answered",
        Ok(_) => "error",
        Err(TransportError::Failed) => "failed",
        Err(TransportError::Timeout) => "timeout",
        Err(TransportError::NotSent) => "not_sent",
    };
    count(Metric::HospitalCalls, &[hospital, outcome]);
    if outcome != "not_sent" {
        observe(Metric::HospitalSeconds, &[hospital], ms);
    }
}

/// A request was answered from what is kept ready, in full or with a 304: the one place where
/// even a look-up would show.
pub fn kept(unchanged: bool) {
    KEPT.with(|kept| {
        let of = &kept[usize::from(unchanged)];
        of.set(of.get() + 1);
    });
}

/// Puts those answers where all the others are.
fn add_kept() {
    for (at, status) in ["200", "304"].into_iter().enumerate() {
        let more = KEPT.with(|kept| kept[at].replace(0));
        if more > 0 {
            add(Metric::Requests, &["kept", "GET", status], more);
            add(Metric::Reads, &["isolate"], more);
        }
    }
}

/// A request was answered.
pub fn request(route: &str, method: &str, status: u16) {
    // Whoever asks may invent methods.
    let known = ["GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS"];
    let method = known.iter().find(|it| **it == method).unwrap_or(&"other");
    count(Metric::Requests, &[route, method, &status.to_string()]);
    if status == 500 {
        count(Metric::Errors, &[]);
    }
}

/// Whether it is time to [`send`]; asked after an answer, with the real time. Nearly always no.
pub fn due(now_ms: i64) -> bool {
    let next = NEXT.get();
    if now_ms < next {
        return false;
    }
    NEXT.set(now_ms + EVERY_MS);
    // An isolate that has just begun has nothing to tell.
    next > 0
}

/// Tells what was counted, in the background.
pub fn send_in_background(ctx: &Ctx) {
    let inner = ctx.clone();
    let task: LocalBoxFuture<'static, ()> = Box::pin(async move {
        send(&inner).await;
    });
    ctx.background.run(task);
}

/// Tells what was counted since the last time. What did not arrive is told the next time.
pub async fn send(ctx: &Ctx) {
    add_kept();
    lines(ctx);
    let told = take();
    if told.is_empty() {
        return;
    }
    let body = told.write().into_bytes();
    if ctx
        .objects
        .call(Class::Metrics, OBJECT, ADD, body)
        .await
        .is_err()
    {
        SERIES.with_borrow_mut(|all| {
            for series in all.values_mut() {
                told.give_back(&series.key, &mut series.numbers);
            }
        });
    }
}

/// What was counted; counters begin anew, gauges stay.
fn take() -> Registry {
    SERIES.with_borrow_mut(|all| {
        let mut taken = Registry::default();
        for series in all.values_mut() {
            taken.add(&series.key, &series.numbers);
            if !registry::is_gauge(&series.key) {
                series.numbers.fill(0);
            }
        }
        taken
    })
}

/// How the lines to hospitals are and how full their days, as this isolate sees them.
fn lines(ctx: &Ctx) {
    let source = source();
    for hospital in &ctx.config.hospitals {
        let health = line::health(&hospital.base_url);
        let id = hospital.id.as_str();
        for state in [
            line::State::Closed,
            line::State::Open,
            line::State::HalfOpen,
        ] {
            let labels = [id, state.as_str()];
            let is = i64::from(health.state == state);
            gauge(Metric::HospitalBreaker, &labels, &source, is);
        }
        let today = hospital.zone.civil(ctx.clock.now()).date();
        for (state, many) in FILL.into_iter().zip(filled(&hospital.id, today)) {
            gauge(Metric::Slots, &[id, state.as_str()], &source, many);
        }
        let in_flight = i64::try_from(health.in_flight).unwrap_or(i64::MAX);
        gauge(Metric::HospitalInFlight, &[id], &source, in_flight);
        let told = RETRIES.with_borrow_mut(|told| {
            let told = told.or_insert_with(id.to_owned(), u64::default);
            std::mem::replace(told, health.retries)
        });
        let more = health.retries.saturating_sub(told);
        if more > 0 {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            add(Metric::HospitalRetries, &[id], more);
        }
    }
}

/// A name of this isolate among all, drawn by chance.
fn source() -> String {
    if SOURCE.get() == 0 {
        let drawn: [u8; 8] = crate::secrets::random().unwrap_or([1; 8]);
        SOURCE.set(u64::from_le_bytes(drawn) | 1);
    }
    format!("{:x}", SOURCE.get())
}

/// `GET /metrics`, for operators.
///
/// # Errors
/// `not_found` where the settings name no operator, `unauthenticated` without their token.
pub async fn serve(ctx: &Ctx, request: &Request) -> Result<Reply, AppError> {
    operator::check(&ctx.config, request)?;
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Ok(not_allowed(ctx.language, "GET, HEAD"));
    }
    send(ctx).await;
    let text = ctx
        .objects
        .call(Class::Metrics, OBJECT, TEXT, Vec::new())
        .await
        .map_err(|_| Code::Internal)?;
    Ok(Reply::new(200, MEDIA_TYPE, text))
}

/// What the durable object does with what it is told: `known` is all it knows.
///
/// # Errors
/// `internal` for what is no path of it.
pub fn object(known: &mut Registry, path: &str, body: &[u8]) -> Result<Vec<u8>, AppError> {
    match path {
        ADD => {
            known.read(&String::from_utf8_lossy(body), clock::real_millis());
            Ok(Vec::new())
        }
        TEXT => Ok(known.text(clock::real_millis()).into_bytes()),
        _ => {
            log::warning("metrics", "no such path");
            Err(Code::Internal.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_once() {
        count(Metric::Coalesced, &[]);
        count(Metric::Coalesced, &[]);
        kept(true);
        add_kept();
        observe(Metric::BoardAge, &["general"], 1500);
        gauge(Metric::Sockets, &[], "here", 3);
        let mut object_knows = Registry::default();
        for _ in 0..2 {
            let told = take().write();
            object(&mut object_knows, ADD, told.as_bytes()).unwrap();
        }
        let text = String::from_utf8(object(&mut object_knows, TEXT, b"").unwrap()).unwrap();
        for line in [
            "banzhen_coalesced_reads_total 2",
            "banzhen_requests_total{route=\"kept\",method=\"GET\",status=\"304\"} 1",
            "banzhen_board_age_seconds_bucket{hospital=\"general\",le=\"1.0\"} 0",
            "banzhen_board_age_seconds_bucket{hospital=\"general\",le=\"2.0\"} 1",
            "banzhen_board_age_seconds_bucket{hospital=\"general\",le=\"+Inf\"} 1",
            "banzhen_board_age_seconds_sum{hospital=\"general\"} 1.500",
            "banzhen_board_age_seconds_count{hospital=\"general\"} 1",
            "banzhen_sockets 3",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn days_are_told_as_one_sum_until_they_are_gone_by() {
        // There it is the 22nd.
        let ctx = crate::ctx::tests::ctx();
        let board = |department: usize, day| Key {
            hospital: "general".into(),
            department: department.to_string(),
            day: rules::date(day).unwrap(),
        };
        fill(&board(0, "2026-11-21"), [9; 4]);
        fill(&board(0, "2026-11-22"), [9; 4]);
        fill(&board(0, "2026-11-22"), [3, 0, 2, 0]);
        for department in 1..=MOST_SERIES {
            fill(&board(department, "2026-11-23"), [1, 0, 0, 0]);
        }
        lines(&ctx);
        count(Metric::Errors, &[]);
        let told = take().write();
        let line = |start: &str| {
            let lines = told.lines().filter(|line| line.starts_with(start));
            let numbers = lines.filter_map(|line| line.rsplit_once('\t')?.1.parse().ok());
            numbers.collect::<Vec<usize>>()
        };
        assert_eq!(line("banzhen_slots\tgeneral\tfree\t"), [3 + MOST_SERIES]);
        assert_eq!(line("banzhen_slots\tgeneral\tfull\t"), [2]);
        assert_eq!(line("banzhen_internal_errors"), [1]);
    }

    #[test]
    fn what_did_not_arrive_is_told_the_next_time() {
        // Nobody answers in this context.
        let ctx = crate::ctx::tests::ctx();
        count(Metric::Errors, &[]);
        futures_executor::block_on(send(&ctx));
        assert!(take().write().contains("banzhen_internal_errors\t1\n"));
    }

    #[test]
    fn it_is_due_now_and_then() {
        assert!(!due(1000));
        assert!(!due(1000 + EVERY_MS - 1));
        assert!(due(1000 + EVERY_MS));
        assert!(!due(1001 + EVERY_MS));
    }

    #[test]
    fn the_page_names_every_family() {
        let page = include_str!("../../../docs/metrics.md");
        let table = registry::table();
        assert!(
            page.contains(&table),
            "docs/metrics.md should have this table:\n{table}"
        );
    }
}
