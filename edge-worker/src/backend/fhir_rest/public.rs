//! The public directory and its slots.

use fhir::{Stored, directory::Directory, resources::SlotStatus, time};
use jiff::Timestamp;

use super::FhirRest;
use crate::{
    backend::{BackendError, Dated},
    feed::SlotChange,
    together,
};

/// Pages of 500 changes that are gone through: a few days of a big hospital.
const MOST_PAGES_OF_CHANGES: usize = 4;

impl FhirRest<'_> {
    pub(super) async fn fetch_directory(&self) -> Result<Dated<Directory>, BackendError> {
        // One call where the hospital is down; the others at once where it is not.
        let services = self
            .search_dated("HealthcareService?_include=HealthcareService:location&_count=200")
            .await?;
        let others = [
            "PractitionerRole?_include=PractitionerRole:practitioner\
             &_include=PractitionerRole:location&_count=200",
            "Schedule?_count=200",
        ];
        let mut found = services.value;
        for page in together::all(others.map(|query| self.search(query))).await {
            found.extend(page?);
        }
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
        let found = self.search_dated(&query).await?;
        let mut slots = self.changes(&found.value);
        // Servers differ in how they compare the bounds; ours hold.
        slots.retain(|it| {
            it.slot.status != SlotStatus::EnteredInError && (from..to).contains(&it.slot.start)
        });
        Ok(Dated {
            value: slots,
            at: found.at,
        })
    }

    pub(super) async fn read_slots_since(
        &self,
        since: Timestamp,
        stopped: bool,
    ) -> Result<Dated<Option<Vec<SlotChange>>>, BackendError> {
        let status = if stopped {
            "status=busy-unavailable&"
        } else {
            ""
        };
        // The newest first: what is written between two pages then comes twice, and pushes nothing
        // from the one to the other unseen.
        let query = format!(
            "Slot?{status}_lastUpdated=gt{}&_sort=-_lastUpdated&_count=500",
            self.in_url(since)
        );
        let found = self.search_pages(&query, MOST_PAGES_OF_CHANGES).await?;
        Ok(Dated {
            value: found.value.map(|stored| self.changes(&stored)),
            at: found.at,
        })
    }

    fn changes(&self, stored: &[Stored]) -> Vec<SlotChange> {
        let read = |stored| SlotChange::read(stored, self.naming);
        stored.iter().filter_map(read).collect()
    }

    fn in_url(&self, at: Timestamp) -> String {
        time::print(at, self.offset).replace('+', "%2B")
    }
}
