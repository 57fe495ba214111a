//! The public reads against a hospital that is a table of answers.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use contract::json::{FromJson, from_slice};
use contract::{
    Availability, BookingStatus, Departments, Freshness, HospitalStatus, SessionState, SlotState,
    Slots, Status,
};
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use crate::{
    backend::fhir_rest::{FhirRest, wire::Committed},
    booking::work::Later,
    clock,
    ctx::{
        Ctx,
        tests::{ctx, with_boards},
    },
    feed,
    http::{AppError, Reply, Request},
    line,
    transport::{Incoming, Outgoing, Transport, TransportError},
};

pub(crate) const BASE: &str = "http://127.0.0.1:8790/fhir";

/// Hospitals that answer what the table says by the start of the path.
#[derive(Default)]
pub(crate) struct Table {
    pub answers: BTreeMap<&'static str, Value>,
    /// Every URL that was asked for.
    pub asked: RefCell<Vec<String>>,
    /// Nobody answers.
    pub down: RefCell<bool>,
    /// Starts of URLs that get 503.
    pub refused: RefCell<Vec<String>>,
}

impl Transport for Table {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        Box::pin(async move {
            self.asked.borrow_mut().push(call.url.clone());
            if *self.down.borrow() {
                return Err(TransportError::Failed);
            }
            if self
                .refused
                .borrow()
                .iter()
                .any(|start| call.url.starts_with(start))
            {
                return Ok(Incoming {
                    status: 503,
                    ..Incoming::default()
                });
            }
            let path = call.url.split_once("/fhir/").map(|(_, path)| path);
            let found = path.and_then(|path| {
                self.answers
                    .iter()
                    .rev()
                    .find(|(start, _)| path.starts_with(*start))
            });
            Ok(Incoming {
                status: if found.is_some() { 200 } else { 404 },
                headers: vec![("date".into(), "Sun, 22 Nov 2026 02:00:00 GMT".into())],
                body: found
                    .map(|(_, value)| value.to_string().into_bytes())
                    .unwrap_or_default(),
            })
        })
    }
}

pub(crate) fn bundle(next: Option<&str>, resources: Vec<Value>) -> Value {
    let link: Vec<Value> = next
        .iter()
        .map(|url| json!({"relation":"next","url":url}))
        .collect();
    let entry: Vec<Value> = resources
        .into_iter()
        .map(|it| json!({"resource": it}))
        .collect();
    json!({"resourceType":"Bundle","type":"searchset","link":link,"entry":entry,
        "meta":{"lastUpdated":"2026-11-22T02:00:01.500Z"}})
}

fn slot(id: &str, day: u8, time: &str, status: &str) -> Value {
    json!({"resourceType":"Slot","id":id,"schedule":{"reference":"Schedule/c1"},"status":status,
        "start":format!("2026-11-{day:02}T{time}:00+08:00"),
        "end":format!("2026-11-{day:02}T{time}:59+08:00")})
}

/// The last page of its slots stands behind a link that names another host.
pub(crate) fn hospital() -> Rc<Table> {
    let mut table = Table::default();
    table.answers.insert(
        "HealthcareService?",
        bundle(
            None,
            vec![
                json!({"resourceType":"HealthcareService","id":"d1","name":"心内科",
            "type":[{"coding":[{"system":"urn:banzhen:department-catalogue","code":"03.04"}]}]}),
                json!({"resourceType":"Location","id":"l1",
            "address":{"city":"江州市","state":"江东省","postalCode":"000168"}}),
            ],
        ),
    );
    table.answers.insert(
        "PractitionerRole?",
        bundle(None, vec![json!({"resourceType":"PractitionerRole","id":"w","practitioner":{"display":"王建国"},
            "healthcareService":[{"reference":"HealthcareService/d1"}]})]),
    );
    table.answers.insert(
        "Schedule?",
        bundle(
            None,
            vec![json!({"resourceType":"Schedule","id":"c1",
            "actor":[{"reference":"PractitionerRole/w"}],
            "serviceType":[{"coding":[{"system":"urn:banzhen:level","code":"expert"}]}]})],
        ),
    );
    // Now is 22 November, 10:00.
    table.answers.insert(
        "Slot?",
        bundle(
            Some("http://inside.example:1234/fhir/Slot?page=2"),
            vec![
                slot("a", 22, "09:00", "free"),
                slot("b", 22, "11:00", "free"),
                slot("c", 22, "11:20", "busy-tentative"),
            ],
        ),
    );
    table.answers.insert(
        "Slot?page",
        bundle(
            None,
            vec![
                slot("d", 22, "14:00", "busy"),
                slot("e", 23, "08:00", "busy-unavailable"),
                slot("f", 23, "08:20", "something-new"),
                slot("gone", 23, "08:40", "entered-in-error"),
            ],
        ),
    );
    Rc::new(table)
}

