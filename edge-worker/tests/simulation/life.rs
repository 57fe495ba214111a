//! One life of the edge: the real logic on an executor that lets chance say what goes on first.
//!
//! A life is a thread. What the edge remembers (caches, breakers, turns) is that thread's and is
//! gone with it, wherever its tasks stood: that is what a restart is. The world goes on.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    hash::Hash,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex as Shared},
    task::{Context, Poll, Wake, Waker},
};

use banzhen_edge_worker::{
    booking::turn::{self, Task},
    clock::Clock,
    config::{Bindings, Config},
    ctx::{Background, Class, Ctx, ObjectError, Objects},
    http::{Language, trace::Trace},
    machine::{self, Machine},
    timers,
    transport::{Outgoing, Transport, TransportError},
};
use futures_channel::oneshot;
use futures_util::future::LocalBoxFuture;

use crate::{
    alarms::Alarms,
    boards::{self, Boards},
    feeds::Feed,
    hospital::BASE,
    letters, notices,
    people::{self, Heard},
    turns::Turns,
    world::{Answer, Event, World},
};

const GENERAL: &str = include_str!("../../settings/general.json");
/// How long an offer stands, minutes: so short that it may end within a chapter.
pub const OFFER_MIN: [i64; 2] = [5, 10];

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The process is killed after so many events.
    Killed(u64),
    /// Nobody wants anything any more, nothing is on its way, and every hold is over.
    Quiet,
}

pub struct Life {
    pub world: RefCell<World>,
    ctx: RefCell<Option<Ctx>>,
    born: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    waiting: RefCell<HashMap<u64, oneshot::Sender<()>>>,
    listening: RefCell<HashMap<u64, oneshot::Sender<Answer>>>,
    pub turns: Turns,
    pub alarms: Alarms,
    pub boards: Boards,
    pub feed: Feed,
    comparing: Cell<bool>,
}

/// Wakes one task.
struct Bell {
    task: usize,
    rung: Arc<Shared<Vec<usize>>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.lock().unwrap().push(self.task);
    }
}

/// Lets the edge live for a while. Whoever it still owes an answer hears nothing.
pub fn live(world: World, until: Until) -> World {
    std::thread::scope(|scope| {
        let life = scope.spawn(move || Life::begin(world).run(until));
        life.join()
            .unwrap_or_else(|why| std::panic::resume_unwind(why))
    })
}

impl Life {
    fn begin(world: World) -> Rc<Self> {
        let life = Rc::new(Self {
            world: RefCell::new(world),
            ctx: RefCell::default(),
            born: RefCell::default(),
            waiting: RefCell::default(),
            listening: RefCell::default(),
            turns: Turns::default(),
            alarms: Alarms::default(),
            boards: Boards::default(),
            feed: Feed::default(),
            comparing: Cell::new(false),
        });
        machine::bring(Rc::new(Hands(Rc::clone(&life))));
        let hands = Rc::new(Hands(Rc::clone(&life)));
        *life.ctx.borrow_mut() = Some(Ctx {
            config: config(),
            clock: Clock::Running,
            language: Language::ZhCn,
            trace: Trace::of(None, || [1; 16]),
            transport: hands.clone(),
            objects: hands.clone(),
            background: hands,
        });
        life
    }

    pub fn ctx(&self) -> Ctx {
        self.ctx.borrow().clone().expect("set at the beginning")
    }

    fn run(self: Rc<Self>, until: Until) -> World {
        // An alarm that was going off when the edge died goes off again.
        let alarm = self.world.borrow().alarm.unwrap_or_default();
        self.set_alarm(alarm);
        let alarm = self.world.borrow().feed_alarm.unwrap_or_default();
        self.set_feed_alarm(alarm);
        timers::sweep_after_start(&self.ctx());
        let rung = Arc::new(Shared::new(Vec::new()));
        let mut tasks: Vec<Option<LocalBoxFuture<'static, ()>>> = Vec::new();
        let mut free: Vec<usize> = Vec::new();
        let mut events = 0;
        loop {
            loop {
                for born in self.born.take() {
                    let at = free.pop().unwrap_or(tasks.len());
                    if at == tasks.len() {
                        tasks.push(None);
                    }
                    tasks[at] = Some(born);
                    rung.lock().unwrap().push(at);
                }
                let next = {
                    let mut rung = rung.lock().unwrap();
                    let mut world = self.world.borrow_mut();
                    match rung.len() {
                        0 => break,
                        n => rung.swap_remove(world.chance.below(n)),
                    }
                };
                let Some(task) = &mut tasks[next] else {
                    continue;
                };
                let bell = Arc::new(Bell {
                    task: next,
                    rung: Arc::clone(&rung),
                });
                let waker = Waker::from(bell);
                if let Poll::Ready(()) = Pin::new(task).poll(&mut Context::from_waker(&waker)) {
                    tasks[next] = None;
                    free.push(next);
                }
            }
            events += 1;
            let over = match until {
                Until::Killed(after) => events > after || self.world.borrow().people.enough(),
                Until::Quiet => self.is_settled(),
            };
            if over {
                break;
            }
            let event = self.world.borrow_mut().next();
            self.see_to(event.expect("somebody always acts"));
        }
        drop(tasks);
        self.end()
    }

