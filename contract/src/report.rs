//! Reports.

use crate::{HospitalId, Instant, ReportId, Source, wire, wire_enum};

wire! {
    /// A person's reports, newest first.
    pub struct Reports {
        pub reports: Vec<ReportRow>,
        pub sources: Vec<Source>,
        pub next: Option<String>,
    }
    /// One report in a list.
    pub struct ReportRow {
        pub id: ReportId,
        pub hospital: HospitalId,
        pub title: String,
        pub category: ReportCategory,
        pub issued_at: Option<Instant>,
        pub status: ReportStatus,
        /// How many values lie outside their range; null when the report has none.
        pub abnormal_count: Option<u32>,
    }
    /// One report.
    pub struct Report {
        pub id: ReportId,
        pub hospital: HospitalId,
        pub title: String,
        pub category: ReportCategory,
        pub issued_at: Option<Instant>,
        pub status: ReportStatus,
        pub abnormal_count: Option<u32>,
        pub conclusion: Option<String>,
        pub results: Vec<ReportResult>,
        pub has_pdf: bool,
    }
    /// One value.
    pub struct ReportResult {
        pub code: Option<String>,
        pub name: String,
        /// As written.
        pub value: Option<String>,
        pub value_number: Option<f64>,
        pub unit: Option<String>,
        pub range: Option<Range>,
        pub flag: Option<Flag>,
    }
    /// The reference range as the laboratory gives it.
    pub struct Range { pub low: Option<f64>, pub high: Option<f64>, pub text: Option<String> }
}

/// A document: its bytes stand in the answer as `application/pdf`, never as JSON.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Pdf(String);

#[cfg(feature = "json")]
impl crate::json::ToJson for Pdf {
    fn write(&self, out: &mut String) {
        crate::json::text(out, &self.0);
    }
}

wire_enum! {
    /// Kind of report.
    pub enum ReportCategory { Laboratory => "laboratory", Imaging => "imaging", Other => "other" }
    /// Only what the hospital has issued is shown.
    pub enum ReportStatus { Final => "final", Amended => "amended", Corrected => "corrected" }
    /// The hospital's interpretation; computed only where it gives none.
    pub enum Flag {
        Normal => "normal", Low => "low", High => "high", CriticalLow => "critical_low",
        CriticalHigh => "critical_high", Abnormal => "abnormal",
    }
}
