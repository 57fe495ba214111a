//! Logging in and out through the real router, with the phones' records in memory and hospitals
//! that know nobody.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use contract::json as wire;
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::record::{Command, Record};
use crate::{
    clock::Clock,
    config::{Config, Environment},
    ctx::{Class, Ctx, ObjectError, Objects, tests::ctx},
    http::{Reply, Request, router::Router},
    messages::Sent,
    secrets::tests::secrets,
    transport::{Incoming, Outgoing, Transport, TransportError},
};

const PHONE: &str = "13800138000";

/// The durable objects of sessions and development, in memory.
#[derive(Default)]
struct Memory {
    now: Cell<jiff::Timestamp>,
    records: RefCell<BTreeMap<String, Record>>,
    sent: RefCell<Vec<Sent>>,
}

impl Objects for Memory {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        _: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        let answer = if class == Class::Login {
            let command: Command = wire::from_slice(&body).unwrap();
            let mut records = self.records.borrow_mut();
            let record = records.entry(name.to_owned()).or_default();
            wire::to_string(&record.apply(command, self.now.get()).0).into_bytes()
        } else {
            self.sent
                .borrow_mut()
                .push(wire::from_slice(&body).unwrap());
            b"null".to_vec()
        };
        Box::pin(async move { Ok(answer) })
    }
}

/// Knows nobody.
struct Empty;

impl Transport for Empty {
    fn send(&self, _: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        let body = json!({ "resourceType": "Bundle", "type": "searchset" })
            .to_string()
            .into();
        Box::pin(async move {
            Ok(Incoming {
                status: 200,
                headers: Vec::new(),
                body,
            })
        })
    }
}

struct Edge {
    ctx: Ctx,
    memory: Rc<Memory>,
    router: Router,
    scheme: &'static str,
}

impl Edge {
    fn new(change: impl FnOnce(&mut Config)) -> Self {
        let memory = Rc::new(Memory::default());
        let mut ctx = ctx();
        let mut config = (*ctx.config).clone();
        change(&mut config);
        memory.now.set(ctx.clock.now());
        ctx.config = Rc::new(config);
        ctx.objects = memory.clone();
        ctx.transport = Rc::new(Empty);
        Self {
            ctx,
            memory,
            router: super::routes(Router::default()),
            scheme: "http",
        }
    }

    fn call(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&'static str, &str)],
    ) -> Reply {
        let mut request = Request {
            method: method.into(),
            scheme: self.scheme.into(),
            host: "edge.example".into(),
            path: path.into(),
            body: body.to_string().into(),
            ..Request::default()
        };
        request
            .headers
            .insert("content-type", "application/json".parse().unwrap());
        for (name, value) in headers {
            request.headers.insert(*name, value.parse().unwrap());
        }
        let found = self.router.find(method, path).ok().unwrap();
        match block_on(found.run(self.ctx.clone(), Rc::new(request))) {
            Ok(reply) => reply,
            Err(error) => error.into_reply(self.ctx.language),
        }
    }

