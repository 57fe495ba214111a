//! For whom and by whom, as the hospitals know them.

use contract::{HospitalId, PersonId, Right, record};

use crate::{auth, ctx::Ctx, http::AppError, session::Session};

record! {
    /// The person a booking is for, with what was found when the caller's right was checked. It
    /// travels in memory from the request to the person's turn and is kept nowhere.
    #[derive(Clone, Debug)]
    pub struct Who {
        /// The person.
        pub person: PersonId,
        /// The caller's verified phone: where messages go.
        pub phone: String,
        /// Their records at the hospitals where the caller may act for them.
        pub records: Vec<Record>,
        /// Hospitals that could not be asked.
        pub unreachable: Vec<HospitalId>,
    }

    /// A person's record at one hospital.
    #[derive(Clone, Debug)]
    pub struct Record {
        /// The hospital.
        pub hospital: HospitalId,
        /// Id of the Patient.
        pub patient: String,
        /// The patient's name.
        pub name: String,
        /// Who acts, for the hospital's record: `Patient/..` or `RelatedPerson/..`.
        pub agent: String,
    }
}

impl Who {
    /// The person in the path, if the caller has the right somewhere.
    ///
    /// # Errors
    /// `forbidden`, `hospital_unavailable`: see [`auth::everywhere`].
    pub async fn authorize(
        ctx: &Ctx,
        session: &Session,
        person: &PersonId,
        right: Right,
    ) -> Result<Self, AppError> {
        let grants = auth::everywhere(ctx, session, person, Some(right)).await?;
        let record = |grant: auth::Grant| Record {
            hospital: grant.hospital,
            patient: grant.binding.patient.id,
            name: grant.binding.patient.name,
            agent: grant.binding.agent,
        };
        Ok(Self {
            person: person.clone(),
            phone: session.phone.clone(),
            records: grants.granted.into_iter().map(record).collect(),
            unreachable: grants.unavailable,
        })
    }
}
