//! Reports (placeholder until the laboratory opens).

use crate::plan::World;

/// A report.
#[derive(Clone, Debug)]
pub struct Report;

/// All reports of a hospital.
pub fn reports(_world: &World) -> Vec<Report> {
    Vec::new()
}
