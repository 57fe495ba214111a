//! One [`Endpoint`] per operation: method, path, what goes in, what comes out.

use std::fmt::Write as _;

use serde::{Serialize, de::DeserializeOwned};

use crate::Code;

/// HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes or creates.
    Post,
    /// Removes.
    Delete,
}

impl Method {
    /// As written in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody; the answer may be cached.
    Public,
    /// Anybody; the answer is nobody else's (`no-store`).
    Anonymous,
    /// Who is logged in.
    Session,
    /// Who may act for the person in the path.
    Person(Option<crate::Right>),
}

/// Whether `Idempotency-Key` is needed (`api.md`, Conventions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Accepted and ignored.
    Ignored,
    /// Missing or malformed: `invalid_request`.
    Needed,
}

/// One operation of the API, typed at both ends.
pub trait Endpoint {
    /// The body; `()` for none.
    type Body: Serialize + DeserializeOwned;
    /// What comes back; `()` for none.
    type Answer: Serialize + DeserializeOwned;
    /// Name, also the OpenAPI `operationId`.
    const NAME: &'static str;
    /// What it does, in a sentence.
    const SUMMARY: &'static str;
    /// HTTP method.
    const METHOD: Method;
    /// Path with `{name}` for each parameter.
    const PATH: &'static str;
    /// Query parameters that may be given.
    const QUERY: &'static [&'static str];
    /// Status of success.
    const STATUS: u16;
    /// Who may call.
    const ACCESS: Access;
    /// Whether a key is needed.
    const IDEMPOTENCY: Idempotency;
    /// What else can come back, beyond what every endpoint of its access can answer.
    const PROBLEMS: &'static [Code];
}

/// `PATH` with its parameters filled in, in their order, percent-encoding what an id may not hold.
pub fn fill(template: &str, parameters: &[&str]) -> String {
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    let mut parameters = parameters.iter();
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        for byte in parameters.next().copied().unwrap_or_default().bytes() {
            if byte.is_ascii_alphanumeric() || b"._~-".contains(&byte) {
                path.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(path, "%{byte:02X}");
            }
        }
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    path.push_str(rest);
    path
}

/// Answer types and what is inside them: read leniently, written in full.
#[macro_export]
#[doc(hidden)]
macro_rules! wire {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$($attr:tt)*])* pub $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        pub struct $name { $($(#[$($attr)*])* #[allow(missing_docs)] pub $field: $type),* }

        #[cfg(feature = "tree")]
        impl $crate::tree::FromTree for $name {
            fn from_tree(tree: &dyn $crate::tree::Tree, bad: &mut bool) -> Self {
                Self { $($field: $crate::tree::field(tree, stringify!($field), bad)),* }
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                $crate::json::object(value, bad);
                Self { $($field: $crate::json::field(
                    value, $crate::wire_name!($field $([$($attr)*])*), bad,
                )),* }
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                out.push('{');
                $($crate::wire_put!(
                    out, $crate::wire_name!($field $([$($attr)*])*), &self.$field; $([$($attr)*])*
                );)*
                out.push('}');
            }
        }
    )*};
}

/// Bodies: a field nobody knows is an error.
#[macro_export]
#[doc(hidden)]
macro_rules! wire_body {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$($attr:tt)*])* pub $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$($attr)*])* #[allow(missing_docs)] pub $field: $type),* }

        #[cfg(feature = "tree")]
        impl $crate::tree::Fields for $name {
            fn fields(&self, put: &mut dyn FnMut(&'static str, $crate::tree::Scalar<'_>)) {
                $(put(stringify!($field), $crate::tree::AsScalar::scalar(&self.$field));)*
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                $crate::json::only(value, &[$(stringify!($field)),*], bad);
                Self { $($field: $crate::json::field(value, stringify!($field), bad)),* }
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                out.push('{');
                $($crate::wire_put!(
                    out, $crate::wire_name!($field $([$($attr)*])*), &self.$field; $([$($attr)*])*
                );)*
                out.push('}');
            }
        }
    )*};
}

/// What a field is called.
#[macro_export]
#[doc(hidden)]
macro_rules! wire_name {
    ($field:ident) => { stringify!($field) };
    ($field:ident [serde(rename = $word:literal)] $($rest:tt)*) => { $word };
    ($field:ident $other:tt $($rest:tt)*) => { $crate::wire_name!($field $($rest)*) };
}

/// Writes a field; one that serde leaves out when there is none is left out here.
#[macro_export]
#[doc(hidden)]
macro_rules! wire_put {
    ($out:ident, $name:expr, $value:expr;) => { $crate::json::put($out, $name, $value) };
    ($out:ident, $name:expr, $value:expr; [serde(skip_serializing_if $($how:tt)*)] $($rest:tt)*) => {
        $crate::json::put_some($out, $name, $value)
    };
    ($out:ident, $name:expr, $value:expr; $other:tt $($rest:tt)*) => {
        $crate::wire_put!($out, $name, $value; $($rest)*)
    };
}

/// Closed lists of words.
#[macro_export]
#[doc(hidden)]
macro_rules! wire_enum {
    ($($(#[$doc:meta])* pub enum $name:ident { $($variant:ident => $word:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        #[cfg(feature = "tree")]
        impl $crate::tree::FromTree for $name {
            fn from_tree(tree: &dyn $crate::tree::Tree, bad: &mut bool) -> Self {
                Self::ALL[$crate::tree::word(tree, &[$($word),*], bad)]
            }
        }

        #[cfg(feature = "tree")]
        impl $crate::tree::AsScalar for $name {
            fn scalar(&self) -> $crate::tree::Scalar<'_> {
                $crate::tree::Scalar::Text(self.as_str())
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                Self::ALL[$crate::json::word(value, &[$($word),*], bad)]
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                $crate::json::text(out, self.as_str());
            }
        }
    )*};
}
