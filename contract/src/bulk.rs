//! The public feed, in the shapes of SMART Scheduling Links: its names are not ours.

use serde::{Deserialize, Serialize};

use crate::{Freshness, Instant};

/// What there is to fetch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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

/// What the specification has no word for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BulkExtension {
    /// How far the list of files can be trusted. A file of slots whose state is not known answers
    /// `hospital_unavailable`, never an empty list.
    pub freshness: Freshness,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BulkOutput {
    /// `Location`, `Schedule` or `Slot`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    pub url: String,
}

/// A file: one FHIR resource a line, `application/fhir+ndjson`, never JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct BulkFile(String);
