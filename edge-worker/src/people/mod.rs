//! People: whom the caller may act for, and how a person is bound.

mod add;
mod bindings;
mod get;
mod id;

pub use bindings::Binding;
pub use id::person_id;

use contract::{Freshness, HospitalId, PersonRow, Source};

use crate::{
    audit,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, router::Router},
    session::Session,
    together,
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router.on(add::add).on(get::get)
}

/// Whom the caller may act for at one hospital, as the hospital says now.
///
/// # Errors
/// `hospital_unavailable`.
pub async fn at(ctx: &Ctx, hospital: &Hospital, phone: &str) -> Result<Vec<Binding>, AppError> {
    bindings::read(ctx, hospital, phone).await
}

/// Whom the caller may act for, at all hospitals, and which of those could not be asked. What is
/// shown has been recorded; a hospital that could not record it counts as one that did not answer.
pub async fn list(ctx: &Ctx, session: &Session) -> Result<(Vec<PersonRow>, Vec<Source>), AppError> {
    let asked = ctx.config.hospitals.iter().map(async |hospital| {
        let found = at(ctx, hospital, &session.phone).await?;
        let recorded = found
            .iter()
            .map(|it| audit::read(ctx, hospital, it, &[], None));
        for recorded in together::all(recorded).await {
            recorded?;
        }
        Ok::<_, AppError>((found, hospital.instant(ctx.clock.now())))
    });
    let answers = together::all(asked).await;
    let mut rows: Vec<PersonRow> = Vec::new();
    let mut sources = Vec::new();
    for (hospital, answer) in ctx.config.hospitals.iter().zip(answers) {
        let (freshness, as_of) = match answer {
            Ok((found, as_of)) => {
                for binding in &found {
                    merge(&mut rows, ctx, &hospital.id, binding);
                }
                (Freshness::Fresh, Some(as_of))
            }
            Err(_) => (Freshness::Unknown, None),
        };
        sources.push(Source {
            hospital: hospital.id.clone(),
            freshness,
            as_of,
        });
    }
    Ok((rows, sources))
}

/// One row a person: rights of all hospitals together, and the person's own word over any other.
fn merge(rows: &mut Vec<PersonRow>, ctx: &Ctx, hospital: &HospitalId, binding: &Binding) {
    let row = binding.row(ctx, hospital);
    let Some(known) = rows.iter_mut().find(|known| known.id == row.id) else {
        rows.push(row);
        return;
    };
    known.relation = known.relation.min(row.relation);
    if !known.hospitals.contains(hospital) {
        known.hospitals.push(hospital.clone());
    }
    for right in row.rights {
        if !known.rights.contains(&right) {
            known.rights.push(right);
        }
    }
    known.rights.sort_unstable();
}
