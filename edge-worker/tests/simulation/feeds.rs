//! The durable object that looks after what the hospital tells of its changes, as `feed_do` has it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use banzhen_edge_worker::{
    ctx::ObjectError,
    feed::{
        keeper::{self, Heard, Memory},
        ledger,
    },
};
use contract::json;
use futures_util::lock::Mutex;

use crate::{life::Life, world::Event};

const STORE_MS: i64 = 30_000;

/// What it remembers.
#[derive(Default)]
pub struct Feed {
    memory: RefCell<Option<Rc<RefCell<Memory>>>>,
    /// One look at a time.
    looking: Mutex<()>,
    stored: Cell<i64>,
}

impl Life {
    pub async fn feed(&self, path: &str, body: &[u8]) -> Result<Vec<u8>, ObjectError> {
        let memory = self.feed_memory();
        let now = self.world.borrow().now;
        Ok(match path {
            keeper::WATCH => {
                let watch = memory.borrow_mut().read(now);
                let due = memory.borrow().due(now).max(now);
                let set = self.world.borrow().feed_alarm;
                if set.is_none_or(|at| at > due + 100) {
                    self.set_feed_alarm(due);
                }
                json::to_string(&watch).into_bytes()
            }
            keeper::HEARD => {
                let heard: Heard = json::from_slice(body).unwrap();
                let gap = memory.borrow_mut().heard(&heard);
                if gap {
                    self.look().await;
                }
                b"null".to_vec()
            }
            ledger::CHANGED | ledger::SINCE => {
                let answer = memory.borrow_mut().ledger.serve(path, body);
                answer.unwrap().into_bytes()
            }
            other => panic!("feed: {other}"),
        })
    }

    fn feed_memory(&self) -> Rc<RefCell<Memory>> {
        let until = self.world.borrow().feed_until;
        let mut memory = self.feed.memory.borrow_mut();
        let restored = || Rc::new(RefCell::new(Memory::restored(until)));
        Rc::clone(memory.get_or_insert_with(restored))
    }

    pub async fn look(&self) {
        let memory = self.feed_memory();
        let ctx = self.ctx();
        let looks = memory.borrow().looks();
        let _one = self.feed.looking.lock().await;
        if memory.borrow().looks() != looks {
            return;
        }
        let now = self.world.borrow().now;
        memory.borrow_mut().begin(now);
        self.set_feed_alarm(memory.borrow().due(now));
        keeper::look(&ctx, &ctx.config.hospitals[0], &memory).await;
        self.world.borrow_mut().count("looks at what has changed");
        let until = memory.borrow().until();
        if until.is_some() && now - self.feed.stored.get() >= STORE_MS {
            self.feed.stored.set(now);
            self.world.borrow_mut().feed_until = until;
        }
    }

    pub fn set_feed_alarm(&self, at: i64) {
        let mut world = self.world.borrow_mut();
        world.feed_alarm = Some(at);
        let wait = at - world.now;
        world.after(wait, Event::Look(at));
    }
}
