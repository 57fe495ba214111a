//! The demo's people (`GET /dev/people`), handed out so that no two tests share one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use contract::{Code, CodeRequest, HoldRequest, IdType, LoginRequest, NewPerson, SessionView, api};
use serde_json::Value;

use crate::{
    client::{Client, Edge, Reply},
    http::get_json,
    identity, stack,
};

/// One of the demo's people.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// Person id of the API.
    pub person: String,
    /// Where there is a record of them.
    pub hospitals: BTreeSet<String>,
    /// Full name.
    pub name: String,
    /// Kind of identity document.
    pub id_type: String,
    /// Identity number.
    pub id_number: String,
    /// Their telephone.
    pub phone: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
    /// Whether a login with the phone acts for them already, and where.
    pub bound: BTreeSet<String>,
    /// For whom else they act.
    pub acts_for: Vec<ActsFor>,
    /// What their story is.
    pub tags: Vec<String>,
}

/// A consent somebody was given.
#[derive(Clone, Debug)]
pub struct ActsFor {
    /// The patient.
    pub person: String,
    /// What the caller is to the patient.
    pub relation: String,
    /// What the caller may do.
    pub rights: Vec<String>,
}

impl Somebody {
    /// Whether their story is of this kind.
    pub fn is(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }
}

/// All of the demo's people.
pub struct Cast {
    /// One row a person.
    pub everybody: Vec<Somebody>,
    ordinary: Vec<usize>,
    strangers: Vec<usize>,
    taken: AtomicUsize,
    strangers_taken: AtomicUsize,
}

impl Cast {
    /// Reads `/dev/people`.
    #[track_caller]
    pub fn load(base: &str) -> Self {
        let answer = get_json(&format!("{base}/dev/people"));
        let everybody = merge(answer["people"].as_array().unwrap());
        let mut phones: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &everybody {
            *phones.entry(&row.phone).or_default() += 1;
        }
        let alone = |row: &Somebody| {
            row.tags.is_empty() && row.acts_for.is_empty() && phones[row.phone.as_str()] == 1
        };
        let pick = |bound: bool| -> Vec<usize> {
            (0..everybody.len())
                .filter(|&i| {
                    let row = &everybody[i];
                    alone(row)
                        && row.hospitals.contains("general")
                        && (bound == row.bound.contains("general"))
                })
                .collect()
        };
        // A stack that is kept sees other people first in the next run: codes are limited by phone.
        let start = usize::try_from(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap()
                .as_secs()
                % 9973,
        )
        .unwrap();
        let (ordinary, strangers) = (pick(true), pick(false));
        Self {
            everybody,
            ordinary,
            strangers,
            taken: AtomicUsize::new(start),
            strangers_taken: AtomicUsize::new(start),
        }
    }

    /// Somebody with an ordinary story, bound to their own phone at the general hospital, whom no
    /// other test of this run gets.
    #[track_caller]
    pub fn take(&self) -> Somebody {
        assert!(
            !self.ordinary.is_empty(),
            "nobody in /dev/people is bound and without a story"
        );
        let i = self.taken.fetch_add(1, Ordering::Relaxed) % self.ordinary.len();
        self.everybody[self.ordinary[i]].clone()
    }

    /// Somebody with a record at the general hospital who is not bound to their phone yet.
    #[track_caller]
    pub fn take_stranger(&self) -> Somebody {
        assert!(
            !self.strangers.is_empty(),
            "everybody in /dev/people is bound already"
        );
        let i = self.strangers_taken.fetch_add(1, Ordering::Relaxed) % self.strangers.len();
        self.everybody[self.strangers[i]].clone()
    }

    /// Somebody with this story.
    #[track_caller]
    pub fn tagged(&self, tag: &str) -> Somebody {
        self.everybody
            .iter()
            .find(|row| row.is(tag))
            .unwrap_or_else(|| panic!("nobody in /dev/people is tagged {tag}"))
            .clone()
    }

    /// The person with this id.
    #[track_caller]
    pub fn by_id(&self, person: &str) -> Somebody {
        self.everybody
            .iter()
            .find(|row| row.person == person)
            .unwrap()
            .clone()
    }
}

