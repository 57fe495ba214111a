//! The edge's own logic with a real FHIR server behind it and everything else in memory.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use banzhen_edge_worker::{
    booking::{
        Record, Who,
        turn::{self, Task, Told, What},
        waitlist::{
            self, Wait,
            queue::{self, Job},
        },
    },
    clock::Clock,
    config::{Bindings, Config, Hospital},
    ctx::{Background, Class, Ctx, ObjectError, Objects},
    http::{Language, trace::Trace},
    timers::{self, Timer},
    transport::{Incoming, Outgoing, Transport, TransportError},
};
use contract::{
    AppointmentId, CancelRequest, ConfirmRequest, HoldId, HoldRequest, RescheduleRequest,
};
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;

use crate::server;

const GENERAL: &str = include_str!("../../settings/general.json");
/// When all of this happens, unless a test sets its clock.
pub const NOW: &str = "2026-11-23T10:00:00+08:00";

static PATIENT: AtomicUsize = AtomicUsize::new(0);
static DOCTOR: AtomicUsize = AtomicUsize::new(0);

/// A patient of nobody else's.
pub fn patient() -> String {
    let number = PATIENT.fetch_add(1, Ordering::Relaxed);
    assert!(number < server::PATIENTS, "seed more patients");
    format!("p-{number}")
}

/// A doctor of nobody else's: `s-{doctor}-0` to `-7` are seats, `q-{doctor}` a session.
pub fn doctor() -> usize {
    let number = DOCTOR.fetch_add(1, Ordering::Relaxed);
    assert!(number < server::DOCTORS, "seed more doctors");
    number
}

/// What is done to an exchange on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The hospital never sees it.
    Lost,
    /// The hospital does it; nobody hears.
    ReplyLost,
    /// The hospital does it; half the reply comes.
    ReplyCut,
    /// The hospital sees it only when the next write has been answered.
    Late,
    /// Somebody on the way sends it twice; the reply to the second comes.
    Twice,
    /// Likewise, and nothing after it goes through.
    TwiceLineDead,
    /// Neither this nor anything after it goes through until the line is mended.
    LineDead,
    /// It goes through; nothing after it does.
    ThenLineDead,
    /// The hospital does it; neither the reply nor anything after it goes through.
    ReplyLostLineDead,
}

/// HTTP, with faults for the writes to come.
#[derive(Default)]
pub struct Line {
    /// For each write in turn; none: it goes through.
    pub faults: RefCell<Vec<Option<Fault>>>,
    /// Writes that went through or were broken.
    pub writes: RefCell<Vec<Outgoing>>,
    late: RefCell<Option<Outgoing>>,
    /// Everything is answered so.
    pub status: Cell<Option<u16>>,
    /// Whatever names this is answered so.
    pub poison: RefCell<Option<(String, u16)>>,
    /// Nothing goes through.
    pub dead: Cell<bool>,
    /// After so many reads nothing goes through.
    pub reads_left: Cell<Option<usize>>,
    /// Answers to late writes.
    pub late_answers: RefCell<Vec<u16>>,
}

impl Transport for Line {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        Box::pin(async move { self.pass(call) })
    }
}

impl Line {
    fn pass(&self, call: Outgoing) -> Result<Incoming, TransportError> {
        if self.dead.get() {
            return Err(TransportError::Failed);
        }
        let body = String::from_utf8_lossy(call.body.as_deref().unwrap_or_default());
        let poison = self.poison.borrow();
        let poison = poison.as_ref();
        let poison = poison.filter(|(it, _)| body.contains(it) || call.url.contains(it));
        if let Some(status) = self.status.get().or(poison.map(|(_, status)| *status)) {
            return Ok(Incoming {
                status,
                ..Incoming::default()
            });
        }
        if call.method == "GET" {
            if let Some(left) = self.reads_left.get() {
                self.dead.set(left == 0);
                self.reads_left.set(left.checked_sub(1));
            }
            if self.dead.get() {
                return Err(TransportError::Failed);
            }
            return http(&call);
        }
        self.writes.borrow_mut().push(call.clone());
        let fault = {
            let mut faults = self.faults.borrow_mut();
            if faults.is_empty() {
                None
            } else {
                faults.remove(0)
            }
        };
        match fault {
            None => {
                let answer = http(&call);
                if let Some(late) = self.late.borrow_mut().take() {
                    let status = http(&late).map_or(0, |answer| answer.status);
                    self.late_answers.borrow_mut().push(status);
                }
                answer
            }
            Some(Fault::Lost) => Err(TransportError::Timeout),
            Some(Fault::ReplyLost) => http(&call).and(Err(TransportError::Failed)),
            Some(Fault::ReplyCut) => {
                let mut answer = http(&call)?;
                answer.body.truncate(answer.body.len() / 2);
                Ok(answer)
            }
            Some(Fault::Late) => {
                *self.late.borrow_mut() = Some(call);
                Err(TransportError::Timeout)
            }
            Some(Fault::Twice) => http(&call).and_then(|_| http(&call)),
            Some(Fault::TwiceLineDead) => {
                self.dead.set(true);
                http(&call).and_then(|_| http(&call))
            }
            Some(Fault::LineDead) => {
                self.dead.set(true);
                Err(TransportError::Timeout)
            }
            Some(Fault::ThenLineDead) => {
                self.dead.set(true);
                http(&call)
            }
            Some(Fault::ReplyLostLineDead) => {
                self.dead.set(true);
                http(&call).and(Err(TransportError::Failed))
            }
        }
    }
}

