//! Ids under `/people/{p}/`: `{hospital}~{fhir id}`.

use contract::{AppointmentId, Code, HoldId, HospitalId};

use crate::http::AppError;

/// Hospital and FHIR id of a hold's or an appointment's id.
///
/// # Errors
/// `not_found` for what is no such id.
pub fn split(id: &str) -> Result<(HospitalId, &str), AppError> {
    let (hospital, id) = id.split_once('~').ok_or(Code::NotFound)?;
    let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    // Dots alone would name another place of the URL.
    let dots = matches!(id, "." | "..");
    if (1..=64).contains(&id.len()) && id.bytes().all(valid) && !dots {
        Ok((hospital.into(), id))
    } else {
        Err(Code::NotFound.into())
    }
}

/// A hold's id.
pub fn hold(hospital: &HospitalId, id: &str) -> HoldId {
    format!("{hospital}~{id}").into()
}

/// An appointment's id.
pub fn appointment(hospital: &HospitalId, id: &str) -> AppointmentId {
    format!("{hospital}~{id}").into()
}

/// Whether a slot's id can be a FHIR id at all: only then does it go into a URL.
pub fn is_fhir_id(id: &str) -> bool {
    split(&format!("h~{id}")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_hospital_and_nothing_else() {
        assert_eq!(split("general~a-1.b"), Ok(("general".into(), "a-1.b")));
        for bad in [
            "a1",
            "general~",
            "general~a~b",
            "general~a/b",
            "general~a?b",
            "general~.",
            "general~..",
        ] {
            assert!(split(bad).is_err(), "{bad}");
        }
        assert_eq!(
            split(appointment(&"g".into(), "7").as_str()),
            Ok(("g".into(), "7"))
        );
    }
}