    /// Whether nothing is left to be done, and the boards show it.
    fn is_settled(self: &Rc<Self>) -> bool {
        let quiet = people::all_is_quiet(&self.world.borrow());
        if quiet && !self.comparing.replace(true) {
            let life = Rc::clone(self);
            self.spawn(Box::pin(async move { life.compare().await }));
        }
        self.world.borrow().compared
    }

    fn end(self: Rc<Self>) -> World {
        for held in [&self.waiting.take().len(), &self.listening.take().len()] {
            held.hash(&mut self.world.borrow_mut().history);
        }
        self.born.take();
        self.ctx.take();
        let mut world = self.world.replace(World::empty(0));
        people::hear_nothing(&mut world);
        world.letters.firing.clear();
        world
    }

    fn see_to(self: &Rc<Self>, event: Event) {
        match event {
            Event::Arrive(flight) => self.world.borrow_mut().arrive(&flight),
            Event::Hear(id, answer) => {
                if let Some(listener) = self.listening.borrow_mut().remove(&id) {
                    // Nobody may be listening any more.
                    let _ = listener.send(answer);
                }
            }
            Event::Wake(id) => {
                if let Some(waits) = self.waiting.borrow_mut().remove(&id) {
                    let _ = waits.send(());
                }
            }
            Event::Alarm(at) => {
                if self.world.borrow().alarm == Some(at) {
                    self.world.borrow_mut().alarm = None;
                    let life = Rc::clone(self);
                    self.spawn(Box::pin(async move { life.alarm().await }));
                }
            }
            Event::Act(person) => people::act(self, person),
            Event::Look(at) => {
                if self.world.borrow().feed_alarm == Some(at) {
                    self.world.borrow_mut().feed_alarm = None;
                    let life = Rc::clone(self);
                    self.spawn(Box::pin(async move { life.look().await }));
                }
            }
            Event::Notice(slot, body) => notices::take(self, slot, body),
            Event::Reader => boards::reader(self),
            Event::Rush => people::rush(&mut self.world.borrow_mut()),
            Event::Staff => people::staff(&mut self.world.borrow_mut()),
            Event::Outage(lasts) => {
                let mut world = self.world.borrow_mut();
                if world.troubled {
                    world.down_until = world.now + lasts;
                }
                let (calm, lasts) = (
                    world.chance.within(60_000, 900_000),
                    world.chance.spread(60_000),
                );
                world.after(calm, Event::Outage(lasts));
            }
        }
    }

    pub fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.born.borrow_mut().push(task);
    }

    /// Has a task done for somebody, who may hang up before the end of it.
    pub fn ask(self: &Rc<Self>, person: usize, number: u64, task: Task) {
        let life = Rc::clone(self);
        self.spawn(Box::pin(async move {
            let told = turn::take(&life.ctx(), task).await;
            people::hear(&life, person, number, Heard::from(told));
        }));
    }
}

/// What the edge reaches out with.
struct Hands(Rc<Life>);

impl Machine for Hands {
    fn millis(&self) -> i64 {
        self.0.world.borrow().now
    }

    fn pause(&self, ms: u64) -> LocalBoxFuture<'static, ()> {
        let (wake, woken) = oneshot::channel();
        let mut world = self.0.world.borrow_mut();
        let id = world.id();
        world.after(i64::try_from(ms).unwrap(), Event::Wake(id));
        self.0.waiting.borrow_mut().insert(id, wake);
        Box::pin(async move {
            let _ = woken.await;
        })
    }

    fn chance(&self, bytes: &mut [u8]) {
        self.0.world.borrow_mut().chance.fill(bytes);
    }

    fn say(&self, _: &str) {}
}

impl Transport for Hands {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Answer> {
        let (tell, told) = oneshot::channel();
        let id = self.0.world.borrow_mut().depart(call);
        self.0.listening.borrow_mut().insert(id, tell);
        Box::pin(async move { told.await.unwrap_or(Err(TransportError::Failed)) })
    }
}

impl Objects for Hands {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        Box::pin(async move {
            match class {
                Class::Turn => self.0.turn(name, path, &body).await,
                Class::Alarms => self.0.timers(path, &body).await.map(|()| b"null".to_vec()),
                Class::Board => self.0.board(name, path, &body).await,
                Class::Feed => self.0.feed(path, &body).await,
                Class::Dev => Ok(b"null".to_vec()),
                _ => Err(ObjectError),
            }
        })
    }
}

impl Background for Hands {
    fn run(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.spawn(task);
    }
}

fn config() -> Rc<Config> {
    let mut general: serde_json::Value = serde_json::from_str(GENERAL).unwrap();
    general["base_url"] = BASE.into();
    general["rules"]["waitlist_offer_minutes"] =
        serde_json::json!({"normal": OFFER_MIN[0], "care": OFFER_MIN[1]});
    let config = Config::check(&Bindings {
        environment: "dev".into(),
        settings: serde_json::json!({ "hospitals": [general],
            "public_url": "http://edge.example", "sms": letters::settings() })
        .to_string(),
        secrets: format!(r#"[{{"id":"a","key":"{}="}}]"#, "A".repeat(43)),
        credentials: None,
        dev_control: None,
    });
    Rc::new(config.unwrap())
}
