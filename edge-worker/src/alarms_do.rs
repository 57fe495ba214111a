//! A hospital's timers, with opaque ids only.

use std::{rc::Rc, time::Duration};

use contract::{Code, HospitalId};
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use jiff::Timestamp;
use worker::{DurableObject, Env, ListOptions, Request, Response, Result, State, durable_object};

use crate::{
    booking::expiry::{self, Timer},
    clock,
    ctx::Ctx,
    http::AppError,
    log, runtime,
};

/// Under which name the hospital's id is kept.
const HOSPITAL: &str = "hospital";
/// Before each timer's name.
const HOLDS: &str = "hold/";
/// So many holds are ended at once.
const AT_ONCE: usize = 4;
/// When to try again what the hospital had no time for, real milliseconds.
const AGAIN_MS: i64 = 5000;
/// How often the hospital's holds are looked through, whatever the timers say, real milliseconds.
const SWEEP_MS: i64 = 600_000;

#[durable_object]
struct AlarmsDo {
    state: State,
    env: Env,
}

impl DurableObject for AlarmsDo {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        runtime::object(&self.env, request, async |ctx, path, body| {
            self.serve(&ctx, &path, &body).await?;
            Ok(b"null".to_vec())
        })
        .await
    }

    async fn alarm(&self) -> Result<Response> {
        let ctx = runtime::ctx(&self.env, &HeaderMap::new(), Rc::new(runtime::InObject)).await;
        // Settings that cannot be read are told in the log; the runtime tries an alarm again.
        let Ok(ctx) = ctx else {
            return Err("no settings".into());
        };
        // A while after the last sweep, or earlier for a timer: sweeping twice does no harm.
        self.sweep(&ctx).await?;
        self.run_due(&ctx).await?;
        Response::empty()
    }
}

impl AlarmsDo {
    async fn serve(&self, ctx: &Ctx, path: &str, body: &[u8]) -> std::result::Result<(), AppError> {
        let done = async {
            match path {
                expiry::ARM => {
                    let (hospital, timer): (HospitalId, Timer) = serde_json::from_slice(body)?;
                    self.know(&hospital).await?;
                    self.arm(&timer).await
                }
                expiry::WAKE => self.run_due(ctx).await,
                expiry::SWEEP => {
                    let hospital: HospitalId = serde_json::from_slice(body)?;
                    self.know(&hospital).await?;
                    self.sweep(ctx).await?;
                    self.run_due(ctx).await
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

    async fn arm(&self, timer: &Timer) -> Result<()> {
        let storage = self.state.storage();
        storage
            .put(&format!("{HOLDS}{}", timer.key), timer.at.to_string())
            .await?;
        let at = clock::real_millis_at(timer.at);
        match storage.get_alarm().await? {
            Some(set) if set <= at => Ok(()),
            _ => self.wake_at(at).await,
        }
    }

    /// Ends what is due, and sets the alarm for what is next.
    async fn run_due(&self, ctx: &Ctx) -> Result<()> {
        let storage = self.state.storage();
        let now = clock::real_millis();
        let mut next = now + SWEEP_MS;
        let Some(hospital) = storage.get::<String>(HOSPITAL).await? else {
            return Ok(());
        };
        let Some(hospital) = ctx.config.hospital(&hospital.into()) else {
            return Ok(());
        };
        let (due, later): (Vec<Timer>, Vec<Timer>) = self
            .timers()
            .await?
            .into_iter()
            .partition(|timer| timer.at <= ctx.clock.now());
        if let Some(first) = later
            .iter()
            .map(|timer| clock::real_millis_at(timer.at))
            .min()
        {
            next = next.min(first);
        }
        let ended = stream::iter(due).map(async |timer| {
            let ended = expiry::expire(ctx, hospital, &timer.key).await;
            (timer, ended)
        });
        let mut ended = std::pin::pin!(ended.buffer_unordered(AT_ONCE));
        while let Some((timer, ended)) = ended.next().await {
            match ended {
                Ok(()) => {
                    storage.delete(&format!("{HOLDS}{}", timer.key)).await?;
                }
                Err(error) => {
                    log::warning("hold not ended yet", &format!("{error:?}"));
                    next = next.min(now + AGAIN_MS);
                }
            }
        }
        self.wake_at(next).await
    }

    /// Looks for holds that no timer knows. What cannot be looked through now is next time.
    async fn sweep(&self, ctx: &Ctx) -> Result<()> {
        let storage = self.state.storage();
        let Some(hospital) = storage.get::<String>(HOSPITAL).await? else {
            return Ok(());
        };
        let Some(hospital) = ctx.config.hospital(&hospital.into()) else {
            return Ok(());
        };
        match expiry::sweep_now(ctx, hospital).await {
            Ok(timers) => {
                for timer in timers {
                    storage
                        .put(&format!("{HOLDS}{}", timer.key), timer.at.to_string())
                        .await?;
                }
            }
            Err(error) => log::warning("holds not looked through", &format!("{error:?}")),
        }
        Ok(())
    }

    async fn timers(&self) -> Result<Vec<Timer>> {
        let options = ListOptions::new().prefix(HOLDS);
        let stored = self.state.storage().list_with_options(options).await?;
        let mut timers = Vec::new();
        for entry in stored.entries() {
            let entry = worker::js_sys::Array::from(&entry?);
            let key = entry.get(0).as_string().unwrap_or_default();
            let at = entry.get(1).as_string().unwrap_or_default();
            // What cannot be read is due at once, and gone then.
            let at = at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
            timers.push(Timer {
                key: key.trim_start_matches(HOLDS).to_owned(),
                at,
            });
        }
        Ok(timers)
    }

    async fn wake_at(&self, real_millis: i64) -> Result<()> {
        let wait = real_millis.saturating_sub(clock::real_millis()).max(0);
        let wait = Duration::from_millis(wait.unsigned_abs());
        self.state.storage().set_alarm(wait).await
    }
}
