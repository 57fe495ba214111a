//! What is done in a turn, and what a turn leaves to be done after it.

use std::cell::RefCell;

use contract::json;
use futures_util::future::LocalBoxFuture;

use super::{
    turn::{self, Task},
    waitlist::queue::{self, Job},
};
use crate::ctx::{Background, Ctx};

/// What is done in a turn.
pub enum Work {
    /// In a person's.
    Task(Box<Task>),
    /// In a waiting queue's.
    Job(Job),
}

impl Work {
    /// What is asked for, if it can be read.
    pub fn read(path: &str, body: &[u8]) -> Option<Self> {
        match path {
            queue::PATH => json::from_slice(body).map(Self::Job),
            _ => json::from_slice(body).map(|task| Self::Task(Box::new(task))),
        }
    }

    /// Does it, and gives the answer in JSON.
    pub async fn run(self, ctx: &Ctx) -> Vec<u8> {
        match self {
            Self::Task(task) => json::to_string(&turn::run(ctx, *task).await).into_bytes(),
            Self::Job(job) => {
                queue::run(ctx, &job).await;
                b"null".to_vec()
            }
        }
    }
}

/// What a task leaves to be done when its turn is over. It is waited for like the task itself: the
/// runtime drops what nobody waits for.
#[derive(Default)]
pub struct Later(RefCell<Vec<LocalBoxFuture<'static, ()>>>);

impl Later {
    /// What has been left so far.
    pub fn take(&self) -> Vec<LocalBoxFuture<'static, ()>> {
        self.0.take()
    }
}

impl Background for Later {
    fn run(&self, task: LocalBoxFuture<'static, ()>) {
        self.0.borrow_mut().push(task);
    }
}
