//! Departments and doctors.

use contract::{
    Code, Departments, Doctor, DoctorId, HospitalId,
    api::{GetDoctor, ListDepartments},
};

use super::{checked, directory};
use crate::{
    ctx::Ctx,
    http::{Handled, router::Call},
};

/// `GET /hospitals/{h}/departments`
pub(super) async fn list(ctx: Ctx, call: Call<ListDepartments>) -> Handled<ListDepartments> {
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let directory = directory::load(&ctx, hospital).await?;
    let answer = Departments {
        as_of: hospital.instant(directory.as_of()),
        freshness: directory.freshness(),
        departments: directory.departments().to_vec(),
    };
    Ok(checked(answer, hospital, Some(directory.confirmed())))
}

/// `GET /hospitals/{h}/doctors/{id}`
pub(super) async fn doctor(ctx: Ctx, call: Call<GetDoctor>) -> Handled<GetDoctor> {
    let id: DoctorId = call.parameter("doctor")?;
    let hospital = ctx.hospital(&call.parameter::<HospitalId>("hospital")?)?;
    let directory = directory::load(&ctx, hospital).await?;
    let doctor = directory.doctor(id.as_str()).ok_or(Code::NotFound)?;
    let department = directory
        .department(&doctor.department)
        .ok_or(Code::NotFound)?;
    let answer = Doctor {
        as_of: hospital.instant(directory.as_of()),
        freshness: directory.freshness(),
        id: doctor.id.as_str().into(),
        name: doctor.name.clone(),
        title: doctor.title.clone(),
        level: doctor.level,
        department: department.to_ref(),
        introduction: doctor.introduction.clone(),
    };
    Ok(checked(answer, hospital, Some(directory.confirmed())))
}
