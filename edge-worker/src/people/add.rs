//! POST /api/v1/people: binds the caller's phone to the record that matches, or makes one.
//!
//! The same key with the same body does no more than the first time, because what it does is to
//! make true what then is true; only another body under the same key has to be told apart.

use contract::{Code, FieldCode, FieldError, HospitalId, IdType, NewPerson, api::AddPerson};
use fhir::{
    Stored,
    audit::{Agent, Deed, event},
    bundle::Transaction,
    people::{NewPatient, PatientRecord},
};
use rules::identity::{Identity, Sex};

use super::Binding;
use crate::{
    audit,
    backend::{
        BackendError, UNAVAILABLE_S,
        fhir_rest::{FhirRest, wire::Committed},
    },
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Call, Handled, Refusal},
    session::{
        Session,
        record::{Command, Reply},
    },
};

/// Names within one transaction.
const PATIENT: &str = "urn:uuid:5f0c1d0e-6d0a-4d53-9d5c-1f4f0c6f9a01";
const RECORD: &str = "urn:uuid:5f0c1d0e-6d0a-4d53-9d5c-1f4f0c6f9a02";
/// So often is a record read again that somebody else changed meanwhile.
const ROUNDS: usize = 3;

/// What was asked, checked.
struct Wanted<'a> {
    hospital: &'a Hospital,
    name: String,
    id_type: IdType,
    identity: Identity,
    phone: &'a str,
}

pub(super) async fn add(ctx: Ctx, call: Call<AddPerson>) -> Handled<AddPerson> {
    let session = call.session()?;
    let hospital = hospital(&ctx, &call.body.hospital)?;
    let wanted = check(&ctx, hospital, &call.body, session)?;
    let secret = ctx.config.secrets.current();
    let key = secret.digest(&["people-key", &call.key]);
    let body = secret.digest(&[
        "people-body",
        hospital.id.as_str(),
        wanted.id_type.as_str(),
        &wanted.identity.number,
        &wanted.name,
    ]);
    let used = session
        .ask(&ctx, &Command::RecallKey { key: key.clone() })
        .await?;
    let known = match used {
        Reply::Used { body: first } if first != body => {
            return Err(Code::IdempotencyKeyReused.into());
        }
        Reply::Used { .. } => true,
        _ => false,
    };
    // What was right is no further try.
    if !known
        && let Reply::Wait { seconds } = session
            .ask(&ctx, &Command::TryIdentity { body: body.clone() })
            .await?
    {
        return Err(AppError::rate_limited(seconds));
    }
    let patient = match bind_or_create(&ctx, &wanted).await {
        Ok(patient) => patient,
        Err(error) => {
            // Only a mismatch is a try: a hospital that does not answer tells nothing.
            if error.code() != Code::IdentityNotConfirmed.as_str() {
                session
                    .ask(&ctx, &Command::IdentityRight { body: body.clone() })
                    .await?;
            }
            return Err(error);
        }
    };
    session
        .ask(&ctx, &Command::IdentityRight { body: body.clone() })
        .await?;
    session.ask(&ctx, &Command::KeepKey { key, body }).await?;
    let binding = Binding::own(patient);
    audit::read(&ctx, hospital, &binding, &[], None).await?;
    Ok(binding.row(&ctx, &hospital.id).into())
}

/// The hospital of a body; one we do not know is a wrong field.
fn hospital<'a>(ctx: &'a Ctx, id: &HospitalId) -> Result<&'a Hospital, AppError> {
    ctx.config
        .hospital(id)
        .ok_or_else(|| Refusal::field("hospital", FieldCode::Unknown).into())
}

fn check<'a>(
    ctx: &Ctx,
    hospital: &'a Hospital,
    body: &NewPerson,
    session: &'a Session,
) -> Result<Wanted<'a>, AppError> {
    let today = hospital.zone.civil(ctx.clock.now()).date();
    let name = rules::name::normalise(&body.name);
    let identity = rules::identity::check(body.id_type, &body.id_number, today);
    match (name, identity) {
        (Some(name), Ok(identity)) => Ok(Wanted {
            hospital,
            name,
            id_type: body.id_type,
            identity,
            phone: &session.phone,
        }),
        (name, identity) => {
            let field = |field: &str, code| FieldError {
                field: field.to_owned(),
                code,
            };
            let wrong_name = name.is_none().then(|| {
                let missing = body.name.trim().is_empty();
                field(
                    "name",
                    if missing {
                        FieldCode::Missing
                    } else {
                        FieldCode::Malformed
                    },
                )
            });
            let wrong_number = identity.err().map(|code| field("id_number", code));
            Err(Refusal::fields(wrong_name.into_iter().chain(wrong_number).collect()).into())
        }
    }
}

