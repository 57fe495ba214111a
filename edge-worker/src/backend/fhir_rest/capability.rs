//! What the server can do.

use std::cell::RefCell;

use contract::Map;
use fhir::capability::Capabilities;

use super::FhirRest;
use crate::backend::BackendError;

thread_local! {
    static KNOWN: RefCell<Map<String, Capabilities>> = const { RefCell::new(Map::new()) };
}

impl FhirRest<'_> {
    /// Asked once in an isolate's life, unless the settings say it all.
    pub(super) async fn read_capabilities(&self) -> Result<Capabilities, BackendError> {
        if let Some(known) = self.capabilities.complete() {
            return Ok(known);
        }
        if let Some(known) = KNOWN.with_borrow(|known| known.get(self.base).copied()) {
            return Ok(known);
        }
        let statement = self.get("metadata").await?;
        let stated = Capabilities::read(&statement).ok_or(BackendError::Rejected)?;
        let known = self.capabilities.over(stated);
        KNOWN.with_borrow_mut(|all| all.insert(self.base.to_owned(), known));
        Ok(known)
    }

    /// Nothing is booked at a server that does not guard versions.
    pub(super) async fn must_book(&self) -> Result<(), BackendError> {
        let can = self.read_capabilities().await?.can_book();
        if can {
            Ok(())
        } else {
            Err(BackendError::Rejected)
        }
    }
}
