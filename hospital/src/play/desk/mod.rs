//! One hospital's staff: each thing they can do is one version-aware transaction, as any other
//! client's would be.

mod booking;
mod laboratory;
mod release;
mod stop;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex},
};

use jiff::civil::{Date, DateTime};
use serde_json::Value;

use crate::{
    calendar::instant,
    client::{Error, Server},
    plan::World,
    play::clock::Clock,
    profile::Profile,
};

/// How often something is tried with another patient or slot before giving up.
const TRIES: usize = 12;

/// Why nothing was done.
#[derive(Debug)]
pub enum Trouble {
    /// The command is wrong.
    Asked(String),
    /// What it names does not exist.
    NotFound(String),
    /// There was nothing to do it to, or somebody else was faster each time.
    Nothing(&'static str),
    /// The hospital's server.
    Server(Error),
}

impl Trouble {
    /// The command is wrong.
    pub fn asked(why: &str) -> Self {
        Self::Asked(why.to_owned())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(why) | Self::NotFound(why) => f.write_str(why),
            Self::Nothing(why) => f.write_str(why),
            Self::Server(error) => error.fmt(f),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

type Done = Result<Value, Trouble>;

/// One hospital's staff.
pub struct Desk {
    server: Server,
    world: World,
    clock: Arc<Clock>,
    /// The days that have slots; unknown until first asked for.
    days: Mutex<Option<BTreeSet<Date>>>,
}

impl Desk {
    /// The staff of a seeded hospital.
    pub fn new(server: Server, world: World, clock: Arc<Clock>) -> Self {
        Self {
            server,
            world,
            clock,
            days: Mutex::new(None),
        }
    }

    /// The hospital's id.
    pub fn id(&self) -> &'static str {
        self.profile().id()
    }

    /// Where its FHIR server is.
    pub fn base_url(&self) -> &str {
        self.server.base()
    }

    /// What it was seeded with.
    pub fn world(&self) -> &World {
        &self.world
    }

    fn profile(&self) -> Profile {
        self.world.profile
    }

    fn read(&self, kind: &str, id: &str) -> Done {
        let safe = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if !safe || id.is_empty() {
            return Err(Trouble::asked("not an id"));
        }
        match self.server.get(&format!("{kind}/{id}")) {
            Err(Error::Refused(404 | 410, _)) => Err(Trouble::NotFound(format!("no such {kind}"))),
            other => Ok(other?),
        }
    }
}

fn text(resource: &Value, field: &str) -> String {
    resource[field].as_str().unwrap_or_default().to_owned()
}

fn version(resource: &Value) -> String {
    resource["meta"]["versionId"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// An instant as it stands in a query, its `+` escaped.
fn query_instant(moment: DateTime) -> String {
    instant(moment).replace('+', "%2B")
}
