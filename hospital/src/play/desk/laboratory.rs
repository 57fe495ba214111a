//! The laboratory.

use serde_json::{Value, json};

use super::{Desk, Done, Trouble, version};
use crate::{
    calendar::instant,
    client::put,
    plan::person::Person,
    resource::{patient_id, report::laboratory_report},
    rng::Rng,
};

impl Desk {
    /// The laboratory signs a report that was preliminary; when there is none, a new one.
    pub fn report_final(&self, rng: &mut Rng) -> Done {
        let now = instant(self.clock.now());
        let waiting = self
            .server
            .search("DiagnosticReport?status=preliminary,registered,partial&_count=20")?;
        if let Some(mut report) = waiting.into_iter().next() {
            let (id, subject) = (report["id"].clone(), report["subject"]["reference"].clone());
            report["status"] = json!("final");
            report["issued"] = json!(now);
            let version_seen = version(&report);
            self.server
                .transaction(&[put(report, Some(&version_seen))])?;
            return Ok(json!({
                "hospital": self.id(), "report": id, "patient": subject, "new": false,
            }));
        }
        let people: Vec<&Person> = self.world.regulars().collect();
        let Some(&person) = people.get(rng.index(people.len())) else {
            return Err(Trouble::Nothing("no patients"));
        };
        let stamp = self.clock.now().strftime("%Y%m%d%H%M%S").to_string();
        let resources = laboratory_report(&self.world, person, &stamp, self.clock.now(), rng);
        let id = resources
            .last()
            .map(|report| report["id"].clone())
            .unwrap_or_default();
        let entries: Vec<Value> = resources.into_iter().map(|r| put(r, None)).collect();
        self.server.transaction(&entries)?;
        let subject = format!("Patient/{}", patient_id(self.profile(), person.index));
        Ok(json!({ "hospital": self.id(), "report": id, "patient": subject, "new": true }))
    }
}
