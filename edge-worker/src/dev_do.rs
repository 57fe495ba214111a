//! Development only: the outbox and the clock.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::runtime;

#[durable_object]
struct DevDo {
    state: State,
    env: Env,
}

impl DurableObject for DevDo {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let _ = &self.state;
        runtime::object(&self.env, request, async |_ctx, _path, _body| {
            Ok(b"null".to_vec())
        })
        .await
    }
}
