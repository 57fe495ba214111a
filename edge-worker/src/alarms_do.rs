//! A hospital's timers, with opaque ids only.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use contract::{Code, HospitalId, json};
use futures_util::{
    future::{Either, select},
    lock::Mutex,
};
use worker::{
    Delay, DurableObject, Env, ListOptions, Request, Response, Result, State, durable_object,
};

use crate::{
    clock,
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Headers},
    log, runtime,
    timers::{self, AGAIN_MS, Failed, Kind, SWEEP_MS, Timer},
    together,
};

/// Under which name the hospital's id is kept.
const HOSPITAL: &str = "hospital";
/// Under which name it is kept up to when changes have been seen, by the hospital's clock.
const SEEN: &str = "seen";
/// So many timers are seen to at once.
const AT_ONCE: usize = 4;
/// So many are read at once. After them holds and offers that are due by then come first: a slow
/// message gateway keeps nobody's place longer than that.
const PAGE: usize = 32;
/// How long one pass over what is due waits for another. Should the runtime ever drop one in the
/// middle, the next goes on without it: whatever a timer is for bears being done twice.
const LONGEST: Duration = Duration::from_secs(90);

#[durable_object(alarm)]
struct AlarmsDo {
    state: State,
    env: Env,
    pass: Rc<Mutex<()>>,
    failed: RefCell<Failed>,
    /// When it was last looked through, real milliseconds.
    swept: Cell<i64>,
}

// A panic unwinds to the runtime and fails one request. The guard of the pass is dropped on the way.
impl std::panic::RefUnwindSafe for AlarmsDo {}

impl DurableObject for AlarmsDo {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            pass: Rc::default(),
            failed: RefCell::default(),
            swept: Cell::new(0),
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, path, body| {
            self.serve(&ctx, &path, &body).await?;
            Ok(b"null".to_vec())
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        let ctx = runtime::ctx(&self.env, &Headers::default(), Rc::new(runtime::InObject)).await;
        // Settings that cannot be read are told in the log; the runtime tries an alarm again.
        let Ok(ctx) = ctx else {
            return Err("no settings".into());
        };
        if clock::real_millis() - self.swept.get() >= SWEEP_MS {
            self.sweep_and_run(&ctx).await?;
        } else {
            self.run_due(&ctx).await?;
        }
        Response::empty()
    }
}

impl AlarmsDo {
    async fn serve(&self, ctx: &Ctx, path: &str, body: &[u8]) -> std::result::Result<(), AppError> {
        let done = async {
            match path {
                timers::ARM => {
                    let (hospital, timers): (HospitalId, Vec<Timer>) =
                        json::from_slice(body).ok_or("no timers")?;
                    self.know(&hospital).await?;
                    self.arm(&timers).await
                }
                timers::RUN => self.run_due(ctx).await,
                timers::WAKE => {
                    // However lately it was looked through: that was at another time.
                    self.swept.set(0);
                    self.sweep_and_run(ctx).await
                }
                timers::SWEEP => {
                    let hospital: HospitalId = json::from_slice(body).ok_or("no hospital")?;
                    self.know(&hospital).await?;
                    self.sweep_and_run(ctx).await
                }
                _ => Err("no such path".into()),
            }
        };
        done.await.map_err(|error: worker::Error| {
            log::warning("alarms", &error.to_string());
            Code::Internal.into()
        })
    }

    /// An object is not told its own name.
    async fn know(&self, hospital: &HospitalId) -> Result<()> {
        let storage = self.state.storage();
        if storage.get::<String>(HOSPITAL).await?.as_deref() == Some(hospital.as_str()) {
            return Ok(());
        }
        storage.put(HOSPITAL, hospital.as_str()).await
    }

