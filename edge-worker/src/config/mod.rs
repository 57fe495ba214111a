//! The settings: read once, checked once, with an error that says what to mend.

mod settings;

use contract::{
    HospitalId, IdType, Map,
    json::{self, Value},
};
use fhir::{Naming, names};
use rules::{Pack, Zone};

use crate::secrets::Secrets;

pub use settings::{
    HospitalSettings, Limits, Settings, SmsSettings, WechatSettings, WechatTemplate,
};

/// The extensions that a hospital may name otherwise.
const EXTENSIONS: &[&str] = &[
    names::FEE,
    names::QUOTA,
    names::HOLD_EXPIRES,
    names::LATE_CANCEL,
    names::REQUEST_DIGEST,
    names::CHANNEL,
    names::VERIFIED,
    names::ALIAS,
    names::INTRODUCTION,
    names::FENCE,
];

/// An operator's token in production is at least so long, characters.
const OPERATOR_TOKEN: usize = 24;

/// Where the edge runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// `/dev` is there, a plain-http cookie is allowed.
    Dev,
    /// Neither.
    Production,
}

/// One hospital, checked. Its settings are there as fields.
#[derive(Clone, Debug)]
pub struct Hospital {
    settings: HospitalSettings,
    /// Its zone, a fixed offset.
    pub zone: Zone,
    /// Its rules, checked.
    pub pack: Pack,
    /// What things are called there.
    pub naming: Naming,
    /// The `Authorization` header its FHIR server wants, if any.
    pub authorization: Option<String>,
}

impl std::ops::Deref for Hospital {
    type Target = HospitalSettings;

    fn deref(&self) -> &HospitalSettings {
        &self.settings
    }
}

impl Hospital {
    /// An instant on its wall clock, RFC 3339 with offset, to the second.
    pub fn instant(&self, instant: jiff::Timestamp) -> contract::Instant {
        self.zone.write_timestamp(instant)
    }
}

/// The gateway for text messages.
#[derive(Clone, Debug)]
pub struct Sms {
    /// Its settings.
    pub settings: SmsSettings,
    /// The `Authorization` header it wants, if any.
    pub authorization: Option<String>,
}

/// WeChat's subscription messages.
#[derive(Clone)]
pub struct Wechat {
    /// Its settings.
    pub settings: WechatSettings,
    /// The app's secret.
    pub secret: String,
}

impl std::fmt::Debug for Wechat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.settings.fmt(f)
    }
}

/// Everything the edge is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it runs.
    pub environment: Environment,
    /// Further origins that may change something.
    pub origins: Vec<String>,
    /// Where hospitals reach the edge; without it they are polled.
    pub public_url: Option<String>,
    /// The hospitals, in the order shown.
    pub hospitals: Vec<Hospital>,
    /// The gateway for text messages.
    pub sms: Option<Sms>,
    /// WeChat's subscription messages.
    pub wechat: Option<Wechat>,
    /// What operators must bring to see metrics; without it there are none to see.
    pub operator: Option<String>,
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
    /// `CREDENTIALS`: JSON, the `Authorization` headers that others want, by whom they are for:
    /// `{"hospital:general": "Bearer ...", "sms": "Bearer ..."}`; and, as `operator`, the token that
    /// those who run the edge bring themselves.
    pub credentials: Option<String>,
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
            "dev" if cfg!(feature = "development") => Environment::Dev,
            "dev" => return Err("this script was built for production alone".to_owned()),
            "production" => Environment::Production,
            other => {
                return Err(format!(
                    "ENVIRONMENT is \"{other}\", not \"dev\" or \"production\""
                ));
            }
        };
        let settings: Value = serde_json::from_slice(bindings.settings.as_bytes())
            .map_err(|error| format!("SETTINGS: {error}"))?;
        let settings: Settings = json::read(&settings)
            .map_err(|it| format!("SETTINGS: {}: {}", it.field, it.code.as_str()))?;
        let mut credentials = credentials(bindings.credentials.as_deref())?;
        let mut hospitals: Vec<Hospital> = Vec::new();
        for hospital in settings.hospitals {
            if hospitals.iter().any(|known| known.id == hospital.id) {
                return Err(format!("SETTINGS: hospital {} stands twice", hospital.id));
            }
            let authorization = credentials.remove(&format!("hospital:{}", hospital.id));
            hospitals.push(check_hospital(hospital, authorization)?);
        }
        if hospitals.is_empty() {
            return Err("SETTINGS: no hospitals".to_owned());
        }
        for origin in settings.origins.iter().chain(&settings.public_url) {
            if !is_base_url(origin) {
                return Err(format!("SETTINGS: \"{origin}\" is not an origin"));
            }
        }
        if environment == Environment::Production && settings.sms.is_none() {
            return Err("SETTINGS: production needs `sms`, or nobody can log in".to_owned());
        }
        let authorization = credentials.remove("sms");
        let operator = credentials.remove("operator");
        let wechat = match (settings.wechat, credentials.remove("wechat")) {
            (None, None) => None,
            (Some(settings), Some(secret)) if is_base_url(&settings.base_url) => {
                Some(Wechat { settings, secret })
            }
            _ => return Err("SETTINGS: wechat needs a base_url and its credential".to_owned()),
        };
        if environment == Environment::Production
            && operator
                .as_ref()
                .is_some_and(|token| token.len() < OPERATOR_TOKEN)
        {
            return Err(format!(
                "CREDENTIALS: operator is shorter than {OPERATOR_TOKEN} characters"
            ));
        }
        if let Some(name) = credentials.keys().next() {
            return Err(format!("CREDENTIALS: there is no {name}"));
        }
        Ok(Self {
            environment,
            origins: settings.origins,
            public_url: settings.public_url,
            hospitals,
            wechat,
            sms: settings.sms.map(|settings| Sms {
                settings,
                authorization,
            }),
            operator,
            secrets: Secrets::parse(&bindings.secrets)?,
            dev_control: bindings
                .dev_control
                .clone()
                .filter(|_| environment == Environment::Dev),
        })
    }

    /// Whether this is development.
    pub fn is_dev(&self) -> bool {
        self.environment == Environment::Dev
    }

    /// The hospital whose clock speaks for the edge itself: the first. There is always one.
    pub fn home(&self) -> &Hospital {
        &self.hospitals[0]
    }

    /// The hospital whose FHIR server a URL is at.
    pub fn hospital_at(&self, url: &str) -> Option<&Hospital> {
        let below = |base: &str| {
            let rest = url.strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        self.hospitals.iter().find(|it| below(&it.base_url))
    }

    /// One hospital.
    pub fn hospital(&self, id: &HospitalId) -> Option<&Hospital> {
        self.hospitals.iter().find(|hospital| &hospital.id == id)
    }
}

