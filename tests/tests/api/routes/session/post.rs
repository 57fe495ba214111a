//! POST /session.

use banzhen_tests::{
    Reply,
    people::{code_for, fresh_phone, log_in_with},
    world::world,
};
use contract::{Code, CodeRequest, LoginRequest, api};

fn ask(phone: &str) -> String {
    let body = CodeRequest {
        phone: phone.to_owned(),
        channel: None,
        care: None,
    };
    world()
        .visitor()
        .call(api::SendCode, &[])
        .body(&body)
        .send()
        .ok();
    code_for(&world().edge.base, phone)
}

fn try_code(phone: &str, code: &str) -> Reply<api::LogIn> {
    let body = LoginRequest {
        phone: phone.to_owned(),
        code: code.to_owned(),
    };
    world().visitor().call(api::LogIn, &[]).body(&body).send()
}

fn wrong(code: &str) -> String {
    let flipped = if code.starts_with('9') { '0' } else { '9' };
    format!("{flipped}{}", &code[1..])
}

#[test]
fn the_right_code_opens_a_session() {
    let world = world();
    let who = world.cast.take();
    let code = ask(&who.phone);
    let reply = try_code(&who.phone, &code);
    let view = reply.ok();
    let me = view
        .people
        .iter()
        .find(|row| row.id.0 == who.person)
        .expect("I am not in my people");
    assert_eq!(me.relation, contract::Relation::Own);
    assert!(
        me.name_masked.contains('*') && me.name_masked != who.name,
        "{}",
        me.name_masked
    );
    assert!(
        !view.phone_masked.contains(&who.phone[3..7]),
        "{}",
        view.phone_masked
    );
    let cookie = reply.raw.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("session="),
        "plain http in development: {cookie}"
    );
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
}

#[test]
fn a_code_opens_once() {
    let phone = fresh_phone();
    let code = ask(&phone);
    let (_, view) = log_in_with(&world().edge, &phone, &code);
    assert!(view.people.is_empty(), "nobody is bound by phone alone");
    try_code(&phone, &code).problem(Code::CodeWrong);
}

#[test]
fn five_tries_then_the_right_code_is_wrong_too() {
    let phone = fresh_phone();
    let code = ask(&phone);
    for left in (0..5).rev() {
        let problem = try_code(&phone, &wrong(&code)).problem(Code::CodeWrong);
        assert_eq!(problem.tries_left, Some(left));
    }
    assert_eq!(
        try_code(&phone, &code).problem(Code::CodeWrong).tries_left,
        Some(0)
    );
}

#[test]
fn no_code_asked_for_is_a_wrong_code() {
    let never = try_code(&fresh_phone(), "123456").problem(Code::CodeWrong);
    let phone = fresh_phone();
    let code = ask(&phone);
    let wrong = try_code(&phone, &wrong(&code)).problem(Code::CodeWrong);
    assert_eq!((never.title, never.detail), (wrong.title, wrong.detail));
}

#[test]
fn what_is_no_code_is_refused() {
    for code in ["", "12345", "1234567", "12a456"] {
        let errors = try_code(&fresh_phone(), code)
            .problem(Code::InvalidRequest)
            .errors
            .unwrap();
        assert_eq!(errors[0].field, "code", "{code}");
    }
}
