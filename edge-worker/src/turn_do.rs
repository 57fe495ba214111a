//! A person's turn: what changes one person's bookings comes through here, one after the other.
//! Memory only.

use std::{rc::Rc, time::Duration};

use contract::{Code, json};
use futures_channel::oneshot;
use futures_util::{
    future::{Either, select},
    lock::Mutex,
};
use worker::{Delay, DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    booking::turn::{self, Task},
    ctx::Ctx,
    http::AppError,
    log, runtime,
};

/// Longer than any task takes. Should the runtime ever drop one in the middle, the next goes on
/// without it: the hospital's versions and the look after each write still hold.
const LONGEST: Duration = Duration::from_secs(90);

#[durable_object(fetch)]
struct TurnDo {
    state: State,
    env: Env,
    turn: Rc<Mutex<()>>,
}

// A panic unwinds to the runtime and fails one request. The turn's guard is dropped on the way.
impl std::panic::RefUnwindSafe for TurnDo {}

impl DurableObject for TurnDo {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            turn: Rc::default(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, _, body| {
            self.serve(ctx, &body).await
        })
        .await
    }
}

impl TurnDo {
    /// The work goes on though the caller hangs up: it is the object's, not the request's.
    async fn serve(&self, ctx: Ctx, body: &[u8]) -> std::result::Result<Vec<u8>, AppError> {
        let task: Task = json::from_slice(body).ok_or(Code::Internal)?;
        let (tell, told) = oneshot::channel();
        let turn = Rc::clone(&self.turn);
        self.state.wait_until(async move {
            let _turn = match select(turn.lock(), Delay::from(LONGEST)).await {
                Either::Left((turn, _)) => Some(turn),
                Either::Right(_) => {
                    log::warning("turn", "a task never ended");
                    None
                }
            };
            // Nobody listens any more when the caller has hung up.
            let _ = tell.send(turn::run(&ctx, task).await);
        });
        let told = told.await.map_err(|_| Code::Internal)?;
        Ok(json::to_string(&told).into_bytes())
    }
}