/// One at a time in a thread of its own: what is kept in memory is kept a thread.
pub(crate) fn alone(test: impl FnOnce() + Send + 'static) {
    if let Err(panic) = std::thread::spawn(test).join() {
        std::panic::resume_unwind(panic);
    }
}

fn at(table: &Rc<Table>) -> Ctx {
    with_boards(Ctx {
        transport: table.clone(),
        ..ctx()
    })
}

fn get(ctx: &Ctx, path: &str, query: &str) -> Result<Reply, AppError> {
    get_at(ctx, format!("/api/v1/hospitals/general{path}"), query)
}

fn get_at(ctx: &Ctx, path: String, query: &str) -> Result<Reply, AppError> {
    let request = Request {
        method: "GET".into(),
        path,
        query: query.into(),
        ..Request::default()
    };
    let router = crate::routes();
    let found = router.find("GET", &request.path).ok().unwrap();
    block_on(found.run(ctx.clone(), Rc::new(request)))
}

fn body<T: FromJson>(reply: Result<Reply, AppError>) -> T {
    from_slice(&reply.unwrap().body).unwrap()
}

const AVAILABILITY: &str = "/departments/d1/availability";

#[test]
fn departments_with_what_finds_them_and_how_old_they_are() {
    alone(|| {
        let ctx = at(&hospital());
        let reply = get(&ctx, "/departments", "").unwrap();
        assert_eq!(
            reply.headers["banzhen-checked-at"],
            "2026-11-22T10:00:01+08:00"
        );
        assert_eq!(reply.headers["cache-control"], "no-cache");
        assert_eq!(reply.headers["cdn-cache-control"], "max-age=1");
        assert!(reply.headers.contains_key("etag"));
        let departments: Departments = body(Ok(reply));
        assert_eq!(departments.freshness, Freshness::Fresh);
        assert_eq!(departments.as_of.as_str(), "2026-11-22T10:00:01+08:00");
        let heart = &departments.departments[0];
        assert_eq!(heart.group.as_deref(), Some("内科"));
        assert!(heart.keywords.iter().any(|word| word == "心脏"));
        assert!(heart.keywords.iter().any(|word| word == "xnk"));
    });
}

#[test]
fn a_day_shows_each_session_as_it_is() {
    alone(|| {
        let table = hospital();
        let ctx = at(&table);
        let week: Availability = body(get(&ctx, AVAILABILITY, ""));
        assert_eq!(week.days.len(), 7);
        let states = |day: usize| -> Vec<(&str, SessionState, Option<u32>)> {
            let rows = week.days[day].doctors.iter();
            rows.map(|row| (row.session.as_str(), row.state, row.free))
                .collect()
        };
        assert_eq!(
            states(0),
            [
                ("am", SessionState::Few, Some(1)),
                ("pm", SessionState::Full, Some(0))
            ]
        );
        // One slot stopped, one in a state nobody knows: not stopped as a whole, and not known.
        assert_eq!(states(1), [("am", SessionState::Unknown, None)]);
        // Released, and nobody sits.
        assert_eq!(states(2), []);
        // The second page lay behind a link to another host; it was asked for at our own.
        let asked = table.asked.borrow();
        assert!(
            asked
                .iter()
                .any(|url| *url == format!("{BASE}/Slot?page=2")),
            "{asked:?}"
        );
        assert!(asked.iter().all(|url| url.starts_with(BASE)), "{asked:?}");
    });
}

#[test]
fn what_is_not_released_says_so_without_slots() {
    alone(|| {
        let ctx = at(&hospital());
        let newest: Availability = body(get(&ctx, AVAILABILITY, "from=2026-12-06&days=2"));
        assert_eq!(newest.days[0].doctors, []);
        let states: Vec<_> = newest.days[1].doctors.iter().map(|row| row.state).collect();
        assert_eq!(
            states,
            [SessionState::NotReleased, SessionState::NotReleased]
        );
        assert_eq!(newest.days[1].doctors[0].level, contract::Level::Expert);
        // Where it is still yesterday, the list begins with a day that is over.
        let abroad: Availability = body(get(&ctx, AVAILABILITY, "from=2026-11-21&days=2"));
        assert_eq!(abroad.days[0].doctors, []);
        assert_eq!(abroad.days[1].doctors.len(), 2);
    });
}

