//! The caller's bindings and consents at one hospital, read fresh for each request.

use contract::{HospitalId, PersonId, PersonRow, Relation, Right};
use fhir::{
    names,
    people::{PatientRecord, Proxy},
};
use futures_util::future::try_join;

use super::id;
use crate::{
    backend::{BackendError, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::AppError,
};

/// One person whom the caller may act for at one hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The patient.
    pub patient: PatientRecord,
    /// Who acts, as the hospital's record names them: `Patient/..` or `RelatedPerson/..`.
    pub agent: String,
    /// What the caller is to the patient.
    pub relation: Relation,
    /// What the caller may do.
    pub rights: Vec<Right>,
}

impl Binding {
    /// Whether this is that person.
    pub fn is(&self, ctx: &Ctx, person: &PersonId) -> bool {
        let PatientRecord {
            id_type, id_number, ..
        } = &self.patient;
        id::is(&ctx.config.secrets, person, *id_type, id_number)
    }

    /// As the list of people shows it.
    pub fn row(&self, ctx: &Ctx, hospital: &HospitalId) -> PersonRow {
        let PatientRecord {
            id_type,
            id_number,
            name,
            ..
        } = &self.patient;
        PersonRow {
            id: id::person_id(&ctx.config.secrets, *id_type, id_number),
            name_masked: rules::mask::name(name),
            relation: self.relation,
            rights: self.rights.clone(),
            hospitals: vec![hospital.clone()],
        }
    }

    /// The patient's own: all rights.
    pub fn own(patient: PatientRecord) -> Self {
        Self {
            agent: format!("Patient/{}", patient.id),
            relation: Relation::Own,
            rights: Right::ALL.to_vec(),
            patient,
        }
    }
}

/// Reads them: own records by the bound phone, then consents, and only then the records of those
/// who gave one.
pub(super) async fn read(
    ctx: &Ctx,
    hospital: &Hospital,
    phone: &str,
) -> Result<Vec<Binding>, AppError> {
    let server = FhirRest::new(ctx, hospital);
    let own = async { own(&server, hospital, phone).await };
    let others = async { others(ctx, &server, hospital, phone).await };
    let (own, others) = try_join(own, others).await?;
    let mut bindings = own;
    for other in others {
        if !bindings
            .iter()
            .any(|known| known.patient.id == other.patient.id)
        {
            bindings.push(other);
        }
    }
    Ok(bindings)
}

async fn own(
    server: &FhirRest<'_>,
    hospital: &Hospital,
    phone: &str,
) -> Result<Vec<Binding>, BackendError> {
    let found = server.search(&format!("Patient?phone={phone}")).await?;
    let records = found
        .iter()
        .filter_map(|it| PatientRecord::read(it, &hospital.naming));
    Ok(records
        .filter(|it| it.is_bound_to(phone))
        .map(Binding::own)
        .collect())
}

async fn others(
    ctx: &Ctx,
    server: &FhirRest<'_>,
    hospital: &Hospital,
    phone: &str,
) -> Result<Vec<Binding>, BackendError> {
    let now = ctx.clock.now();
    let offset = hospital.zone.offset();
    let query = format!("RelatedPerson?identifier={}%7C{phone}", names::PHONE_SYSTEM);
    let found = server.search(&query).await?;
    let proxies: Vec<Proxy> = found
        .iter()
        .filter_map(|it| Proxy::read(it, phone, now, offset, &hospital.naming))
        .collect();
    if proxies.is_empty() {
        return Ok(Vec::new());
    }
    let patients = |proxies: &mut dyn Iterator<Item = &Proxy>| {
        let ids: Vec<&str> = proxies.map(|proxy| proxy.patient.as_str()).collect();
        ids.join(",")
    };
    let of = patients(&mut proxies.iter());
    let consents = server
        .search(&format!("Consent?patient={of}&status=active"))
        .await?;
    let allowed: Vec<(Proxy, Vec<Right>)> = proxies
        .into_iter()
        .map(|proxy| {
            let mut rights: Vec<Right> = consents
                .iter()
                .flat_map(|it| proxy.rights(it, now, offset))
                .collect();
            rights.sort_unstable();
            rights.dedup();
            (proxy, rights)
        })
        .filter(|(_, rights)| !rights.is_empty())
        .collect();
    if allowed.is_empty() {
        return Ok(Vec::new());
    }
    let ids = patients(&mut allowed.iter().map(|(proxy, _)| proxy));
    let records = server.search(&format!("Patient?_id={ids}")).await?;
    let binding = |(proxy, rights): (Proxy, Vec<Right>)| {
        let patient = records
            .iter()
            .filter(|it| it.id() == proxy.patient)
            .find_map(|it| PatientRecord::read(it, &hospital.naming))?;
        let agent = format!("RelatedPerson/{}", proxy.id);
        Some(Binding {
            patient,
            agent,
            relation: proxy.relation,
            rights,
        })
    };
    Ok(allowed.into_iter().filter_map(binding).collect())
}
