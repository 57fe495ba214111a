//! Departments and doctors, kept for a few seconds.

use std::cell::RefCell;

use contract::{Department, Freshness, HospitalId, Map};
use fhir::directory::Directory;
use rules::keywords::keywords;

use super::{
    flight::{self, Flight},
    kept::{self, Kept},
    trouble,
};
use crate::{
    backend::{Dated, HospitalBackend, UNAVAILABLE_S, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::AppError,
};

/// How old the directory may be at most, real milliseconds; less while its hospital fails, so that
/// its return is seen.
const READ_MS: i64 = 8000;
const READ_FAILING_MS: i64 = 1000;
/// From this age on it is read anew behind an answer, so that where people keep coming nobody
/// waits for it.
const AHEAD_MS: i64 = 5000;

thread_local! {
    static KEPT: RefCell<Map<HospitalId, Kept<Listed>>> = const { RefCell::new(Map::new()) };
}

/// A hospital's directory and how old it is; names stay known however long an outage lasts.
///
/// # Errors
/// `hospital_unavailable` when it was never read.
pub async fn load(ctx: &Ctx, hospital: &Hospital) -> Result<Known, AppError> {
    let id = &hospital.id;
    let too_old = || !trouble::just_failed(id) && age(id) > read_ms(id);
    // Of a hospital that failed lately whoever waited would wait for its timeout, and so would all
    // who come meanwhile.
    let waits = !trouble::lately(id) || kept(id).is_none();
    if waits && let Some(flight) = flight::take_off(&name(id), too_old).await {
        read(ctx, hospital, flight).await;
    } else {
        ahead(ctx, id);
    }
    let kept = kept(id).ok_or_else(|| AppError::hospital_unavailable(UNAVAILABLE_S))?;
    // A little longer than it is kept: the reading itself takes its time.
    let freshness = kept.freshness(read_ms(id) + 1000);
    Ok(Known { kept, freshness })
}

fn kept(id: &HospitalId) -> Option<Kept<Listed>> {
    KEPT.with_borrow(|all| all.get(id).cloned())
}

/// Real milliseconds.
fn age(id: &HospitalId) -> i64 {
    KEPT.with_borrow(|all| all.get(id).map_or(i64::MAX, Kept::age))
}

fn read_ms(id: &HospitalId) -> i64 {
    if trouble::failing(id) {
        READ_FAILING_MS
    } else {
        READ_MS
    }
}

/// Of its flight.
fn name(id: &HospitalId) -> String {
    format!("directory/{id}")
}

/// The right to read it behind an answer: it is time, and nobody does.
fn due(id: &HospitalId) -> Option<Flight> {
    let from = if trouble::failing(id) {
        READ_FAILING_MS
    } else {
        AHEAD_MS
    };
    let due = age(id) > from && !trouble::just_failed(id);
    due.then(|| flight::if_free(&name(id))).flatten()
}

/// Reads it behind the answer, unless somebody does.
fn ahead(ctx: &Ctx, id: &HospitalId) {
    if due(id).is_none() {
        return;
    }
    let (ctx, id) = (ctx.clone(), id.clone());
    let background = ctx.background.clone();
    background.run(Box::pin(async move {
        // Only now: behind a turn it may be long until this begins, and others would wait.
        if let (Some(flight), Ok(hospital)) = (due(&id), ctx.hospital(&id)) {
            read(&ctx, hospital, flight).await;
        }
    }));
}

async fn read(ctx: &Ctx, hospital: &Hospital, _flight: Flight) {
    let id = &hospital.id;
    match FhirRest::new(ctx, hospital).directory().await {
        Ok(read) => {
            trouble::over(id);
            let digest = kept::digest(&read.value);
            let read = Dated {
                at: read.at,
                value: Listed::from(read.value),
            };
            let new = Kept::replace(kept(id).as_ref(), read, digest);
            KEPT.with_borrow_mut(|all| all.insert(id.clone(), new));
        }
        Err(_) => trouble::note(id),
    }
}

/// A directory, and its departments as they are answered: what finds them is worked out once a
/// reading, not once a request.
struct Listed {
    directory: Directory,
    departments: Vec<Department>,
}

impl From<Directory> for Listed {
    fn from(directory: Directory) -> Self {
        let departments = directory.departments.iter().map(|department| {
            let code = department.code.as_deref();
            Department {
                id: department.id.as_str().into(),
                code: department.code.clone(),
                name: department.name.clone(),
                location: department.location.clone(),
                group: code.and_then(rules::keywords::group).map(str::to_owned),
                keywords: keywords(&department.name, code, &department.aliases),
            }
        });
        Self {
            departments: departments.collect(),
            directory,
        }
    }
}

/// The directory as known.
pub struct Known {
    kept: Kept<Listed>,
    freshness: Freshness,
}

impl Known {
    /// The departments, with what finds them.
    pub fn departments(&self) -> &[Department] {
        &self.kept.value.departments
    }

    /// How far it can be trusted.
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }

    /// Goes up when it has changed.
    pub fn version(&self) -> u64 {
        self.kept.version
    }

    /// When this version was read.
    pub fn as_of(&self) -> jiff::Timestamp {
        self.kept.as_of()
    }

    /// When it was last confirmed.
    pub fn confirmed(&self) -> jiff::Timestamp {
        self.kept.confirmed()
    }
}

impl std::ops::Deref for Known {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.kept.value.directory
    }
}
