//! A person's turn: what changes one person's bookings comes through here, one after the other.
//! Those who wait for a department have one too, under the department's name.
//! Memory only.

use std::{rc::Rc, time::Duration};

use contract::Code;
use futures_channel::oneshot;
use futures_util::{
    future::{Either, select},
    lock::Mutex,
};
use worker::{Delay, DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    booking::work::{Later, Work},
    ctx::Ctx,
    http::AppError,
    log, runtime, together,
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
        runtime::object(&self.env, request, async |ctx, path, body| {
            self.serve(ctx, &path, &body).await
        })
        .await
    }
}

impl TurnDo {
    /// The work goes on though the caller hangs up: it is the object's, not the request's.
    async fn serve(
        &self,
        ctx: Ctx,
        path: &str,
        body: &[u8],
    ) -> std::result::Result<Vec<u8>, AppError> {
        let work = Work::read(path, body).ok_or(Code::Internal)?;
        let later = Rc::new(Later::default());
        let ctx = Ctx {
            background: later.clone(),
            ..ctx
        };
        let (tell, told) = oneshot::channel();
        let turn = Rc::clone(&self.turn);
        self.state.wait_until(async move {
            let turn = match select(turn.lock(), Delay::from(LONGEST)).await {
                Either::Left((turn, _)) => Some(turn),
                Either::Right(_) => {
                    log::warning("turn", "a task never ended");
                    None
                }
            };
            // Nobody listens any more when the caller has hung up.
            let _ = tell.send(work.run(&ctx).await);
            drop(turn);
            together::all(later.take()).await;
        });
        let told = told.await.map_err(|_| Code::Internal)?;
        Ok(told)
    }
}
