//! Looks after what one hospital tells of its changes ([`crate::feed::keeper`]). At rest: until
//! when they are known.

use std::{cell::RefCell, rc::Rc, time::Duration};

use contract::{Code, HospitalId, json};
use futures_util::lock::Mutex;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    clock,
    ctx::Ctx,
    feed::{
        keeper::{self, Heard, Memory},
        ledger,
    },
    http::{AppError, Headers},
    log, runtime,
};

const HOSPITAL: &str = "hospital";
const UNTIL: &str = "until";
/// How often it is stored until when changes are known, real milliseconds.
const STORE_MS: i64 = 30_000;

#[durable_object(alarm)]
struct FeedDo {
    state: State,
    env: Env,
    memory: RefCell<Option<Rc<RefCell<Memory>>>>,
    /// One look at a time.
    looking: Mutex<()>,
    stored: RefCell<i64>,
}

// A panic unwinds to the runtime and fails one request. No borrow of the memory outlives an await,
// and the guard of the look is dropped on the way.
impl std::panic::RefUnwindSafe for FeedDo {}

impl DurableObject for FeedDo {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            memory: RefCell::default(),
            looking: Mutex::default(),
            stored: RefCell::default(),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, path, body| {
            self.serve(&ctx, &path, &body).await
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        let ctx = runtime::ctx(&self.env, &Headers::default(), Rc::new(runtime::InObject)).await;
        let Ok(ctx) = ctx else {
            return Err("no settings".into());
        };
        let hospital: Option<String> = self.state.storage().get(HOSPITAL).await?;
        if let Some(hospital) = hospital {
            self.look(&ctx, &hospital.into()).await?;
        }
        Response::empty()
    }
}

impl FeedDo {
    async fn serve(
        &self,
        ctx: &Ctx,
        path: &str,
        body: &[u8],
    ) -> std::result::Result<Vec<u8>, AppError> {
        let memory = self.memory().await;
        let answer = match path {
            keeper::WATCH => {
                let hospital: HospitalId = json::from_slice(body).ok_or(Code::Internal)?;
                let watch = memory.borrow_mut().read(clock::real_millis());
                self.wake(&hospital).await?;
                json::to_string(&watch)
            }
            keeper::HEARD => {
                let heard: Heard = json::from_slice(body).ok_or(Code::Internal)?;
                let gap = memory.borrow_mut().heard(&heard);
                if gap {
                    self.look(ctx, &heard.hospital).await.map_err(failed)?;
                }
                json::to_string(&())
            }
            ledger::CHANGED | ledger::SINCE => {
                let answer = memory.borrow_mut().ledger.serve(path, body);
                answer.ok_or(Code::Internal)?
            }
            _ => return Err(Code::NotFound.into()),
        };
        Ok(answer.into_bytes())
    }

    async fn memory(&self) -> Rc<RefCell<Memory>> {
        if let Some(memory) = &*self.memory.borrow() {
            return Rc::clone(memory);
        }
        let until: Result<Option<String>> = self.state.storage().get(UNTIL).await;
        let until = until
            .ok()
            .flatten()
            .and_then(|text| contract::time::instant(&text));
        let mut memory = self.memory.borrow_mut();
        Rc::clone(memory.get_or_insert_with(|| Rc::new(RefCell::new(Memory::restored(until)))))
    }

    /// Sets the alarm for the next look, if it is set for later.
    async fn wake(&self, hospital: &HospitalId) -> std::result::Result<(), AppError> {
        let woken = async {
            let memory = self.memory().await;
            let storage = self.state.storage();
            let now = clock::real_millis();
            let due = memory.borrow().due(now).max(now);
            let alarm = storage.get_alarm().await?;
            if alarm.is_none() {
                // An object is not told its own name.
                storage.put(HOSPITAL, hospital.as_str()).await?;
            }
            if alarm.is_none_or(|at| at > due + 100) {
                let wait = (due - now).unsigned_abs();
                storage.set_alarm(Duration::from_millis(wait)).await?;
            }
            Ok(())
        };
        woken.await.map_err(failed)
    }

    async fn look(&self, ctx: &Ctx, hospital: &HospitalId) -> Result<()> {
        // One that is not in the settings any more is left alone.
        let Some(hospital) = ctx.config.hospital(hospital) else {
            return Ok(());
        };
        let memory = self.memory().await;
        let looks = memory.borrow().looks();
        let _one = self.looking.lock().await;
        if memory.borrow().looks() != looks {
            // One that has begun since sees whatever this one is for.
            return Ok(());
        }
        let storage = self.state.storage();
        let now = clock::real_millis();
        memory.borrow_mut().begin(now);
        // First, so that the next one comes whatever becomes of this one.
        let wait = (memory.borrow().due(now) - now).unsigned_abs();
        storage.set_alarm(Duration::from_millis(wait)).await?;
        keeper::look(ctx, hospital, &memory).await;
        let until = memory.borrow().until();
        if let Some(until) = until.filter(|_| now - *self.stored.borrow() >= STORE_MS) {
            self.stored.replace(now);
            storage.put(UNTIL, until.to_string()).await?;
        }
        Ok(())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: worker::Error) -> AppError {
    log::warning("feed", &error.to_string());
    Code::Internal.into()
}