fn credentials(text: Option<&str>) -> Result<Map<String, String>, String> {
    json::from_slice(text.unwrap_or("{}").as_bytes())
        .ok_or_else(|| "CREDENTIALS is not a JSON object of texts".to_owned())
}

fn check_hospital(
    settings: HospitalSettings,
    authorization: Option<String>,
) -> Result<Hospital, String> {
    let wrong = |what: String| Err(format!("SETTINGS: hospital {}: {what}", settings.id));
    if !contract::is_id(settings.id.as_str()) || settings.id.as_str().contains('~') {
        return wrong("its id is not 1 to 128 of A-Za-z0-9._-".to_owned());
    }
    let Some(zone) = Zone::named(&settings.time_zone) else {
        return wrong(format!(
            "time zone \"{}\" is not one of those supported",
            settings.time_zone
        ));
    };
    if !is_base_url(&settings.base_url) {
        return wrong("base_url is not http(s)://... without a slash at the end".to_owned());
    }
    if settings.limits.at_once == 0 || settings.limits.queue == 0 {
        return wrong("limits: at_once and queue are 1 or more".to_owned());
    }
    let line = &settings.hotline;
    if rules::hotline(line, jiff::civil::DateTime::ZERO).is_none() {
        let (opens, closes) = (line.opens.as_str(), line.closes.as_str());
        return wrong(format!(
            "hotline from \"{opens}\" to \"{closes}\" is not HH:MM to a later HH:MM"
        ));
    }
    if let Some(name) = settings
        .extensions
        .keys()
        .find(|it| !EXTENSIONS.contains(&it.as_str()))
    {
        let known = EXTENSIONS.join(", ");
        return wrong(format!("extensions: \"{name}\" is not one of {known}"));
    }
    if let Some(name) = settings
        .identifier_systems
        .keys()
        .find(|it| IdType::ALL.iter().all(|known| known.as_str() != *it))
    {
        return wrong(format!(
            "identifier_systems: \"{name}\" is no kind of document"
        ));
    }
    if let Err(what) = settings.waiting_room.check() {
        return wrong(format!("waiting_room: {what}"));
    }
    let naming = Naming {
        extensions: settings.extensions.clone(),
        identifier_systems: settings.identifier_systems.clone(),
    };
    let pack = match Pack::new(settings.rules.clone()) {
        Ok(pack) => pack,
        Err(error) => return wrong(format!("rules: {error}")),
    };
    Ok(Hospital {
        settings,
        zone,
        pack,
        naming,
        authorization,
    })
}

fn is_base_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/') && !rest.contains(['?', '#']))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const GENERAL: &str = include_str!("../../settings/general.json");
    const COMMUNITY: &str = include_str!("../../settings/community.json");

    pub(crate) fn bindings() -> Bindings {
        Bindings {
            environment: "dev".into(),
            settings: format!(r#"{{"hospitals":[{GENERAL},{COMMUNITY}]}}"#),
            secrets: format!(r#"[{{"id":"a","key":"{}"}}]"#, "A".repeat(44 - 1) + "="),
            credentials: None,
            dev_control: None,
        }
    }

    #[test]
    fn credentials_reach_whom_they_are_for() {
        let mut bindings = bindings();
        bindings.credentials = Some(r#"{"hospital:community":"Bearer x"}"#.into());
        let config = Config::check(&bindings).unwrap();
        let of = |id: &str| config.hospital(&id.into()).unwrap().authorization.clone();
        assert_eq!(
            (of("general"), of("community").as_deref()),
            (None, Some("Bearer x"))
        );
        bindings.credentials = Some(r#"{"hospital:elsewhere":"Bearer x"}"#.into());
        let error = Config::check(&bindings).unwrap_err();
        assert!(error.contains("elsewhere") && !error.contains("Bearer"));
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
        assert!(with("window_days\": 15", "window_days\": 0").contains("rules"));
        assert!(with("http://", "ftp://").contains("base_url"));
        let none = r#""timeout_ms": 8000, "limits": { "at_once": 0 }"#;
        assert!(with("\"timeout_ms\": 8000", none).contains("at_once"));
        assert!(with("\"name\"", "\"nmae\"").contains("nmae"));
        let mut production = bindings();
        production.environment = "production".into();
        assert!(Config::check(&production).unwrap_err().contains("sms"));
    }
}
