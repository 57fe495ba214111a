//! Patients, the phones bound to them, and who may act for whom.

use contract::{IdType, Relation, Right};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::Offset,
};
use serde_json::{Value, json};

use crate::{
    Naming, Stored,
    datatypes::{ContactPoint, Period, extension},
    names,
    resources::{Consent, Patient, PatientLanguage, RelatedPerson},
    time,
};

/// What is known of a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientRecord {
    /// Id of the Patient.
    pub id: String,
    /// As the hospital writes it.
    pub name: String,
    /// `YYYY-MM-DD`, when known to the day.
    pub birth_date: Option<String>,
    /// The document the person is known by.
    pub id_type: IdType,
    /// Its number.
    pub id_number: String,
    /// Further documents.
    pub others: Vec<(IdType, String)>,
    /// Phone numbers, and whether each is bound.
    pub phones: Vec<(String, bool)>,
    /// The language that the patient prefers, where it is said.
    pub language: Option<String>,
}

impl PatientRecord {
    /// Reads a Patient; `None` for one that is not in use, or has no name or no document we know.
    pub fn read(stored: &Stored, naming: &Naming) -> Option<Self> {
        let patient: Patient = stored.read()?;
        if patient.active == Some(false) {
            return None;
        }
        let mut documents: Vec<(IdType, String)> = patient
            .identifier
            .into_iter()
            .filter_map(|it| Some((naming.id_type(&it.system?)?, it.value?)))
            .collect();
        // One and the same person must not get two ids because a list is in another order.
        documents.sort();
        let mut documents = documents.into_iter();
        let (id_type, id_number) = documents.next()?;
        Some(Self {
            id: patient.id,
            name: patient
                .name
                .iter()
                .find_map(crate::datatypes::HumanName::full)?,
            birth_date: patient.birth_date.filter(|day| day.len() == 10),
            id_type,
            id_number,
            others: documents.collect(),
            phones: phones(patient.telecom, naming),
            language: language(&patient.communication),
        })
    }

    /// Where messages go.
    pub fn bound_phone(&self) -> Option<&str> {
        let bound = self.phones.iter().find(|(_, bound)| *bound);
        bound.map(|(phone, _)| phone.as_str())
    }

    /// Whether the person is known by this document.
    pub fn has_document(&self, id_type: IdType, number: &str) -> bool {
        let first = (self.id_type, &*self.id_number);
        let others = self.others.iter().map(|(kind, number)| (*kind, &**number));
        others.chain([first]).any(|it| it == (id_type, number))
    }

    /// Whether this phone stands in the record, bound or not.
    pub fn has_phone(&self, phone: &str) -> bool {
        self.phones.iter().any(|(known, _)| known == phone)
    }

    /// Whether this phone is bound.
    pub fn is_bound_to(&self, phone: &str) -> bool {
        self.phones
            .iter()
            .any(|(known, bound)| *bound && known == phone)
    }
}

/// Binds a phone that stands in the record; `None` when it does not.
pub fn bind(patient: &Stored, phone: &str, naming: &Naming) -> Option<Stored> {
    let mut edited = patient.clone();
    let contact = edited.0["telecom"]
        .as_array_mut()?
        .iter_mut()
        .find(|it| it["system"] == "phone" && it["value"] == phone)?;
    let url = naming.extension(names::VERIFIED);
    crate::datatypes::set_extension(contact, &url, "valueBoolean", true.into());
    Some(edited)
}

/// A first-time patient.
#[derive(Clone, Copy, Debug)]
pub struct NewPatient<'a> {
    /// The name as typed, normalised.
    pub name: &'a str,
    /// The document.
    pub id_type: IdType,
    /// Its number, normalised.
    pub id_number: &'a str,
    /// The phone that has proved itself.
    pub phone: &'a str,
    /// What the number tells.
    pub birth_date: Option<Date>,
    /// `male` or `female`, as the number tells.
    pub gender: Option<&'a str>,
}

