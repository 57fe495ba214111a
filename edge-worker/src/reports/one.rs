//! `GET /people/{p}/reports/{id}` and its document.

use contract::{
    Code, PersonId, Report, ReportId, Right,
    api::{GetReport, GetReportPdf},
};
use futures_util::future::join;

use super::{Desk, report_id};
use crate::{
    auth::{self, Grant},
    backend::HospitalBackend,
    booking::id,
    ctx::Ctx,
    http::{Answer, AppError, Asked, Call, Handled, Reply},
};

pub(super) async fn report(ctx: Ctx, call: Call<GetReport>) -> Handled<GetReport> {
    let (grant, id) = allowed(&ctx, &call).await?;
    Ok(show(&Desk::new(&ctx, &grant)?, &id).await?.into())
}

pub(super) async fn show(desk: &Desk<'_>, id: &str) -> Result<Report, AppError> {
    let found = find(desk, id).await?;
    let (results, recorded) = join(desk.backend.results(&[&found]), desk.record(&[id])).await;
    recorded?;
    let results = results?.remove(id).unwrap_or_default();
    let flags: Vec<_> = results.iter().map(|result| result.flag).collect();
    Ok(Report {
        id: report_id(&desk.hospital.id, id),
        hospital: desk.hospital.id.clone(),
        title: found.title,
        category: found.category,
        issued_at: found.issued.map(|at| desk.hospital.instant(at)),
        status: found.status,
        abnormal_count: rules::report::abnormal_count(&flags),
        conclusion: found.conclusion,
        results,
        has_pdf: found.pdf.is_some(),
    })
}

pub(super) async fn pdf(ctx: Ctx, call: Call<GetReportPdf>) -> Handled<GetReportPdf> {
    let (grant, id) = allowed(&ctx, &call).await?;
    Ok(Answer::Raw(document(&Desk::new(&ctx, &grant)?, &id).await?))
}

pub(super) async fn document(desk: &Desk<'_>, id: &str) -> Result<Reply, AppError> {
    let document = find(desk, id).await?.pdf.ok_or(Code::NotFound)?;
    let (bytes, recorded) = join(desk.backend.document(&document), desk.record(&[id])).await;
    recorded?;
    Ok(Reply::new(200, "application/pdf", bytes?)
        // A name without title or date: what is in it is nobody else's business.
        .with("content-disposition", "inline; filename=\"report.pdf\""))
}

/// The report's id at its hospital, and that the caller may see this person's reports there.
async fn allowed(ctx: &Ctx, asked: &Asked) -> Result<(Grant, String), AppError> {
    let person: PersonId = asked.parameter("person")?;
    let report: ReportId = asked.parameter("report")?;
    let (hospital, id) = id::split(report.as_str())?;
    let hospital = ctx.hospital(&hospital)?;
    let right = Some(Right::ViewReports);
    let grant = auth::at(ctx, asked.session()?, &person, right, hospital).await?;
    Ok((grant, id.to_owned()))
}

/// The report, if it is this patient's and issued.
async fn find(desk: &Desk<'_>, id: &str) -> Result<fhir::report::Report, AppError> {
    let report = desk.backend.report(id).await?;
    if report.patient == desk.grant.patient() {
        Ok(report)
    } else {
        Err(Code::NotFound.into())
    }
}
