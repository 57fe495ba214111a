//! /people/{p}/reports.

use banzhen_tests::{http, people::Patient, world::world};
use contract::{Code, Flag, ReportStatus, api};

/// Somebody with reports, logged in. The elder of the demo has diabetes and a history.
fn elder() -> &'static Patient {
    static ELDER: std::sync::OnceLock<Patient> = std::sync::OnceLock::new();
    ELDER.get_or_init(|| world().with_story("diabetes"))
}

#[test]
fn newest_first_and_only_what_was_issued() {
    let me = elder();
    let reply = me
        .client
        .call(api::ListReports, &[me.id()])
        .query("limit=200")
        .send();
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
    let list = reply.ok();
    assert!(
        list.reports.len() >= 5,
        "the elder has {} reports",
        list.reports.len()
    );
    let issued: Vec<_> = list.reports.iter().map(|r| r.issued_at.clone()).collect();
    let mut sorted = issued.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(issued, sorted);
    let world = world();
    for source in &list.sources {
        assert_eq!(
            source.freshness,
            world.freshness_of(source.hospital.as_str())
        );
    }
    let record = world.record(&me.who);
    let stored = world
        .general
        .search(&format!("DiagnosticReport?subject=Patient/{record}"));
    let shown = stored
        .iter()
        .filter(|r| ["final", "amended", "corrected"].contains(&r["status"].as_str().unwrap()))
        .count();
    let mine = list
        .reports
        .iter()
        .filter(|r| r.hospital.as_str() == "general")
        .count();
    assert_eq!(mine, shown);
}

#[test]
fn values_keep_their_text_and_the_hospitals_word() {
    let me = elder();
    let list = me
        .client
        .call(api::ListReports, &[me.id()])
        .query("limit=200")
        .send()
        .ok();
    let (mut values, mut flagged) = (0, 0);
    for row in &list.reports {
        let report = me
            .client
            .call(api::GetReport, &[me.id(), row.id.as_str()])
            .send()
            .ok();
        assert!(matches!(
            report.status,
            ReportStatus::Final | ReportStatus::Amended | ReportStatus::Corrected
        ));
        assert_eq!(
            (&report.title, report.abnormal_count),
            (&row.title, row.abnormal_count)
        );
        let abnormal = report
            .results
            .iter()
            .filter(|v| v.flag.is_some_and(|f| f != Flag::Normal))
            .count();
        if !report.results.is_empty() {
            assert_eq!(
                row.abnormal_count,
                Some(u32::try_from(abnormal).unwrap()),
                "{row:?}"
            );
        }
        for value in &report.results {
            values += 1;
            flagged += usize::from(value.flag.is_some_and(|f| f != Flag::Normal));
            assert!(!value.name.is_empty() && value.value.is_some(), "{value:?}");
        }
        assert!(
            !report.results.is_empty() || report.conclusion.is_some(),
            "an empty report"
        );
    }
    assert!(
        values > 20 && flagged > 0,
        "{values} values, {flagged} flagged"
    );
}

#[test]
fn the_pdf_is_one() {
    let me = elder();
    let list = me
        .client
        .call(api::ListReports, &[me.id()])
        .query("limit=200")
        .send()
        .ok();
    let with_pdf = list.reports.iter().find(|row| {
        me.client
            .call(api::GetReport, &[me.id(), row.id.as_str()])
            .send()
            .ok()
            .has_pdf
    });
    let id = &with_pdf.expect("none of the elder's reports has a PDF").id;
    let url = format!(
        "{}/api/v1/people/{}/reports/{id}/pdf",
        me.client.edge.base,
        me.id()
    );
    let cookie = ("cookie".to_owned(), me.client.cookie.clone().unwrap());
    let reply = http::send("GET", &url, &[cookie], None).unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/pdf"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.body.starts_with(b"%PDF-"));
    let without = http::send("GET", &url, &[], None).unwrap();
    assert_eq!(without.status, Code::Unauthenticated.status());
}

#[test]
fn somebody_elses_report_is_not_found_under_ones_own_name() {
    let (me, elder) = (world().patient(), elder());
    let list = elder
        .client
        .call(api::ListReports, &[elder.id()])
        .send()
        .ok();
    let id = list.reports[0].id.as_str();
    me.client
        .call(api::GetReport, &[me.id(), id])
        .send()
        .problem(Code::NotFound);
    me.client
        .call(api::GetReport, &[elder.id(), id])
        .send()
        .refused(Code::Forbidden);
    me.client
        .call(api::GetReport, &[me.id(), "general~nothing"])
        .send()
        .problem(Code::NotFound);
}
