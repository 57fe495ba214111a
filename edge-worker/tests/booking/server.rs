//! A FHIR server that nobody here wrote, started for these tests and ended with them.

use std::{
    env, fs,
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Doctors there are. Each test takes its own.
pub const DOCTORS: usize = 110;
/// Patients there are. Each test takes its own.
pub const PATIENTS: usize = 400;
/// The day of all slots; the tests' clock stands at 10:00 three days before.
pub const DAY: &str = "2026-11-26";

/// Base URL of the server, seeded.
pub fn base() -> &'static str {
    static BASE: OnceLock<String> = OnceLock::new();
    BASE.get_or_init(|| {
        let base = start();
        seed(&base);
        base
    })
}

/// The `sekmet` command: `$SEKMET`, or where `cargo xtask` installs it.
fn command() -> PathBuf {
    if let Some(command) = env::var_os("SEKMET") {
        return command.into();
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let found = fs::read_dir(cache.unwrap().join("banzhen"))
        .ok()
        .and_then(|entries| {
            entries
                .filter_map(|entry| Some(entry.ok()?.path().join("bin/sekmet")))
                .find(|path| path.exists())
        });
    found.expect("no FHIR server: run `cargo xtask hospitals` once, or set SEKMET")
}

fn start() -> String {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base = format!("http://127.0.0.1:{port}/fhir");
    let home = env::temp_dir().join(format!("banzhen-booking-{port}"));
    fs::create_dir_all(&home).unwrap();
    let settings = home.join("settings.yaml");
    let text = format!(
        "base_url: {base}\nhost: 127.0.0.1\nport: {port}\ndata_dir: {}\n\
         log_inbound: false\nsimulator: {{enabled: false}}\n",
        home.join("data").display()
    );
    fs::write(&settings, text).unwrap();
    // It ends when our end of its input closes, however this process ends.
    let script =
        "\"$1\" serve -c \"$2\" >/dev/null 2>&1 & pid=$!; read -r _; kill $pid; rm -rf \"$3\"";
    let child = Command::new("sh")
        .args(["-c", script, "sh"])
        .args([command(), settings, home])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::mem::forget(child);
    let deadline = Instant::now() + Duration::from_mins(1);
    while ureq::get(format!("{base}/metadata")).call().is_err() {
        assert!(Instant::now() < deadline, "the FHIR server did not start");
        thread::sleep(Duration::from_millis(100));
    }
    base
}

fn seed(base: &str) {
    let mut all = Vec::new();
    for department in 0..4 {
        all.push(
            json!({"resourceType":"HealthcareService","id":format!("dep-{department}"),
            "active":true,"name":format!("科{department}")}),
        );
    }
    for doctor in 0..DOCTORS {
        all.extend(of_doctor(doctor));
    }
    for patient in 0..PATIENTS {
        all.push(json!({"resourceType":"Patient","id":format!("p-{patient}"),
            "identifier":[{"system":"urn:banzhen:id:passport","value":format!("P{patient}")}],
            "telecom":[{"system":"phone","value":phone(patient),
                "extension":[{"url":"urn:banzhen:ext:verified","valueBoolean":true}]}],
            "name":[{"text":"王建国"}]}));
    }
    for chunk in all.chunks(400) {
        let entries: Vec<Value> = chunk.iter().map(put).collect();
        post(
            base,
            &json!({"resourceType":"Bundle","type":"transaction","entry":entries}),
        );
    }
}

/// A patient's verified phone.
pub fn phone(patient: usize) -> String {
    format!("138{patient:08}")
}

fn put(resource: &Value) -> Value {
    let kind = resource["resourceType"].as_str().unwrap();
    let url = format!("{kind}/{}", resource["id"].as_str().unwrap());
    json!({"resource":resource,"request":{"method":"PUT","url":url}})
}

/// Eight seats in the morning, a session of ten in the afternoon.
fn of_doctor(doctor: usize) -> Vec<Value> {
    let reference = |kind: &str, id: String| json!({"reference": format!("{kind}/{id}")});
    let mut all = vec![
        json!({"resourceType":"Practitioner","id":format!("prac-{doctor}"),
            "name":[{"text":format!("医生{doctor}")}]}),
        json!({"resourceType":"PractitionerRole","id":format!("doc-{doctor}"),"active":true,
            "practitioner":reference("Practitioner", format!("prac-{doctor}")),
            "healthcareService":[reference("HealthcareService", format!("dep-{}", doctor % 4))]}),
        json!({"resourceType":"Schedule","id":format!("sch-{doctor}"),"active":true,
            "serviceType":[{"coding":[{"system":"urn:banzhen:level","code":"ordinary"}]}],
            "actor":[reference("PractitionerRole", format!("doc-{doctor}"))]}),
    ];
    let slot = |id: String, from: &str, to: &str| {
        json!({"resourceType":"Slot","id":id,"status":"free","comment":"keep me",
            "schedule":reference("Schedule", format!("sch-{doctor}")),
            "start":format!("{DAY}T{from}:00+08:00"),"end":format!("{DAY}T{to}:00+08:00"),
            "extension":[{"url":"urn:banzhen:ext:fee","valueMoney":{"value":22.50,"currency":"CNY"}}]})
    };
    let times = [
        "08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45", "10:00",
    ];
    for (n, pair) in times.windows(2).enumerate() {
        all.push(slot(format!("s-{doctor}-{n}"), pair[0], pair[1]));
    }
    let mut session = slot(format!("q-{doctor}"), "14:00", "17:00");
    session["extension"]
        .as_array_mut()
        .unwrap()
        .push(json!({"url":"urn:banzhen:ext:quota",
        "extension":[{"url":"total","valueInteger":30},{"url":"remain","valueInteger":10}]}));
    all.push(session);
    all
}

/// GETs from the server, past the edge.
pub fn get(path: &str) -> Value {
    let mut answer = ureq::get(format!("{}/{path}", base())).call().unwrap();
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

/// Puts to the server, past the edge.
pub fn replace(resource: &Value) {
    let bundle = json!({"resourceType":"Bundle","type":"transaction","entry":[put(resource)]});
    post(base(), &bundle);
}

fn post(base: &str, bundle: &Value) {
    ureq::post(base)
        .header("content-type", "application/fhir+json")
        .send(bundle.to_string())
        .unwrap();
}

/// The Appointments of a slot that are not cancelled.
pub fn live(slot: &str) -> Vec<Value> {
    let found = get(&format!("Appointment?slot=Slot/{slot}&_count=200"));
    let entries = found["entry"].as_array().cloned().unwrap_or_default();
    let all = entries
        .into_iter()
        .map(|mut entry| entry["resource"].take());
    all.filter(|it| it["resourceType"] == "Appointment" && it["status"] != "cancelled")
        .collect()
}

/// A slot's status.
pub fn status(slot: &str) -> String {
    get(&format!("Slot/{slot}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}
