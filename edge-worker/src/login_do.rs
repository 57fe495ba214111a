//! One phone's (or address's) codes, tries, counters and live sessions.

use std::time::Duration;

use contract::{Code, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    clock::Clock,
    ctx::Ctx,
    http::AppError,
    log, runtime,
    session::record::{Command, Record},
};

const KEY: &str = "record";
const HOUR: Duration = Duration::from_hours(1);

#[durable_object(alarm)]
struct LoginDo {
    state: State,
    env: Env,
}

impl DurableObject for LoginDo {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, _, body| {
            self.serve(&ctx, &body).await
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        let mut record = self.read().await?;
        record.prune(Clock::Running.now());
        self.write(&record).await?;
        Response::empty()
    }
}

impl LoginDo {
    async fn serve(&self, ctx: &Ctx, body: &[u8]) -> std::result::Result<Vec<u8>, AppError> {
        let command: Command = json::from_slice(body).ok_or(Code::Internal)?;
        // Between reading and writing nothing else is awaited, so the input gate stays shut.
        let stored = async {
            let mut record = self.read().await?;
            let (reply, changed) = record.apply(command, ctx.clock.now());
            if changed {
                self.write(&record).await?;
            }
            Ok::<_, worker::Error>(reply)
        };
        let reply = stored.await.map_err(|error| {
            log::warning("login storage", &error.to_string());
            Code::Internal
        })?;
        Ok(json::to_string(&reply).into_bytes())
    }

    async fn read(&self) -> Result<Record> {
        let text: Option<String> = self.state.storage().get(KEY).await?;
        // What an older edition wrote and this one cannot read is forgotten: log in again.
        Ok(text
            .and_then(|text| json::from_slice(text.as_bytes()))
            .unwrap_or_default())
    }

    async fn write(&self, record: &Record) -> Result<()> {
        let storage = self.state.storage();
        if record.is_empty() {
            storage.delete_alarm().await?;
            return storage.delete_all().await;
        }
        storage.put(KEY, json::to_string(record)).await?;
        // What is over is taken from the disk too: hourly while there is more than sessions.
        storage
            .set_alarm(if record.is_settled() { HOUR * 24 } else { HOUR })
            .await
    }
}
