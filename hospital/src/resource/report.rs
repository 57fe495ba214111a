//! Reports and their values.

use serde_json::Value;

use crate::plan::World;

/// The values.
pub fn observations(_world: &World) -> Vec<Value> {
    Vec::new()
}

/// The reports.
pub fn reports(_world: &World) -> Vec<Value> {
    Vec::new()
}
