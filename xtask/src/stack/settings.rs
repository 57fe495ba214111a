//! The edge's settings: the checked-in ones of the demo hospitals, or a file.

use super::{Demo, Options, Ports};
use crate::paths;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// The value of `SETTINGS`, with the addresses that this stack has.
pub fn assemble(options: &Options, ports: Ports, demos: &[Demo]) -> Result<Value> {
    let mut settings = base(options)?;
    if settings["public_url"].is_null() {
        let own = || format!("http://127.0.0.1:{}", ports.edge);
        settings["public_url"] = json!(options.public_url.clone().unwrap_or_else(own));
    }
    let given = |id: &str| options.hospitals.iter().find(|(other, _)| other == id);
    for hospital in hospitals(&mut settings)? {
        let id = hospital["id"].as_str().unwrap_or_default().to_owned();
        if let Some((_, url)) = given(&id) {
            hospital["base_url"] = json!(url.trim_end_matches('/'));
        } else if let Some(demo) = demos.iter().find(|demo| demo.id() == id)
            && (options.settings.is_none() || hospital["base_url"].is_null())
        {
            hospital["base_url"] = json!(demo.base_url());
        }
    }
    Ok(settings)
}

/// The ids of the hospitals that the edge knows.
pub fn ids(options: &Options) -> Result<Vec<String>> {
    let mut settings = base(options)?;
    let ids = hospitals(&mut settings)?
        .iter()
        .filter_map(|hospital| hospital["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// The settings before addresses are filled in. A hospital that is only an address gets the
/// general hospital's rules.
fn base(options: &Options) -> Result<Value> {
    if let Some(file) = &options.settings {
        let mut settings = read(file)?;
        let known: Vec<String> = hospitals(&mut settings)?
            .iter()
            .filter_map(|hospital| hospital["id"].as_str().map(str::to_owned))
            .collect();
        if let Some((id, _)) = options.hospitals.iter().find(|(id, _)| !known.contains(id)) {
            bail!(
                "--hospital {id}=...: {} has no hospital of that id",
                file.display()
            );
        }
        return Ok(settings);
    }
    let mut all = vec![
        read(&checked_in("general"))?,
        read(&checked_in("community"))?,
    ];
    for (id, _) in &options.hospitals {
        if all.iter().all(|hospital| hospital["id"] != json!(id)) {
            let mut hospital = all[0].clone();
            hospital["id"] = json!(id);
            hospital["name"] = json!(id);
            all.push(hospital);
        }
    }
    Ok(json!({ "origins": [], "hospitals": all }))
}

fn hospitals(settings: &mut Value) -> Result<&mut Vec<Value>> {
    settings["hospitals"]
        .as_array_mut()
        .context("the settings have no list `hospitals`")
}

fn checked_in(profile: &str) -> PathBuf {
    paths::root()
        .join("edge-worker/settings")
        .join(format!("{profile}.json"))
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
}

/// The value of `EDGE_SECRETS`: drawn once for each folder of state, so that people stay logged
/// in when the stack starts again. Never checked in.
pub fn secrets(state: &Path) -> Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let file = state.join("edge-secrets.json");
    if let Ok(kept) = fs::read_to_string(&file) {
        return Ok(kept);
    }
    let mut random = [0; 44];
    fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
    let key: String = random
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 63)]))
        .collect();
    let text = json!([{ "id": "dev1", "key": key }]).to_string();
    fs::create_dir_all(state)?;
    fs::write(&file, &text)?;
    Ok(text)
}
