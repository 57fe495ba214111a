//! The R4 resources that are read. Elements nobody here needs are left out; codes stay text or
//! fall back to `Other`, so that a new code never fails a whole answer.

use crate::datatypes::{
    Address, Attachment, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta,
    Period, Quantity, Reference,
};
use crate::read::{codes, resources};

codes! {
    /// `Slot.status`.
    SlotStatus {
        Free => "free", Busy => "busy", BusyTentative => "busy-tentative",
        BusyUnavailable => "busy-unavailable", EnteredInError => "entered-in-error",
    }
    /// `Appointment.status`.
    AppointmentStatus {
        Proposed => "proposed", Pending => "pending", Booked => "booked", Arrived => "arrived",
        CheckedIn => "checked-in", Fulfilled => "fulfilled", Cancelled => "cancelled",
        NoShow => "noshow", Waitlist => "waitlist", EnteredInError => "entered-in-error",
    }
}

resources! {
    /// A time that can be booked.
    pub struct Slot {
        pub id: String,
        pub meta: Meta,
        pub extension: Vec<Extension>,
        pub schedule: Reference,
        pub status: SlotStatus,
        pub start: String,
        pub end: String,
    }
    /// Whose slots.
    pub struct Schedule {
        pub id: String,
        pub active: Option<bool>,
        pub service_type: Vec<CodeableConcept>,
        pub actor: Vec<Reference>,
    }
    /// A doctor in a department.
    pub struct PractitionerRole {
        pub id: String,
        pub extension: Vec<Extension>,
        pub active: Option<bool>,
        pub practitioner: Reference,
        pub code: Vec<CodeableConcept>,
        pub specialty: Vec<CodeableConcept>,
        pub location: Vec<Reference>,
        pub healthcare_service: Vec<Reference>,
    }
    /// A doctor.
    pub struct Practitioner {
        pub id: String,
        pub name: Vec<HumanName>,
    }
    /// A department.
    pub struct HealthcareService {
        pub id: String,
        pub extension: Vec<Extension>,
        pub active: Option<bool>,
        #[named("type")]
        pub kind: Vec<CodeableConcept>,
        pub name: Option<String>,
        pub location: Vec<Reference>,
    }
    /// A place.
    pub struct Location {
        pub id: String,
        pub name: Option<String>,
        pub description: Option<String>,
        pub address: Address,
    }
    /// A booking or a hold.
    pub struct Appointment {
        pub id: String,
        pub language: Option<String>,
        pub meta: Meta,
        pub extension: Vec<Extension>,
        pub identifier: Vec<Identifier>,
        pub status: AppointmentStatus,
        pub cancelation_reason: CodeableConcept,
        pub slot: Vec<Reference>,
        pub start: Option<String>,
        pub end: Option<String>,
        pub created: Option<String>,
        pub service_type: Vec<CodeableConcept>,
        pub requested_period: Vec<Period>,
        pub supporting_information: Vec<Reference>,
        pub participant: Vec<Participant>,
    }
    /// Who takes part in an appointment.
    pub struct Participant {
        pub actor: Reference,
    }
    /// A patient record.
    pub struct Patient {
        pub id: String,
        pub meta: Meta,
        pub active: Option<bool>,
        pub identifier: Vec<Identifier>,
        pub name: Vec<HumanName>,
        pub telecom: Vec<ContactPoint>,
        pub birth_date: Option<String>,
        pub gender: Option<String>,
        pub communication: Vec<PatientLanguage>,
    }
    /// A language somebody understands.
    pub struct PatientLanguage {
        pub language: CodeableConcept,
        pub preferred: Option<bool>,
    }
    /// Somebody who acts for a patient.
    pub struct RelatedPerson {
        pub id: String,
        pub active: Option<bool>,
        pub patient: Reference,
        pub relationship: Vec<CodeableConcept>,
        pub name: Vec<HumanName>,
        pub telecom: Vec<ContactPoint>,
        pub period: Option<Period>,
        pub communication: Vec<PatientLanguage>,
    }
    /// What a patient allows somebody to do.
    pub struct Consent {
        pub id: String,
        pub status: String,
        pub scope: CodeableConcept,
        pub patient: Reference,
        pub provision: Provision,
    }
    /// The permission itself.
    pub struct Provision {
        #[named("type")]
        pub kind: Option<String>,
        pub period: Option<Period>,
        pub actor: Vec<ProvisionActor>,
        pub action: Vec<CodeableConcept>,
    }
    /// To whom it is given.
    pub struct ProvisionActor {
        pub role: CodeableConcept,
        pub reference: Reference,
    }
    /// A report of the laboratory or of imaging.
    pub struct DiagnosticReport {
        pub id: String,
        pub status: String,
        pub category: Vec<CodeableConcept>,
        pub code: CodeableConcept,
        pub subject: Reference,
        pub effective_date_time: Option<String>,
        pub issued: Option<String>,
        pub result: Vec<Reference>,
        pub conclusion: Option<String>,
        pub conclusion_code: Vec<CodeableConcept>,
        pub presented_form: Vec<Attachment>,
    }
    /// One value of a report.
    pub struct Observation {
        pub id: String,
        pub status: String,
        pub code: CodeableConcept,
        pub subject: Reference,
        #[here]
        pub measured: Measured,
        pub component: Vec<Component>,
    }
    /// A part of a value, such as one of two blood pressures.
    pub struct Component {
        pub code: CodeableConcept,
        #[here]
        pub measured: Measured,
    }
    /// What was measured, and how it is judged.
    pub struct Measured {
        pub value_quantity: Option<Quantity>,
        pub value_string: Option<String>,
        pub value_integer: Option<i64>,
        pub value_boolean: Option<bool>,
        pub value_codeable_concept: Option<CodeableConcept>,
        pub interpretation: Vec<CodeableConcept>,
        pub reference_range: Vec<ReferenceRange>,
    }
    /// What is usual.
    pub struct ReferenceRange {
        pub low: Option<Quantity>,
        pub high: Option<Quantity>,
        pub text: Option<String>,
    }
    /// Why a request was refused.
    pub struct OperationOutcome {
        pub issue: Vec<Issue>,
    }
    /// One reason.
    pub struct Issue {
        pub severity: Option<String>,
        pub code: Option<String>,
        pub diagnostics: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use contract::json::from_slice;

    use super::*;

    #[test]
    fn an_unknown_code_fails_nothing() {
        let slot: Slot = from_slice(
            br#"{"resourceType":"Slot","id":"s","status":"brand-new","schedule":{},"novel":{"a":1}}"#,
        )
        .unwrap();
        assert_eq!(slot.status, SlotStatus::Other);
        let consent: Consent = from_slice(
            br#"{"id":"c","status":"active","provision":{"type":"permit","actor":[
                {"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"RelatedPerson/r"}}]}}"#,
        )
        .unwrap();
        assert_eq!(consent.provision.kind.as_deref(), Some("permit"));
        assert_eq!(
            consent.provision.actor[0].reference.id_of("RelatedPerson"),
            Some("r")
        );
    }
}
