//! Departments and doctors, kept for a few seconds.

use std::cell::RefCell;

use contract::{Department, Freshness, HospitalId, Map};
use fhir::directory::Directory;
use rules::keywords::keywords;

use super::{
    flight,
    kept::{self, Kept},
    trouble,
};
use crate::{
    backend::{Dated, HospitalBackend, UNAVAILABLE_S, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::AppError,
};

/// How often the directory is read at most, real milliseconds; more often while its hospital
/// fails, so that its return is seen.
const READ_MS: i64 = 8000;
const READ_FAILING_MS: i64 = 1000;

thread_local! {
    static KEPT: RefCell<Map<HospitalId, Kept<Listed>>> = const { RefCell::new(Map::new()) };
}

/// A hospital's directory and how old it is; names stay known however long an outage lasts.
///
/// # Errors
/// `hospital_unavailable` when it was never read.
pub async fn load(ctx: &Ctx, hospital: &Hospital) -> Result<Known, AppError> {
    let id = &hospital.id;
    let kept = || KEPT.with_borrow(|all| all.get(id).cloned());
    let read_ms = || {
        if trouble::failing(id) {
            READ_FAILING_MS
        } else {
            READ_MS
        }
    };
    let needed = || !trouble::just_failed(id) && kept().is_none_or(|kept| kept.age() > read_ms());
    if let Some(_flight) = flight::take_off(&format!("directory/{id}"), needed).await {
        match FhirRest::new(ctx, hospital).directory().await {
            Ok(read) => {
                trouble::over(id);
                let digest = kept::digest(&read.value);
                let read = Dated {
                    at: read.at,
                    value: Listed::from(read.value),
                };
                let new = Kept::replace(kept().as_ref(), read, digest);
                KEPT.with_borrow_mut(|all| all.insert(id.clone(), new));
            }
            Err(_) => trouble::note(id),
        }
    }
    let kept = kept().ok_or_else(|| AppError::hospital_unavailable(UNAVAILABLE_S))?;
    // A little longer than it is kept: the reading itself takes its time.
    let freshness = kept.freshness(read_ms() + 1000);
    Ok(Known { kept, freshness })
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
