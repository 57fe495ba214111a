//! A slot that has changed at the hospital.

use contract::record;
use fhir::slot::Slot;
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