    fn send_code(&self, phone: &str, headers: &[(&'static str, &str)]) -> Reply {
        self.call(
            "POST",
            "/api/v1/session/codes",
            &json!({ "phone": phone }),
            headers,
        )
    }

    fn log_in(&self, phone: &str, code: &str) -> Reply {
        self.call(
            "POST",
            "/api/v1/session",
            &json!({ "phone": phone, "code": code }),
            &[],
        )
    }

    fn last_code(&self) -> String {
        self.memory
            .sent
            .borrow()
            .last()
            .unwrap()
            .code
            .clone()
            .unwrap()
    }

    fn session(&self, cookie: &str) -> u16 {
        self.call(
            "GET",
            "/api/v1/session",
            &Value::Null,
            &[("cookie", cookie)],
        )
        .status
    }

    fn logged_in(&self) -> String {
        assert_eq!(self.send_code(PHONE, &[]).status, 202);
        let reply = self.log_in(PHONE, &self.last_code());
        assert_eq!(
            reply.status,
            201,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        set_cookie(&reply).split(';').next().unwrap().to_owned()
    }

    fn later(&mut self, minutes: i64) {
        let now = self.memory.now.get() + jiff::SignedDuration::from_mins(minutes);
        self.memory.now.set(now);
        self.ctx.clock = Clock::Fixed(now);
    }
}

fn set_cookie(reply: &Reply) -> &str {
    &reply.headers["set-cookie"]
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn a_code_opens_a_session_and_logging_out_ends_it_everywhere() {
    let edge = Edge::new(|_| {});
    let cookie = edge.logged_in();
    assert_eq!(edge.session(&cookie), 200);
    assert_eq!(edge.session(&format!("other=1; {cookie}")), 200);
    let out = edge.call(
        "DELETE",
        "/api/v1/session",
        &Value::Null,
        &[("cookie", &cookie)],
    );
    assert_eq!(out.status, 204);
    assert!(set_cookie(&out).starts_with("session=;") && set_cookie(&out).contains("Max-Age=0"));
    assert_eq!(edge.session(&cookie), 401);
}

#[test]
fn logging_out_leaves_other_devices_alone() {
    let mut edge = Edge::new(|_| {});
    let first = edge.logged_in();
    edge.later(2);
    let second = edge.logged_in();
    edge.call(
        "DELETE",
        "/api/v1/session",
        &Value::Null,
        &[("cookie", &first)],
    );
    assert_eq!((edge.session(&first), edge.session(&second)), (401, 200));
}

#[test]
fn cookies_are_bound_to_https_but_in_development() {
    let edge = Edge::new(|_| {});
    edge.send_code(PHONE, &[]);
    let plain = edge.log_in(PHONE, &edge.last_code());
    assert!(set_cookie(&plain).starts_with("session=v1."));
    assert!(!set_cookie(&plain).contains("Secure"));

    let mut dev = Edge::new(|_| {});
    dev.scheme = "https";
    dev.send_code(PHONE, &[]);
    let sealed = dev.log_in(PHONE, &dev.last_code());
    let cookie = set_cookie(&sealed);
    assert!(cookie.starts_with("__Host-session=v1.") && cookie.contains("; Path=/;"));
    for part in ["Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[test]
fn in_production_a_plain_cookie_is_none_and_a_code_that_cannot_be_sent_is_told() {
    let mut edge = Edge::new(|_| {});
    let cookie = edge.logged_in();
    let mut config = (*edge.ctx.config).clone();
    config.environment = Environment::Production;
    edge.ctx.config = Rc::new(config);
    assert_eq!(edge.session(&cookie), 401);
    assert_eq!(edge.session(&format!("__Host-{cookie}")), 200);
    // There is no gateway in these settings.
    assert_eq!(edge.send_code("13900139000", &[]).status, 500);
}

#[test]
fn a_new_key_leaves_old_sessions_open_until_the_old_key_is_dropped() {
    let mut edge = Edge::new(|config| config.secrets = secrets(&["a"]));
    let cookie = edge.logged_in();
    let with = |edge: &mut Edge, ids: &[&str]| {
        let mut config = (*edge.ctx.config).clone();
        config.secrets = secrets(ids);
        edge.ctx.config = Rc::new(config);
    };
    with(&mut edge, &["b", "a"]);
    assert_eq!(edge.session(&cookie), 200);
    with(&mut edge, &["b"]);
    assert_eq!(edge.session(&cookie), 401);
}

#[test]
fn wrong_expired_and_unknown_look_the_same() {
    let mut edge = Edge::new(|_| {});
    edge.send_code(PHONE, &[]);
    let code = edge.last_code();
    edge.later(6);
    let expired = edge.log_in(PHONE, &code);
    let unknown = edge.log_in("13900139000", &code);
    edge.send_code("13700137000", &[]);
    let other = if edge.last_code() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let wrong = edge.log_in("13700137000", other);
    for reply in [&expired, &unknown, &wrong] {
        assert_eq!(
            (reply.status, &json_of(reply)["code"]),
            (422, &json!("code_wrong"))
        );
        assert_eq!(json_of(reply), json_of(&expired));
    }
    assert_eq!(json_of(&expired)["tries_left"], 4);
}

#[test]
fn an_address_sends_thirty_codes_an_hour_and_loopback_as_many_as_it_likes() {
    let edge = Edge::new(|_| {});
    let phone = |n: u32| format!("138{n:08}");
    let from = [("cf-connecting-ip", "203.0.113.7")];
    for n in 0..30 {
        assert_eq!(edge.send_code(&phone(n), &from).status, 202);
    }
    let refused = edge.send_code(&phone(30), &from);
    assert_eq!(
        (refused.status, &json_of(&refused)["code"]),
        (429, &json!("rate_limited"))
    );
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(
        edge.send_code(&phone(30), &[("cf-connecting-ip", "203.0.113.8")])
            .status,
        202
    );
    for n in 40..80 {
        assert_eq!(edge.send_code(&phone(n), &[]).status, 202);
    }
}

#[test]
fn nothing_kept_names_the_phone_or_holds_the_code() {
    let edge = Edge::new(|_| {});
    edge.logged_in();
    edge.send_code("13900139000", &[("cf-connecting-ip", "203.0.113.7")]);
    let records: Vec<_> = edge.memory.records.borrow().clone().into_iter().collect();
    let kept = wire::to_string(&records);
    for secret in [PHONE, "13900139000", "203.0.113.7", &edge.last_code()] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
}
