//! The durable object of a hospital's timers, as `alarms_do` has it.

use std::cell::{Cell, RefCell};

use banzhen_edge_worker::{
    ctx::{Ctx, ObjectError},
    machine,
    timers::{self, AGAIN_MS, Failed, Kind, SWEEP_MS, Timer},
};
use contract::{HospitalId, json};
use futures_util::{StreamExt, lock::Mutex, stream};

use crate::life::Life;

const AT_ONCE: usize = 4;

/// What it remembers.
#[derive(Default)]
pub struct Alarms {
    pass: Mutex<()>,
    swept: Cell<i64>,
    failed: RefCell<Failed>,
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
        if timers::just_swept(self.alarms.swept.get(), began) {
            return self.run_due(ctx).await;
        }
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
        let failed = &self.alarms.failed;
        failed.borrow_mut().begin();
        for kind in Kind::ALL {
            while self.run_page(ctx, kind).await {}
        }
        let again = failed.borrow().due(self.world.borrow().now);
        self.fire(ctx, again).await;
        let now = self.world.borrow().now;
        if failed.borrow().is_away() {
            return self.set_alarm(now + AGAIN_MS);
        }
        let mut next = now + SWEEP_MS;
        for kind in Kind::ALL {
            if let Some((_, first)) = self.keys(kind, None).first() {
                next = next.min(first.at.as_millisecond());
            }
        }
        let again = failed.borrow().next();
        self.set_alarm(again.map_or(next, |again| next.min(again)));
    }

    /// Sees to the timers of a kind that are due; whether there may be more.
    async fn run_page(&self, ctx: &Ctx, kind: Kind) -> bool {
        let until = Timer::due_until(kind, ctx.clock.now());
        let due = self.keys(kind, Some(&until));
        let any = !due.is_empty();
        self.fire(ctx, due).await;
        any && !self.alarms.failed.borrow().is_away()
    }

    /// Sees to timers, until the hospital is found away.
    async fn fire(&self, ctx: &Ctx, due: Vec<(String, Timer)>) {
        let failed = &self.alarms.failed;
        let due = due.into_iter();
        let due = due.take_while(|_| !failed.borrow().is_away());
        let fired = stream::iter(due).map(async |(key, timer): (String, Timer)| {
            let now = self.world.borrow().now;
            self.world
                .borrow_mut()
                .letters
                .firing
                .insert(key.clone(), now);
            let fired = timers::fire(ctx, &ctx.config.hospitals[0], &timer).await;
            self.world.borrow_mut().letters.firing.remove(&key);
            (key, timer, fired)
        });
        let mut fired = std::pin::pin!(fired.buffer_unordered(AT_ONCE));
        while let Some((key, timer, fired)) = fired.next().await {
            match fired {
                Ok(following) => {
                    for timer in &following {
                        self.keep(timer);
                    }
                    let mut world = self.world.borrow_mut();
                    world.count("timers seen to");
                    world.timers.remove(&key);
                    failed.borrow_mut().done(&key);
                }
                Err(error) => {
                    let now = self.world.borrow().now;
                    let overdue = now - timer.at.as_millisecond();
                    failed.borrow_mut().missed(&key, error, overdue, now);
                }
            }
        }
    }

    /// The timers of a kind but for those that have failed, first things first.
    fn keys(&self, kind: Kind, until: Option<&str>) -> Vec<(String, Timer)> {
        let (world, failed) = (self.world.borrow(), self.alarms.failed.borrow());
        let keys = world.timers.range(kind.prefix().to_owned()..);
        let keys = keys.take_while(|key| {
            key.starts_with(kind.prefix()) && until.is_none_or(|until| key.as_str() < until)
        });
        keys.filter(|key| !failed.has(key))
            .map(|key| (key.clone(), Timer::read(kind, key)))
            .collect()
    }
}