#[test]
fn slots_say_what_they_are() {
    alone(|| {
        let ctx = at(&hospital());
        let slots: Slots = body(get(&ctx, "/doctors/w/slots", "date=2026-11-22"));
        let states: Vec<_> = slots
            .slots
            .iter()
            .map(|slot| (slot.id.as_str(), slot.state, slot.remaining))
            .collect();
        assert_eq!(
            states,
            [
                ("a", SlotState::Past, Some(0)),
                ("b", SlotState::Free, Some(1)),
                ("c", SlotState::Held, Some(0)),
                ("d", SlotState::Full, Some(0)),
            ]
        );
        let tomorrow: Slots = body(get(&ctx, "/doctors/w/slots", "date=2026-11-23"));
        let states: Vec<_> = tomorrow.slots.iter().map(|slot| slot.state).collect();
        assert_eq!(states, [SlotState::Stopped, SlotState::Unknown]);
    });
}

#[test]
fn days_that_are_none_or_not_shown_are_refused() {
    alone(|| {
        let ctx = at(&hospital());
        let why = |path: &str, query: &str| match get(&ctx, path, query).unwrap_err() {
            AppError::Refused(why) => {
                let field = why.problem.errors.and_then(|mut errors| errors.pop());
                (
                    why.code.as_str(),
                    field.map(|it| (it.field, it.code.as_str())),
                )
            }
            other @ AppError::OutcomeUnknown(_) => panic!("{other:?}"),
        };
        let field = |name: &str, code| ("invalid_request", Some((name.to_owned(), code)));
        for query in ["from=2026-11-20", "from=2026-12-08"] {
            assert_eq!(
                why(AVAILABILITY, query),
                field("from", "out_of_range"),
                "{query}"
            );
        }
        assert_eq!(why(AVAILABILITY, "from=today"), field("from", "not_a_date"));
        assert_eq!(why(AVAILABILITY, "days=17"), field("days", "out_of_range"));
        assert_eq!(why(AVAILABILITY, "days=0"), field("days", "out_of_range"));
        assert_eq!(why(AVAILABILITY, "days=x"), field("days", "wrong_type"));
        assert_eq!(
            why("/doctors/w/slots", "date=2026-02-30"),
            field("date", "not_a_date")
        );
        assert_eq!(why("/doctors/nobody/slots", ""), ("not_found", None));
        assert_eq!(why("/departments/d2/availability", ""), ("not_found", None));
    });
}

#[test]
fn an_outage_is_told_and_what_was_known_stands_in() {
    alone(|| {
        let table = hospital();
        let ctx = Ctx {
            background: Rc::new(Later::default()),
            ..at(&table)
        };
        let before: Availability = body(get(&ctx, AVAILABILITY, "days=1"));
        assert_eq!(before.freshness, Freshness::Fresh);
        let asked = table.asked.borrow().len();
        let again: Availability = body(get(&ctx, AVAILABILITY, "days=1"));
        assert_eq!(again, before);
        assert_eq!(
            table.asked.borrow().len(),
            asked,
            "read again within a second"
        );

        *table.down.borrow_mut() = true;
        std::thread::sleep(std::time::Duration::from_millis(1100));
        // A day that was never read: its shape is known, its state is not.
        let other: Availability = body(get(&ctx, AVAILABILITY, "from=2026-11-24&days=1"));
        assert_eq!(other.freshness, Freshness::Unknown);
        let states: Vec<_> = other.days[0]
            .doctors
            .iter()
            .map(|row| (row.state, row.free))
            .collect();
        assert_eq!(
            states,
            [(SessionState::Unknown, None), (SessionState::Unknown, None)]
        );

        // The failure is known, so what was read more than a second ago is not fresh any more.
        let stale: Availability = body(get(&ctx, AVAILABILITY, "days=1"));
        assert_eq!(stale.freshness, Freshness::Stale);
        assert_eq!((&stale.days, stale.version), (&before.days, before.version));

        super::kept::age_by(310_000);
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let unknown: Availability = body(get(&ctx, AVAILABILITY, "days=1"));
        assert_eq!(unknown.freshness, Freshness::Unknown);
        let rows: Vec<_> = unknown.days[0]
            .doctors
            .iter()
            .map(|row| (row.state, row.free))
            .collect();
        assert_eq!(
            rows,
            [(SessionState::Unknown, None), (SessionState::Unknown, None)]
        );
        let slots: Slots = body(get(&ctx, "/doctors/w/slots", ""));
        assert!(
            slots
                .slots
                .iter()
                .skip(1)
                .all(|slot| slot.state == SlotState::Unknown)
        );
        assert!(
            slots
                .slots
                .iter()
                .skip(1)
                .all(|slot| slot.remaining.is_none())
        );
    });
}

