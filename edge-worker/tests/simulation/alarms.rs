//! The durable object of a hospital's timers, as `alarms_do` has it.

use std::{cell::Cell, collections::HashSet};

use banzhen_edge_worker::{
    ctx::{Ctx, ObjectError},
    machine,
    timers::{self, Kind, Timer},
};
use contract::{HospitalId, json};
use futures_util::{StreamExt, lock::Mutex, stream};

use crate::life::Life;

const AT_ONCE: usize = 4;
const AGAIN_MS: i64 = 5000;
const SWEEP_MS: i64 = 600_000;

/// What it remembers.
#[derive(Default)]
pub struct Alarms {
    pass: Mutex<()>,
    swept: Cell<i64>,
}

impl Life {
    pub async fn timers(&self, path: &str, body: &[u8]) -> Result<(), ObjectError> {
        machine::pause(1).await;
        let fails = {
            let mut world = self.world.borrow_mut();
            world.troubled && world.chance.permille(2)
        };
        match path {
            timers::ARM => {
                let (_, timers): (HospitalId, Vec<Timer>) = json::from_slice(body).unwrap();
                for timer in timers {
                    self.keep(&timer);
                    let at = timer.at.as_millisecond();
                    if self.world.borrow().alarm.is_none_or(|set| set > at) {
                        self.set_alarm(at);
                    }
                }
            }
            timers::SWEEP => self.sweep_and_run(&self.ctx()).await,
            other => panic!("timers: {other}"),
        }
        if fails { Err(ObjectError) } else { Ok(()) }
    }

    fn keep(&self, timer: &Timer) {
        self.world.borrow_mut().timers.insert(timer.key());
    }

    pub fn set_alarm(&self, at: i64) {
        let mut world = self.world.borrow_mut();
        world.alarm = Some(at);
        let wait = at - world.now;
        world.after(wait, crate::world::Event::Alarm(at));
    }

    pub async fn alarm(&self) {
        let ctx = self.ctx();
        let now = self.world.borrow().now;
        if now - self.alarms.swept.get() >= SWEEP_MS {
            self.sweep_and_run(&ctx).await;
        } else {
            self.run_due(&ctx).await;
        }
    }

    async fn sweep_and_run(&self, ctx: &Ctx) {
        let (began, since) = {
            let world = self.world.borrow();
            let since = world.seen.as_ref().map(|text| text.parse().unwrap());
            (world.now, since)
        };
        self.alarms.swept.set(began);
        let swept = timers::sweep(ctx, &ctx.config.hospitals[0], since).await;
        for timer in &swept.timers {
            self.keep(timer);
        }
        {
            let mut world = self.world.borrow_mut();
            world.seen = swept.seen.map(|at| at.to_string());
            if swept.answers {
                world.swept = began;
            }
        }
        if swept.answers {
            return self.run_due(ctx).await;
        }
        let now = self.world.borrow().now;
        self.set_alarm(now + AGAIN_MS);
    }

    async fn run_due(&self, ctx: &Ctx) {
        let _pass = self.alarms.pass.lock().await;
        let mut failed = HashSet::new();
        let away = Cell::new(false);
        for kind in Kind::ALL {
            while !away.get() && self.run_page(ctx, kind, &mut failed, &away).await {}
        }
        let mut next = self.world.borrow().now;
        if away.get() {
            return self.set_alarm(next + AGAIN_MS);
        }
        next += if failed.is_empty() {
            SWEEP_MS
        } else {
            AGAIN_MS
        };
        for kind in Kind::ALL {
            if let Some(key) = self.keys(kind, None, &failed).first() {
                next = next.min(Timer::read(kind, key).at.as_millisecond());
            }
        }
        self.set_alarm(next);
    }

    /// Sees to the timers of a kind that are due; whether there were any.
    async fn run_page(
        &self,
        ctx: &Ctx,
        kind: Kind,
        failed: &mut HashSet<String>,
        away: &Cell<bool>,
    ) -> bool {
        let until = Timer::due_until(kind, ctx.clock.now());
        let due = self.keys(kind, Some(&until), failed);
        let any = !due.is_empty();
        let due = due.into_iter().take_while(|_| !away.get());
        let fired = stream::iter(due).map(async |key: String| {
            let timer = Timer::read(kind, &key);
            let now = self.world.borrow().now;
            self.world
                .borrow_mut()
                .letters
                .firing
                .insert(key.clone(), now);
            let fired = timers::fire(ctx, &ctx.config.hospitals[0], &timer).await;
            self.world.borrow_mut().letters.firing.remove(&key);
            (key, fired)
        });
        let mut fired = std::pin::pin!(fired.buffer_unordered(AT_ONCE));
        while let Some((key, fired)) = fired.next().await {
            match fired {
                Ok(following) => {
                    for timer in &following {
                        self.keep(timer);
                    }
                    let mut world = self.world.borrow_mut();
                    world.count("timers seen to");
                    world.timers.remove(&key);
                }
                Err(error) => {
                    failed.insert(key);
                    away.set(away.get() || timers::is_away(error));
                }
            }
        }
        any && !away.get()
    }

    /// The timers of a kind but for those that have just failed, first things first.
    fn keys(&self, kind: Kind, until: Option<&str>, failed: &HashSet<String>) -> Vec<String> {
        let world = self.world.borrow();
        let kinds = world.timers.range(kind.prefix().to_owned()..);
        let kinds = kinds.take_while(|key| {
            key.starts_with(kind.prefix()) && until.is_none_or(|until| key.as_str() < until)
        });
        kinds
            .filter(|key| !failed.contains(*key))
            .cloned()
            .collect()
    }
}
