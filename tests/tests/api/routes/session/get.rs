//! GET /session.

use banzhen_tests::world::world;
use contract::{Code, Freshness, api};

#[test]
fn nobody_without_a_cookie() {
    let reply = world().visitor().call(api::GetSession, &[]).send();
    reply.problem(Code::Unauthenticated);
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
}

#[test]
fn who_is_logged_in_and_each_hospital_as_a_source() {
    let world = world();
    let me = world.patient();
    let reply = me.client.call(api::GetSession, &[]).send();
    let view = reply.ok();
    assert!(view.people.iter().any(|row| row.id.0 == me.who.person));
    let sources: Vec<&str> = view.sources.iter().map(|s| s.hospital.as_str()).collect();
    assert_eq!(sources, ["general", "community"]);
    for source in &view.sources {
        let wanted = world.freshness_of(source.hospital.as_str());
        assert_eq!(source.freshness, wanted);
        assert_eq!(source.as_of.is_some(), wanted == Freshness::Fresh);
    }
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
    assert_eq!(
        reply.raw.header("etag"),
        None,
        "what is private is never cached"
    );
}

#[test]
fn an_edited_cookie_is_nobodys() {
    let me = world().patient();
    let cookie = me.client.cookie.clone().unwrap();
    let (name, value) = cookie.split_once('=').unwrap();
    let flip = |at: usize| {
        let mut bytes = value.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let mut forged = vec![
        String::new(),
        "x".into(),
        value[..value.len() / 2].to_owned(),
    ];
    forged.push(format!("{value}AAAA"));
    forged.extend([0, value.len() / 3, value.len() / 2, value.len() - 5].map(flip));
    for value in forged {
        let mut thief = me.client.clone();
        thief.cookie = Some(format!("{name}={value}"));
        thief
            .call(api::GetSession, &[])
            .send()
            .problem(Code::Unauthenticated);
    }
    me.client.call(api::GetSession, &[]).send().ok();
}