#[test]
fn a_hospital_that_was_never_read_is_unavailable_and_left_alone_for_a_moment() {
    alone(|| {
        let table = hospital();
        *table.down.borrow_mut() = true;
        let ctx = at(&table);
        for _ in 0..3 {
            let error = get(&ctx, "/departments", "").unwrap_err();
            assert_eq!(error.code(), "hospital_unavailable");
        }
        // Once, and what broke three times more.
        assert_eq!(table.asked.borrow().len(), 4);
        // What comes from the settings is there.
        assert!(get(&ctx, "/rules", "").is_ok());
    });
}

/// A hospital, and what is left to be done behind the answers.
fn with_later() -> (Rc<Table>, Rc<Later>, Ctx) {
    let (table, later) = (hospital(), Rc::new(Later::default()));
    let ctx = Ctx {
        background: later.clone(),
        ..at(&table)
    };
    (table, later, ctx)
}

/// Reads them, and says how much the hospital has been asked so far.
fn read_departments(table: &Table, ctx: &Ctx) -> usize {
    get(ctx, "/departments", "").unwrap();
    table.asked.borrow().len()
}

#[test]
fn while_people_keep_coming_nobody_waits_for_the_directory() {
    alone(|| {
        let (table, later, ctx) = with_later();
        let read = || read_departments(&table, &ctx);
        let first = read();
        super::kept::age_by(6000);
        // One of them has it read, behind the answer: whose turn it is first.
        assert_eq!([read(), read()], [first; 2]);
        let tasks = later.take();
        assert_eq!(tasks.len(), 2);
        tasks.into_iter().for_each(block_on);
        assert_eq!(read(), 2 * first);
        super::kept::age_by(4000);
        assert_eq!(read(), 2 * first);
        assert_eq!(later.take().len(), 0);
        // Nobody came for a while.
        super::kept::age_by(5000);
        assert_eq!(read(), 3 * first);
    });
}

#[test]
fn who_reads_when_there_is_time_keeps_nobody_waiting() {
    alone(|| {
        let (table, later, ctx) = with_later();
        let read = || read_departments(&table, &ctx);
        let first = read();
        super::kept::age_by(6000);
        // It is to be read behind a turn that takes its time.
        assert_eq!(read(), first);
        super::kept::age_by(3000);
        let began = std::time::Instant::now();
        assert_eq!(read(), 2 * first);
        assert!(began.elapsed() < std::time::Duration::from_secs(1));
        // When the turn is over nothing is left to be done.
        later.take().into_iter().for_each(block_on);
        assert_eq!(read(), 2 * first);
    });
}

#[test]
fn nobody_waits_for_a_hospital_that_is_known_to_fail() {
    alone(|| {
        let (table, later, ctx) = with_later();
        let read = || {
            let departments: Departments = body(get(&ctx, "/departments", ""));
            (table.asked.borrow().len(), departments.freshness)
        };
        read();
        *table.down.borrow_mut() = true;
        super::kept::age_by(10_000);
        let (asked, freshness) = read();
        assert_eq!(freshness, Freshness::Stale);
        // So it stays however long the outage lasts.
        super::kept::age_by(310_000);
        std::thread::sleep(std::time::Duration::from_millis(1100));
        let [first, second] = [read(), read()];
        assert_eq!([first, second], [(asked, Freshness::Unknown); 2]);
        // One of them has it read, behind the answer, so that its return is seen.
        *table.down.borrow_mut() = false;
        later.take().into_iter().for_each(block_on);
        assert_eq!(read(), (asked + 3, Freshness::Fresh));
    });
}