impl NewPatient<'_> {
    /// The Patient to create.
    pub fn resource(&self, naming: &Naming) -> Value {
        let mut patient = json!({
            "resourceType": "Patient",
            "active": true,
            "identifier": [{
                "use": "official",
                "system": naming.identifier_system(self.id_type),
                "value": self.id_number,
            }],
            "name": [{ "use": "official", "text": self.name }],
            "telecom": [{
                "extension": [{ "url": naming.extension(names::VERIFIED), "valueBoolean": true }],
                "system": "phone",
                "use": "mobile",
                "value": self.phone,
            }],
        });
        if let Some(day) = self.birth_date {
            patient["birthDate"] = day.to_string().into();
        }
        if let Some(gender) = self.gender {
            patient["gender"] = gender.into();
        }
        patient
    }
}

/// Somebody who acts for a patient, if a consent says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Id of the `RelatedPerson`.
    pub id: String,
    /// Id of the Patient.
    pub patient: String,
    /// What the proxy is to the patient.
    pub relation: Relation,
}

impl Proxy {
    /// Reads a `RelatedPerson` to whom this phone is bound; `None` for anybody else.
    pub fn read(
        stored: &Stored,
        phone: &str,
        now: Timestamp,
        offset: Offset,
        naming: &Naming,
    ) -> Option<Self> {
        let reached = Reached::read(stored, now, offset, naming)?;
        reached
            .phones
            .iter()
            .any(|it| it == phone)
            .then_some(reached.proxy)
    }

    fn of(related: RelatedPerson) -> Option<Self> {
        let mut roles = related.relationship.iter().flat_map(|it| it.coding.iter());
        Some(Self {
            id: related.id,
            patient: related.patient.id_of("Patient")?.to_owned(),
            relation: roles
                .find_map(|coding| relation(coding.code.as_deref()?))
                .unwrap_or(Relation::Other),
        })
    }

    /// What a Consent lets this proxy do now; empty when it is not about them, not active, over or
    /// not yet begun.
    pub fn rights(&self, consent: &Stored, now: Timestamp, offset: Offset) -> Vec<Right> {
        let Some(consent) = consent.read::<Consent>() else {
            return Vec::new();
        };
        let provision = consent.provision;
        let holds = consent.status == "active"
            && consent.patient.id_of("Patient") == Some(self.patient.as_str())
            && provision.kind.as_deref() == Some("permit")
            && provision
                .period
                .as_ref()
                .is_none_or(|period| covers(period, now, offset))
            && provision
                .actor
                .iter()
                .any(|actor| actor.reference.id_of("RelatedPerson") == Some(self.id.as_str()));
        if !holds {
            return Vec::new();
        }
        let named = |right: &Right| {
            let code = Some(right.as_str());
            provision
                .action
                .iter()
                .any(|action| action.code(names::RIGHT_SYSTEM) == code)
        };
        Right::ALL.iter().copied().filter(named).collect()
    }
}

/// Somebody who acts for a patient, and where to reach them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Who, if a consent says so.
    pub proxy: Proxy,
    /// The phones bound to them; one at least.
    pub phones: Vec<String>,
    /// The language that they prefer, where it is said.
    pub language: Option<String>,
}

impl Reached {
    /// Reads a `RelatedPerson`; `None` for one who is no longer that, or has no bound phone.
    pub fn read(stored: &Stored, now: Timestamp, offset: Offset, naming: &Naming) -> Option<Self> {
        let mut related: RelatedPerson = stored.read()?;
        let period = related.period.take();
        let is_it = related.active != Some(false)
            && period.is_none_or(|period| covers(&period, now, offset));
        let all = phones(std::mem::take(&mut related.telecom), naming);
        let bound = all.into_iter().filter(|(_, bound)| *bound);
        let phones: Vec<String> = bound.map(|(phone, _)| phone).collect();
        if !is_it || phones.is_empty() {
            return None;
        }
        Some(Self {
            phones,
            language: language(&related.communication),
            proxy: Proxy::of(related)?,
        })
    }
}

