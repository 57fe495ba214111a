use banzhen_tests::{Raw, http, openmetrics, world::world};
use contract::api;
use xtask::stack::OPERATOR;

fn metrics(token: Option<&str>) -> Raw {
    let url = format!("{}/metrics", world().edge.base);
    let header = token.map(|token| ("authorization".to_owned(), format!("Bearer {token}")));
    http::send("GET", &url, header.as_slice(), None).unwrap()
}

#[test]
fn only_operators_see_them() {
    for token in [
        None,
        Some(""),
        Some("operator"),
        Some("x-of-the-demo-alone"),
    ] {
        let reply = metrics(token);
        assert_eq!(reply.status, 401, "{token:?}");
        assert_eq!(reply.json()["code"], "unauthenticated");
    }
}

#[test]
fn what_was_asked_is_counted() {
    let asked = || {
        let reply = metrics(Some(OPERATOR));
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.header("content-type"),
            Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let samples = openmetrics::read(&reply.text()).unwrap();
        let health = samples.iter().find(|sample| {
            sample.name == "banzhen_requests_total"
                && sample.labels[0].1 == "GetHealth"
                && sample.labels[2].1 == "200"
        });
        health.map_or(0.0, |sample| sample.value)
    };
    let before = asked();
    for _ in 0..3 {
        world().visitor().call(api::GetHealth, &[]).send().ok();
    }
    assert!(asked() >= before + 3.0);
}

#[test]
fn nothing_in_them_is_about_a_person() {
    let patient = world().patient();
    let text = metrics(Some(OPERATOR)).text();
    for secret in [patient.id(), &patient.who.phone, &patient.who.name] {
        assert!(!text.contains(secret));
    }
}