async fn bind_or_create(ctx: &Ctx, wanted: &Wanted<'_>) -> Result<PatientRecord, AppError> {
    let server = FhirRest::new(ctx, wanted.hospital);
    for _ in 0..ROUNDS {
        let found = find(&server, wanted).await?;
        let in_use: Vec<_> = found
            .iter()
            .filter_map(|it| Some((it, PatientRecord::read(it, &wanted.hospital.naming)?)))
            .collect();
        let step = match in_use.as_slice() {
            [] if found.is_empty() && wanted.hospital.create_patients => {
                create(ctx, &server, wanted).await
            }
            [(one, record)] if matches(record, wanted) => {
                if record.is_bound_to(wanted.phone) {
                    return Ok(record.clone());
                }
                bind(ctx, &server, one, wanted).await
            }
            // Another; none and none to be made; or two records of one number, which are for the
            // hospital to sort out at the window.
            _ => return Err(Code::IdentityNotConfirmed.into()),
        };
        match step {
            // Read again: what the hospital now says is what counts.
            Committed::Done(_) | Committed::Conflict | Committed::Unknown => {}
            Committed::Busy { retry_after } => {
                return Err(AppError::hospital_unavailable(retry_after));
            }
        }
    }
    Err(AppError::hospital_unavailable(UNAVAILABLE_S))
}

async fn find(server: &FhirRest<'_>, wanted: &Wanted<'_>) -> Result<Vec<Stored>, BackendError> {
    let query = format!("Patient?{}", identifier(wanted));
    server.search(&query).await
}

/// Name, number and the verified phone are all the same.
fn matches(record: &PatientRecord, wanted: &Wanted<'_>) -> bool {
    record.has_document(wanted.id_type, &wanted.identity.number)
        && rules::name::same(&record.name, &wanted.name)
        && record.has_phone(wanted.phone)
}

async fn bind(ctx: &Ctx, server: &FhirRest<'_>, found: &Stored, wanted: &Wanted<'_>) -> Committed {
    let naming = &wanted.hospital.naming;
    let edited = fhir::people::bind(found, wanted.phone, naming)
        .and_then(|edited| Transaction::new().replace(edited));
    match edited {
        Some(transaction) => {
            let record = recorded(ctx, wanted, Deed::Update, &found.reference());
            server.commit(transaction.create(RECORD, record)).await
        }
        None => Committed::Conflict,
    }
}

/// Creates on condition that there is still none with that number: of two at once one is made.
async fn create(ctx: &Ctx, server: &FhirRest<'_>, wanted: &Wanted<'_>) -> Committed {
    let gender = wanted.identity.sex.map(|sex| match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    });
    let patient = NewPatient {
        name: &wanted.name,
        id_type: wanted.id_type,
        id_number: &wanted.identity.number,
        phone: wanted.phone,
        birth_date: wanted.identity.birth_date,
        gender,
    };
    let resource = patient.resource(&wanted.hospital.naming);
    let record = recorded(ctx, wanted, Deed::Create, PATIENT);
    let transaction = Transaction::new()
        .create_if_none(PATIENT, resource, &identifier(wanted))
        .create(RECORD, record);
    server.commit(transaction).await
}

/// The record of the deed, written together with it.
fn recorded(ctx: &Ctx, wanted: &Wanted<'_>, deed: Deed, patient: &str) -> serde_json::Value {
    let now = ctx.clock.now();
    let offset = wanted.hospital.zone.offset();
    event(
        deed,
        Agent::Person(patient),
        None,
        &[patient],
        None,
        now,
        offset,
    )
}

/// The search that finds who has this number. Numbers are letters and digits by now.
fn identifier(wanted: &Wanted<'_>) -> String {
    let system = wanted.hospital.naming.identifier_system(wanted.id_type);
    format!("identifier={system}%7C{}", wanted.identity.number)
}
