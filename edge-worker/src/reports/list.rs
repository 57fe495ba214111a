//! `GET /people/{p}/reports`

use contract::{
    Freshness, HospitalId, Map, PersonId, ReportResult, ReportRow, Reports, Right, Source,
    api::ListReports,
};
use fhir::report::Report;
use futures_util::future::join;
use jiff::Timestamp;

use super::{Desk, report_id};
use crate::{
    auth::{self, Grants},
    backend::HospitalBackend,
    clock,
    ctx::Ctx,
    http::{AppError, Call, Handled, page::Page},
    together,
};

/// Reports of one hospital, and when it gave them.
struct Found<'a> {
    desk: &'a Desk<'a>,
    reports: Vec<Report>,
    at: Timestamp,
}

pub(super) async fn list(ctx: Ctx, call: Call<ListReports>) -> Handled<ListReports> {
    let page = Page::read(call.query("limit"), call.query("cursor"))?;
    let person: PersonId = call.parameter("person")?;
    let right = Some(Right::ViewReports);
    let grants = auth::everywhere(&ctx, call.session()?, &person, right).await?;
    Ok(gather(&ctx, &grants, &page).await?.into())
}

/// The reports of all hospitals that answer and record that they are looked at.
pub(super) async fn gather(ctx: &Ctx, grants: &Grants, page: &Page) -> Result<Reports, AppError> {
    let desks = grants
        .granted
        .iter()
        .map(|grant| Desk::new(ctx, grant))
        .collect::<Result<Vec<_>, _>>()?;

    let asked = desks.iter().map(|desk| async move {
        let found = desk.backend.reports(desk.grant.patient()).await.ok()?;
        Some(Found {
            desk,
            reports: found.value,
            at: found.at,
        })
    });
    let found: Vec<Found> = together::all(asked).await.into_iter().flatten().collect();

    let all = found
        .iter()
        .flat_map(|of| of.reports.iter().map(move |report| (of.desk, report)));
    let (part, next) = page.cut(all.collect(), |(desk, report)| {
        (report.issued, report_id(&desk.hospital.id, &report.id).0)
    });

    // The values are only needed of what is shown; what is shown is recorded first.
    let opened = found.iter().map(|of| {
        let id = &of.desk.hospital.id;
        let shown = part.iter().filter(|(desk, _)| desk.hospital.id == *id);
        let shown: Vec<&Report> = shown.map(|(_, report)| *report).collect();
        async move { (id.clone(), open(of.desk, &shown).await) }
    });
    let opened: Map<HospitalId, Map<String, Vec<ReportResult>>> = together::all(opened)
        .await
        .into_iter()
        .filter_map(|(hospital, results)| Some((hospital, results.ok()?)))
        .collect();

    let rows = part.iter().filter_map(|(desk, report)| {
        let hospital = desk.hospital;
        let results = opened.get(&hospital.id)?.get(&report.id)?;
        let flags: Vec<_> = results.iter().map(|result| result.flag).collect();
        Some(ReportRow {
            id: report_id(&hospital.id, &report.id),
            hospital: hospital.id.clone(),
            title: report.title.clone(),
            category: report.category,
            issued_at: report.issued.map(|at| hospital.instant(at)),
            status: report.status,
            abnormal_count: rules::report::abnormal_count(&flags),
        })
    });
    let asked = |id: &HospitalId| {
        desks.iter().any(|desk| desk.hospital.id == *id) || grants.unavailable.contains(id)
    };
    let sources = ctx
        .config
        .hospitals
        .iter()
        .map(|hospital| &hospital.id)
        .filter(|id| asked(id));
    let sources = sources.map(|id| {
        let read = found.iter().find(|of| of.desk.hospital.id == *id);
        let read = read.filter(|_| opened.contains_key(id));
        Source {
            hospital: id.clone(),
            freshness: if read.is_some() {
                Freshness::Fresh
            } else {
                Freshness::Unknown
            },
            as_of: read.map(|of| of.desk.hospital.instant(clock::shown(of.at))),
        }
    });
    Ok(Reports {
        reports: rows.collect(),
        sources: sources.collect(),
        next,
    })
}

/// Values by report; and the hospital has recorded that they are looked at.
async fn open(
    desk: &Desk<'_>,
    reports: &[&Report],
) -> Result<Map<String, Vec<ReportResult>>, AppError> {
    let ids: Vec<&str> = reports.iter().map(|report| report.id.as_str()).collect();
    let (results, recorded) = join(desk.backend.results(reports), desk.record(&ids)).await;
    recorded?;
    Ok(results?)
}