fn merge(rows: &[Value]) -> Vec<Somebody> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut people: BTreeMap<String, Somebody> = BTreeMap::new();
    for row in rows {
        let person = text(row, "person");
        let one = people.entry(person.clone()).or_insert_with(|| Somebody {
            person,
            hospitals: BTreeSet::new(),
            name: text(row, "name"),
            id_type: text(row, "id_type"),
            id_number: text(row, "id_number"),
            phone: text(row, "phone"),
            birth_date: text(row, "birth_date"),
            bound: BTreeSet::new(),
            acts_for: Vec::new(),
            tags: Vec::new(),
        });
        let hospital = text(row, "hospital");
        if row["bound"].as_bool() == Some(true) {
            one.bound.insert(hospital.clone());
        }
        one.hospitals.insert(hospital);
        for tag in row["tags"].as_array().into_iter().flatten() {
            one.tags.push(tag.as_str().unwrap().to_owned());
        }
        for other in row["acts_for"].as_array().into_iter().flatten() {
            let rights = other["rights"].as_array().unwrap();
            one.acts_for.push(ActsFor {
                person: text(other, "person"),
                relation: text(other, "relation"),
                rights: rights
                    .iter()
                    .map(|r| r.as_str().unwrap().to_owned())
                    .collect(),
            });
        }
    }
    people.into_values().collect()
}

/// Somebody who is logged in.
#[derive(Clone)]
pub struct Patient {
    /// With their session.
    pub client: Client,
    /// Who they are.
    pub who: Somebody,
}

impl Patient {
    /// Person id.
    pub fn id(&self) -> &str {
        &self.who.person
    }

    /// Asks for a hold with a new key.
    #[track_caller]
    pub fn hold(&self, hospital: &str, slot: &str) -> Reply<api::PlaceHold> {
        self.client
            .call(api::PlaceHold, &[self.id()])
            .body(&hold_request(hospital, slot))
            .send()
    }

    /// Confirms a hold with a new key.
    #[track_caller]
    pub fn confirm(&self, hold: &contract::HoldId) -> Reply<api::Confirm> {
        let body = contract::ConfirmRequest { hold: hold.clone() };
        self.client
            .call(api::Confirm, &[self.id()])
            .body(&body)
            .send()
    }

    /// Holds and confirms; anything else fails the test.
    #[track_caller]
    pub fn book(&self, hospital: &str, slot: &str) -> contract::Appointment {
        let hold = self.hold(hospital, slot).ok();
        self.confirm(&hold.id).ok()
    }

    /// One appointment.
    #[track_caller]
    pub fn appointment(&self, id: &str) -> contract::Appointment {
        self.client
            .call(api::GetAppointment, &[self.id(), id])
            .send()
            .ok()
    }

    /// Cancels with no reason and no acceptance of a no-show.
    #[track_caller]
    pub fn cancel(&self, id: &str) -> Reply<api::Cancel> {
        let body = contract::CancelRequest {
            reason: None,
            accept_no_show: None,
        };
        self.client
            .call(api::Cancel, &[self.id(), id])
            .body(&body)
            .send()
    }

    /// Moves with a new key.
    #[track_caller]
    pub fn reschedule(&self, id: &str, slot: &str) -> Reply<api::Reschedule> {
        let body = contract::RescheduleRequest {
            slot: slot.into(),
            care: None,
        };
        self.client
            .call(api::Reschedule, &[self.id(), id])
            .body(&body)
            .send()
    }

    /// Their appointments, page by page. A hospital that has not answered in time, which the list
    /// says, is asked again: what is missing then is not gone.
    ///
    /// # Panics
    /// Where a hospital stays silent for half a minute, unless the run does without it.
    #[track_caller]
    pub fn list(&self) -> Vec<contract::Appointment> {
        let until = Instant::now() + Duration::from_secs(30);
        let (mut found, mut query) = (Vec::new(), String::new());
        loop {
            let call = self.client.call(api::ListAppointments, &[self.id()]);
            let page = call.query(&query).send().ok();
            let mut silent = page.sources.iter().filter(|source| {
                source.freshness != contract::Freshness::Fresh
                    && Some(source.hospital.as_str()) != stack::down().as_deref()
            });
            if let Some(silent) = silent.next() {
                assert!(Instant::now() < until, "it stays away: {silent:?}");
                thread::sleep(Duration::from_millis(300));
                continue;
            }
            found.extend(page.appointments);
            match page.next {
                Some(next) => query = format!("cursor={next}"),
                None => return found,
            }
        }
    }