/// The preferred language, or the only one.
fn language(all: &[PatientLanguage]) -> Option<String> {
    let preferred = all.iter().find(|it| it.preferred == Some(true));
    let found = preferred.or_else(|| all.first().filter(|_| all.len() == 1))?;
    found.language.coding.iter().find_map(|it| it.code.clone())
}

fn phones(telecom: Vec<ContactPoint>, naming: &Naming) -> Vec<(String, bool)> {
    let verified = naming.extension(names::VERIFIED);
    telecom
        .into_iter()
        .filter(|it| it.system.as_deref() == Some("phone"))
        .filter_map(|it| {
            let bound = extension(&it.extension, &verified).and_then(|e| e.value_boolean);
            Some((it.value?, bound == Some(true)))
        })
        .collect()
}

/// v3-RoleCode: what the proxy is to the patient.
fn relation(code: &str) -> Option<Relation> {
    Some(match code {
        "SPS" | "HUSB" | "WIFE" | "DOMPART" => Relation::Spouse,
        "CHILD" | "DAU" | "SON" | "NCHILD" | "DAUC" | "SONC" | "DAUINLAW" | "SONINLAW"
        | "CHLDINLAW" | "CHLDADOPT" | "DAUADOPT" | "SONADOPT" | "STPCHLD" => Relation::Child,
        "PRN" | "FTH" | "MTH" | "NPRN" | "NFTH" | "NMTH" | "STPPRN" => Relation::Parent,
        "GRNDCHILD" | "GRNDDAU" | "GRNDSON" => Relation::Grandchild,
        "GRPRN" | "GRFTH" | "GRMTH" | "MGRPRN" | "PGRPRN" => Relation::Grandparent,
        "SIB" | "BRO" | "SIS" | "NSIB" | "NBRO" | "NSIS" => Relation::Sibling,
        "GUARD" | "GUADLTM" | "RESPRSN" => Relation::Guardian,
        _ => return None,
    })
}

/// Whether a period covers `now`. A day counts from its beginning to its end; what cannot be read
/// covers nothing.
fn covers(period: &Period, now: Timestamp, offset: Offset) -> bool {
    let begun = period
        .start
        .as_deref()
        .is_none_or(|text| edge(text, Time::midnight(), offset).is_some_and(|start| start <= now));
    let over = period
        .end
        .as_deref()
        .is_some_and(|text| edge(text, Time::MAX, offset).is_none_or(|end| end < now));
    begun && !over
}

