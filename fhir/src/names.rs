//! Names this project gives to things in FHIR: identifier systems, code systems, extension URLs.
//! `spec`: how the domain lies in FHIR. All extensions stand under one base; a hospital that
//! names them otherwise overrides them in its settings.

/// Base of the extension URLs.
pub const EXTENSION_BASE: &str = "urn:banzhen:ext:";

/// Slot: `valueMoney`, CNY. Appointment: the same, as agreed when it was booked.
pub const FEE: &str = "fee";
/// Slot: complex extension of `total` and `remain` (`valueInteger`), as HL7 China's `ext-slot-frame-number`.
pub const QUOTA: &str = "quota";
/// Appointment: `valueInstant`, when a hold ends.
pub const HOLD_EXPIRES: &str = "hold-expires";
/// Appointment: `valueBoolean`, cancelled past the deadline (counts as a no-show).
pub const LATE_CANCEL: &str = "late-cancel";
/// Appointment: `valueString`, HMAC of the canonical request body that made it.
pub const REQUEST_DIGEST: &str = "request-digest";
/// Appointment: `valueCode`, where it was booked: `app`, `phone`, `window`, `community`.
pub const CHANNEL: &str = "channel";
/// Appointment: `valueReference`, the entry of the waitlist that a place is offered to.
pub const WAITLIST: &str = "waitlist";
/// Appointment (waitlist): `valueInstant`, until when the newest offer stands.
pub const OFFERED_UNTIL: &str = "offered-until";
/// Appointment (waitlist): `valueCode`, `am` or `pm`.
pub const SESSION: &str = "session";
/// Appointment (waitlist): `valueBoolean`, offers stand longer.
pub const CARE: &str = "care";
/// `ContactPoint` (Patient.telecom, RelatedPerson.telecom): `valueBoolean`, the phone is bound.
pub const VERIFIED: &str = "verified";
/// HealthcareService: `valueString`, repeated: another name people use.
pub const ALIAS: &str = "alias";

/// PractitionerRole: `valueString`, a few sentences about the doctor for patients.
pub const INTRODUCTION: &str = "introduction";

/// Appointment.identifier: the ten digits of A16.
pub const NUMBER_SYSTEM: &str = "urn:banzhen:number";
/// Appointment.identifier: digest of person, operation and idempotency key.
pub const BOOKING_SYSTEM: &str = "urn:banzhen:booking";
/// Schedule.serviceType: `ordinary` or `expert`.
pub const LEVEL_SYSTEM: &str = "urn:banzhen:level";
/// HealthcareService.type: code of 医疗机构诊疗科目名录, such as `03.04`.
pub const CATALOGUE_SYSTEM: &str = "urn:banzhen:department-catalogue";
/// Location.identifier of the public feed: a hospital's id at the edge.
pub const HOSPITAL_SYSTEM: &str = "urn:banzhen:hospital";
/// PractitionerRole.code: title (主任医师 `chief`, 副主任医师 `associate`, 主治医师 `attending`, 住院医师 `resident`).
pub const TITLE_SYSTEM: &str = "urn:banzhen:title";
/// Consent.provision.action: `book`, `pay`, `view_reports`, `manage`.
pub const RIGHT_SYSTEM: &str = "urn:banzhen:right";

/// Patient.identifier: resident identity card (WS/T 500). Per-hospital setting.
pub const RESIDENT_ID_SYSTEM: &str = "urn:oid:2.16.156.10011.1.3";
/// Patient.identifier: other documents, `urn:banzhen:id:passport` and so on. Per-hospital setting.
pub const OTHER_ID_BASE: &str = "urn:banzhen:id:";
/// Part of `quota`: how many in all.
pub const QUOTA_TOTAL: &str = "total";
/// Part of `quota`: how many are left.
pub const QUOTA_REMAIN: &str = "remain";
/// Slot, Appointment: `valueString`, changed so that a late write that expects the version
/// before must fail.
pub const FENCE: &str = "fence";
/// How the edge calls itself in records.
pub const EDGE_NAME: &str = "Banzhen edge";
/// RelatedPerson.identifier: the bound phone once more, because R4 servers need not search
/// `RelatedPerson.telecom`. What binds is the telecom with its `verified` extension.
pub const PHONE_SYSTEM: &str = "urn:banzhen:phone";
/// Communication.identifier: digest of what makes it one and the same message.
pub const MESSAGE_SYSTEM: &str = "urn:banzhen:message";
/// Communication.identifier: id of the Appointment, because R4 servers need not search `about`.
pub const VISIT_SYSTEM: &str = "urn:banzhen:message-visit";
/// Communication.identifier: digest of the time and place that it told.
pub const SAID_SYSTEM: &str = "urn:banzhen:message-said";
/// Communication.identifier: drawn by chance for each try to record it, so that who has lost the
/// reply can tell whose record it is.
pub const TRY_SYSTEM: &str = "urn:banzhen:message-try";
/// Communication.topic: `booked`, `reminder`, `stopped`, ...
pub const MESSAGE_KIND_SYSTEM: &str = "urn:banzhen:message-kind";
