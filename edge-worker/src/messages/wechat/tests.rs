use std::{cell::Cell, rc::Rc};

use contract::json as wire;
use futures_executor::block_on;
use futures_util::future::LocalBoxFuture;

use super::*;
use crate::{
    config::{Config, tests::bindings},
    ctx::{ObjectError, Objects, tests::ctx},
    messages::{self, Channel},
    session::record::Record,
    transport::{Incoming, Transport},
};

/// WeChat, and the gateway for text messages.
#[derive(Default)]
struct World {
    calls: RefCell<Vec<(String, Value)>>,
    /// What it answers to a message.
    errcodes: RefCell<Vec<i64>>,
    tokens: Cell<u32>,
    /// What is away: part of its path.
    away: Cell<Option<&'static str>>,
}

impl Transport for World {
    fn send(&self, call: Outgoing) -> LocalBoxFuture<'_, Result<Incoming, TransportError>> {
        let body = call
            .body
            .as_deref()
            .map_or(Value::Null, |body| serde_json::from_slice(body).unwrap());
        let path = call.url.split(".example").nth(1).unwrap().to_owned();
        let answer = if path.starts_with("/cgi-bin/stable_token") {
            self.tokens.set(self.tokens.get() + 1);
            json!({ "access_token": format!("t{}", self.tokens.get()), "expires_in": 7200 })
        } else if path.starts_with("/sns/") {
            if path.contains("js_code=good") {
                json!({ "openid": "o-123", "session_key": "k" })
            } else {
                json!({ "errcode": 40029 })
            }
        } else if path.starts_with("/cgi-bin/message") {
            let mut codes = self.errcodes.borrow_mut();
            json!({ "errcode": if codes.is_empty() { 0 } else { codes.remove(0) } })
        } else {
            Value::Null
        };
        let away = self.away.get().is_some_and(|away| path.contains(away));
        self.calls.borrow_mut().push((path, body));
        let answer = Incoming {
            status: if away { 503 } else { 200 },
            body: answer.to_string().into_bytes(),
            ..Incoming::default()
        };
        Box::pin(async move { Ok(answer) })
    }
}

/// One phone's record.
struct Phone(RefCell<Record>);

impl Objects for Phone {
    fn call<'a>(
        &'a self,
        _: Class,
        _: &'a str,
        _: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        let command: Command = wire::from_slice(&body).unwrap();
        let now = "2026-11-22T02:00:00Z".parse().unwrap();
        let (reply, _) = self.0.borrow_mut().apply(command, now);
        Box::pin(async move { Ok(wire::to_string(&reply).into_bytes()) })
    }
}

/// The phone's record under the secret under which its session began.
struct Under(String, Rc<Phone>);

impl Objects for Under {
    fn call<'a>(
        &'a self,
        class: Class,
        name: &'a str,
        path: &'a str,
        body: Vec<u8>,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        if name == self.0 {
            return self.1.call(class, name, path, body);
        }
        let nothing = Phone(RefCell::default());
        Box::pin(async move { nothing.call(class, name, path, body).await })
    }
}

