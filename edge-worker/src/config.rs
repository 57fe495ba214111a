//! The settings: read once, checked once, with an error that says what to mend.

use std::collections::BTreeMap;

use contract::{HospitalId, Hotline, IdType, Rules, TimeOfDay};
use jiff::tz::{Offset, TimeZone};

use crate::secrets::Secrets;

/// Where the edge runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// `/dev` is there, a plain-http cookie is allowed.
    Dev,
    /// Neither.
    Production,
}

/// The text of `SETTINGS`.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Further origins that may change something, `https://host[:port]`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// The hospitals, in the order shown.
    pub hospitals: Vec<HospitalSettings>,
    /// The gateway for text messages; without it nothing can be sent (but in development).
    #[serde(default)]
    pub sms: Option<SmsSettings>,
}

/// One hospital's settings.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HospitalSettings {
    /// Its id in URLs and in front of ids under `/people/{p}/`: no `~`.
    pub id: HospitalId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The line staffed by people.
    pub hotline: Hotline,
    /// IANA name; one without daylight saving.
    pub time_zone: String,
    /// Base URL of its FHIR server, without a slash at the end.
    pub base_url: String,
    /// The `Authorization` header its FHIR server wants, if any.
    #[serde(default)]
    pub authorization: Option<String>,
    /// When to give up on a call, milliseconds.
    #[serde(default = "default_timeout")]
    pub timeout_ms: u32,
    /// Its rule pack.
    pub rules: Rules,
    /// Systems of identity numbers where they differ from `fhir::names`.
    #[serde(default)]
    pub identifier_systems: BTreeMap<IdType, String>,
    /// Extension URLs where they differ from `fhir::names`: name to URL.
    #[serde(default)]
    pub extensions: BTreeMap<String, String>,
    /// Whether a first-time patient's record may be made online.
    #[serde(default)]
    pub create_patients: bool,
    /// Capabilities that its CapabilityStatement gets wrong.
    #[serde(default)]
    pub capabilities: BTreeMap<String, bool>,
}

fn default_timeout() -> u32 {
    4000
}

/// A text-message gateway that takes `POST url {to, template, parameters}` as JSON.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Where to post.
    pub url: String,
    /// The `Authorization` header it wants.
    pub authorization: String,
    /// Template ids by kind of message (`code`, `booked`, ...).
    pub templates: BTreeMap<String, String>,
}

/// One hospital, checked.
#[derive(Clone, Debug)]
pub struct Hospital {
    /// Its settings.
    pub settings: HospitalSettings,
    /// Its zone, a fixed offset.
    pub zone: TimeZone,
}

impl std::ops::Deref for Hospital {
    type Target = HospitalSettings;

    fn deref(&self) -> &HospitalSettings {
        &self.settings
    }
}

impl Hospital {
    /// The system under which it keeps identity numbers of one kind.
    pub fn identifier_system(&self, id_type: IdType) -> String {
        self.identifier_systems
            .get(&id_type)
            .cloned()
            .unwrap_or_else(|| match id_type {
                IdType::Resident => fhir::names::RESIDENT_ID_SYSTEM.to_owned(),
                other => format!("{}{}", fhir::names::OTHER_ID_BASE, other.as_str()),
            })
    }

    /// The URL of one of our extensions there.
    pub fn extension(&self, name: &str) -> String {
        self.extensions
            .get(name)
            .cloned()
            .unwrap_or_else(|| format!("{}{name}", fhir::names::EXTENSION_BASE))
    }

    /// An instant on its wall clock, RFC 3339 with offset, to the second.
    pub fn instant(&self, instant: jiff::Timestamp) -> contract::Instant {
        let offset = self.zone.to_offset(instant);
        let whole = jiff::Timestamp::from_second(instant.as_second()).unwrap_or(instant);
        whole.display_with_offset(offset).to_string().into()
    }
}

/// Everything the edge is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it runs.
    pub environment: Environment,
    /// Further origins that may change something.
    pub origins: Vec<String>,
    /// The hospitals, in the order shown.
    pub hospitals: Vec<Hospital>,
    /// The gateway for text messages.
    pub sms: Option<SmsSettings>,
    /// The keys.
    pub secrets: Secrets,
    /// Base URL of the demo hospitals' control server; development only.
    pub dev_control: Option<String>,
}

/// The bindings as text.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// `ENVIRONMENT`: `dev` or `production`.
    pub environment: String,
    /// `SETTINGS`: JSON.
    pub settings: String,
    /// `EDGE_SECRETS`: JSON.
    pub secrets: String,
    /// `DEV_CONTROL`: URL.
    pub dev_control: Option<String>,
}

impl Config {
    /// Reads and checks the bindings.
    ///
    /// # Errors
    /// One sentence for whoever wrote the settings; nothing secret in it.
    pub fn check(bindings: &Bindings) -> Result<Self, String> {
        let environment = match bindings.environment.as_str() {
            "dev" => Environment::Dev,
            "production" => Environment::Production,
            other => {
                return Err(format!(
                    "ENVIRONMENT is {other:?}, not \"dev\" or \"production\""
                ));
            }
        };
        let settings: Settings = serde_json::from_str(&bindings.settings)
            .map_err(|error| format!("SETTINGS: {error}"))?;
        let mut hospitals: Vec<Hospital> = Vec::new();
        for hospital in settings.hospitals {
            if hospitals.iter().any(|known| known.id == hospital.id) {
                return Err(format!("SETTINGS: hospital {} stands twice", hospital.id));
            }
            hospitals.push(check_hospital(hospital)?);
        }
        if hospitals.is_empty() {
            return Err("SETTINGS: no hospitals".to_owned());
        }
        for origin in &settings.origins {
            if !is_base_url(origin) {
                return Err(format!("SETTINGS: {origin:?} is not an origin"));
            }
        }
        if environment == Environment::Production && settings.sms.is_none() {
            return Err("SETTINGS: production needs `sms`, or nobody can log in".to_owned());
        }
        Ok(Self {
            environment,
            origins: settings.origins,
            hospitals,
            sms: settings.sms,
            secrets: Secrets::parse(&bindings.secrets)?,
            dev_control: bindings
                .dev_control
                .clone()
                .filter(|_| environment == Environment::Dev),
        })
    }

