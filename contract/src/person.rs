//! Sessions and people.

use crate::{Day, Freshness, HospitalId, Instant, PersonId, wire, wire_body, wire_enum};

wire_body! {
    /// Asks for a login code.
    pub struct CodeRequest {
        /// A mainland mobile number; spaces, hyphens and `+86` before it are forgiven.
        #[cfg_attr(feature = "openapi", schemars(regex(pattern = r"^1[3-9][0-9]{9}$")))]
        pub phone: String,
        #[serde(default)]
        pub channel: Option<CodeChannel>,
        /// Care mode: the code lives longer.
        #[serde(default)]
        pub care: Option<bool>,
    }
    /// WeChat messages that were allowed in the WeChat shell, one for each template.
    pub struct ConsentsRequest {
        /// A fresh code of `wx.login`.
        pub code: String,
        /// Ids of the templates that were accepted.
        pub templates: Vec<String>,
    }
    /// Logs in.
    pub struct LoginRequest {
        /// As it was given when the code was asked for.
        #[cfg_attr(feature = "openapi", schemars(regex(pattern = r"^1[3-9][0-9]{9}$")))]
        pub phone: String,
        /// Six digits.
        #[cfg_attr(feature = "openapi", schemars(regex(pattern = r"^[0-9]{6}$")))]
        pub code: String,
    }
    /// Binds the caller to a patient record, or makes one.
    pub struct NewPerson {
        pub hospital: HospitalId,
        /// As on the document.
        #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 60)))]
        pub name: String,
        pub id_type: IdType,
        /// As on the document.
        #[cfg_attr(feature = "openapi", schemars(length(min = 1)))]
        pub id_number: String,
    }
}

wire! {
    /// A code is on its way, or would be if the phone can receive one.
    pub struct CodeSent { pub expires_at: Instant, pub resend_at: Instant }
    /// Who is logged in and whom they may act for.
    pub struct SessionView {
        pub phone_masked: String,
        pub people: Vec<PersonRow>,
        pub sources: Vec<Source>,
    }
    /// One person the caller may act for.
    pub struct PersonRow {
        pub id: PersonId,
        pub name_masked: String,
        pub relation: Relation,
        pub rights: Vec<Right>,
        pub hospitals: Vec<HospitalId>,
    }
    /// One person in full, for themselves or who manages for them.
    pub struct Person {
        pub id: PersonId,
        pub name: String,
        pub birth_date: Option<Day>,
        pub id_type: IdType,
        pub id_number_masked: String,
        pub phone_masked: Option<String>,
        pub relation: Relation,
        pub rights: Vec<Right>,
    }
    /// How one hospital's part of an answer stands.
    pub struct Source { pub hospital: HospitalId, pub freshness: Freshness, pub as_of: Option<Instant> }
}

wire_enum! {
    /// How a login code travels.
    pub enum CodeChannel { Sms => "sms", Voice => "voice" }
    /// Identity documents.
    pub enum IdType {
        Resident => "resident", Passport => "passport", HkMacauPermit => "hk_macau_permit",
        TaiwanPermit => "taiwan_permit", ForeignResident => "foreign_resident",
        BirthCertificate => "birth_certificate",
    }
    /// What the caller is to the patient.
    pub enum Relation {
        Own => "self", Spouse => "spouse", Child => "child", Parent => "parent",
        Grandchild => "grandchild", Grandparent => "grandparent", Sibling => "sibling",
        Guardian => "guardian", Other => "other",
    }
    /// What the caller may do for the patient.
    pub enum Right { Book => "book", Pay => "pay", ViewReports => "view_reports", Manage => "manage" }
}
