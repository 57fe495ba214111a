//! Ids, days and instants as newtypes over text, so that one cannot be passed for another.

use serde::{Deserialize, Serialize};

macro_rules! text_newtype {
    ($($(#[$doc:meta])* $name:ident ( pattern $pattern:literal );)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(feature = "openapi", schemars(regex(pattern = $pattern)))] pub String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "tree")]
        impl $crate::tree::FromTree for $name {
            fn from_tree(tree: &dyn $crate::tree::Tree, bad: &mut bool) -> Self {
                Self($crate::tree::text(tree, bad))
            }
        }

        #[cfg(feature = "tree")]
        impl $crate::tree::AsScalar for $name {
            fn scalar(&self) -> $crate::tree::Scalar<'_> {
                $crate::tree::Scalar::Text(&self.0)
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::FromJson for $name {
            fn read<'v>(value: &'v $crate::json::Value, bad: &mut $crate::json::Bad<'v>) -> Self {
                Self(String::read(value, bad))
            }
        }

        #[cfg(feature = "json")]
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut String) {
                $crate::json::text(out, &self.0);
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )*};
}

text_newtype! {
    /// A hospital of this edge, as its settings name it (`general`).
    HospitalId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A department of one hospital.
    DepartmentId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A doctor in a department: one practitioner in two departments has two.
    DoctorId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A slot of one hospital.
    SlotId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A person, one id for all hospitals; derived with a key from identity type and number.
    PersonId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A hold; carries its hospital within.
    HoldId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// An appointment; carries its hospital within.
    AppointmentId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A place on the waitlist; carries its hospital within.
    WaitlistId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// An offer of a place; carries its hospital within.
    OfferId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A report; carries its hospital within.
    ReportId(pattern r"^[A-Za-z0-9._~-]{1,128}$");
    /// A calendar day `YYYY-MM-DD` in the hospital's zone.
    Day(pattern r"^\d{4}-\d{2}-\d{2}$");
    /// An instant, RFC 3339 with offset, in the hospital's zone.
    Instant(pattern r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)$");
    /// A time of day `HH:MM` in the hospital's zone.
    TimeOfDay(pattern r"^\d{2}:\d{2}$");
}

/// Whether a text may stand as an opaque id: `[A-Za-z0-9._~-]{1,128}` (`api.md`, Conventions).
pub fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
}
