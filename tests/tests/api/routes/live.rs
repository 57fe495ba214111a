//! GET /live: sockets that are told of changes.

use std::time::Duration;

use banzhen_tests::{slots::Clinic, socket::Socket, world::world};
use contract::api;
use serde_json::json;

fn topic(clinic: &Clinic) -> String {
    format!(
        "availability:{}:{}:{}",
        clinic.hospital, clinic.department, clinic.date
    )
}

fn open() -> Socket {
    Socket::open(&world().edge.base, "", &[]).unwrap()
}

#[test]
fn a_topic_gives_its_version_and_then_each_change() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 2);
    let topic = topic(&clinic);
    let near = format!("?near={}:{}", clinic.hospital, clinic.department);
    let mut sockets = [
        open(),
        Socket::open(&world.edge.base, &near, &[]).unwrap(),
        Socket::open(&world.edge.base, &near, &[]).unwrap(),
    ];
    let query = format!("from={}&days=1", clinic.date);
    let shown = world
        .visitor()
        .call(api::GetAvailability, &["general", &clinic.department])
        .query(&query)
        .send()
        .ok();
    let mut last = Vec::new();
    for socket in &mut sockets {
        socket.subscribe(&[&topic]);
        let first = socket.hear();
        assert_eq!(first["topic"], topic);
        assert!(
            first["version"].as_u64().unwrap() >= shown.version,
            "{first} but {} was shown",
            shown.version
        );
        assert_eq!(
            first["as_of"].as_str().unwrap().len(),
            shown.as_of.as_str().len()
        );
        last.push(first["version"].as_u64().unwrap());
    }
    let me = world.patient();
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    me.hold("general", &slot).ok();
    for (socket, last) in sockets.iter_mut().zip(last) {
        let told = socket.hear();
        assert_eq!(told["topic"], topic);
        assert!(told["version"].as_u64().unwrap() > last, "{told}");
    }
}

#[test]
fn what_is_no_topic_is_said_so_and_the_rest_goes_on() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let good = topic(&clinic);
    let mut socket = open();
    for wrong in [
        "queue:general:x",
        "availability:general",
        "availability:nowhere:d:2026-11-23",
        &format!("availability:general:no-such-department:{}", clinic.date),
        &format!("availability:general:{}:2020-01-01", clinic.department),
    ] {
        socket.subscribe(&[wrong]);
        assert_eq!(
            socket.hear(),
            json!({ "error": "not_found", "topic": wrong })
        );
    }
    for nonsense in ["", "hello", "{\"sub\":[]}", "{\"subscribe\":1}", "null"] {
        socket.say(nonsense);
        assert_eq!(
            socket.hear(),
            json!({ "error": "malformed_json", "topic": null }),
            "{nonsense}"
        );
    }
    socket.subscribe(&[&good]);
    assert_eq!(socket.hear()["topic"], good);
}

#[test]
fn a_topic_that_is_left_is_quiet() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let topic = topic(&clinic);
    let (mut leaves, mut stays) = (open(), open());
    for socket in [&mut leaves, &mut stays] {
        socket.subscribe(&[&topic]);
        assert_eq!(socket.hear()["topic"], topic);
    }
    leaves.say(&json!({ "unsubscribe": [topic] }).to_string());
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    world.patient().hold("general", &slot).ok();
    assert_eq!(stays.hear()["topic"], topic);
    assert_eq!(leaves.text(Duration::from_millis(300)), None);
    // And it may come back.
    leaves.subscribe(&[&topic]);
    assert_eq!(leaves.hear()["topic"], topic);
}

#[test]
fn a_ping_is_answered_and_there_are_limits() {
    let mut socket = open();
    socket.say("ping");
    assert_eq!(socket.text(Duration::from_secs(5)).as_deref(), Some("pong"));
    socket.say(&"x".repeat(9000));
    assert_eq!(socket.closed(), 1009);
    let mut chatterer = open();
    for _ in 0..61 {
        chatterer.say("{}");
    }
    assert_eq!(chatterer.closed(), 1008);
}

#[test]
fn sockets_of_other_sites_are_refused() {
    let base = &world().edge.base;
    for (headers, status) in [
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
    ] {
        assert_eq!(Socket::open(base, "", &headers).err(), Some(status));
    }
    Socket::open(base, "", &[("origin", base)]).unwrap();
    let plain = banzhen_tests::http::send("GET", &format!("{base}/api/v1/live"), &[], None);
    assert_eq!(plain.unwrap().status, 422);
}

/// The runtime lets a shard sleep after ten seconds without anything to do; a ping does not wake
/// it, a change does.
#[test]
fn a_socket_is_told_after_a_long_silence() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let topic = topic(&clinic);
    // A shard where no other test has business, most likely.
    let mut socket = Socket::open(&world.edge.base, "?near=nowhere:at-all", &[]).unwrap();
    socket.subscribe(&[&topic]);
    socket.hear();
    std::thread::sleep(Duration::from_secs(13));
    // Others may have changed something meanwhile.
    let mut quiet = false;
    while let Some(text) = socket.text(Duration::from_millis(200)) {
        assert!(text.contains(&topic), "{text}");
    }
    socket.say("ping");
    while let Some(text) = socket.text(Duration::from_secs(2)) {
        if text == "pong" {
            quiet = true;
            break;
        }
    }
    assert!(quiet, "no pong");
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    world.patient().hold("general", &slot).ok();
    assert_eq!(socket.hear()["topic"], topic);
    // And it may still speak.
    socket.subscribe(&["nothing"]);
    while socket.hear()["error"] != "not_found" {}
}
