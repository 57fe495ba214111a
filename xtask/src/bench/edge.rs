//! The edge under test: the demo's hospitals behind it, everything else as in production.

use super::{Plan, load, machine};
use crate::{
    paths,
    stack::{Options, Stack},
};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;

/// About how many bytes the measured answer has: a week of a department.
const WANTED: usize = 2600;

/// Starts the stack, with the edge on the servers' core.
pub fn start(plan: &Plan) -> Result<Stack> {
    let stack = Stack::start(options(plan)?)?;
    pin(&stack)?;
    Ok(stack)
}

/// Puts the edge, which was just started, on the servers' core.
pub fn pin(stack: &Stack) -> Result<()> {
    machine::pin_server(stack.edge_id().context("the edge does not run")?)
}

/// As in production: nothing of development, nobody to send messages through.
pub fn options(plan: &Plan) -> Result<Options> {
    let mut hospitals = Vec::new();
    for id in crate::stack::DEMO {
        let file = paths::root().join(format!("edge-worker/settings/{id}.json"));
        let mut hospital: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        hospital["base_url"] = Value::Null;
        // How many are due depends on the hour; no rival has any to send.
        hospital["rules"]["reminder_hours"] = json!([]);
        hospitals.push(hospital);
    }
    let settings = plan.state.join("settings.json");
    let text = json!({
        "hospitals": hospitals,
        "sms": { "url": "http://127.0.0.1:9/", "templates": {} },
    });
    fs::write(&settings, text.to_string())?;
    Ok(Options {
        settings: Some(settings),
        production: true,
        ..Options::test("bench")
    })
}

/// The path of a department's availability.
pub fn availability(hospital: &str, department: &str, rest: &str) -> String {
    format!("/api/v1/hospitals/{hospital}/departments/{department}/availability{rest}")
}

/// The ids of a hospital's departments.
pub fn departments(edge: &str, hospital: &str) -> Result<Vec<String>> {
    let url = format!("{edge}/api/v1/hospitals/{hospital}/departments");
    let answer = load::get(&url, None)?;
    let list: Value = serde_json::from_slice(&answer.body)?;
    let ids = list["departments"]
        .as_array()
        .context("no departments")?
        .iter()
        .filter_map(|department| department["id"].as_str().map(str::to_owned));
    Ok(ids.collect())
}

/// The availability whose body is nearest to 2.6 KB.
pub fn measured_path(edge: &str) -> Result<String> {
    let mut best = (usize::MAX, String::new());
    for hospital in crate::stack::DEMO {
        for department in departments(edge, hospital)? {
            for days in 1..=7 {
                let path = availability(hospital, &department, &format!("?days={days}"));
                let answer = load::get(&format!("{edge}{path}"), None)?;
                if answer.status != 200 {
                    bail!("{path} answers {}", answer.status);
                }
                let far = answer.body.len().abs_diff(WANTED);
                best = best.min((far, path));
                if answer.body.len() > WANTED {
                    break;
                }
            }
        }
    }
    Ok(best.1)
}
