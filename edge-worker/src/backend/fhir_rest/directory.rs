//! What is public at a hospital and changes seldom, kept for a minute so that a rush does not
//! read it again for each person.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use contract::Level;
use fhir::{capability::Capabilities, directory::Directory};
use futures_util::future::try_join_all;

use super::FhirRest;
use crate::{
    backend::{BackendError, Offer, Place},
    clock,
};

/// How long the directory is taken as it was read, real milliseconds.
const KEPT_MS: i64 = 60_000;

/// What the directory is made of.
const SEARCHES: [&str; 5] = [
    "HealthcareService?_count=200",
    "PractitionerRole?_count=200",
    "Practitioner?_count=200",
    "Location?_count=200",
    "Schedule?_count=200",
];

thread_local! {
    static DIRECTORIES: RefCell<HashMap<String, (i64, Rc<Directory>)>> =
        RefCell::new(HashMap::new());
    static CAPABILITIES: RefCell<HashMap<String, Capabilities>> = RefCell::new(HashMap::new());
}

impl FhirRest<'_> {
    /// The directory: a minute old at most. When it cannot be read again, the one at hand is
    /// better than none: it holds names and places, nothing that a booking is decided by.
    pub(super) async fn read_directory(&self) -> Result<Rc<Directory>, BackendError> {
        let now = clock::real_millis();
        let kept = DIRECTORIES.with_borrow(|kept| kept.get(self.base).cloned());
        if let Some((at, directory)) = &kept
            && now - at < KEPT_MS
        {
            return Ok(Rc::clone(directory));
        }
        let found = match try_join_all(SEARCHES.map(|query| self.search(query))).await {
            Ok(found) => found.concat(),
            Err(error) => return kept.map(|(_, directory)| directory).ok_or(error),
        };
        let directory = Rc::new(Directory::read(&found, self.naming));
        DIRECTORIES.with_borrow_mut(|kept| {
            kept.insert(self.base.to_owned(), (now, Rc::clone(&directory)));
        });
        Ok(directory)
    }

    /// The doctor and clinic type of a slot's Schedule.
    pub(super) async fn doctor_of(&self, schedule: &str) -> Result<(String, Level), BackendError> {
        let directory = self.read_directory().await?;
        let (doctor, level) = directory.of_schedule(schedule).ok_or(BackendError::NotFound)?;
        Ok((doctor.id.clone(), level))
    }

    pub(super) async fn read_offer(&self, slot: &str) -> Result<Offer, BackendError> {
        let (_, slot) = self.slot(slot).await?;
        let directory = self.read_directory().await?;
        let (doctor, _) = directory.of_schedule(&slot.schedule).ok_or(BackendError::NotFound)?;
        let place = place(&directory, &doctor.id).ok_or(BackendError::NotFound)?;
        Ok(Offer { slot, place })
    }

    pub(super) async fn read_place(&self, doctor: &str) -> Result<Place, BackendError> {
        place(&*self.read_directory().await?, doctor).ok_or(BackendError::NotFound)
    }

    /// What the server can do: asked once in an isolate's life, unless the settings say it all.
    pub(super) async fn read_capabilities(&self) -> Result<Capabilities, BackendError> {
        if let Some(known) = self.capabilities.complete() {
            return Ok(known);
        }
        if let Some(kept) = CAPABILITIES.with_borrow(|kept| kept.get(self.base).copied()) {
            return Ok(kept);
        }
        let statement = self.get("metadata").await?;
        let stated = Capabilities::read(&statement).ok_or(BackendError::Rejected)?;
        let known = self.capabilities.over(stated);
        CAPABILITIES.with_borrow_mut(|kept| kept.insert(self.base.to_owned(), known));
        Ok(known)
    }
}

/// Where and with whom a doctor's visits are.
pub(super) fn place(directory: &Directory, doctor: &str) -> Option<Place> {
    let doctor = directory.doctor(doctor)?;
    let department = directory.department(&doctor.department)?;
    Some(Place {
        doctor: doctor.to_ref(),
        department: department.to_ref(),
        location: doctor.location.clone().or_else(|| department.location.clone()),
    })
}
