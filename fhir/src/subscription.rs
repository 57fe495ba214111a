//! Subscriptions: how a hospital is asked to tell of changes, and what it then sends.
//!
//! Two kinds: R4's own `rest-hook` with criteria, and the topic-based one of the Subscriptions
//! R5 Backport.

use serde_json::{Value, json};

use crate::Stored;

const PROFILE: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription";
const PAYLOAD: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content";
const HEARTBEAT: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period";
/// How often a topic's hospital is asked to say that it is there, seconds.
const HEARTBEAT_S: u32 = 30;

/// What is wanted: the changes of all Slots.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where to send them.
    pub endpoint: &'a str,
    /// A header to send with them, `Name: value`; secret.
    pub header: &'a str,
    /// A `SubscriptionTopic` of the hospital's; without one the criteria are R4's own.
    pub topic: Option<&'a str>,
}

/// What a Subscription there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It sends.
    Active,
    /// It will.
    Requested,
    /// It has given up, or asks for something else.
    Broken,
}

impl Wanted<'_> {
    /// The resource to create.
    pub fn to_resource(&self) -> Value {
        let mut channel = json!({
            "type": "rest-hook",
            "endpoint": self.endpoint,
            "payload": "application/fhir+json",
            "header": [self.header],
        });
        let mut resource = json!({
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "Free places are shown to patients as they are",
            "criteria": self.topic.unwrap_or("Slot?"),
        });
        if self.topic.is_some() {
            channel["extension"] = json!([{ "url": HEARTBEAT, "valueUnsignedInt": HEARTBEAT_S }]);
            channel["_payload"] =
                json!({ "extension": [{ "url": PAYLOAD, "valueCode": "full-resource" }] });
            resource["meta"] = json!({ "profile": [PROFILE] });
        }
        resource["channel"] = channel;
        resource
    }

    /// Whether a Subscription goes to where this one shall.
    pub fn is_at(&self, stored: &Stored) -> bool {
        stored.0["channel"]["endpoint"] == self.endpoint
    }

    /// How it stands with a Subscription.
    pub fn state(&self, stored: &Stored) -> State {
        let it = &stored.0;
        let same = it["criteria"] == self.topic.unwrap_or("Slot?")
            && it["channel"]["header"][0] == self.header;
        match it["status"].as_str() {
            Some("active") if same => State::Active,
            Some("requested") if same => State::Requested,
            _ => State::Broken,
        }
    }

    /// Makes a broken Subscription one that is wanted.
    pub fn mend(&self, stored: &mut Stored) {
        let mut wanted = self.to_resource();
        for name in ["status", "criteria", "channel"] {
            stored.0[name] = wanted[name].take();
        }
        if let Some(resource) = stored.0.as_object_mut() {
            resource.remove("error");
        }
    }
}

/// What a hospital has sent.
#[derive(Debug, Default, PartialEq)]
pub struct Notification {
    /// What has changed.
    pub resources: Vec<Stored>,
    /// Whether something has changed that is not among it.
    pub untold: bool,
    /// How many events there have been since the Subscription began, where it is told.
    pub events: Option<u64>,
    /// How many there were before this; none: the count is not told, or begins anew.
    pub before: Option<u64>,
}

impl Notification {
    /// Reads a body: a resource, a notification Bundle, or nothing (then something has changed
    /// and it is not said what). `None`: neither.
    pub fn read(body: &[u8]) -> Option<Self> {
        if body.is_empty() {
            return Some(Self {
                untold: true,
                ..Self::default()
            });
        }
        let mut value: Value = serde_json::from_slice(body).ok()?;
        if value["resourceType"] != "Bundle" {
            return Some(Self {
                resources: vec![Stored::new(value)?],
                ..Self::default()
            });
        }
        let Value::Array(entries) = value["entry"].take() else {
            return None;
        };
        let mut entries = entries.into_iter();
        let status = entries.next()?["resource"].take();
        let events = parameter(&status, "events-since-subscription-start");
        let events = events.and_then(|value| match value {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        });
        let kind = parameter(&status, "type").and_then(Value::as_str);
        if let Some("handshake") = kind {
            return Some(Self {
                events,
                ..Self::default()
            });
        }
        if kind.is_some_and(|kind| kind != "event-notification") {
            return Some(Self {
                events,
                before: events,
                ..Self::default()
            });
        }
        let told = entries.len();
        let resources = entries.filter_map(|mut entry| Stored::new(entry["resource"].take()));
        let resources: Vec<Stored> = resources.collect();
        Some(Self {
            // Ids alone, or nothing at all, as the hospital likes; of a deletion there is no more.
            untold: told == 0 || resources.len() < told,
            resources,
            events,
            before: events.map(|events| events.saturating_sub(1)),
        })
    }
}

