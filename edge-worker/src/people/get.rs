//! GET /api/v1/people/{p}: for themselves, and for who manages for them.

use contract::{Code, Person, PersonId, api::GetPerson};

use crate::{
    audit, auth,
    ctx::Ctx,
    http::{Call, Handled},
};

pub(super) async fn get(ctx: Ctx, call: Call<GetPerson>) -> Handled<GetPerson> {
    let id: PersonId = call.parameter("person")?;
    let found = auth::everywhere(&ctx, call.session()?, &id, None).await?;
    let grant = found.granted.into_iter().next().ok_or(Code::Forbidden)?;
    let (hospital, binding) = (ctx.hospital(&grant.hospital)?, grant.binding);
    audit::read(&ctx, hospital, &binding, &[], None).await?;
    let patient = binding.patient;
    Ok(Person {
        id,
        birth_date: patient.birth_date.map(Into::into),
        id_type: patient.id_type,
        id_number_masked: rules::mask::id_number(&patient.id_number),
        phone_masked: patient
            .phones
            .first()
            .map(|(phone, _)| rules::mask::phone(phone)),
        name: patient.name,
        relation: binding.relation,
        rights: binding.rights,
    }
    .into())
}