#[test]
fn what_was_never_read_is_no_version() {
    alone(|| {
        let (table, _, ctx) = with_later();
        let known: Availability = body(get(&ctx, AVAILABILITY, "from=2026-11-23&days=1"));
        table.refused.borrow_mut().push(format!("{BASE}/Slot?"));
        let of = |week: &Availability| (week.version, week.as_of.clone());
        let both: Availability = body(get(&ctx, AVAILABILITY, "from=2026-11-23&days=2"));
        // The day that is known is as good as it was; the other says for itself that it is not.
        assert_eq!(both.freshness, Freshness::Fresh);
        assert_eq!(both.days[0], known.days[0]);
        let mut rows = both.days[1].doctors.iter();
        assert!(rows.all(|row| row.state == SessionState::Unknown));
        assert_eq!(of(&both), of(&known));
        // No slots at all would read as if there were none.
        let never = get(&ctx, "/doctors/w/slots", "date=2026-11-24");
        assert_eq!(never.unwrap_err().code(), "hospital_unavailable");
        // Where nothing was, it is as old as the list of who sits there, and the same each time.
        let tag = || {
            let reply = get(&ctx, AVAILABILITY, "from=2026-11-25&days=1").unwrap();
            reply.headers["etag"].clone()
        };
        let first = tag();
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert_eq!(tag(), first);
        let none: Availability = body(get(&ctx, AVAILABILITY, "from=2026-11-25&days=1"));
        let departments: Departments = body(get(&ctx, "/departments", ""));
        assert_eq!(none.as_of, departments.as_of);
    });
}

#[test]
fn what_we_have_written_ourselves_is_read_again_at_once() {
    alone(|| {
        let table = hospital();
        let ctx = at(&table);
        let read = || {
            get(&ctx, "/doctors/w/slots", "date=2026-11-22").unwrap();
            table.asked.borrow().len()
        };
        let first = read();
        let made: jiff::Timestamp = "2026-11-22T02:00:05.250Z".parse().unwrap();
        let written = |day, version: Option<u64>, at| {
            let stored = fhir::Stored::new(slot("b", day, "11:00", "busy")).unwrap();
            let hospital = ctx.config.hospital(&"general".into()).unwrap();
            block_on(feed::written(&ctx, hospital, vec![(stored, version, at)]));
        };
        written(23, Some(7), Some(made));
        assert_eq!(read(), first, "another day is as it was");
        written(22, Some(7), Some(made));
        let slots: Slots = body(get(&ctx, "/doctors/w/slots", "date=2026-11-22"));
        let b = slots
            .slots
            .iter()
            .find(|slot| slot.id.as_str() == "b")
            .unwrap();
        assert_eq!(b.state, SlotState::Full, "nobody had to be asked");
        let time = slots.as_of.as_str();
        assert_eq!(time, "2026-11-22T10:00:05+08:00", "the hospital's own");
        assert_eq!(table.asked.borrow().len(), first);
        // Who does not say when it was does not make it any newer.
        written(22, Some(8), None);
        let slots: Slots = body(get(&ctx, "/doctors/w/slots", "date=2026-11-22"));
        assert_eq!(slots.as_of.as_str(), time);
        written(22, None, None);
        assert!(read() > first, "what came of it is not known");
    });
}

#[test]
fn the_public_feed_says_where_it_is_and_up_to_when_it_is_so() {
    alone(|| {
        let table = hospital();
        let ctx = Ctx {
            clock: clock::Clock::Fixed("2026-11-22T02:10:00Z".parse().unwrap()),
            background: Rc::new(Later::default()),
            ..at(&table)
        };
        let manifest = || {
            let reply = get(&ctx, "/$bulk-publish", "").unwrap();
            let manifest: Value = serde_json::from_slice(&reply.body).unwrap();
            manifest["transactionTime"].as_str().unwrap().to_owned()
        };
        // The hospital's own time, also while it does not answer.
        assert_eq!(manifest(), "2026-11-22T10:00:00+08:00");
        *table.down.borrow_mut() = true;
        super::kept::age_by(60_000);
        assert_eq!(manifest(), "2026-11-22T10:00:00+08:00");
        let reply = get(&ctx, "/bulk/locations", "").unwrap();
        let place: Value = serde_json::from_slice(&reply.body).unwrap();
        let identifier = json!([{"system":"urn:banzhen:hospital","value":"general"}]);
        assert_eq!(place["identifier"], identifier);
        for (name, value) in [
            ("city", "江州市"),
            ("state", "江东省"),
            ("postalCode", "000168"),
        ] {
            assert_eq!(place["address"][name], value);
        }
    });
}

