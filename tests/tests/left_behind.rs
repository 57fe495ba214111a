//! What a run leaves behind: every resource that the edge wrote passes both FHIR validators, and
//! its log and its own storage name nobody.
//!
//! Cargo runs this after `api`; with `BANZHEN_EDGE` both use one stack, so that it looks at what
//! all of them did. By itself it makes a journey of its own first.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use banzhen_tests::{
    fhir::Fhir,
    identity,
    people::{fresh_phone, log_in},
    stack,
    world::world,
};
use contract::{IdType, NewPerson, api};
use serde_json::Value;

/// One of each thing that the edge writes.
fn journey() {
    let world = world();
    let me = world.patient();
    let clinic = world.pool.take(&world.edge, 3);
    let slots = clinic.free(&world.edge, 3);
    let held = me.hold("general", slots[0].id.as_str()).ok();
    me.client
        .call(api::ReleaseHold, &[me.id(), held.id.as_str()])
        .send()
        .ok();
    let booked = me.book("general", slots[1].id.as_str());
    let moved = me.reschedule(booked.id.as_str(), slots[2].id.as_str()).ok();
    me.cancel(moved.id.as_str()).ok();
    me.client.call(api::ListReports, &[me.id()]).send().ok();
    me.client.call(api::GetPerson, &[me.id()]).send().ok();
    let client = log_in(&world.edge, &fresh_phone());
    let person = NewPerson {
        hospital: "general".into(),
        name: "令狐新来".into(),
        id_type: IdType::Resident,
        id_number: identity::fresh(1977, 7, 7),
    };
    client.call(api::AddPerson, &[]).body(&person).send().ok();
}

/// All versions of what was changed since the hospital was seeded, and what is new.
fn written(fhir: &Fhir) -> Vec<Value> {
    let mut found = BTreeMap::new();
    let mut add = |resource: Value| {
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        let version = resource["meta"]["versionId"].to_string();
        found.insert((text("resourceType"), text("id"), version), resource);
    };
    let mut slots = BTreeSet::new();
    for appointment in fhir.search("Appointment/_history") {
        for slot in appointment["slot"].as_array().into_iter().flatten() {
            slots.insert(slot["reference"].as_str().unwrap_or_default().to_owned());
        }
        // A deleted one is an entry without a resource.
        if appointment.is_object() {
            add(appointment);
        }
    }
    for slot in slots.iter().filter(|slot| slot.starts_with("Slot/")) {
        fhir.search(&format!("{slot}/_history"))
            .into_iter()
            .filter(Value::is_object)
            .for_each(&mut add);
    }
    for kind in [
        "AuditEvent",
        "Communication",
        "Patient",
        "RelatedPerson",
        "Consent",
    ] {
        fhir.search(kind).into_iter().for_each(&mut add);
    }
    found.into_values().collect()
}

#[test]
fn every_resource_written_passes_both_validators() {
    journey();
    let world = world();
    let mut resources = Vec::new();
    for (name, fhir) in [("general", &world.general), ("community", &world.community)] {
        if stack::down().as_deref() != Some(name) {
            resources.extend(written(fhir));
        }
    }
    for kind in ["Appointment", "Slot", "AuditEvent", "Patient"] {
        assert!(
            resources.iter().any(|r| r["resourceType"] == kind),
            "no {kind} was written"
        );
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut node = Command::new(xtask::paths::node_bin("node"))
        .args(["tests/fhir/validate.mjs", "--stdin"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let mut input = node.stdin.take().unwrap();
    let lines: Vec<String> = resources.iter().map(ToString::to_string).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.join("\n").as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let end = said
        .char_indices()
        .nth(6000)
        .map_or(said.len(), |(at, _)| at);
    assert!(output.status.success(), "{}", &said[..end]);
    println!("{said}");
}

#[test]
fn log_and_storage_name_nobody() {
    journey();
    let world = world();
    let logs = stack::shared_logs();
    let log = fs::read(logs.join("edge.log")).unwrap();
    assert!(
        String::from_utf8_lossy(&log).contains("\"route\":\"PlaceHold\""),
        "the log has no structured line of a hold"
    );
    let mut secrets: Vec<(String, &str)> = Vec::new();
    for who in &world.cast.everybody {
        secrets.push((who.id_number.clone(), "an identity number"));
        secrets.push((who.phone.clone(), "a phone"));
        secrets.push((who.person.clone(), "a person's id"));
        // Two characters may also be a doctor's name, or a word.
        if who.name.chars().count() > 2 {
            secrets.push((who.name.clone(), "a name"));
        }
    }
    // A child has no telephone of its own.
    secrets.retain(|(secret, _)| !secret.is_empty());
    nobody_in(&log, &secrets, "the log");
    let storage = logs.parent().unwrap().join("durable-objects");
    let mut files = 0;
    for file in files_below(&storage) {
        files += 1;
        // The outbox of development holds messages, as its name says; production has none.
        if file.to_string_lossy().contains("DEV") {
            continue;
        }
        // A log of the database comes and goes.
        if let Ok(bytes) = fs::read(&file) {
            nobody_in(&bytes, &secrets, &file.to_string_lossy());
        }
    }
    assert!(files > 0, "no durable object keeps anything");
}

fn nobody_in(bytes: &[u8], secrets: &[(String, &str)], what: &str) {
    // Any byte string is looked for at once: one pass over what may be many megabytes.
    let text = String::from_utf8_lossy(bytes);
    for (secret, kind) in secrets {
        assert!(!text.contains(secret.as_str()), "{kind} stands in {what}");
    }
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
