//! One department's day, public things only ([`crate::reads::board`]).

use std::rc::Rc;

use futures_util::{future::join3, lock::Mutex};
use worker::{DurableObject, Env, Request, Response, Result, State, Storage, durable_object};

use crate::{
    http::AppError,
    log,
    reads::board::object::{self, Memory, Store},
    runtime,
};

/// Under which name it is stored.
const BOARD: &str = "board";
/// There while a later version than the stored one has been shown.
const LATER: &str = "later";
/// When what is stored is of no use to anybody any more, real milliseconds after it was stored.
const FORGET_MS: u64 = 3 * 24 * 3_600_000;

#[durable_object(alarm)]
struct BoardDo {
    state: State,
    env: Env,
    memory: Mutex<Option<Rc<Memory>>>,
}

// A panic unwinds to the runtime and fails one request. No borrow of the memory outlives an await.
impl std::panic::RefUnwindSafe for BoardDo {}

impl DurableObject for BoardDo {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            memory: Mutex::default(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, path, body| {
            let memory = self.memory().await;
            let served = object::serve(&ctx, &memory, &path, &body).await?;
            let storage = self.state.storage();
            match served.store {
                Store::No => {}
                Store::Now => keep(storage, memory.snapshot()).await,
                Store::Later => {
                    // The runtime lets nothing out until this is safe.
                    if let Err(error) = storage.put(LATER, "").await {
                        log::warning("board not marked", &error.to_string());
                    }
                    let memory = Rc::clone(&memory);
                    self.state.wait_until(async move {
                        keep(storage, memory.snapshot_later().await).await;
                    });
                }
            }
            if let Some(news) = served.news {
                news.tell(&ctx, &memory).await;
            }
            Ok::<_, AppError>(served.answer)
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        self.state.storage().delete_all().await?;
        Response::empty()
    }
}

impl BoardDo {
    async fn memory(&self) -> Rc<Memory> {
        let mut memory = self.memory.lock().await;
        if let Some(memory) = &*memory {
            return Rc::clone(memory);
        }
        let storage = self.state.storage();
        let stored = async {
            let board = storage.get::<String>(BOARD).await?;
            Ok((board, storage.get::<String>(LATER).await?.is_none()))
        };
        let (stored, whole) = stored.await.unwrap_or_else(|error: worker::Error| {
            log::warning("board not restored", &error.to_string());
            (None, false)
        });
        let made = Rc::new(Memory::restored(stored.as_deref(), whole));
        *memory = Some(Rc::clone(&made));
        made
    }
}

/// What is not stored is only missed in an outage after a restart.
async fn keep(storage: Storage, board: String) {
    let forget = std::time::Duration::from_millis(FORGET_MS);
    // At once, so that all of it is stored or nothing is.
    let stored = join3(
        storage.put(BOARD, board),
        storage.delete(LATER),
        storage.set_alarm(forget),
    );
    let (board, later, alarm) = stored.await;
    if let Err(error) = board.and(later).and(alarm) {
        log::warning("board not stored", &error.to_string());
    }
}
