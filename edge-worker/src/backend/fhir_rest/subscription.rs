//! The Subscription by which a hospital tells of its changes.

use fhir::subscription::{State, Wanted};

use super::{FhirRest, wire::Committed};
use crate::backend::BackendError;

impl FhirRest<'_> {
    /// Another edge's Subscriptions are left alone: ours is the one that leads to us.
    pub(super) async fn keep_subscribed(&self, wanted: &Wanted<'_>) -> Result<State, BackendError> {
        let endpoint: String = wanted
            .endpoint
            .bytes()
            .map(|byte| match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect();
        let found = self.search(&format!("Subscription?url={endpoint}")).await?;
        // Servers that do not know the parameter give them all.
        let Some(mut ours) = found.into_iter().find(|it| wanted.is_at(it)) else {
            return match self.create(&wanted.to_resource()).await {
                Committed::Done(_) | Committed::Unknown => Ok(State::Requested),
                Committed::Conflict | Committed::Busy { .. } => Err(BackendError::Rejected),
            };
        };
        let state = wanted.state(&ours);
        if state == State::Broken {
            wanted.mend(&mut ours);
            self.replace(&ours).await;
        }
        Ok(state)
    }
}
