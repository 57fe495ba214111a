//! A person's turn: what changes one person's bookings comes through here, one after the other.
//! Memory only.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::runtime;

#[durable_object]
struct TurnDo {
    env: Env,
}

impl DurableObject for TurnDo {
    fn new(_state: State, env: Env) -> Self {
        Self { env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(
            &self.env,
            request,
            async |_ctx, _path, _body| Ok(Vec::new()),
        )
        .await
    }
}
