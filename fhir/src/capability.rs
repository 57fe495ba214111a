//! What a server says it can do.

use serde_json::Value;

/// What booking needs of a server. A hospital's settings may state them where its
/// `CapabilityStatement` says less than the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Transactions that happen as a whole.
    pub transaction: bool,
    /// `ifMatch` on Slot and Appointment.
    pub versioned_update: bool,
}

impl Capabilities {
    /// Whether bookings can be made safely.
    pub fn can_book(self) -> bool {
        self.transaction && self.versioned_update
    }

    /// Reads a `CapabilityStatement`; `None` when it is not one.
    pub fn read(statement: &Value) -> Option<Self> {
        if statement["resourceType"] != "CapabilityStatement" {
            return None;
        }
        let rest = statement["rest"]
            .as_array()?
            .iter()
            .find(|r| r["mode"] == "server")?;
        let transaction = list(&rest["interaction"]).any(|i| i["code"] == "transaction");
        let versioned = |kind: &str| {
            list(&rest["resource"])
                .any(|r| r["type"] == kind && r["versioning"] == "versioned-update")
        };
        Some(Self {
            transaction,
            versioned_update: versioned("Slot") && versioned("Appointment"),
        })
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A hospital's settings where they know better than its `CapabilityStatement`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapabilityOverride {
    /// See [`Capabilities::transaction`].
    pub transaction: Option<bool>,
    /// See [`Capabilities::versioned_update`].
    pub versioned_update: Option<bool>,
}

impl CapabilityOverride {
    /// All that matters is settled without asking the server.
    pub fn complete(self) -> Option<Capabilities> {
        Some(Capabilities {
            transaction: self.transaction?,
            versioned_update: self.versioned_update?,
        })
    }

    /// Settings win over the statement.
    pub fn over(self, stated: Capabilities) -> Capabilities {
        Capabilities {
            transaction: self.transaction.unwrap_or(stated.transaction),
            versioned_update: self.versioned_update.unwrap_or(stated.versioned_update),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_without_versions_cannot_book() {
        let mut statement = json!({"resourceType":"CapabilityStatement","rest":[{"mode":"server",
            "interaction":[{"code":"transaction"}],
            "resource":[{"type":"Slot","versioning":"versioned-update"},
                        {"type":"Appointment","versioning":"versioned-update"}]}]});
        assert!(Capabilities::read(&statement).unwrap().can_book());
        statement["rest"][0]["resource"][0]["versioning"] = "versioned".into();
        let stated = Capabilities::read(&statement).unwrap();
        assert!(!stated.can_book());
        let known = CapabilityOverride {
            versioned_update: Some(true),
            ..Default::default()
        };
        assert!(known.over(stated).can_book());
        assert_eq!(known.complete(), None);
    }
}
