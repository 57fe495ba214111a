//! A person's reports. Nothing of one is shown before the hospital has recorded who looks at it.

mod list;
mod one;

#[cfg(test)]
mod tests;

use contract::{HospitalId, ReportId, Right};

use crate::{
    audit,
    auth::Grant,
    backend::fhir_rest::FhirRest,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, router::Router},
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router.on(list::list).on(one::report).on(one::pdf)
}

/// A person's record at one hospital, for somebody who may see their reports, and the way there.
struct Desk<'a> {
    ctx: &'a Ctx,
    hospital: &'a Hospital,
    grant: &'a Grant,
    backend: FhirRest<'a>,
}

impl<'a> Desk<'a> {
    fn new(ctx: &'a Ctx, grant: &'a Grant) -> Result<Self, AppError> {
        let hospital = ctx.hospital(&grant.hospital)?;
        Ok(Self {
            ctx,
            hospital,
            grant,
            backend: FhirRest::new(ctx, hospital),
        })
    }

    /// Has the hospital record that these reports are looked at.
    async fn record(&self, reports: &[&str]) -> Result<(), AppError> {
        let what: Vec<String> = reports
            .iter()
            .map(|id| format!("DiagnosticReport/{id}"))
            .collect();
        let what: Vec<&str> = what.iter().map(String::as_str).collect();
        let right = Some(Right::ViewReports);
        audit::read(self.ctx, self.hospital, &self.grant.binding, &what, right).await
    }
}

fn report_id(hospital: &HospitalId, id: &str) -> ReportId {
    format!("{hospital}~{id}").into()
}
