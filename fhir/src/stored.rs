//! A resource as the server stores it.

use contract::json::{self, FromJson, Value};

/// A resource of the server, as JSON, so that it can be edited and written back whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored(pub(crate) Value);

impl Stored {
    /// Takes JSON that has a resource type and an id.
    pub fn new(value: Value) -> Option<Self> {
        (value["resourceType"].is_string() && value["id"].is_string()).then_some(Self(value))
    }

    /// `Slot`, `Appointment`, ...
    pub fn kind(&self) -> &str {
        self.0["resourceType"].as_str().unwrap_or_default()
    }

    /// Its logical id.
    pub fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }

    /// `Slot/s1`.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.kind(), self.id())
    }

    /// The version this is, as the server names it.
    pub fn version(&self) -> Option<&str> {
        self.0["meta"]["versionId"].as_str()
    }

    /// The typed view; `None` when the resource breaks its own type.
    pub fn read<T: FromJson>(&self) -> Option<T> {
        json::read(&self.0).ok()
    }

    /// The JSON.
    pub fn json(&self) -> &Value {
        &self.0
    }
}
