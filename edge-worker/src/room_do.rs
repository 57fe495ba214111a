//! The waiting room of one release. In memory it knows who waits, as digests; at rest lies only
//! what can be told of it ([`Room::record`](rules::room::Room::record)).

use std::time::Duration;

use contract::{Code, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{ctx::Ctx, http::AppError, log, room::keeper::Keeper, runtime};

const RECORD: &str = "record";
/// So long what was decided can be looked at.
const KEPT: Duration = Duration::from_hours(24 * 30);

#[durable_object(alarm)]
struct RoomDo {
    state: State,
    env: Env,
    keeper: Keeper,
}

// A panic unwinds to the runtime and fails one request; the room's changes are made whole.
impl std::panic::RefUnwindSafe for RoomDo {}

impl DurableObject for RoomDo {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            keeper: Keeper::default(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, _, body| {
            self.serve(&ctx, &body).await
        })
        .await
    }

    /// Its time is over.
    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

impl RoomDo {
    async fn serve(&self, ctx: &Ctx, body: &[u8]) -> std::result::Result<Vec<u8>, AppError> {
        let question = json::from_slice(body).ok_or(Code::Internal)?;
        if self.keeper.wants_record() {
            let stored = self.state.storage().get::<String>(RECORD).await;
            self.keeper.take_record(stored.map_err(trouble)?.as_deref());
        }
        let told = self.keeper.serve(ctx, question).await;
        if let Some(record) = self.keeper.to_store() {
            let storage = self.state.storage();
            storage.put(RECORD, record).await.map_err(trouble)?;
            storage.set_alarm(KEPT).await.map_err(trouble)?;
        }
        Ok(json::to_string(&told).into_bytes())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` has it")]
fn trouble(error: worker::Error) -> AppError {
    log::warning("room storage", &error.to_string());
    Code::Internal.into()
}