fn world() -> (Ctx, Rc<World>, Rc<Phone>) {
    let mut bindings = bindings();
    let more = r#""sms":{"url":"https://sms.example/sms","templates":{"reminder":"S"}},
        "wechat":{"app_id":"wx1","base_url":"https://wx.example","page":"p",
            "templates":{"reminder":{"id":"T1","fields":{"thing1":"department","time2":"when"}}}},"#;
    bindings.settings = bindings.settings.replacen('{', &format!("{{{more}"), 1);
    bindings.credentials = Some(r#"{"wechat":"app-secret"}"#.into());
    let (world, phone) = (
        Rc::new(World::default()),
        Rc::new(Phone(RefCell::default())),
    );
    let ctx = Ctx {
        config: Rc::new(Config::check(&bindings).unwrap()),
        transport: world.clone(),
        objects: phone.clone(),
        ..ctx()
    };
    TOKEN.set(None);
    (ctx, world, phone)
}

fn reminder() -> Message {
    Message {
        to: "13800138000".into(),
        channel: Channel::Sms,
        kind: "reminder",
        text: "…".into(),
        parameters: [
            ("department", "神经内科".repeat(8)),
            ("when", "11月26日".to_owned()),
        ]
        .into(),
    }
}

fn consent(ctx: &Ctx, times: usize) {
    let wechat = ctx.config.wechat.as_ref().unwrap();
    let openid = block_on(openid(ctx, wechat, "good")).unwrap();
    let give = Command::GiveConsents {
        openid,
        templates: vec!["T1".to_owned(); times],
    };
    let reply: Reply = block_on(ctx.ask(Class::Login, "-", "/", &give)).unwrap();
    assert_eq!(reply, Reply::Yes);
}

fn paths(world: &World) -> Vec<String> {
    let calls = world.calls.take();
    calls
        .into_iter()
        .map(|(path, _)| path.split(['?', '=']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn one_message_for_one_consent_and_text_messages_after_that() {
    let (ctx, world, phone) = world();
    consent(&ctx, 2);
    assert!(
        !format!("{:?}", phone.0.borrow()).contains("o-123"),
        "sealed"
    );
    world.calls.take();
    block_on(messages::send(&ctx, &reminder())).unwrap();
    let (path, body) = world.calls.borrow()[1].clone();
    assert_eq!(path, "/cgi-bin/message/subscribe/send?access_token=t1");
    assert_eq!(
        (&body["touser"], &body["template_id"]),
        (&"o-123".into(), &"T1".into())
    );
    assert_eq!(body["data"]["time2"]["value"], "11月26日");
    assert_eq!(
        body["data"]["thing1"]["value"]
            .as_str()
            .unwrap()
            .chars()
            .count(),
        THING
    );
    world.calls.take();
    for sent in ["/cgi-bin/message/subscribe/send", "/sms"] {
        block_on(messages::send(&ctx, &reminder())).unwrap();
        assert_eq!(paths(&world), [sent], "the token is kept");
    }
    assert!(
        phone.0.borrow().is_empty(),
        "nothing is kept of who has no consent left"
    );
}

#[test]
fn a_refusal_goes_by_text_message_and_an_old_token_is_renewed() {
    let (ctx, world, _) = world();
    consent(&ctx, 2);
    world.calls.take();
    world.errcodes.replace(vec![43101]);
    block_on(messages::send(&ctx, &reminder())).unwrap();
    let send = "/cgi-bin/message/subscribe/send";
    let token = "/cgi-bin/stable_token";
    assert_eq!(paths(&world), [token, send, "/sms"]);
    world.errcodes.replace(vec![40001]);
    block_on(messages::send(&ctx, &reminder())).unwrap();
    assert_eq!(paths(&world), [send, token, send]);
}

#[test]
fn a_consent_is_not_used_up_by_what_was_never_handed_over() {
    let (ctx, world, _) = world();
    consent(&ctx, 1);
    for away in ["token", "message"] {
        world.away.set(Some(away));
        block_on(messages::send(&ctx, &reminder())).unwrap();
        assert_eq!(paths(&world).last().unwrap(), "/sms");
    }
    world.away.set(None);
    block_on(messages::send(&ctx, &reminder())).unwrap();
    assert_eq!(paths(&world), ["/cgi-bin/message/subscribe/send"]);
}

#[test]
fn a_consent_of_before_a_new_secret_is_found() {
    let (mut ctx, world, phone) = world();
    let secrets = crate::secrets::tests::secrets(&["new", "old"]);
    let old = secrets.get("old").unwrap().clone();
    phone.0.borrow_mut().apply(
        Command::GiveConsents {
            openid: seal(&old, "o-123", [7; NONCE]).unwrap(),
            templates: vec!["T1".into()],
        },
        ctx.clock.now(),
    );
    let record = old.digest(&["phone", &reminder().to]);
    ctx.objects = Rc::new(Under(record, phone.clone()));
    Rc::get_mut(&mut ctx.config).unwrap().secrets = secrets;
    world.calls.take();
    block_on(messages::send(&ctx, &reminder())).unwrap();
    let token = "/cgi-bin/stable_token";
    assert_eq!(paths(&world), [token, "/cgi-bin/message/subscribe/send"]);
}

#[test]
fn a_code_that_wechat_does_not_know_gives_nothing() {
    let (ctx, _, _) = world();
    let wechat = ctx.config.wechat.as_ref().unwrap();
    assert!(block_on(openid(&ctx, wechat, "bad")).is_err());
}