fn edge(text: &str, of_day: Time, offset: Offset) -> Option<Timestamp> {
    if text.len() == 10 {
        let day = contract::time::date(text)?;
        return offset.to_timestamp(day.to_datetime(of_day)).ok();
    }
    time::parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(value: Value) -> Stored {
        Stored::new(value).unwrap()
    }

    fn patient(telecom: &Value) -> Stored {
        stored(json!({
            "resourceType": "Patient", "id": "p1", "active": true, "birthDate": "1950-10-14",
            "identifier": [
                { "system": "urn:other", "value": "1" },
                { "system": names::RESIDENT_ID_SYSTEM, "value": "310104195010140282" },
            ],
            "name": [{ "family": "王", "given": ["桂兰"] }],
            "telecom": telecom,
        }))
    }

    #[test]
    fn binding_marks_the_phone_and_nothing_else() {
        let naming = Naming::default();
        let before = patient(&json!([
            { "system": "email", "value": "13800000001" },
            { "system": "phone", "value": "13800000001", "use": "mobile" },
            { "system": "phone", "value": "13800000002" },
        ]));
        let record = PatientRecord::read(&before, &naming).unwrap();
        assert_eq!(
            (record.name.as_str(), record.id_type),
            ("王桂兰", IdType::Resident)
        );
        assert!(record.has_phone("13800000001") && !record.is_bound_to("13800000001"));
        let after = bind(&before, "13800000001", &naming).unwrap();
        let record = PatientRecord::read(&after, &naming).unwrap();
        assert!(record.is_bound_to("13800000001") && !record.is_bound_to("13800000002"));
        assert_eq!(after.json()["telecom"][1]["use"], "mobile");
        assert!(bind(&before, "13800000003", &naming).is_none());
    }

    #[test]
    fn a_new_record_reads_back() {
        let new = NewPatient {
            name: "阿依古丽·买买提",
            id_type: IdType::Passport,
            id_number: "E12345678",
            phone: "13800000009",
            birth_date: None,
            gender: None,
        };
        let mut resource = new.resource(&Naming::default());
        resource["id"] = "x".into();
        let record = PatientRecord::read(&stored(resource), &Naming::default()).unwrap();
        assert!(record.is_bound_to("13800000009"));
        assert_eq!(record.id_number, "E12345678");
    }

    #[test]
    fn a_consent_counts_only_for_its_proxy_while_it_lasts() {
        let now: Timestamp = "2026-11-22T10:00:00+08:00".parse().unwrap();
        let offset = Offset::constant(8);
        let proxy = Proxy {
            id: "r1".into(),
            patient: "p1".into(),
            relation: Relation::Child,
        };
        let consent = |change: &dyn Fn(&mut Value)| {
            let mut consent = json!({
                "resourceType": "Consent", "id": "c1", "status": "active",
                "patient": { "reference": "Patient/p1" },
                "provision": {
                    "type": "permit",
                    "period": { "start": "2026-11-22", "end": "2026-11-22" },
                    "actor": [{ "reference": { "reference": "RelatedPerson/r1" } }],
                    "action": [
                        { "coding": [{ "system": names::RIGHT_SYSTEM, "code": "book" }] },
                        { "coding": [{ "system": "urn:other", "code": "manage" }] },
                    ],
                },
            });
            change(&mut consent);
            proxy.rights(&stored(consent), now, offset)
        };
        assert_eq!(consent(&|_| {}), [Right::Book]);
        assert!(consent(&|c| c["status"] = "inactive".into()).is_empty());
        assert!(consent(&|c| c["provision"]["type"] = "deny".into()).is_empty());
        assert!(consent(&|c| c["patient"]["reference"] = "Patient/p2".into()).is_empty());
        let end = |text: &str| {
            let text = text.to_owned();
            consent(&move |c| c["provision"]["period"]["end"] = text.clone().into())
        };
        assert!(end("2026-11-21").is_empty());
        assert!(end("2026-11-22T09:59:59+08:00").is_empty());
        assert!(end("soon").is_empty());
        assert_eq!(end("2026-11-22T02:00:01Z"), [Right::Book]);
        let other = "RelatedPerson/r2";
        assert!(
            consent(&|c| c["provision"]["actor"][0]["reference"]["reference"] = other.into())
                .is_empty()
        );
    }

    #[test]
    fn a_proxy_is_known_by_the_bound_phone() {
        // Already the 23rd at the hospital.
        let now: Timestamp = "2026-11-22T16:00:00Z".parse().unwrap();
        let naming = Naming::default();
        let related = |verified: bool, end: &str| {
            stored(json!({
                "resourceType": "RelatedPerson", "id": "r1", "patient": { "reference": "Patient/p1" },
                "period": { "end": end },
                "relationship": [{ "coding": [{ "code": "DAU" }] }],
                "telecom": [{ "system": "phone", "value": "13800000002", "extension":
                    [{ "url": naming.extension(names::VERIFIED), "valueBoolean": verified }] }],
            }))
        };
        let read = |verified, end, phone| {
            let offset = Offset::constant(8);
            Proxy::read(&related(verified, end), phone, now, offset, &naming)
        };
        let proxy = read(true, "2026-11-23", "13800000002").unwrap();
        assert_eq!(proxy.relation, Relation::Child);
        assert!(read(false, "2026-11-23", "13800000002").is_none());
        assert!(read(true, "2026-11-23", "13800000003").is_none());
        assert!(read(true, "2026-11-22", "13800000002").is_none(), "over");
    }
}
