//! A person's turn: what changes one person's bookings comes through here, one after the other.
//! Those who wait for a department have one too, under the department's name.
//! Memory only.

use std::{cell::RefCell, rc::Rc, time::Duration};

use contract::{Code, json};
use futures_channel::oneshot;
use futures_util::{
    future::{Either, LocalBoxFuture, select},
    lock::Mutex,
};
use worker::{Delay, DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    booking::{
        turn::{self, Task},
        waitlist::queue::{self, Job},
    },
    ctx::{Background, Ctx},
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
            together::all(later.0.take()).await;
        });
        let told = told.await.map_err(|_| Code::Internal)?;
        Ok(told)
    }
}

/// What a task leaves to be done when its turn is over. It is waited for like the task itself: the
/// runtime drops what nobody waits for.
#[derive(Default)]
struct Later(RefCell<Vec<LocalBoxFuture<'static, ()>>>);

impl Background for Later {
    fn run(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.borrow_mut().push(task);
    }
}

/// What is done in a turn.
enum Work {
    /// In a person's.
    Task(Box<Task>),
    /// In a waiting queue's.
    Job(Job),
}

impl Work {
    fn read(path: &str, body: &[u8]) -> Option<Self> {
        match path {
            queue::PATH => json::from_slice(body).map(Self::Job),
            _ => json::from_slice(body).map(|task| Self::Task(Box::new(task))),
        }
    }

    async fn run(self, ctx: &Ctx) -> Vec<u8> {
        match self {
            Self::Task(task) => json::to_string(&turn::run(ctx, *task).await).into_bytes(),
            Self::Job(job) => {
                queue::run(ctx, &job).await;
                b"null".to_vec()
            }
        }
    }
}
