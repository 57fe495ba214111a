//! Who may do what for whom: decided for each request from what the hospital says now (the
//! caller's own binding and consents), before anything else about the person is asked for.
//!
//! Whose somebody else's id is, or whether it is anybody's, is not told: it is `forbidden` either
//! way. An id under a person (an appointment, a report) that is not theirs is `not_found`, whether
//! or not it is somebody else's.

use contract::{Code, HospitalId, PersonId, Right};

use crate::{
    backend::UNAVAILABLE_S,
    config::Hospital,
    ctx::Ctx,
    http::AppError,
    people::{self, Binding},
    session::Session,
    together,
};

/// The caller may act for a person at one hospital.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The person.
    pub person: PersonId,
    /// The hospital.
    pub hospital: HospitalId,
    /// Their record there, who acts, and with which rights.
    pub binding: Binding,
}

impl Grant {
    /// Id of the Patient.
    pub fn patient(&self) -> &str {
        &self.binding.patient.id
    }

    /// `Patient/..` or `RelatedPerson/..`: who acts.
    pub fn agent(&self) -> &str {
        &self.binding.agent
    }

    /// The name as screens show it.
    pub fn name_masked(&self) -> String {
        rules::mask::name(&self.binding.patient.name)
    }
}

/// What could be found out at all hospitals.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// Where the caller may, in the order of the settings; at least one.
    pub granted: Vec<Grant>,
    /// Which hospitals could not be asked: there may be more.
    pub unavailable: Vec<HospitalId>,
}

/// May the caller do this for the person at this hospital? `None`: are they the person, or do they
/// manage for them?
///
/// # Errors
/// `forbidden`; `hospital_unavailable` when it cannot be found out.
pub async fn at(
    ctx: &Ctx,
    session: &Session,
    person: &PersonId,
    right: Option<Right>,
    hospital: &Hospital,
) -> Result<Grant, AppError> {
    let right = right.unwrap_or(Right::Manage);
    let found = people::at(ctx, hospital, &session.phone).await?;
    found
        .into_iter()
        .find(|binding| binding.rights.contains(&right) && binding.is(ctx, person))
        .map(|binding| Grant {
            person: person.clone(),
            hospital: hospital.id.clone(),
            binding,
        })
        .ok_or_else(|| Code::Forbidden.into())
}

/// The same at all hospitals at once, for what is gathered from all of them.
///
/// # Errors
/// `forbidden` when all hospitals say no; `hospital_unavailable` when none says yes and one that
/// did not answer might.
pub async fn everywhere(
    ctx: &Ctx,
    session: &Session,
    person: &PersonId,
    right: Option<Right>,
) -> Result<Grants, AppError> {
    let hospitals = &ctx.config.hospitals;
    let asked = hospitals
        .iter()
        .map(|hospital| at(ctx, session, person, right, hospital));
    let mut grants = Grants::default();
    for (hospital, answer) in hospitals.iter().zip(together::all(asked).await) {
        match answer {
            Ok(grant) => grants.granted.push(grant),
            Err(AppError::Refused(why)) if why.code == Code::Forbidden => {}
            Err(_) => grants.unavailable.push(hospital.id.clone()),
        }
    }
    match (grants.granted.is_empty(), grants.unavailable.is_empty()) {
        (false, _) => Ok(grants),
        (true, true) => Err(Code::Forbidden.into()),
        (true, false) => Err(AppError::hospital_unavailable(UNAVAILABLE_S)),
    }
}
