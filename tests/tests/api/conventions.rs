//! What holds for every route: ages and entity tags, languages, origins, methods, sizes.

use std::time::Duration;

use banzhen_tests::{http, world::world};
use contract::{Action, Code, Problem, api};
use serde_json::Value;

fn public_paths() -> Vec<String> {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let (department, doctor, date) = (&clinic.department, &clinic.doctor, &clinic.date);
    let mut paths = vec!["/api/v1/hospitals".to_owned()];
    for path in [
        "rules".to_owned(),
        "departments".to_owned(),
        format!("departments/{department}/availability?from={date}&days=1"),
        format!("doctors/{doctor}"),
        format!("doctors/{doctor}/slots?date={date}"),
    ] {
        paths.push(format!("/api/v1/hospitals/general/{path}"));
    }
    paths
}

fn get(path: &str, headers: &[(&str, &str)]) -> http::Raw {
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect();
    http::send(
        "GET",
        &format!("{}{path}", world().edge.base),
        &headers,
        None,
    )
    .unwrap()
}

/// What is asked twice may change in between: other tests book too. The entity tag tells.
const CHANGES_BORNE: u32 = 20;

#[test]
fn public_answers_have_a_strong_etag_and_say_304() {
    for path in public_paths() {
        let mut etag = strong_tag(&path, &get(&path, &[]));
        for form in ["{}", "\"other\", {}", "W/{}"] {
            let mut changes = 0;
            let again = loop {
                let known = form.replace("{}", &etag);
                let again = get(&path, &[("if-none-match", &known)]);
                if again.status == 304 {
                    break again;
                }
                let now = strong_tag(&path, &again);
                assert_ne!(now, etag, "{path}: sent although {known} is known");
                etag = now;
                changes += 1;
                assert!(changes < CHANGES_BORNE, "{path}: never the same twice");
            };
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), Some(etag.as_str()), "{path}");
            assert!(again.header("banzhen-checked-at").is_some(), "{path}");
        }
        assert_eq!(
            get(&path, &[("if-none-match", "\"other\"")]).status,
            200,
            "{path}"
        );
    }
}

/// The entity tag of a whole answer, which has all that public answers have.
#[track_caller]
fn strong_tag(path: &str, answer: &http::Raw) -> String {
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
    assert_eq!(
        answer.header("cdn-cache-control"),
        Some("max-age=1"),
        "{path}"
    );
    assert!(answer.header("banzhen-checked-at").is_some(), "{path}");
    let etag = answer
        .header("etag")
        .unwrap_or_else(|| panic!("{path}: no ETag"));
    assert!(
        etag.starts_with('"') && etag.ends_with('"'),
        "{path}: {etag} is not strong"
    );
    etag.to_owned()
}

#[test]
fn everything_public_says_when_it_was_confirmed() {
    let day = banzhen_tests::clock::china_day(jiff::Timestamp::now());
    for path in [
        "health",
        "status",
        "openapi.json",
        "hospitals/general/$bulk-publish",
        "hospitals/general/bulk/locations",
        "hospitals/general/bulk/schedules",
        &format!("hospitals/general/releases/{day}"),
    ] {
        let reply = get(&format!("/api/v1/{path}"), &[]);
        assert_eq!(reply.status, 200, "{path}");
        for header in ["banzhen-checked-at", "etag"] {
            assert!(reply.header(header).is_some(), "{path}: no {header}");
        }
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{path}");
    }
}

#[test]
fn a_booking_changes_version_and_etag() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let path = format!(
        "/api/v1/hospitals/general/doctors/{}/slots?date={}",
        clinic.doctor, clinic.date
    );
    let before = get(&path, &[]);
    me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let etag = before.header("etag").unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(10);
    let after = loop {
        let after = get(&path, &[("if-none-match", etag)]);
        if after.status == 200 {
            break after;
        }
        assert!(
            std::time::Instant::now() < until,
            "the list has not changed in ten seconds"
        );
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_ne!(after.json()["version"], before.json()["version"]);
}

