//! Reports, their values and documents.

use base64::{Engine, engine::general_purpose::STANDARD};
use contract::{Map, ReportResult};
use fhir::report::{self, Document, Report};
use serde_json::Value;

use super::FhirRest;
use crate::backend::{BackendError, Dated};

/// Reports of which the values are asked for at once: keeps URLs short enough for any server.
const AT_ONCE: usize = 40;

impl FhirRest<'_> {
    pub(super) async fn read_reports(
        &self,
        patient: &str,
    ) -> Result<Dated<Vec<Report>>, BackendError> {
        let query = format!(
            "DiagnosticReport?subject=Patient/{patient}\
             &status=final,amended,corrected,appended&_sort=-issued&_count=200"
        );
        let found = self.search_dated(&query).await?;
        Ok(Dated {
            value: found
                .value
                .iter()
                .filter_map(Report::read)
                .filter(|report| report.patient == patient)
                .collect(),
            at: found.at,
        })
    }

    pub(super) async fn read_report(&self, id: &str) -> Result<Report, BackendError> {
        let stored = self.read("DiagnosticReport", id).await?;
        Report::read(&stored).ok_or(BackendError::NotFound)
    }

    pub(super) async fn read_results(
        &self,
        reports: &[&Report],
    ) -> Result<Map<String, Vec<ReportResult>>, BackendError> {
        let mut results = Map::new();
        let (some, none): (Vec<&Report>, Vec<&Report>) = reports
            .iter()
            .copied()
            .partition(|report| !report.results.is_empty());
        results.extend(
            none.into_iter()
                .map(|report| (report.id.clone(), Vec::new())),
        );
        for chunk in some.chunks(AT_ONCE) {
            let ids: Vec<&str> = chunk.iter().map(|report| report.id.as_str()).collect();
            let query = format!(
                "DiagnosticReport?_id={}&_include=DiagnosticReport:result&_count={AT_ONCE}",
                ids.join(",")
            );
            let observations = report::observations(&self.search(&query).await?);
            results.extend(chunk.iter().map(|report| {
                (
                    report.id.clone(),
                    fhir::report::results(report, &observations),
                )
            }));
        }
        Ok(results)
    }

    /// A document inside the report, or one that lies on this same server: nowhere else is ever
    /// asked, whatever a report says.
    pub(super) async fn read_document(&self, document: &Document) -> Result<Vec<u8>, BackendError> {
        let bytes = match document {
            Document::Inside(data) => decode(data),
            Document::At(url) => {
                let path = self.own(url).ok_or(BackendError::Rejected)?;
                // As a FHIR resource: not every server gives it in its native type.
                let binary: Value = self.get(path).await?;
                decode(binary["data"].as_str().unwrap_or_default())
            }
        };
        bytes
            .filter(|bytes| bytes.starts_with(b"%PDF-"))
            .ok_or(BackendError::Rejected)
    }

    /// `Binary/b`, when that is what a URL names on this server.
    fn own<'u>(&self, url: &'u str) -> Option<&'u str> {
        let path = match url.strip_prefix(self.base) {
            Some(rest) => rest.strip_prefix('/')?,
            None => url,
        };
        let id = path.strip_prefix("Binary/")?;
        contract::is_id(id).then_some(path)
    }
}

fn decode(data: &str) -> Option<Vec<u8>> {
    // FHIR allows white space within base64.
    let data: String = data.split_whitespace().collect();
    STANDARD.decode(data).ok()
}