fn http(call: &Outgoing) -> Result<Incoming, TransportError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(call.method)
        .uri(&call.url);
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    let body = call.body.clone().unwrap_or_default();
    let request = request.body(body).map_err(|_| TransportError::Failed)?;
    let mut answer = agent.run(request).map_err(|_| TransportError::Failed)?;
    Ok(Incoming {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
            .collect(),
        body: answer
            .body_mut()
            .read_to_vec()
            .map_err(|_| TransportError::Failed)?,
    })
}

/// Timers and messages, only remembered.
#[derive(Default)]
pub struct Remembered(pub RefCell<Vec<(String, String)>>);

impl Objects for Remembered {
    fn call<'a>(
        &'a self,
        class: Class,
        _: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        let body = String::from_utf8(body).unwrap();
        self.0.borrow_mut().push((format!("{class:?}{path}"), body));
        Box::pin(async { Ok(b"null".to_vec()) })
    }
}

struct Nothing;

impl Background for Nothing {
    fn run(&self, _: LocalBoxFuture<'static, ()>) {}
}

/// One person, at one hospital, with a line of their own.
pub struct Person {
    pub ctx: Ctx,
    pub line: Rc<Line>,
    pub objects: Rc<Remembered>,
    pub who: Who,
    /// Timers that have been set and have not gone off.
    pub timers: RefCell<Vec<Timer>>,
    seen: Cell<usize>,
}

fn config(secrets: &[&str]) -> Rc<Config> {
    let mut general: serde_json::Value = serde_json::from_str(GENERAL).unwrap();
    general["base_url"] = server::base().into();
    let secrets = secrets.iter().map(|it| {
        let key = format!("{}A=", it.repeat(42));
        serde_json::json!({ "id": it, "key": key })
    });
    let config = Config::check(&Bindings {
        environment: "dev".into(),
        settings: serde_json::json!({ "hospitals": [general] }).to_string(),
        secrets: secrets.collect::<serde_json::Value>().to_string(),
        credentials: None,
        dev_control: None,
    });
    Rc::new(config.unwrap())
}

impl Person {
    pub fn new(patient: &str) -> Self {
        let (line, objects) = (Rc::new(Line::default()), Rc::new(Remembered::default()));
        let ctx = Ctx {
            config: config(&["A"]),
            clock: Clock::Fixed(NOW.parse().unwrap()),
            language: Language::ZhCn,
            trace: Trace::of(None, || [1; 16]),
            transport: line.clone(),
            objects: objects.clone(),
            background: Rc::new(Nothing),
        };
        let who = Who {
            person: format!("person-of-{patient}").into(),
            phone: "13800138000".into(),
            records: vec![Record {
                hospital: "general".into(),
                patient: patient.to_owned(),
                name: "王建国".into(),
                agent: format!("Patient/{patient}"),
            }],
            unreachable: Vec::new(),
        };
        Self {
            ctx,
            line,
            objects,
            who,
            timers: RefCell::default(),
            seen: Cell::new(0),
        }
    }

    pub fn at(&mut self, now: &str) {
        self.ctx.clock = Clock::Fixed(now.parse().unwrap());
    }

    /// The operator puts a new secret in front of the old.
    pub fn rotate(&mut self) {
        self.ctx.config = config(&["B", "A"]);
    }

    /// The patient's own verified phone.
    pub fn phone(&self) -> String {
        let patient = self.who.records[0].patient.trim_start_matches("p-");
        server::phone(patient.parse().unwrap())
    }

    pub fn hospital(&self) -> Hospital {
        self.ctx.config.hospitals[0].clone()
    }