/// Answers every transaction by its own clock, and leaves the rest to the table.
struct Behind(Rc<Table>);

impl Transport for Behind {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        if call.method != "POST" {
            return self.0.send(call);
        }
        let done = json!({"resourceType":"Bundle","type":"transaction-response",
            "entry":[{"response":{"status":"200","etag":"W/\"7\""}}]});
        Box::pin(async move {
            Ok(Incoming {
                status: 200,
                headers: vec![("date".into(), "Sun, 22 Nov 2026 02:00:05 GMT".into())],
                body: done.to_string().into_bytes(),
            })
        })
    }
}

#[test]
fn what_we_have_written_is_dated_by_the_hospitals_clock() {
    alone(|| {
        let table = hospital();
        let ctx = Ctx {
            transport: Rc::new(Behind(table.clone())),
            ..at(&table)
        };
        let as_of = || {
            let slots: Slots = body(get(&ctx, "/doctors/w/slots", "date=2026-11-22"));
            slots.as_of.as_str().to_owned()
        };
        assert_eq!(as_of(), "2026-11-22T10:00:01+08:00");
        let mut booked = slot("b", 22, "11:00", "busy");
        booked["meta"] = json!({"versionId":"6"});
        let transaction = fhir::bundle::Transaction::new()
            .replace(fhir::Stored::new(booked).unwrap())
            .unwrap();
        let rest = FhirRest::new(&ctx, ctx.config.home());
        assert!(matches!(
            block_on(rest.commit(transaction)),
            Committed::Done(_)
        ));
        assert_eq!(as_of(), "2026-11-22T10:00:05+08:00");
    });
}

fn general_status(ctx: &Ctx) -> HospitalStatus {
    let reply = get_at(ctx, "/api/v1/status".to_owned(), "").unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers["cdn-cache-control"], "max-age=1");
    assert!(reply.headers.contains_key("etag"));
    let checked = reply.headers.get("banzhen-checked-at").map(str::to_owned);
    let mut hospitals = body::<Status>(Ok(reply)).hospitals;
    assert_eq!(hospitals.len(), ctx.config.hospitals.len());
    let general = hospitals.swap_remove(0);
    // The other one was never read.
    let as_of = general.as_of.as_ref().map(|at| at.as_str().to_owned());
    assert_eq!(checked, as_of);
    general
}

#[test]
fn the_status_says_that_booking_works_and_when_it_no_longer_does() {
    alone(|| {
        let table = hospital();
        let ctx = at(&table);
        let well = general_status(&ctx);
        assert_eq!(well.id.as_str(), "general");
        assert_eq!(
            (well.booking, well.freshness),
            (BookingStatus::Works, Freshness::Fresh)
        );
        let as_of = well.as_of.unwrap();
        assert_eq!(as_of.as_str(), "2026-11-22T10:00:01+08:00");

        // One reading that fails: what was known stands in, and it is called slow.
        *table.down.borrow_mut() = true;
        super::kept::age_by(60_000);
        let ill = general_status(&ctx);
        assert_eq!(
            (ill.booking, ill.freshness),
            (BookingStatus::Slow, Freshness::Stale)
        );
        assert_eq!(ill.as_of, Some(as_of));

        // Left alone by the line: down, however much is known.
        let general = ctx.config.home();
        let enter = || line::enter(&general.base_url, &general.limits, 1000);
        while let Some(pass) = block_on(enter()) {
            pass.learn(&Err(TransportError::Failed));
        }
        let dead = general_status(&ctx);
        assert_eq!(
            (dead.booking, dead.freshness),
            (BookingStatus::Down, Freshness::Stale)
        );
    });
}

#[test]
fn the_status_of_a_hospital_that_was_never_read_is_down_and_unknown() {
    alone(|| {
        let table = hospital();
        *table.down.borrow_mut() = true;
        let status = general_status(&at(&table));
        assert_eq!(
            (status.booking, status.freshness, status.as_of),
            (BookingStatus::Down, Freshness::Unknown, None)
        );
        assert!(!status.hotline.number.is_empty());
    });
}
