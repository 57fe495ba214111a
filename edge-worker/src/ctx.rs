//! What a handler gets: settings, clock, language, trace, and the ways out as traits.

use std::{net::IpAddr, rc::Rc};

use contract::{
    Code, HospitalId,
    json::{self, FromJson, ToJson},
};
use futures_util::future::LocalBoxFuture;

use crate::{
    clock::Clock,
    config::{Config, Hospital},
    http::{AppError, Language, Request, trace::Trace},
    transport::Transport,
};

/// What a handler gets. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// The settings, checked.
    pub config: Rc<Config>,
    /// The clock.
    pub clock: Clock,
    /// The language to answer in.
    pub language: Language,
    /// The trace this request belongs to.
    pub trace: Trace,
    /// The way to hospitals and gateways; it passes the trace on.
    pub transport: Rc<dyn Transport>,
    /// The way to durable objects; it passes trace and language on.
    pub objects: Rc<dyn Objects>,
    /// Runs what need not be waited for after the answer has gone.
    pub background: Rc<dyn Background>,
}

/// The classes of durable objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Codes, tries, counters, live sessions: one a phone or address.
    Login,
    /// A person's turn.
    Turn,
    /// A hospital's timers.
    Alarms,
    /// Sockets that are told of changes.
    Live,
    /// What was counted.
    Metrics,
    /// The waiting room of a release.
    Room,
    /// One department's day.
    Board,
    /// What a hospital tells of its changes.
    Feed,
    /// Outbox and clock of development.
    Dev,
}

/// A durable object did not answer; what happened there is told in its own log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectError;

/// Calls durable objects.
pub trait Objects {
    /// Sends `body` (JSON) to `path` of one object and gives back its JSON.
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>>;
}

/// Runs what need not be waited for.
pub trait Background {
    /// Runs it after the answer has gone.
    fn run(&self, task: LocalBoxFuture<'static, ()>);
}

impl Ctx {
    /// The texts of the language to answer in.
    pub fn lang(&self) -> locales::Lang {
        locales::Lang::embedded(self.language)
    }

    /// One hospital.
    ///
    /// # Errors
    /// `not_found`.
    pub fn hospital(&self, id: &HospitalId) -> Result<&Hospital, AppError> {
        self.config
            .hospital(id)
            .ok_or_else(|| Code::NotFound.into())
    }

    /// From which address a request comes, for what is limited per address: `CF-Connecting-IP`. Of
    /// an IPv6 one the /64, which is one line's: whoever has it has all addresses in it. Those
    /// without any are one; in development, where that is loopback, they have no limit.
    pub fn address(&self, request: &Request) -> Option<String> {
        let text = request.header("cf-connecting-ip").unwrap_or_default();
        let number = match text.parse::<IpAddr>().map(|it| it.to_canonical()) {
            Ok(IpAddr::V4(it)) => it.to_bits().into(),
            Ok(IpAddr::V6(it)) => u64::try_from(it.to_bits() >> 64).unwrap_or_default(),
            Err(_) if self.config.is_dev() => return None,
            Err(_) => 0,
        };
        Some(number.to_string())
    }

    /// Asks a durable object.
    ///
    /// # Errors
    /// `internal` when it does not answer or answers nonsense.
    pub async fn ask<B: FromJson>(
        &self,
        class: Class,
        name: &str,
        path: &str,
        question: &dyn ToJson,
    ) -> Result<B, AppError> {
        let body = json::to_string(question).into_bytes();
        let answer = self
            .objects
            .call(class, name, path, body)
            .await
            .map_err(|ObjectError| Code::Internal)?;
        json::from_slice(&answer).ok_or(Code::Internal.into())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::booking::work::Later;
    use crate::config::Environment;
    use crate::reads::board::object::Boards;
    use crate::transport::{Incoming, Outgoing, TransportError};

    /// Whoever is asked does not answer.
    struct Nobody;

    impl Transport for Nobody {
        fn send(&self, _: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
            Box::pin(async { Err(TransportError::Failed) })
        }
    }

    impl Objects for Nobody {
        fn call<'a>(
            &'a self,
            _: Class,
            _: &'a str,
            _: &'a str,
            _: Vec<u8>,
        ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
            Box::pin(async { Err(ObjectError) })
        }
    }

    /// Boards in memory; nobody else answers.
    pub(crate) struct WithBoards {
        boards: Boards,
        /// What the boards themselves get.
        ctx: Ctx,
    }

    impl Objects for WithBoards {
        fn call<'a>(
            &'a self,
            class: Class,
            name: &'a str,
            path: &'a str,
            body: Vec<u8>,
        ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
            Box::pin(async move {
                if class != Class::Board {
                    return Err(ObjectError);
                }
                let answer = self.boards.serve(&self.ctx, name, path, &body).await;
                answer.map_err(|_| ObjectError)
            })
        }
    }

    /// As `ctx`, with boards.
    pub(crate) fn with_boards(ctx: Ctx) -> Ctx {
        let objects = WithBoards {
            boards: Boards::default(),
            // They are asked within a request: what they leave cannot be done at once.
            ctx: Ctx {
                background: Rc::new(Later::default()),
                ..ctx.clone()
            },
        };
        Ctx {
            objects: Rc::new(objects),
            ..ctx
        }
    }

    impl Background for Nobody {
        fn run(&self, task: LocalBoxFuture<'static, ()>) {
            futures_executor::block_on(task);
        }
    }

    #[test]
    fn an_address_is_a_line() {
        let mut ctx = ctx();
        let of = |ctx: &Ctx, text: &str| {
            ctx.address(&Request {
                headers: [("cf-connecting-ip".to_owned(), text.to_owned())]
                    .into_iter()
                    .collect(),
                ..Request::default()
            })
        };
        let line = of(&ctx, "2001:db8:0:1::1");
        assert_eq!(of(&ctx, "2001:db8:0:1:ffff:ffff:ffff:ffff"), line);
        assert_ne!(of(&ctx, "2001:db8:0:2::1"), line);
        let old = of(&ctx, "203.0.113.7");
        assert_eq!(of(&ctx, "::ffff:203.0.113.7"), old);
        assert_ne!(of(&ctx, "203.0.113.8"), old);
        assert_eq!(ctx.address(&Request::default()), None);
        Rc::get_mut(&mut ctx.config).unwrap().environment = Environment::Production;
        assert!(ctx.address(&Request::default()).is_some());
        assert_eq!(of(&ctx, ""), ctx.address(&Request::default()));
        assert_eq!(of(&ctx, "2001:db8:0:1::2"), line);
    }

    /// The demo's settings, 2026-11-22 10:00 in Shanghai, and nobody to talk to.
    pub(crate) fn ctx() -> Ctx {
        let config = Config::check(&crate::config::tests::bindings()).unwrap();
        Ctx {
            config: Rc::new(config),
            clock: Clock::Fixed("2026-11-22T02:00:00Z".parse().unwrap()),
            language: Language::ZhCn,
            trace: Trace::of(None, || [1; 16]),
            transport: Rc::new(Nobody),
            objects: Rc::new(Nobody),
            background: Rc::new(Nobody),
        }
    }
}
