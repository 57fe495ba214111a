//! Where and with whom a visit is.

use contract::{Code, DepartmentRef, DoctorRef, Level};
use fhir::{booking::Booking, directory::Directory, slot::Slot};

use super::scene::Scene;
use crate::{backend::HospitalBackend, http::AppError, reads};

/// Where and with whom: public, from the hospital's directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The doctor.
    pub doctor: DoctorRef,
    /// The department.
    pub department: DepartmentRef,
    /// Where to go.
    pub location: Option<String>,
}

/// A slot with where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The slot as just read.
    pub slot: Slot,
    /// Clinic type.
    pub level: Level,
    /// Where and with whom.
    pub place: Place,
}

impl Offer {
    /// A slot as it is now.
    ///
    /// # Errors
    /// `not_found` for no such slot, or one of nobody in the directory.
    pub async fn read(scene: &Scene<'_>, slot: &str) -> Result<Self, AppError> {
        let slot = scene.backend.slot(slot).await?;
        let directory = reads::directory::load(scene.ctx, scene.hospital).await?;
        Self::of(&directory, slot).ok_or_else(|| Code::NotFound.into())
    }

    /// A slot in its directory.
    pub fn of(directory: &Directory, slot: Slot) -> Option<Self> {
        let (doctor, level) = directory.of_schedule(&slot.schedule)?;
        let place = Place::of(directory, &doctor.id)?;
        Some(Self { slot, level, place })
    }
}

impl Place {
    /// Where a doctor's visits are.
    pub fn of(directory: &Directory, doctor: &str) -> Option<Self> {
        let doctor = directory.doctor(doctor)?;
        let department = directory.department(&doctor.department)?;
        Some(Self {
            doctor: doctor.to_ref(),
            department: department.to_ref(),
            location: doctor
                .location
                .clone()
                .or_else(|| department.location.clone()),
        })
    }

    /// Where a booking's visit is: as the directory has it, and what it no longer has as the
    /// booking itself says.
    pub fn of_booking(directory: &Directory, booking: &Booking) -> Self {
        let doctor = booking.doctor.as_ref();
        if let Some(place) = doctor.and_then(|doctor| Self::of(directory, &doctor.id)) {
            return Self {
                location: booking.location.clone().or(place.location),
                ..place
            };
        }
        let unnamed = |id: Option<&String>| id.cloned().unwrap_or_else(|| "-".to_owned());
        let department = booking.department.as_ref();
        Self {
            doctor: DoctorRef {
                id: unnamed(doctor.map(|it| &it.id)).into(),
                name: doctor.and_then(|it| it.name.clone()).unwrap_or_default(),
                title: None,
            },
            department: DepartmentRef {
                id: unnamed(department.map(|it| &it.id)).into(),
                name: department
                    .and_then(|it| it.name.clone())
                    .unwrap_or_default(),
            },
            location: booking.location.clone(),
        }
    }
}
