//! One phone's (or address's) codes, tries, counters and live sessions.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::runtime;

#[durable_object]
struct LoginDo {
    state: State,
    env: Env,
}

impl DurableObject for LoginDo {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let _ = &self.state;
        runtime::object(
            &self.env,
            request,
            async |_ctx, _path, _body| Ok(Vec::new()),
        )
        .await
    }
}
