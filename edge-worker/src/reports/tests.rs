//! Nothing is shown that is not recorded, not issued, or not this patient's.

use std::rc::Rc;

use contract::{Code, Flag, Freshness, HospitalId, IdType, Reports};
use fhir::people::PatientRecord;
use futures_executor::block_on;
use serde_json::{Value, json};

use super::{Desk, list, one};
use crate::{
    auth::{Grant, Grants},
    ctx::{Ctx, tests::ctx},
    http::{AppError, page::Page},
    people::Binding,
    reads::tests::{BASE, Table, bundle},
};

const PDF: &[u8] = b"%PDF-1.4 ...";

fn report(id: &str, patient: &str, status: &str, form: &Value) -> Value {
    json!({"resourceType":"DiagnosticReport","id":id,"status":status,"code":{"text":"血糖"},
        "subject":{"reference":format!("Patient/{patient}")},"issued":"2026-11-20T08:00:00+08:00",
        "result":[{"reference":"Observation/o"}],"presentedForm":[form]})
}

fn form(name: &str, value: &str) -> Value {
    json!({"contentType":"application/pdf", name: value})
}

fn hospitals() -> Rc<Table> {
    let mut table = Table::default();
    // `%PDF-1.4 ...`
    let good = report("r", "p", "final", &form("data", "JVBERi0xLjQg\nLi4u"));
    let value = json!({"resourceType":"Observation","id":"o","status":"final",
        "subject":{"reference":"Patient/p"},"code":{"text":"空腹血糖"},
        "valueQuantity":{"value":7.1,"unit":"mmol/L"},
        "referenceRange":[{"low":{"value":3.9},"high":{"value":6.1}}]});
    let mut add = |path, answer| {
        table.answers.insert(path, answer);
    };
    add(
        "DiagnosticReport?subject=",
        bundle(
            None,
            vec![
                good.clone(),
                report("draft", "p", "preliminary", &Value::Null),
                report("alien", "q", "final", &Value::Null),
            ],
        ),
    );
    add(
        "DiagnosticReport?_id=",
        bundle(None, vec![good.clone(), value]),
    );
    add("DiagnosticReport/r", good);
    add(
        "DiagnosticReport/draft",
        report("draft", "p", "preliminary", &Value::Null),
    );
    add(
        "DiagnosticReport/alien",
        report("alien", "q", "final", &Value::Null),
    );
    add(
        "DiagnosticReport/near",
        report("near", "p", "final", &form("url", "Binary/b")),
    );
    add(
        "DiagnosticReport/far",
        report(
            "far",
            "p",
            "final",
            &form("url", "http://evil.example/fhir/Binary/b"),
        ),
    );
    add(
        "DiagnosticReport/odd",
        report(
            "odd",
            "p",
            "final",
            &form("url", "Binary/b/../../Patient/q"),
        ),
    );
    add(
        "DiagnosticReport/text",
        report("text", "p", "final", &form("data", "PGh0bWw+")),
    );
    add(
        "Binary/b",
        json!({"resourceType":"Binary","id":"b","data":"JVBERi0xLjQgLi4u"}),
    );
    add("AuditEvent", json!({"resourceType":"AuditEvent","id":"e"}));
    Rc::new(table)
}

fn at(table: &Rc<Table>) -> Ctx {
    Ctx {
        transport: table.clone(),
        ..ctx()
    }
}

fn grant(hospital: &str) -> Grant {
    let patient = PatientRecord {
        id: "p".into(),
        name: "王桂兰".into(),
        birth_date: None,
        id_type: IdType::Passport,
        id_number: "E12345678".into(),
        others: Vec::new(),
        phones: Vec::new(),
        language: None,
    };
    Grant {
        person: "x".into(),
        hospital: hospital.into(),
        binding: Binding::own(patient),
    }
}

fn both(table: &Rc<Table>) -> Reports {
    let grants = Grants {
        granted: vec![grant("general"), grant("community")],
        unavailable: Vec::new(),
    };
    let page = Page::read(None, None).unwrap();
    block_on(list::gather(&at(table), &grants, &page)).unwrap()
}