    /// Sees to the timers that are due by the clock, and to those that follow, as the durable
    /// object would. Gives how many failed; they stay.
    pub fn fire(&self) -> usize {
        let mut timers = self.timers.borrow_mut();
        for (to, body) in self
            .objects
            .0
            .borrow_mut()
            .extract_if(.., |(to, _)| to == "Alarms/arm")
        {
            let (_, new): (String, Vec<Timer>) =
                contract::json::from_slice(body.as_bytes()).unwrap();
            timers.extend(new);
            drop(to);
        }
        let (mut stay, hospital) = (Vec::new(), self.hospital());
        loop {
            let now = self.ctx.clock.now();
            timers.sort_by_key(Timer::key);
            timers.dedup();
            let Some(next) = timers.iter().position(|it| it.at <= now) else {
                let failed = stay.len();
                timers.append(&mut stay);
                return failed;
            };
            match block_on(timers::fire(&self.ctx, &hospital, &timers[next])) {
                Ok(following) => {
                    timers.remove(next);
                    timers.extend(following);
                }
                Err(_) => stay.push(timers.remove(next)),
            }
        }
    }

    /// What went into the outbox so far, in its order.
    pub fn sent(&self) -> Vec<serde_json::Value> {
        let all = self.objects.0.borrow();
        let sent = all.iter().filter(|(to, _)| to == "Dev/outbox/add");
        sent.map(|(_, body)| serde_json::from_str(body).unwrap())
            .collect()
    }

    /// What was sent since the last time, as `kind to`, sorted.
    pub fn news(&self) -> Vec<String> {
        let sent = self.sent();
        let text = |it: &serde_json::Value, name: &str| it[name].as_str().unwrap().to_owned();
        let mut news: Vec<String> = sent[self.seen.replace(sent.len())..]
            .iter()
            .map(|it| format!("{} {}", text(it, "kind"), text(it, "to")))
            .collect();
        news.sort();
        news
    }

    fn run(&self, key: &str, what: What) -> Told {
        block_on(turn::run(
            &self.ctx,
            Task {
                who: self.who.clone(),
                key: key.into(),
                what,
            },
        ))
    }

    pub fn hold(&self, slot: &str, key: &str) -> Told {
        let body = HoldRequest {
            hospital: "general".into(),
            slot: slot.into(),
            care: None,
        };
        self.run(key, What::Hold(body))
    }

    pub fn release(&self, hold: &HoldId) -> Told {
        self.run("", What::Release(hold.clone()))
    }

    pub fn confirm(&self, hold: &HoldId, key: &str) -> Told {
        self.run(key, What::Confirm(ConfirmRequest { hold: hold.clone() }))
    }

    pub fn cancel(&self, id: &AppointmentId, accept: bool) -> Told {
        let body = CancelRequest {
            reason: None,
            accept_no_show: Some(accept),
        };
        self.run(
            "",
            What::Cancel {
                appointment: id.clone(),
                body,
            },
        )
    }

    pub fn reschedule(&self, id: &AppointmentId, slot: &str, key: &str) -> Told {
        self.run(
            key,
            What::Reschedule {
                appointment: id.clone(),
                body: RescheduleRequest {
                    slot: slot.into(),
                    care: None,
                },
            },
        )
    }

    pub fn outcome(&self, check_at: &str) -> Told {
        let id = check_at.rsplit('/').next().unwrap().to_owned();
        self.run("", What::Outcome(id))
    }

    /// The waitlist.
    pub fn wait(&self, wait: Wait) -> Told {
        self.run("", What::Wait(wait))
    }

    /// What is offered, as the person sees it.
    pub fn offers(&self) -> Vec<contract::Offer> {
        let page = banzhen_edge_worker::http::page::Page::read(None, None).unwrap();
        let told = block_on(waitlist::offers(&self.ctx, &self.who, &page));
        told.unwrap_or_else(|_| panic!("no offers")).offers
    }

    /// The queue of a doctor's department looks at some slots, or at whatever is wanted.
    pub fn look(&self, doctor: usize, slots: &[&str]) {
        let job = Job {
            hospital: "general".into(),
            department: format!("dep-{}", doctor % 4),
            slots: slots.iter().map(|it| (*it).to_owned()).collect(),
        };
        block_on(queue::run(&self.ctx, &job));
    }

    /// Holds and books, for what comes after.
    pub fn booked(&self, slot: &str) -> contract::Appointment {
        let hold = self.hold(slot, &format!("hold-{slot}")).hold().unwrap();
        self.confirm(&hold.id, &format!("book-{slot}"))
            .appointment()
            .unwrap()
    }
}

/// The code of a refusal.
pub fn code(told: Told) -> &'static str {
    match told {
        Told::Refused(refusal) => refusal.code.as_str(),
        Told::Unknown(_) => "outcome_unknown",
        other => panic!("not refused: {other:?}"),
    }
}
