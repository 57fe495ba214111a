//! Whom to tell: the patient and who booked for them, as long as the consent holds.

use contract::Right;
use fhir::people::{PatientRecord, Reached};

use crate::{
    backend::{BackendError, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::Language,
};

/// One who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// `Patient/..` or `RelatedPerson/..`.
    pub reference: String,
    /// Eleven digits, verified.
    pub phone: String,
    /// Their language.
    pub language: Language,
}

/// A patient and who is told what concerns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// Id of the Patient.
    pub patient: String,
    /// The patient's name as it may stand on a screen that others can see.
    pub name_masked: String,
    /// Who is told; each phone once.
    pub recipients: Vec<Recipient>,
}

impl People {
    /// The patient, and the proxy who booked; where the patient has no phone of their own and
    /// nobody booked for them, everybody who may. `booked_in` is the language of the booking.
    pub async fn read(
        ctx: &Ctx,
        hospital: &Hospital,
        patient: &str,
        proxy: Option<&str>,
        booked_in: Option<&str>,
    ) -> Result<Self, BackendError> {
        let server = FhirRest::new(ctx, hospital);
        let stored = server.read("Patient", patient).await?;
        let record = PatientRecord::read(&stored, &hospital.naming);
        let mut people = Self {
            patient: patient.to_owned(),
            name_masked: record
                .as_ref()
                .map(|it| rules::mask::name(&it.name))
                .unwrap_or_default(),
            recipients: Vec::new(),
        };
        let Some(record) = record.filter(|_| !is_dead(stored.json())) else {
            return Ok(people);
        };
        if let Some(phone) = record.bound_phone() {
            people.recipients.push(Recipient {
                reference: format!("Patient/{patient}"),
                phone: phone.to_owned(),
                language: language(record.language.as_deref(), booked_in),
            });
        }
        if proxy.is_some() || people.recipients.is_empty() {
            people.proxies(ctx, hospital, proxy, booked_in).await?;
        }
        Ok(people)
    }

    async fn proxies(
        &mut self,
        ctx: &Ctx,
        hospital: &Hospital,
        proxy: Option<&str>,
        booked_in: Option<&str>,
    ) -> Result<(), BackendError> {
        let server = FhirRest::new(ctx, hospital);
        let now = ctx.clock.now();
        let offset = hospital.zone.offset();
        let patient = &self.patient;
        let related = format!("RelatedPerson?patient=Patient/{patient}&_count=200");
        let related = server.search(&related).await?;
        let consents = format!("Consent?patient=Patient/{patient}&status=active&_count=200");
        let consents = server.search(&consents).await?;
        let all: Vec<Reached> = related
            .iter()
            .filter_map(|it| Reached::read(it, now, offset, &hospital.naming))
            .filter(|it| {
                let mut rights = consents
                    .iter()
                    .flat_map(|c| it.proxy.rights(c, now, offset));
                it.proxy.patient == *patient && rights.any(|right| right == Right::Book)
            })
            .collect();
        let booked = |it: &&Reached| proxy == Some(it.proxy.id.as_str());
        let mut chosen: Vec<&Reached> = all.iter().filter(booked).collect();
        if chosen.is_empty() && self.recipients.is_empty() {
            chosen = all.iter().collect();
        }
        for it in chosen {
            let phone = &it.phones[0];
            // A family with one phone reads it once.
            if self.recipients.iter().all(|known| known.phone != *phone) {
                self.recipients.push(Recipient {
                    reference: format!("RelatedPerson/{}", it.proxy.id),
                    phone: phone.clone(),
                    language: language(it.language.as_deref(), booked_in),
                });
            }
        }
        Ok(())
    }
}

/// Nothing is sent to who has died.
fn is_dead(patient: &serde_json::Value) -> bool {
    patient["deceasedBoolean"] == true || patient["deceasedDateTime"].is_string()
}

/// What they prefer, else as it was booked, else the source language.
fn language(preferred: Option<&str>, booked_in: Option<&str>) -> Language {
    Language::accept_language(preferred.or(booked_in))
}
