//! The public feed, read as its users do: by the addresses that the manifest names.

use std::{
    collections::BTreeSet,
    io::Write as _,
    process::{Command, Stdio},
};

use banzhen_tests::{Raw, http, world::world};
use contract::{BulkManifest, Freshness, api};
use serde_json::Value;

const HOSPITAL: &str = "general";

fn manifest() -> BulkManifest {
    let manifest = world()
        .visitor()
        .call(api::GetBulkManifest, &[HOSPITAL])
        .send()
        .ok();
    assert_eq!(manifest.extension.freshness, Freshness::Fresh);
    assert!(manifest.request.ends_with("/general/$bulk-publish"));
    manifest
}

fn urls(manifest: &BulkManifest, kind: &str) -> Vec<String> {
    let of_kind = manifest.output.iter().filter(|it| it.kind == kind);
    of_kind.map(|it| it.url.clone()).collect()
}

fn get(url: &str, tag: Option<&str>) -> Raw {
    let header = tag.map(|tag| ("if-none-match".to_owned(), tag.to_owned()));
    http::send("GET", url, header.as_slice(), None).unwrap()
}

fn lines(url: &str) -> Vec<Value> {
    let reply = get(url, None);
    assert_eq!(reply.status, 200, "{url}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        Some("application/fhir+ndjson")
    );
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    let text = reply.text();
    assert!(text.is_empty() || text.ends_with('\n'));
    let read = |line: &str| serde_json::from_str(line).expect(line);
    text.lines().map(read).collect()
}

#[test]
fn everything_in_it_hangs_together_and_is_good_fhir() {
    let manifest = manifest();
    let [places, schedules] = ["Location", "Schedule"].map(|kind| urls(&manifest, kind));
    let slots = urls(&manifest, "Slot");
    assert!(slots.len() > 24 * 7, "{}", slots.len());
    let places: Vec<Value> = places.iter().flat_map(|url| lines(url)).collect();
    let schedules: Vec<Value> = schedules.iter().flat_map(|url| lines(url)).collect();
    // A few of the hundreds: one day of all departments.
    let day = slots[1].rsplit_once('/').unwrap().1;
    let of_day = slots.iter().filter(|url| url.ends_with(day));
    let slots: Vec<Value> = of_day.flat_map(|url| lines(url)).collect();
    assert!(!places.is_empty() && !schedules.is_empty() && slots.len() > 50);

    let ids = |of: &[Value]| -> BTreeSet<String> {
        let reference = |it: &Value| {
            let text = |name: &str| it[name].as_str().expect(name).to_owned();
            format!("{}/{}", text("resourceType"), text("id"))
        };
        of.iter().map(reference).collect()
    };
    let (known_places, known_schedules) = (ids(&places), ids(&schedules));
    for schedule in &schedules {
        let place = schedule["actor"][0]["reference"].as_str().unwrap();
        assert!(known_places.contains(place), "{schedule}");
    }
    for place in &places {
        assert_eq!(place["identifier"][0]["value"], HOSPITAL, "{place}");
        for part in ["city", "state", "postalCode"] {
            assert!(place["address"][part].is_string(), "{place}");
        }
    }
    assert_eq!(ids(&slots).len(), slots.len());
    for slot in &slots {
        let schedule = slot["schedule"]["reference"].as_str().unwrap();
        assert!(known_schedules.contains(schedule), "{slot}");
        let links: Vec<&str> = slot["extension"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|extension| extension["valueUrl"].as_str())
            .collect();
        match slot["status"].as_str().unwrap() {
            "free" => assert!(links[0].starts_with(&world().edge.base), "{slot}"),
            "busy" => assert!(links.is_empty(), "{slot}"),
            other => panic!("{other}"),
        }
    }
    let has = |status: &str| slots.iter().any(|slot| slot["status"] == status);
    assert!(has("free") && has("busy"));
    let some = slots.iter().step_by(slots.len() / 40 + 1);
    validate(places.iter().chain(schedules.iter().take(40)).chain(some));
}

/// Two validators that nobody here wrote have nothing to say.
fn validate<'a>(resources: impl Iterator<Item = &'a Value>) {
    let mut node = Command::new(xtask::paths::node_bin("node"))
        .args(["tests/fhir/validate.mjs", "--stdin"])
        .current_dir(xtask::paths::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = node.stdin.take().unwrap();
    for resource in resources {
        writeln!(stdin, "{resource}").unwrap();
    }
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

#[test]
fn who_has_it_gets_nothing_again() {
    let slots = urls(&manifest(), "Slot");
    // Far enough away that no other test books there.
    let url = slots.last().unwrap();
    let unchanged = (0..5).any(|_| {
        let tag = get(url, None).header("etag").unwrap().to_owned();
        let again = get(url, Some(&tag));
        again.status == 304 && again.body.is_empty()
    });
    assert!(unchanged, "{url}");
}

#[test]
fn links_are_the_client_s_own() {
    // What one client has been told must not reach another by another name.
    let url = format!(
        "{}/api/v1/hospitals/{HOSPITAL}/$bulk-publish",
        world().edge.base
    );
    let header = [("host".to_owned(), "elsewhere.example".to_owned())];
    let other = http::send("GET", &url, &header, None).unwrap();
    assert!(other.text().contains("//elsewhere.example/"));
    assert!(!get(&url, None).text().contains("elsewhere.example"));
}

#[test]
fn what_is_not_there_is_not_found() {
    let base = format!("{}/api/v1/hospitals/{HOSPITAL}", world().edge.base);
    let department = urls(&manifest(), "Slot")[0].clone();
    let nowhere = department.rsplit_once('/').unwrap().0.to_owned() + "/2020-01-01";
    for url in [
        format!("{base}/bulk/patients"),
        format!("{base}/bulk/slots/none/2026-11-24"),
        format!("{base}x/$bulk-publish"),
        nowhere,
    ] {
        assert_eq!(get(&url, None).status, 404, "{url}");
    }
    let since = get(&format!("{base}/$bulk-publish?_since=yesterday"), None);
    assert_eq!(since.status, 422);
    let since = get(
        &format!("{base}/$bulk-publish?_since=2026-11-20T00:00:00Z"),
        None,
    );
    assert_eq!(since.status, 200);
}
