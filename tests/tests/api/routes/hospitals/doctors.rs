use banzhen_tests::world::world;
use contract::{Code, api};

#[test]
fn a_doctor_with_title_and_introduction() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let doctor = world
        .visitor()
        .call(api::GetDoctor, &["general", &clinic.doctor])
        .send()
        .ok();
    assert_eq!(doctor.id.0, clinic.doctor);
    assert_eq!(doctor.department.id.0, clinic.department);
    assert!(!doctor.name.is_empty() && doctor.title.is_some() && doctor.introduction.is_some());
}

#[test]
fn nobody_is_not_found() {
    let visitor = world().visitor();
    visitor
        .call(api::GetDoctor, &["general", "nobody"])
        .send()
        .problem(Code::NotFound);
    visitor
        .call(api::ListSlots, &["general", "nobody"])
        .send()
        .problem(Code::NotFound);
}
