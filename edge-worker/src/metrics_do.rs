//! What all isolates have counted, added up.

use std::cell::RefCell;

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    clock, log,
    metrics::{self, Registry},
    runtime,
};

const KEY: &str = "counters";

#[durable_object(fetch)]
struct MetricsDo {
    state: State,
    known: RefCell<Option<Registry>>,
}

// A panic unwinds to the runtime and fails one request. At worst some numbers are lost.
impl std::panic::RefUnwindSafe for MetricsDo {}

impl DurableObject for MetricsDo {
    fn new(state: State, _env: Env) -> Self {
        Self {
            state,
            known: RefCell::default(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        // Not through `runtime::object`: what is counted there would come here again.
        let Ok(request) = runtime::read(request, usize::MAX).await? else {
            return Response::error("", 413);
        };
        self.load().await?;
        let answer = self.known.borrow_mut().as_mut().map_or_else(
            || Ok(Vec::new()),
            |known| metrics::object(known, &request.path, &request.body),
        );
        if request.path == metrics::ADD {
            self.save().await?;
        }
        match answer {
            Ok(body) => Response::from_bytes(body),
            Err(_) => Response::error("", 500),
        }
    }
}

impl MetricsDo {
    async fn load(&self) -> Result<()> {
        if self.known.borrow().is_some() {
            return Ok(());
        }
        let lines: Option<String> = self.state.storage().get(KEY).await?;
        // Whoever came in meanwhile has read the same.
        let mut known = self.known.borrow_mut();
        if known.is_none() {
            let mut registry = Registry::default();
            registry.read(&lines.unwrap_or_default(), clock::real_millis());
            *known = Some(registry);
        }
        Ok(())
    }

    /// Numbers that get lost cost less than an operator who is told nothing.
    async fn save(&self) -> Result<()> {
        let lines = self.known.borrow().as_ref().map(Registry::lasting);
        if let Err(error) = self.state.storage().put(KEY, lines).await {
            log::warning("metrics storage", &error.to_string());
        }
        Ok(())
    }
}
