//! Names as one hospital gives them.

use contract::{IdType, Map};

use crate::names;

/// Extension URLs and identifier systems of one hospital: the project's own names unless its
/// settings override them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// Short name (`fee`) to the hospital's URL.
    pub extensions: Map<String, String>,
    /// Identity document (`resident`) to the hospital's identifier system.
    pub identifier_systems: Map<String, String>,
}

impl Naming {
    /// URL of an extension of [`names`].
    pub fn extension(&self, name: &str) -> String {
        match self.extensions.get(name) {
            Some(url) => url.clone(),
            None => format!("{}{name}", names::EXTENSION_BASE),
        }
    }

    /// `Patient.identifier.system` of an identity document.
    pub fn identifier_system(&self, id_type: IdType) -> String {
        match self.identifier_systems.get(id_type.as_str()) {
            Some(system) => system.clone(),
            None if id_type == IdType::Resident => names::RESIDENT_ID_SYSTEM.to_owned(),
            None => format!("{}{}", names::OTHER_ID_BASE, id_type.as_str()),
        }
    }

    /// The identity document whose numbers stand under `system`.
    pub fn id_type(&self, system: &str) -> Option<IdType> {
        IdType::ALL
            .iter()
            .copied()
            .find(|t| self.identifier_system(*t) == system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hospital_may_name_things_its_own_way() {
        let mut naming = Naming::default();
        assert_eq!(naming.extension(names::FEE), "urn:banzhen:ext:fee");
        assert_eq!(
            naming.identifier_system(IdType::Passport),
            "urn:banzhen:id:passport"
        );
        naming
            .extensions
            .insert("fee".into(), "http://his.example/fee".into());
        naming
            .identifier_systems
            .insert("resident".into(), "urn:oid:1.2".into());
        assert_eq!(naming.extension(names::FEE), "http://his.example/fee");
        assert_eq!(naming.id_type("urn:oid:1.2"), Some(IdType::Resident));
        assert_eq!(naming.id_type(names::RESIDENT_ID_SYSTEM), None);
    }
}