    /// One hospital.
    pub fn hospital(&self, id: &HospitalId) -> Option<&Hospital> {
        self.hospitals.iter().find(|hospital| &hospital.id == id)
    }
}

fn check_hospital(settings: HospitalSettings) -> Result<Hospital, String> {
    let wrong = |what: String| Err(format!("SETTINGS: hospital {}: {what}", settings.id));
    if !contract::is_id(settings.id.as_str()) || settings.id.as_str().contains('~') {
        return wrong("its id is not 1 to 128 of A-Za-z0-9._-".to_owned());
    }
    let Some(zone) = zone(&settings.time_zone) else {
        return wrong(format!(
            "time zone {:?} is not one of those supported",
            settings.time_zone
        ));
    };
    if !is_base_url(&settings.base_url) {
        return wrong("base_url is not http(s)://... without a slash at the end".to_owned());
    }
    let times = [
        &settings.hotline.opens,
        &settings.hotline.closes,
        &settings.rules.release_time,
    ];
    if let Some(time) = times.into_iter().find(|time| !is_time_of_day(time)) {
        return wrong(format!("{:?} is not a time HH:MM", time.as_str()));
    }
    let rules = &settings.rules;
    if rules
        .effective_from
        .as_str()
        .parse::<jiff::civil::Date>()
        .is_err()
    {
        return wrong("rules.effective_from is not a day".to_owned());
    }
    let at_least_one = [
        ("booking_window_days", rules.booking_window_days),
        ("hold_minutes.normal", rules.hold_minutes.normal),
        ("hold_minutes.care", rules.hold_minutes.care),
        ("caps.per_doctor_day", rules.caps.per_doctor_day),
        ("caps.departments_per_day", rules.caps.departments_per_day),
        ("caps.open", rules.caps.open),
        ("no_show.limit", rules.no_show.limit),
    ];
    if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
        return wrong(format!("rules.{name} is 0"));
    }
    if rules.booking_window_days > 366 {
        return wrong("rules.booking_window_days is more than a year".to_owned());
    }
    Ok(Hospital { zone, settings })
}

/// Zones with one offset all year, so that no zone database is needed.
fn zone(name: &str) -> Option<TimeZone> {
    let hours = match name {
        "Asia/Shanghai" | "Asia/Chongqing" | "Asia/Hong_Kong" | "Asia/Macau" | "Asia/Taipei"
        | "Asia/Singapore" | "Asia/Kuala_Lumpur" => 8,
        "Asia/Urumqi" => 6,
        "Asia/Tokyo" | "Asia/Seoul" => 9,
        "Asia/Bangkok" | "Asia/Ho_Chi_Minh" | "Asia/Jakarta" => 7,
        "UTC" | "Etc/UTC" => 0,
        _ => return None,
    };
    Offset::from_hours(hours).ok().map(TimeZone::fixed)
}

fn is_base_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/') && !rest.contains(['?', '#']))
}

fn is_time_of_day(time: &TimeOfDay) -> bool {
    time.as_str().len() == 5 && time.as_str().parse::<jiff::civil::Time>().is_ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const GENERAL: &str = include_str!("../settings/general.json");
    const COMMUNITY: &str = include_str!("../settings/community.json");

    pub(crate) fn bindings() -> Bindings {
        Bindings {
            environment: "dev".into(),
            settings: format!(r#"{{"hospitals":[{GENERAL},{COMMUNITY}]}}"#),
            secrets: format!(r#"[{{"id":"a","key":"{}"}}]"#, "A".repeat(44 - 1) + "="),
            dev_control: None,
        }
    }

    #[test]
    fn the_checked_in_settings_are_good() {
        let config = Config::check(&bindings()).unwrap();
        assert_eq!(config.hospitals.len(), 2);
        let general = config.hospital(&"general".into()).unwrap();
        let noon: jiff::Timestamp = "2026-11-22T04:00:00.25Z".parse().unwrap();
        assert_eq!(general.instant(noon).as_str(), "2026-11-22T12:00:00+08:00");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let with = |from: &str, to: &str| {
            let mut bindings = bindings();
            assert!(bindings.settings.contains(from), "{from}");
            bindings.settings = bindings.settings.replacen(from, to, 1);
            Config::check(&bindings).unwrap_err()
        };
        assert!(with("Asia/Shanghai", "America/New_York").contains("time zone"));
        assert!(with("\"id\": \"general\"", "\"id\": \"community\"").contains("twice"));
        assert!(with("\"20:00\"", "\"8pm\"").contains("8pm"));
        assert!(with("http://", "ftp://").contains("base_url"));
        assert!(with("\"name\"", "\"nmae\"").contains("nmae"));
        let mut production = bindings();
        production.environment = "production".into();
        assert!(Config::check(&production).unwrap_err().contains("sms"));
    }
}
