//! The durable objects in which people and queues take turns, as `turn_do` has them.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use banzhen_edge_worker::{
    booking::work::{Later, Work},
    ctx::{Ctx, ObjectError},
};
use futures_channel::oneshot;
use futures_util::lock::Mutex;

use crate::life::Life;

/// Whose turn it is, by the object's name.
#[derive(Default)]
pub struct Turns(RefCell<HashMap<String, Rc<Mutex<()>>>>);

impl Life {
    /// Does what is asked in its turn. It goes on though the caller hangs up.
    pub async fn turn(
        self: &Rc<Self>,
        name: &str,
        path: &str,
        body: &[u8],
    ) -> Result<Vec<u8>, ObjectError> {
        let work = Work::read(path, body).unwrap();
        let turn = Rc::clone(
            self.turns
                .0
                .borrow_mut()
                .entry(name.to_owned())
                .or_default(),
        );
        let later = Rc::new(Later::default());
        let ctx = Ctx {
            background: later.clone(),
            ..self.ctx()
        };
        let (tell, told) = oneshot::channel();
        let life = Rc::clone(self);
        self.spawn(Box::pin(async move {
            let turn = turn.lock().await;
            let _ = tell.send(life.work(&ctx, work).await);
            drop(turn);
            for task in later.take() {
                life.spawn(task);
            }
        }));
        told.await.map_err(|_| ObjectError)
    }

    async fn work(&self, ctx: &Ctx, work: Work) -> Vec<u8> {
        if let Work::Job(job) = &work {
            let mut world = self.world.borrow_mut();
            let now = world.now;
            let looks = world.looks.entry(job.department.clone()).or_default();
            looks.push(now);
            world.count("queues looked at");
        }
        work.run(ctx).await
    }
}