#[test]
fn what_the_hospital_changes_itself_shows_within_ten_seconds() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let slot = clinic.free(&world.edge, 1)[0].id.clone();
    banzhen_tests::staff::set_slot(&world.general, slot.as_str(), "busy-unavailable");
    let until = std::time::Instant::now() + Duration::from_secs(10);
    loop {
        let seen = clinic
            .slots(&world.edge)
            .into_iter()
            .find(|s| s.id == slot)
            .unwrap();
        if seen.state == contract::SlotState::Stopped {
            return;
        }
        assert!(
            std::time::Instant::now() < until,
            "still {:?} after 10 s",
            seen.state
        );
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn problems_speak_three_languages_chinese_first() {
    let path = "/api/v1/hospitals/nowhere/rules";
    let problem = |language: &str| -> Problem {
        serde_json::from_slice(&get(path, &[("accept-language", language)]).body).unwrap()
    };
    let (simple, traditional, english) = (problem("zh-CN"), problem("zh-TW"), problem("en"));
    assert_ne!(simple.detail, traditional.detail);
    assert_ne!(simple.detail, english.detail);
    assert!(english.detail.is_ascii(), "{}", english.detail);
    for (language, same) in [
        ("", &simple),
        ("zh", &simple),
        ("zh-Hans-CN,en;q=0.5", &simple),
        ("zh-HK", &traditional),
        ("zh-Hant", &traditional),
        ("en-GB;q=0.9, zh-CN;q=0.1", &english),
        ("fr-FR, en;q=0.3", &english),
        ("*", &simple),
    ] {
        assert_eq!(problem(language).detail, same.detail, "{language}");
    }
    let texts = [&simple, &traditional, &english];
    assert!(
        texts
            .iter()
            .all(|p| p.code == Code::NotFound && p.kind == simple.kind)
    );
}

#[test]
fn notes_and_rules_follow_the_language_too() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let booked = me.book("general", clinic.free(&world.edge, 1)[0].id.as_str());
    let notes = |language: &str| {
        let client = me.client.clone().with("accept-language", language);
        let parameters = [me.id(), booked.id.as_str()];
        client
            .call(api::GetAppointment, &parameters)
            .send()
            .ok()
            .notes
    };
    let (chinese, english) = (notes("zh-CN"), notes("en"));
    assert_eq!(chinese.len(), english.len());
    assert!(!chinese.is_empty());
    assert_ne!(chinese, english);
}

#[test]
fn a_foreign_origin_changes_nothing() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 1));
    let slot = clinic.free(&world.edge, 1)[0].id.0.clone();
    let body = banzhen_tests::people::hold_request("general", &slot);
    let hold = |name: &str, value: &str| {
        me.client
            .call(api::PlaceHold, &[me.id()])
            .body(&body)
            .header(name, value)
            .send()
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "https://127.0.0.1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let problem = hold(name, value).problem(Code::OriginNotAllowed);
        assert_ne!(problem.action, Action::LogIn);
    }
    assert_eq!(world.live(&me.who), 0);
    hold("origin", &world.edge.base.clone()).ok();
    hold("sec-fetch-site", "same-origin").ok();
    // Reading is not changing.
    let client = me.client.clone().with("origin", "https://evil.example");
    let reply = client.call(api::ListHospitals, &[]).send();
    reply.ok();
    assert_eq!(reply.raw.header("access-control-allow-origin"), None);
}

fn send(method: &str, path: &str, body: Option<(&str, &[u8])>) -> http::Raw {
    http::send(method, &format!("{}{path}", world().edge.base), &[], body).unwrap()
}

