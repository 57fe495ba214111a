//! Bundles: search answers, and the version-aware transactions that all writes are.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Stored, time};

/// One page of a search.
#[derive(Debug)]
pub struct Page {
    /// What was found, includes and all.
    pub resources: Vec<Stored>,
    /// Where the next page is.
    pub next: Option<String>,
}

impl Page {
    /// Reads a searchset; `None` when it is not one. Outcomes among the entries are dropped.
    pub fn read(mut bundle: Value) -> Option<Self> {
        if bundle["resourceType"] != "Bundle" {
            return None;
        }
        let next = bundle["link"].as_array().and_then(|links| {
            links.iter().find(|l| l["relation"] == "next")?["url"]
                .as_str()
                .map(str::to_owned)
        });
        let resources = match bundle["entry"].take() {
            Value::Array(entries) => entries
                .into_iter()
                .filter(|e| e["search"]["mode"] != "outcome")
                .filter_map(|mut e| Stored::new(e["resource"].take()))
                .collect(),
            _ => Vec::new(),
        };
        Some(Self { resources, next })
    }
}

/// Changes that happen together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    entries: Vec<Value>,
}

impl Transaction {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes an edited resource back, provided nobody changed it since it was read.
    /// A resource whose version the server did not tell is refused (`None`): a write that
    /// nothing guards could sell a slot twice.
    #[must_use]
    pub fn replace(mut self, edited: Stored) -> Option<Self> {
        let if_match = format!("W/\"{}\"", edited.version()?);
        let request = json!({ "method": "PUT", "url": edited.reference(), "ifMatch": if_match });
        self.entries.push(entry(edited.0, request));
        Some(self)
    }

    /// Creates a resource; the others may refer to it by `full_url` (`urn:uuid:...`).
    #[must_use]
    pub fn create(mut self, full_url: &str, resource: Value) -> Self {
        let request = json!({ "method": "POST", "url": resource["resourceType"] });
        let mut entry = entry(resource, request);
        entry["fullUrl"] = full_url.into();
        self.entries.push(entry);
        self
    }

    /// As [`Transaction::create`], unless the search finds one, which then stands for it.
    #[must_use]
    pub fn create_if_none(self, full_url: &str, resource: Value, search: &str) -> Self {
        let mut created = self.create(full_url, resource);
        if let Some(entry) = created.entries.last_mut() {
            entry["request"]["ifNoneExist"] = search.into();
        }
        created
    }

    /// The resources that it writes back, and at which place in it each stands.
    pub fn replaced(&self) -> impl Iterator<Item = (usize, Stored)> {
        let entries = self.entries.iter().enumerate();
        let put = entries.filter(|(_, entry)| entry["request"]["method"] == "PUT");
        put.filter_map(|(at, entry)| Some((at, Stored::new(entry["resource"].clone())?)))
    }

    /// The Bundle to POST to the server's base.
    pub fn into_bundle(self) -> Value {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": self.entries })
    }
}

fn entry(resource: Value, request: Value) -> Value {
    let parts = [("resource", resource), ("request", request)];
    Value::Object(
        parts
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
    )
}

/// What one entry of a transaction came to.
#[derive(Debug, PartialEq, Eq)]
pub struct EntryResult {
    /// HTTP status.
    pub status: u16,
    /// Id of the resource it created or changed, when told.
    pub id: Option<String>,
    /// Its new version, when told and a number.
    pub version: Option<u64>,
    /// When that was made, by the server's clock, when told.
    pub modified: Option<Timestamp>,
}

/// Reads a transaction-response, one result an entry in their order; `None` when it is not one.
pub fn results(bundle: &Value) -> Option<Vec<EntryResult>> {
    if bundle["resourceType"] != "Bundle" {
        return None;
    }
    bundle["entry"]
        .as_array()?
        .iter()
        .map(entry_result)
        .collect()
}

fn entry_result(entry: &Value) -> Option<EntryResult> {
    let response = &entry["response"];
    let status = response["status"].as_str()?.get(..3)?.parse().ok()?;
    let located = response["location"].as_str().and_then(|location| {
        let path = location
            .split_once("/_history/")
            .map_or(location, |(path, _)| path);
        path.rsplit_once('/').map(|(_, id)| id)
    });
    let id = located
        .or_else(|| entry["resource"]["id"].as_str())
        .map(str::to_owned);
    let version = response["etag"]
        .as_str()
        .and_then(|tag| tag.trim_start_matches("W/").trim_matches('"').parse().ok());
    let modified = response["lastModified"].as_str();
    Some(EntryResult {
        status,
        id,
        version,
        modified: modified.and_then(time::parse),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_elements_survive_an_edit() {
        let text = r#"{"resourceType":"Slot","id":"s1","meta":{"versionId":"3","novel":[1]},
            "status":"free","_status":{"extension":[{"url":"x","valueDecimal":1.50}]},
            "overbooked":false,"extension":[{"url":"urn:other","valueDecimal":0.10}]}"#;
        let slot = Stored::new(serde_json::from_str(text).unwrap()).unwrap();
        let bundle = Transaction::new()
            .replace(slot.clone())
            .unwrap()
            .into_bundle();
        let entry = &bundle["entry"][0];
        assert_eq!(entry["request"]["ifMatch"], "W/\"3\"");
        assert_eq!(entry["request"]["url"], "Slot/s1");
        assert_eq!(&entry["resource"], slot.json());
        let printed = bundle.to_string();
        assert!(
            printed.contains("1.50") && printed.contains("0.10"),
            "{printed}"
        );
    }

    #[test]
    fn nothing_is_written_unguarded() {
        let slot = Stored::new(json!({"resourceType":"Slot","id":"s1"})).unwrap();
        assert!(Transaction::new().replace(slot).is_none());
    }

    #[test]
    fn results_are_read_however_the_location_is_written() {
        let bundle = json!({"resourceType":"Bundle","type":"transaction-response","entry":[
            {"response":{"status":"200 OK","etag":"W/\"4\"",
                "lastModified":"2026-11-22T02:00:05.250Z"}},
            {"response":{"status":"201 Created","location":"http://h/fhir/Appointment/a1/_history/1"}},
            {"response":{"status":"201","location":"AuditEvent/e1"}},
        ]});
        let results = results(&bundle).unwrap();
        assert_eq!(
            results[0],
            EntryResult {
                status: 200,
                id: None,
                version: Some(4),
                modified: time::parse("2026-11-22T02:00:05.250Z"),
            }
        );
        assert_eq!(
            results[1],
            EntryResult {
                status: 201,
                id: Some("a1".into()),
                version: None,
                modified: None,
            }
        );
        assert_eq!(
            results[2],
            EntryResult {
                status: 201,
                id: Some("e1".into()),
                version: None,
                modified: None,
            }
        );
    }

    #[test]
    fn a_page_keeps_resources_and_the_way_on() {
        let page = Page::read(json!({"resourceType":"Bundle","type":"searchset",
            "link":[{"relation":"self","url":"x"},{"relation":"next","url":"y"}],
            "entry":[{"resource":{"resourceType":"Slot","id":"s"}},
                     {"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","id":"o"}}]}))
        .unwrap();
        assert_eq!((page.resources.len(), page.next.as_deref()), (1, Some("y")));
        assert!(Page::read(json!({"resourceType":"OperationOutcome"})).is_none());
    }
}
