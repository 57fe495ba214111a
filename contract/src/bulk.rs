//! The public feed, in the shapes of SMART Scheduling Links: its names are not ours.

use crate::{Freshness, Instant, wire};

wire! {
    /// What there is to fetch.
    pub struct BulkManifest {
        /// When this was so; hospital's clock, in steps of ten seconds.
        #[serde(rename = "transactionTime")]
        pub transaction_time: Instant,
        /// The manifest's own address.
        pub request: String,
        /// The files.
        pub output: Vec<BulkOutput>,
        /// Always empty: a file that cannot be had says so itself.
        pub error: Vec<BulkOutput>,
        /// What the specification has no word for.
        pub extension: BulkExtension,
    }
    /// One file.
    pub struct BulkOutput {
        /// `Location`, `Schedule` or `Slot`.
        #[serde(rename = "type")]
        pub kind: String,
        /// Where it is.
        pub url: String,
    }
    /// What the specification has no word for.
    pub struct BulkExtension {
        /// How far the list of files can be trusted. A file of slots whose state is not known
        /// answers `hospital_unavailable`, never an empty list.
        pub freshness: Freshness,
    }
}

/// A file: one FHIR resource a line, `application/fhir+ndjson`, never JSON.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct BulkFile(String);

#[cfg(feature = "json")]
impl crate::json::ToJson for BulkFile {
    fn write(&self, out: &mut String) {
        crate::json::text(out, &self.0);
    }
}
