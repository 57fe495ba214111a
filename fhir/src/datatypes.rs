//! The R4 data types that are read.

#![allow(missing_docs)] // Fields are named and described by FHIR R4.

use contract::json::{Number, Value};

use crate::read::resources;

resources! {
    /// Version and time of a stored resource.
    pub struct Meta {
        pub version_id: Option<String>,
        pub last_updated: Option<String>,
    }
}

resources! {
    /// A pointer to another resource.
    pub struct Reference {
        pub reference: Option<String>,
        pub display: Option<String>,
    }
}

impl Reference {
    /// The id, when this points to a resource of type `kind`, relatively or absolutely, with or
    /// without a version.
    pub fn id_of(&self, kind: &str) -> Option<&str> {
        let reference = self.reference.as_deref()?;
        let path = reference
            .split_once("/_history/")
            .map_or(reference, |(path, _)| path);
        let (rest, id) = path.rsplit_once('/')?;
        (rest == kind || rest.ends_with(&format!("/{kind}"))).then_some(id)
    }
}

resources! {
    /// Where something stands, as far as it is told in parts.
    pub struct Address {
        pub city: Option<String>,
        pub state: Option<String>,
        pub postal_code: Option<String>,
    }
}

resources! {
    /// A number or code that names something within a system.
    pub struct Identifier {
        pub system: Option<String>,
        pub value: Option<String>,
    }
}

resources! {
    /// A code of a code system.
    pub struct Coding {
        pub system: Option<String>,
        pub code: Option<String>,
        pub display: Option<String>,
    }
}

resources! {
    /// A concept: codes, text, or both.
    pub struct CodeableConcept {
        pub coding: Vec<Coding>,
        pub text: Option<String>,
    }
}

impl CodeableConcept {
    /// The code it has in `system`.
    pub fn code(&self, system: &str) -> Option<&str> {
        self.coding
            .iter()
            .find(|c| c.system.as_deref() == Some(system))?
            .code
            .as_deref()
    }

    /// What to call it: the text, else the first display.
    pub fn label(&self) -> Option<&str> {
        self.text
            .as_deref()
            .or_else(|| self.coding.iter().find_map(|c| c.display.as_deref()))
    }
}

resources! {
    /// A span of time.
    pub struct Period {
        pub start: Option<String>,
        pub end: Option<String>,
    }
}

resources! {
    /// An amount of money.
    pub struct Money {
        pub value: Option<Number>,
        pub currency: Option<String>,
    }
}

impl Money {
    /// The amount in fen (hundredths), exactly; `None` when negative, finer than a fen, or no
    /// plain decimal.
    pub fn fen(&self) -> Option<u64> {
        let text = self.value.as_ref()?.to_string();
        let (yuan, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 2 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let cents: u64 = format!("{fraction:0<2}").parse().ok()?;
        yuan.parse::<u64>()
            .ok()?
            .checked_mul(100)?
            .checked_add(cents)
    }
}

resources! {
    /// A measured amount; the number as the laboratory wrote it (`5.10` stays `5.10`).
    pub struct Quantity {
        pub value: Option<Number>,
        pub comparator: Option<String>,
        pub unit: Option<String>,
        pub code: Option<String>,
    }
}

resources! {
    /// A document, inside or elsewhere.
    pub struct Attachment {
        pub content_type: Option<String>,
        pub data: Option<String>,
        pub url: Option<String>,
        pub title: Option<String>,
    }
}

resources! {
    /// A phone number or other way to reach somebody.
    pub struct ContactPoint {
        pub system: Option<String>,
        pub value: Option<String>,
        pub extension: Vec<Extension>,
    }
}

resources! {
    /// A name of a person.
    pub struct HumanName {
        pub text: Option<String>,
        pub family: Option<String>,
        pub given: Vec<String>,
    }
}

impl HumanName {
    /// The name as Chinese writes it: the text, else family and given name with nothing between.
    pub fn full(&self) -> Option<String> {
        self.text.clone().or_else(|| {
            let name = format!(
                "{}{}",
                self.family.as_deref().unwrap_or(""),
                self.given.concat()
            );
            (!name.is_empty()).then_some(name)
        })
    }
}

resources! {
    /// An extension; only the value types in use.
    pub struct Extension {
        pub url: String,
        pub extension: Vec<Extension>,
        pub value_money: Option<Money>,
        pub value_integer: Option<i64>,
        pub value_boolean: Option<bool>,
        pub value_string: Option<String>,
        pub value_code: Option<String>,
        pub value_instant: Option<String>,
        pub value_reference: Option<Reference>,
    }
}

/// The first extension with this URL.
pub fn extension<'a>(extensions: &'a [Extension], url: &str) -> Option<&'a Extension> {
    extensions.iter().find(|e| e.url == url)
}

/// Sets the extension `url` of a resource to one value (`"valueBoolean"`, `true`), replacing
/// what it had and leaving every other extension alone.
pub(crate) fn set_extension(resource: &mut Value, url: &str, kind: &str, value: Value) {
    let Some(resource) = resource.as_object_mut() else {
        return;
    };
    let list = resource
        .entry("extension")
        .or_insert_with(|| Value::Array(Vec::new()));
    let Some(list) = list.as_array_mut() else {
        return;
    };
    let mut new = serde_json::Map::new();
    new.insert("url".to_owned(), url.into());
    new.insert(kind.to_owned(), value);
    let new = Value::Object(new);
    match list.iter_mut().find(|e| e["url"] == url) {
        Some(old) => *old = new,
        None => list.push(new),
    }
}

#[cfg(test)]
mod tests {
    use contract::json::from_slice;

    use super::*;

    fn money(text: &str) -> Option<u64> {
        let text = format!(r#"{{"value":{text},"currency":"CNY"}}"#);
        from_slice::<Money>(text.as_bytes()).unwrap().fen()
    }

    #[test]
    fn money_is_exact() {
        assert_eq!(money("50"), Some(5000));
        assert_eq!(money("50.00"), Some(5000));
        assert_eq!(money("0.29"), Some(29));
        assert_eq!(money("19.9"), Some(1990));
        assert_eq!(money("0.290"), Some(29));
        assert_eq!(money("0.291"), None);
        assert_eq!(money("-1"), None);
        assert_eq!(money("1e2"), None);
        assert_eq!(money("99999999999999999999"), None);
    }

    #[test]
    fn references_name_their_type() {
        let r = |text: &str| Reference {
            reference: Some(text.to_owned()),
            display: None,
        };
        assert_eq!(r("Slot/s1").id_of("Slot"), Some("s1"));
        assert_eq!(
            r("http://h/fhir/Slot/s1/_history/3").id_of("Slot"),
            Some("s1")
        );
        assert_eq!(r("TimeSlot/s1").id_of("Slot"), None);
        assert_eq!(r("urn:uuid:1").id_of("Slot"), None);
    }

    #[test]
    fn names_without_text_are_put_together() {
        let name: HumanName =
            from_slice(r#"{"family":"王","given":["建","国"]}"#.as_bytes()).unwrap();
        assert_eq!(name.full().as_deref(), Some("王建国"));
    }
}
