//! How resources are read: leniently, every element optional, unknown ones passed over.

use contract::json::{Bad, FromJson, Value};

/// An element by our name for it (`value_string` is `valueString`).
pub(crate) fn element<'v, T: FromJson + Default>(
    object: &'v Value,
    name: &str,
    bad: &mut Bad<'v>,
) -> T {
    match find(object, name) {
        Some(value) => T::read(value, bad),
        None => T::default(),
    }
}

fn find<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let found = if name.contains('_') {
        let mut elements = object.as_object()?.iter();
        elements.find(|(key, _)| is_camel(key, name))?.1
    } else {
        object.get(name)?
    };
    Some(found).filter(|value| !value.is_null())
}

/// Whether `camel` is `snake` in camel case.
fn is_camel(camel: &str, snake: &str) -> bool {
    let mut camel = camel.bytes();
    let mut rises = false;
    for byte in snake.bytes() {
        if byte == b'_' {
            rises = true;
            continue;
        }
        let wanted = if rises {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        rises = false;
        if camel.next() != Some(wanted) {
            return false;
        }
    }
    camel.next().is_none()
}

/// Resources and data types. `#[named("type")]`: what an element is called; `#[here]`: its parts
/// stand beside the other elements.
macro_rules! resources {
    ($($(#[doc = $doc:literal])* pub struct $name:ident {
        $($(#[$($attr:tt)*])* pub $field:ident: $type:ty),* $(,)?
    })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default)]
        #[allow(missing_docs)] // Fields are named and described by FHIR R4.
        pub struct $name { $(pub $field: $type),* }

        impl contract::json::FromJson for $name {
            fn read<'v>(
                value: &'v contract::json::Value,
                bad: &mut contract::json::Bad<'v>,
            ) -> Self {
                contract::json::object(value, bad);
                Self { $($field: $crate::read::resources!(@ value bad $field $([$($attr)*])*)),* }
            }
        }
    )*};
    (@ $value:ident $bad:ident $field:ident) => {
        $crate::read::element($value, stringify!($field), $bad)
    };
    (@ $value:ident $bad:ident $field:ident [named($name:literal)]) => {
        $crate::read::element($value, $name, $bad)
    };
    (@ $value:ident $bad:ident $field:ident [here]) => {
        contract::json::FromJson::read($value, $bad)
    };
}

/// Codes of a value set: those that somebody here cares about.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident => $word:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)*
            /// A code this edition does not know, or none.
            #[default]
            Other,
        }

        impl contract::json::FromJson for $name {
            fn read<'v>(
                value: &'v contract::json::Value,
                bad: &mut contract::json::Bad<'v>,
            ) -> Self {
                match String::read(value, bad).as_str() { $($word => Self::$variant,)* _ => Self::Other }
            }
        }

        impl contract::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                let word = match self { $(Self::$variant => $word,)* Self::Other => "" };
                contract::json::text(out, word);
            }
        }
    )*};
}

pub(crate) use {codes, resources};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_names_are_fhirs_in_camel_case() {
        assert!(is_camel("valueString", "value_string"));
        assert!(is_camel("effectiveDateTime", "effective_date_time"));
        for other in ["valuestring", "valueStrin", "valueStrings", "value_string"] {
            assert!(!is_camel(other, "value_string"), "{other}");
        }
    }
}