    async fn hospital<'c>(&self, ctx: &'c Ctx) -> Result<Option<&'c Hospital>> {
        let known: Option<String> = self.state.storage().get(HOSPITAL).await?;
        Ok(known.and_then(|id| ctx.config.hospital(&id.into())))
    }

    async fn arm(&self, timers: &[Timer]) -> Result<()> {
        let storage = self.state.storage();
        for timer in timers {
            storage.put(&timer.key(), "").await?;
        }
        let first = timers.iter().map(|it| clock::real_millis_at(it.at)).min();
        let set = storage.get_alarm().await?;
        match first {
            Some(first) if set.is_none_or(|set| set > first) => self.wake_at(first).await,
            _ => Ok(()),
        }
    }

    /// Does what is due and what follows from it, and sets the alarm for what is next.
    async fn run_due(&self, ctx: &Ctx) -> Result<()> {
        // One pass at a time: whoever woke this late must find done what was due.
        let _pass = match select(self.pass.lock(), Delay::from(LONGEST)).await {
            Either::Left((pass, _)) => Some(pass),
            Either::Right(_) => {
                log::warning("timers", "a pass never ended");
                None
            }
        };
        let Some(hospital) = self.hospital(ctx).await? else {
            return Ok(());
        };
        self.failed.borrow_mut().begin();
        while self.run_first(ctx, hospital).await? {}
        let again = self.failed.borrow().due(clock::real_millis());
        self.run(ctx, hospital, again).await?;
        let mut next = clock::real_millis();
        if self.failed.borrow().is_away() {
            return self.wake_at(next + AGAIN_MS).await;
        }
        next += SWEEP_MS;
        // Nothing but storage from here on, so that no timer is set in between and passed over.
        for kind in Kind::ALL {
            let first = ListOptions::new().prefix(kind.prefix());
            if let Some((_, first)) = self.timers(kind, first, 1).await?.first() {
                next = next.min(clock::real_millis_at(first.at));
            }
        }
        let again = self.failed.borrow().next();
        self.wake_at(again.map_or(next, |again| next.min(again)))
            .await
    }

    /// Sees to some timers of the first kind that has any due; whether there may be more.
    async fn run_first(&self, ctx: &Ctx, hospital: &Hospital) -> Result<bool> {
        for kind in Kind::ALL {
            if self.run_page(ctx, hospital, kind).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sees to some timers of a kind that are due; whether there may be more.
    async fn run_page(&self, ctx: &Ctx, hospital: &Hospital, kind: Kind) -> Result<bool> {
        let until = Timer::due_until(kind, ctx.clock.now());
        let options = ListOptions::new().prefix(kind.prefix()).end(&until);
        let due = self.timers(kind, options, PAGE).await?;
        let any = !due.is_empty();
        self.run(ctx, hospital, due).await?;
        Ok(any && !self.failed.borrow().is_away())
    }

    /// Sees to timers, until the hospital is found away.
    async fn run(&self, ctx: &Ctx, hospital: &Hospital, due: Vec<(String, Timer)>) -> Result<()> {
        let storage = self.state.storage();
        let due = RefCell::new(due.into_iter());
        // What is under way is let finish.
        let next = || {
            let away = self.failed.borrow().is_away();
            due.borrow_mut().next().filter(|_| !away)
        };
        let work_off = async || {
            while let Some((key, timer)) = next() {
                match timers::fire(ctx, hospital, &timer).await {
                    Ok(following) => {
                        for timer in following {
                            storage.put(&timer.key(), "").await?;
                        }
                        storage.delete(&key).await?;
                        self.failed.borrow_mut().done(&key);
                    }
                    Err(error) => {
                        let why = format!("{}{}", timer.kind.prefix(), error.name());
                        log::warning("timer not seen to yet", &why);
                        let overdue = ctx.clock.now().as_millisecond() - timer.at.as_millisecond();
                        let now = clock::real_millis();
                        let mut failed = self.failed.borrow_mut();
                        failed.missed(&key, error, overdue, now);
                    }
                }
            }
            Ok(())
        };
        let ended = together::all((0..AT_ONCE).map(|_| work_off())).await;
        ended.into_iter().collect()
    }

    /// At least so many timers, if there are, first things first, but for those that have failed.
    async fn timers(
        &self,
        kind: Kind,
        options: ListOptions<'_>,
        most: usize,
    ) -> Result<Vec<(String, Timer)>> {
        let options = options.limit(most + self.failed.borrow().count());
        let stored = self.state.storage().list_with_options(options).await?;
        let failed = self.failed.borrow();
        let mut timers = Vec::new();
        for key in stored.keys() {
            let key = key?.as_string().unwrap_or_default();
            if !failed.has(&key) {
                let timer = Timer::read(kind, &key);
                timers.push((key, timer));
            }
        }
        Ok(timers)
    }

    /// Looks for what no timer knows, then does what is due, unless the hospital is away.
    async fn sweep_and_run(&self, ctx: &Ctx) -> Result<()> {
        if self.sweep(ctx).await? {
            return self.run_due(ctx).await;
        }
        self.wake_at(clock::real_millis() + AGAIN_MS).await
    }

    /// Looks for what no timer knows, unless that was done just now; whether the hospital answers.
    async fn sweep(&self, ctx: &Ctx) -> Result<bool> {
        let now = clock::real_millis();
        if timers::just_swept(self.swept.get(), now) {
            return Ok(true);
        }
        self.swept.set(now);
        let Some(hospital) = self.hospital(ctx).await? else {
            return Ok(true);
        };
        let storage = self.state.storage();
        let since: Option<String> = storage.get(SEEN).await?;
        let since = since.and_then(|text| contract::time::instant(&text));
        let swept = timers::sweep(ctx, hospital, since).await;
        for timer in swept.timers {
            storage.put(&timer.key(), "").await?;
        }
        // Only now: what was seen must not be lost on the way.
        if let Some(seen) = swept.seen {
            storage.put(SEEN, seen.to_string()).await?;
        }
        Ok(swept.answers)
    }

    async fn wake_at(&self, real_millis: i64) -> Result<()> {
        let wait = real_millis.saturating_sub(clock::real_millis()).max(0);
        let wait = Duration::from_millis(wait.unsigned_abs());
        self.state.storage().set_alarm(wait).await
    }
}
