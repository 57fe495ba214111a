//! Writes a hospital into a FHIR server.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;

use crate::{
    client::{Error, Server, put},
    plan::World,
    resource,
};

/// Resources in one transaction.
const BUNDLE: usize = 400;
/// Transactions at a time: one is read while another is written.
const AT_ONCE: usize = 2;

/// Writes everything, stage by stage; the answer counts resources by type.
pub fn seed(server: &Server, world: &World) -> Result<BTreeMap<String, usize>, Error> {
    let mut counts = BTreeMap::new();
    for stage in resource::stages(world) {
        for resource in &stage {
            let kind = resource["resourceType"].as_str().unwrap_or_default();
            *counts.entry(kind.to_owned()).or_insert(0) += 1;
        }
        write_all(server, stage)?;
    }
    Ok(counts)
}

/// Writes resources that do not depend on each other's order.
pub fn write_all(server: &Server, resources: Vec<Value>) -> Result<(), Error> {
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| put(resource, None))
        .collect();
    let bundles: Vec<&[Value]> = entries.chunks(BUNDLE).collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<Error>> = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(bundles.len()) {
            scope.spawn(|| {
                while let Some(bundle) = bundles.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = server.transaction(bundle) {
                        next.store(bundles.len(), Ordering::Relaxed);
                        failed
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .get_or_insert(error);
                    }
                }
            });
        }
    });
    failed
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .map_or(Ok(()), Err)
}