fn code(raw: &http::Raw) -> String {
    assert_eq!(
        raw.header("content-type"),
        Some("application/problem+json"),
        "{}",
        raw.text()
    );
    raw.json()["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn methods_nobody_offers_and_paths_nobody_knows() {
    let reply = send("DELETE", "/api/v1/hospitals", None);
    assert_eq!(
        (reply.status, code(&reply).as_str()),
        (405, "method_not_allowed")
    );
    assert!(
        reply
            .header("allow")
            .is_some_and(|allow| allow.contains("GET"))
    );
    let reply = send("PUT", "/api/v1/session", Some(("application/json", b"{}")));
    assert_eq!(
        (reply.status, code(&reply).as_str()),
        (405, "method_not_allowed")
    );
    for (method, path, allow) in [
        ("POST", "/api/v1/openapi.json", "GET, HEAD"),
        ("POST", "/api/v1/live", "GET"),
        ("HEAD", "/api/v1/live", "GET"),
        ("GET", "/hooks/general", "POST, PUT"),
    ] {
        let reply = send(method, path, None);
        assert_eq!(reply.status, 405, "{method} {path}");
        assert_eq!(reply.header("allow"), Some(allow), "{method} {path}");
    }
    for path in [
        "/api/v1/nothing",
        "/api/v1",
        "/api/v2/hospitals",
        "/api/v1/hospitals/general/x",
    ] {
        let reply = send("GET", path, None);
        assert_eq!(
            (reply.status, code(&reply).as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
}

#[test]
fn head_answers_as_get_without_a_body() {
    let reply = send("HEAD", "/api/v1/hospitals", None);
    assert_eq!(reply.status, 200);
    assert!(reply.body.is_empty());
}

#[test]
fn bodies_that_are_too_large_or_no_json() {
    let path = "/api/v1/session/codes";
    let large = vec![b' '; 10 * 1024 * 1024];
    let reply = send("POST", path, Some(("application/json", &large)));
    assert_eq!(
        (reply.status, code(&reply).as_str()),
        (413, "payload_too_large")
    );
    for broken in [
        "{",
        "",
        "nope",
        "{\"phone\": \"138\"",
        "\u{0}",
        "[1,2",
        "{\"phone\":1e999}",
    ] {
        let reply = send("POST", path, Some(("application/json", broken.as_bytes())));
        let code = code(&reply);
        assert!(
            (reply.status, code.as_str()) == (400, "malformed_json")
                || (broken.contains("1e999") && reply.status == 422),
            "{broken:?}: {} {code}",
            reply.status
        );
    }
    let reply = send("POST", path, Some(("application/json", b"\xff\xfe{}")));
    assert_eq!(reply.status, 400, "{}", reply.text());
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let reply = send("POST", path, Some((kind, b"{}")));
        assert_eq!(
            (reply.status, code(&reply).as_str()),
            (415, "unsupported_media_type"),
            "{kind}"
        );
    }
    for whole in ["[]", "7", "null", "\"phone\""] {
        let reply = send("POST", path, Some(("application/json", whole.as_bytes())));
        assert_eq!(
            (reply.status, code(&reply).as_str()),
            (422, "invalid_request"),
            "{whole}"
        );
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let reply = send("POST", path, Some(("application/json", deep.as_bytes())));
    assert!((400..500).contains(&reply.status), "{}", reply.status);
}

#[test]
fn every_problem_has_a_documented_action() {
    let document: &Value = world().edge.document.value();
    let known: Vec<&str> = Action::ALL.iter().map(|a| a.as_str()).collect();
    let text = document.to_string();
    for action in known {
        assert!(
            text.contains(&format!("\"{action}\"")),
            "{action} is not in the document"
        );
    }
}

#[test]
fn the_app_is_served_with_a_policy_and_its_name_before_any_script() {
    let page = send("GET", "/", None);
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(page.header("content-security-policy").is_some());
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert!(
        html.contains("伴诊") && html.contains("tel:"),
        "name and hotline stand in the HTML"
    );
    let deep = send("GET", "/appointments", None);
    assert_eq!(deep.status, 200);
    let missing = send("GET", "/assets/nothing.js", None);
    assert_eq!(missing.status, 404);
}
