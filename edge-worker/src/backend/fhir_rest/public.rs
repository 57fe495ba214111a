//! The public directory and its slots.

use fhir::{directory::Directory, resources::SlotStatus, time};
use jiff::Timestamp;

use super::FhirRest;
use crate::{
    backend::{BackendError, Dated},
    feed::SlotChange,
};

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
    ) -> Result<Dated<Vec<SlotChange>>, BackendError> {
        let query = format!(
            "Slot?schedule={}&start=ge{}&start=lt{}&_count=500",
            schedules.join(","),
            self.in_url(from),
            self.in_url(to),
        );
        let mut found = self.changes(&query).await?;
        // Servers differ in how they compare the bounds; ours hold.
        found.value.retain(|it| {
            it.slot.status != SlotStatus::EnteredInError && (from..to).contains(&it.slot.start)
        });
        Ok(found)
    }

    pub(super) async fn read_slots_since(
        &self,
        since: Timestamp,
    ) -> Result<Dated<Vec<SlotChange>>, BackendError> {
        let query = format!("Slot?_lastUpdated=gt{}&_count=500", self.in_url(since));
        self.changes(&query).await
    }

    async fn changes(&self, query: &str) -> Result<Dated<Vec<SlotChange>>, BackendError> {
        let found = self.search_dated(query).await?;
        let slots = found.value.iter();
        Ok(Dated {
            value: slots
                .filter_map(|stored| SlotChange::read(stored, self.naming))
                .collect(),
            at: found.at,
        })
    }

    fn in_url(&self, at: Timestamp) -> String {
        time::print(at, self.offset).replace('+', "%2B")
    }
}
