//! A slot that has changed at the hospital.

use contract::record;
use fhir::{Naming, Stored, slot::Slot, time};
use jiff::Timestamp;

record! {
    /// A slot as the hospital has it now. Changes may come twice, late or in another order: whoever
    /// takes one in goes by `version` and must be able to see the same one again.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SlotChange {
        /// The slot.
        pub slot: Slot,
        /// `meta.versionId` where it is a number, else milliseconds of `meta.lastUpdated`: goes up.
        pub version: u64,
        /// `meta.lastUpdated`, the hospital's clock.
        pub updated: Timestamp,
    }
}

impl SlotChange {
    /// Reads a Slot as the hospital sends it; `None` when what matters is missing.
    pub fn read(stored: &Stored, naming: &Naming) -> Option<Self> {
        let updated = stored.json()["meta"]["lastUpdated"].as_str();
        let updated = updated
            .and_then(time::parse)
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let version = stored.version().and_then(|version| version.parse().ok());
        Some(Self {
            slot: Slot::read(stored, naming)?,
            version: version.unwrap_or(updated.as_millisecond().unsigned_abs()),
            updated,
        })
    }
}