    /// Those of them that are not cancelled.
    #[track_caller]
    pub fn booked(&self) -> Vec<contract::Appointment> {
        self.list()
            .into_iter()
            .filter(|a| a.status == contract::AppointmentStatus::Booked)
            .collect()
    }
}

/// A telephone number that nobody in the demo has and no earlier run has used.
pub fn fresh_phone() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static START: OnceLock<u128> = OnceLock::new();
    let now = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_micros()
    };
    let start = *START.get_or_init(now);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("199{:08}", (start + count as u128) % 100_000_000)
}

/// Somebody who comes for the first time: logs in and has a record made at the general hospital.
/// So nobody is shared between tests, however many there are and however often they run.
#[track_caller]
pub fn newcomer(edge: &Edge) -> Patient {
    let phone = fresh_phone();
    let client = log_in(edge, &phone);
    let (id_number, birth_date) = identity::fresh_adult();
    let name = "诸葛新来".to_owned();
    let body = NewPerson {
        hospital: "general".into(),
        name: name.clone(),
        id_type: IdType::Resident,
        id_number: id_number.clone(),
    };
    let row = client.call(api::AddPerson, &[]).body(&body).send().ok();
    let general: BTreeSet<String> = ["general".to_owned()].into();
    let who = Somebody {
        person: row.id.0,
        hospitals: general.clone(),
        name,
        id_type: "resident".into(),
        id_number,
        phone,
        birth_date,
        bound: general,
        acts_for: Vec::new(),
        tags: Vec::new(),
    };
    Patient { client, who }
}

/// A body for POST holds.
pub fn hold_request(hospital: &str, slot: &str) -> HoldRequest {
    HoldRequest {
        hospital: hospital.into(),
        slot: slot.into(),
        care: None,
    }
}

/// What went out to this phone, newest first.
#[track_caller]
pub fn outbox(base: &str, phone: &str) -> Vec<Value> {
    get_json(&format!("{base}/dev/outbox?to={phone}"))["messages"]
        .as_array()
        .unwrap()
        .clone()
}

/// What this phone was told, codes aside, once it is so much: it is sent behind the answer.
///
/// # Panics
/// When they do not come within ten seconds.
#[track_caller]
pub fn told(base: &str, phone: &str, many: usize) -> Vec<Value> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let mut messages = outbox(base, phone);
        messages.retain(|message| message["code"].is_null());
        if messages.len() >= many {
            return messages;
        }
        assert!(Instant::now() < until, "{many} are not there: {messages:?}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// The newest login code sent to this phone.
#[track_caller]
pub fn code_for(base: &str, phone: &str) -> String {
    let messages = outbox(base, phone);
    let code = messages.iter().find_map(|m| m["code"].as_str());
    code.unwrap_or_else(|| panic!("no code was sent to that phone"))
        .to_owned()
}

/// Logs in by code; none where this phone was sent a code within the last minute.
#[track_caller]
pub fn try_log_in(edge: &Edge, phone: &str) -> Option<Client> {
    let visitor = edge.visitor();
    let ask = CodeRequest {
        phone: phone.to_owned(),
        channel: None,
        care: None,
    };
    let sent = visitor.call(api::SendCode, &[]).body(&ask).send();
    if sent.status() == Code::RateLimited.status() {
        return None;
    }
    sent.ok();
    let code = code_for(&edge.base, phone);
    Some(log_in_with(edge, phone, &code).0)
}

/// Logs in by code and fails the test when that is not possible.
#[track_caller]
pub fn log_in(edge: &Edge, phone: &str) -> Client {
    try_log_in(edge, phone).expect("this phone was sent a code within the last minute")
}

/// Sends this code for this phone; anything but success fails the test.
#[track_caller]
pub fn log_in_with(edge: &Edge, phone: &str, code: &str) -> (Client, SessionView) {
    let mut client = edge.visitor();
    let body = LoginRequest {
        phone: phone.to_owned(),
        code: code.to_owned(),
    };
    let reply = client.call(api::LogIn, &[]).body(&body).send();
    let view = reply.ok();
    let cookie = reply.raw.header("set-cookie").expect("no session cookie");
    client.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    (client, view)
}
