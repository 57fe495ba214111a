//! The text of the binding `SETTINGS`. Nothing secret stands in it.

use contract::{DepartmentId, HospitalId, Hotline, Map, Rules, settings};
use rules::room::Numbers;

settings! {
    /// The text of `SETTINGS`.
    #[derive(Clone, Debug)]
    pub struct Settings {
        /// Further origins that may change something, `https://host[:port]`.
        pub origins: Vec<String> = Vec::new(),
        /// Where hospitals reach the edge with their notifications, `https://host[:port]`; without
        /// it they are polled.
        pub public_url: Option<String>,
        /// The hospitals, in the order shown.
        pub hospitals: Vec<HospitalSettings>,
        /// The gateway for text messages; without it nothing can be sent (but in development).
        pub sms: Option<SmsSettings>,
        /// WeChat's subscription messages, for those who have consented to one.
        pub wechat: Option<WechatSettings>,
    }

    /// One hospital's settings.
    #[derive(Clone, Debug)]
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
        /// When to give up on a read, milliseconds from when it is sent.
        pub timeout_ms: u32 = 4000,
        /// When to give up on a write, likewise. Longer: giving up on a write costs a look-up.
        pub write_timeout_ms: u32 = 8000,
        /// How much is asked of it.
        pub limits: Limits = Limits::default(),
        /// Whether it may be asked to push its changes (a FHIR Subscription).
        pub push: bool = true,
        /// The `SubscriptionTopic` of its slots, if it offers one; else R4's own criteria are used.
        pub topic: Option<String>,
        /// Its rule pack.
        pub rules: Rules,
        /// The waiting room of its releases.
        pub waiting_room: Numbers = Numbers::default(),
        /// Systems of identity numbers where they differ from `fhir::names`: document to system.
        pub identifier_systems: Map<String, String> = Map::new(),
        /// Extension URLs where they differ from `fhir::names`: name to URL.
        pub extensions: Map<String, String> = Map::new(),
        /// Whether a first-time patient's record may be made online.
        pub create_patients: bool = false,
        /// Departments that messages do not name: a phone lies open on a table.
        pub unnamed_departments: Vec<DepartmentId> = Vec::new(),
        /// Departments where a morning visit often means a blood test, so that one comes fasting.
        pub fasting_departments: Vec<DepartmentId> = Vec::new(),
        /// Capabilities that its `CapabilityStatement` gets wrong: `transaction`, `versioned_update`.
        pub capabilities: Map<String, bool> = Map::new(),
    }

    /// How much is asked of a hospital by one isolate (L03).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Limits {
        /// Calls at once.
        pub at_once: usize = Limits::default().at_once,
        /// Calls that may wait to be sent.
        pub queue: usize = Limits::default().queue,
        /// How long one waits, milliseconds; its timeout begins afterwards.
        pub queue_ms: u32 = Limits::default().queue_ms,
        /// So many reads in a hundred may be asked a second time, where the first broke. A hospital
        /// that fails three times in ten needs 43 for what it can do to be had.
        pub retry_percent: u32 = Limits::default().retry_percent,
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 24,
            queue: 1000,
            queue_ms: 6000,
            retry_percent: 50,
        }
    }
}

settings! {
    /// A text-message gateway that takes `POST url` with `{to, channel, template, parameters, text}` as JSON.
    #[derive(Clone, Debug)]
    pub struct SmsSettings {
        /// Where to post.
        pub url: String,
        /// Template ids by kind of message (`code`, `booked`, ...).
        pub templates: Map<String, String>,
    }
}

settings! {
    /// WeChat's subscription messages. The app's secret stands in `CREDENTIALS` as `wechat`.
    #[derive(Clone, Debug)]
    pub struct WechatSettings {
        /// The mini program's id.
        pub app_id: String,
        /// Where WeChat is.
        pub base_url: String = "https://api.weixin.qq.com".to_owned(),
        /// The mini program's page that a message opens.
        pub page: String = String::new(),
        /// Templates by kind of message (`reminder`, `stopped`, ...).
        pub templates: Map<String, WechatTemplate>,
    }

    /// One template.
    #[derive(Clone, Debug)]
    pub struct WechatTemplate {
        /// Its id at WeChat.
        pub id: String,
        /// Its fields (`thing1`) and what goes into them (`department`).
        pub fields: Map<String, String>,
    }
}