fn recorded(table: &Table) -> usize {
    table
        .asked
        .borrow()
        .iter()
        .filter(|url| url.ends_with("/AuditEvent"))
        .count()
}

#[test]
fn a_list_holds_what_is_issued_and_the_patients_own_and_is_recorded() {
    let table = hospitals();
    let reports = both(&table);
    let ids: Vec<&str> = reports.reports.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["community~r", "general~r"]);
    assert_eq!(reports.reports[0].abnormal_count, Some(1));
    assert!(
        reports
            .sources
            .iter()
            .all(|source| source.freshness == Freshness::Fresh)
    );
    assert_eq!(recorded(&table), 2);
}

#[test]
fn what_cannot_be_recorded_is_not_listed() {
    let table = hospitals();
    table
        .refused
        .borrow_mut()
        .push(format!("{BASE}/AuditEvent"));
    let reports = both(&table);
    let ids: Vec<&str> = reports.reports.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["community~r"]);
    let freshness = |hospital: &str| {
        let hospital = HospitalId::from(hospital);
        reports
            .sources
            .iter()
            .find(|source| source.hospital == hospital)
            .unwrap()
            .freshness
    };
    assert_eq!(freshness("general"), Freshness::Unknown);
    assert_eq!(freshness("community"), Freshness::Fresh);
}

#[test]
fn an_hospital_that_could_not_be_asked_is_named() {
    let table = hospitals();
    let grants = Grants {
        granted: vec![grant("general")],
        unavailable: vec!["community".into()],
    };
    let page = Page::read(None, None).unwrap();
    let reports = block_on(list::gather(&at(&table), &grants, &page)).unwrap();
    assert_eq!(reports.sources.len(), 2);
    assert_eq!(reports.sources[1].freshness, Freshness::Unknown);
}

#[test]
fn one_report_is_shown_when_recorded() {
    let table = hospitals();
    let (ctx, grant) = (at(&table), grant("general"));
    let desk = Desk::new(&ctx, &grant).unwrap();
    let shown = block_on(one::show(&desk, "r")).unwrap();
    assert_eq!(
        (shown.results.len(), shown.results[0].flag),
        (1, Some(Flag::High))
    );
    assert!(shown.has_pdf);
    assert_eq!(recorded(&table), 1);

    table
        .refused
        .borrow_mut()
        .push(format!("{BASE}/AuditEvent"));
    let code = |error: AppError| error.code();
    assert_eq!(
        block_on(one::show(&desk, "r")).map_err(code),
        Err("hospital_unavailable")
    );
    assert_eq!(
        block_on(one::document(&desk, "r"))
            .map(|_| ())
            .map_err(code),
        Err("hospital_unavailable")
    );
}

#[test]
fn drafts_and_other_peoples_are_not_found() {
    let table = hospitals();
    let (ctx, grant) = (at(&table), grant("general"));
    let desk = Desk::new(&ctx, &grant).unwrap();
    for id in ["draft", "alien", "nothing"] {
        let error = block_on(one::show(&desk, id)).unwrap_err();
        assert_eq!(error.code(), Code::NotFound.as_str(), "{id}");
    }
    assert_eq!(recorded(&table), 0);
}

#[test]
fn a_document_comes_from_the_hospital_itself_and_is_a_pdf() {
    let table = hospitals();
    let (ctx, grant) = (at(&table), grant("general"));
    let desk = Desk::new(&ctx, &grant).unwrap();
    for id in ["r", "near"] {
        let reply = block_on(one::document(&desk, id)).unwrap();
        assert_eq!(reply.body, PDF, "{id}");
        assert_eq!(reply.headers["content-type"], "application/pdf");
    }
    for id in ["far", "odd", "text"] {
        let error = block_on(one::document(&desk, id)).unwrap_err();
        assert_eq!(error.code(), "hospital_unavailable", "{id}");
    }
    let asked = table.asked.borrow();
    assert!(
        asked
            .iter()
            .all(|url| url.starts_with(BASE) && !url.contains("..")),
        "{asked:?}"
    );
}
