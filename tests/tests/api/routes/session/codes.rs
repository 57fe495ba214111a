//! POST /session/codes.

use banzhen_tests::{
    Reply, clock,
    people::{code_for, fresh_phone, outbox},
    world::world,
};
use contract::{Code, CodeRequest, FieldCode, api};

fn ask(phone: &str, care: Option<bool>, address: Option<&str>) -> Reply<api::SendCode> {
    let body = CodeRequest {
        phone: phone.to_owned(),
        channel: None,
        care,
    };
    let visitor = world().visitor();
    let call = visitor.call(api::SendCode, &[]).body(&body);
    match address {
        Some(address) => call.header("cf-connecting-ip", address).send(),
        None => call.send(),
    }
}

#[test]
fn unknown_phones_get_the_same_answer_as_known_ones() {
    let world = world();
    let known = ask(&world.cast.take().phone, None, None);
    let unknown = ask(&fresh_phone(), None, None);
    for reply in [&known, &unknown] {
        let sent = reply.ok();
        let minutes =
            clock::instant(&sent.resend_at).duration_until(clock::instant(&sent.expires_at));
        assert_eq!(
            minutes.as_mins(),
            4,
            "a minute to the next code, five to live"
        );
    }
    let names = |reply: &Reply<api::SendCode>| -> Vec<String> {
        reply
            .raw
            .headers
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    };
    assert_eq!(names(&known), names(&unknown));
    assert_eq!(known.raw.body.len(), unknown.raw.body.len());
}

#[test]
fn the_code_has_six_digits_and_lives_longer_in_care_mode() {
    let world = world();
    let phone = world.cast.take().phone;
    let sent = ask(&phone, Some(true), None).ok();
    let minutes = clock::instant(&sent.resend_at).duration_until(clock::instant(&sent.expires_at));
    assert_eq!(minutes.as_mins(), 9);
    let code = code_for(&world.edge.base, &phone);
    assert_eq!(code.len(), 6);
    assert!(code.bytes().all(|b| b.is_ascii_digit()));
    let message = &outbox(&world.edge.base, &phone)[0];
    assert!(
        message["text"].as_str().unwrap().contains(&code),
        "{message}"
    );
}

#[test]
fn one_a_minute_for_a_phone() {
    let phone = fresh_phone();
    ask(&phone, None, None).ok();
    let reply = ask(&phone, None, None);
    let problem = reply.problem(Code::RateLimited);
    let wait: u32 = reply.raw.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(problem.retry_after, Some(wait));
    assert!(outbox(&world().edge.base, &phone).len() <= 1);
}

#[test]
fn thirty_an_hour_for_an_address() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let line = format!("2001:db8:{:x}:{:x}", now >> 16 & 0xffff, now & 0xffff);
    // Whoever has a line has all the addresses in it.
    let address = |n: u32| format!("{line}::{n:x}");
    let impatient = fresh_phone();
    ask(&impatient, None, Some(&address(1))).ok();
    // What is refused is not sent, and takes nothing from the others behind this address.
    for _ in 0..30 {
        ask(&impatient, None, Some(&address(1))).problem(Code::RateLimited);
    }
    for n in 2..=30 {
        ask(&fresh_phone(), None, Some(&address(n))).ok();
    }
    ask(&fresh_phone(), None, Some(&address(31))).problem(Code::RateLimited);
    ask(&fresh_phone(), None, Some("2001:db8:ffff::1")).ok();
    ask(&fresh_phone(), None, None).ok();
}

#[test]
fn what_is_no_phone_is_refused() {
    for phone in [
        "",
        "123",
        "1380013800x",
        "+86 138 0013 8000 0000",
        "23800138000",
    ] {
        let errors = ask(phone, None, None)
            .problem(Code::InvalidRequest)
            .errors
            .unwrap();
        assert_eq!(errors[0].field, "phone", "{phone}");
        assert_ne!(errors[0].code, FieldCode::Unknown);
    }
}