/// The value of a parameter of a `SubscriptionStatus`, whatever its type; or the element of the
/// same name, where it is one of R4B.
fn parameter<'a>(status: &'a Value, name: &str) -> Option<&'a Value> {
    let camel: String = name
        .split('-')
        .enumerate()
        .map(|(at, word)| match word.split_at_checked(1) {
            Some((first, rest)) if at > 0 => first.to_uppercase() + rest,
            _ => word.to_owned(),
        })
        .collect();
    if let Some(value) = status.get(&camel) {
        return Some(value);
    }
    let parameters = status["parameter"].as_array()?;
    let found = parameters.iter().find(|it| it["name"] == name)?;
    found
        .as_object()?
        .iter()
        .find(|(key, _)| key.starts_with("value"))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted<'_> = Wanted {
        endpoint: "http://edge/hooks/general",
        header: "Authorization: Bearer x",
        topic: None,
    };

    fn stored(status: &str) -> Stored {
        let mut resource = WANTED.to_resource();
        resource["id"] = "s1".into();
        resource["status"] = status.into();
        Stored::new(resource).unwrap()
    }

    #[test]
    fn one_that_has_given_up_is_mended() {
        assert!(WANTED.is_at(&stored("active")));
        assert_eq!(WANTED.state(&stored("active")), State::Active);
        let mut broken = stored("error");
        broken.0["error"] = "503".into();
        assert_eq!(WANTED.state(&broken), State::Broken);
        WANTED.mend(&mut broken);
        assert_eq!(WANTED.state(&broken), State::Requested);
        assert!(broken.0.get("error").is_none());
        let renewed = Wanted {
            header: "Authorization: Bearer y",
            ..WANTED
        };
        assert_eq!(renewed.state(&stored("active")), State::Broken);
    }

    #[test]
    fn a_slot_alone_is_a_change() {
        let slot = br#"{"resourceType":"Slot","id":"s1"}"#;
        let read = Notification::read(slot).unwrap();
        assert_eq!((read.resources[0].id(), read.untold), ("s1", false));
        assert_eq!((read.events, read.before), (None, None));
        assert!(Notification::read(b"").unwrap().untold);
        assert_eq!(Notification::read(b"{\"resourceType\":"), None);
        assert_eq!(Notification::read(b"[]"), None);
    }

    #[test]
    fn a_topic_says_how_many_events_there_were() {
        let read = |kind: &str, more: Value| {
            let mut entries = vec![
                json!({"resource": {"resourceType":"Parameters","parameter":[
                {"name":"type","valueCode":kind},
                {"name":"events-since-subscription-start","valueString":"7"}]}}),
            ];
            entries.extend(more.as_array().cloned().unwrap_or_default());
            let bundle = json!({"resourceType":"Bundle","type":"history","entry":entries});
            let read = Notification::read(bundle.to_string().as_bytes()).unwrap();
            assert_eq!(read.events, Some(7));
            (read.resources.len(), read.untold, read.before)
        };
        let slot = json!({"resource":{"resourceType":"Slot","id":"s1"}});
        let gone = json!({"request":{"method":"DELETE","url":"Slot/s2"}});
        let event = "event-notification";
        assert_eq!(read(event, json!([slot])), (1, false, Some(6)));
        assert_eq!(read(event, json!([slot, gone])), (1, true, Some(6)));
        assert_eq!(read(event, json!([gone])), (0, true, Some(6)));
        assert_eq!(read(event, json!([])), (0, true, Some(6)));
        assert_eq!(read("heartbeat", json!([])), (0, false, Some(7)));
        assert_eq!(read("handshake", json!([])), (0, false, None));
    }
}
