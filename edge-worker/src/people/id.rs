//! A person's id: derived with a key from the document, one for all hospitals.

use contract::{IdType, PersonId};

use crate::secrets::{Secret, Secrets};

/// The id under the key in force.
pub fn person_id(secrets: &Secrets, id_type: IdType, id_number: &str) -> PersonId {
    under(secrets.current(), id_type, id_number)
}

/// Whether `id` is this person's, under the key in force or an older one.
pub(super) fn is(secrets: &Secrets, id: &PersonId, id_type: IdType, id_number: &str) -> bool {
    secrets
        .all()
        .iter()
        .any(|secret| under(secret, id_type, id_number) == *id)
}

fn under(secret: &Secret, id_type: IdType, id_number: &str) -> PersonId {
    secret
        .digest(&["person", id_type.as_str(), id_number])
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::tests::secrets;

    #[test]
    fn it_is_opaque_stable_and_survives_a_new_key() {
        let old = secrets(&["a"]);
        let id = person_id(&old, IdType::Passport, "E12345678");
        assert!(contract::is_id(id.as_str()) && id.as_str().len() >= 22);
        assert_ne!(id, person_id(&old, IdType::HkMacauPermit, "E12345678"));
        assert!(is(
            &secrets(&["b", "a"]),
            &id,
            IdType::Passport,
            "E12345678"
        ));
        assert!(!is(&secrets(&["b"]), &id, IdType::Passport, "E12345678"));
    }
}
