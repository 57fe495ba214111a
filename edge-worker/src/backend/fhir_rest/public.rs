//! The public directory and its slots.

use fhir::{directory::Directory, resources::SlotStatus, slot::Slot, time};
use jiff::Timestamp;

use super::FhirRest;
use crate::backend::{BackendError, Dated};

impl FhirRest<'_> {
    pub(super) async fn fetch_directory(&self) -> Result<Dated<Directory>, BackendError> {
        let services = self
            .search_dated("HealthcareService?_include=HealthcareService:location&_count=200")
            .await?;
        let mut found = services.value;
        found.extend(
            self.search(
                "PractitionerRole?_include=PractitionerRole:practitioner\
                 &_include=PractitionerRole:location&_count=200",
            )
            .await?,
        );
        found.extend(self.search("Schedule?_count=200").await?);
        Ok(Dated {
            value: Directory::read(&found, self.naming),
            at: services.at,
        })
    }

    /// All states and no includes: the states tell full from stopped from no session, and
    /// includes cost the hospital ten times as much.
    pub(super) async fn read_slots(
        &self,
        schedules: &[&str],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Dated<Vec<Slot>>, BackendError> {
        let at = |at| time::print(at, self.offset).replace('+', "%2B");
        let query = format!(
            "Slot?schedule={}&start=ge{}&start=lt{}&_count=500",
            schedules.join(","),
            at(from),
            at(to),
        );
        let found = self.search_dated(&query).await?;
        let slots = found
            .value
            .iter()
            .filter_map(|stored| Slot::read(stored, self.naming));
        Ok(Dated {
            // Servers differ in how they compare the bounds; ours hold.
            value: slots
                .filter(|slot| slot.status != SlotStatus::EnteredInError)
                .filter(|slot| (from..to).contains(&slot.start))
                .collect(),
            at: found.at,
        })
    }
}
