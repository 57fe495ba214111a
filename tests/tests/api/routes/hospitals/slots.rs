use banzhen_tests::{clock, world::world};
use contract::{Code, FieldCode, Level, api};

#[test]
fn slots_have_the_length_of_their_clinic_and_a_fee() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 2);
    let minutes = if clinic.level == Level::Expert {
        20
    } else {
        15
    };
    for slot in clinic.slots(&world.edge).iter().filter(|s| s.capacity == 1) {
        let length = clock::instant(&slot.start).duration_until(clock::instant(&slot.end));
        assert_eq!(length.as_mins(), minutes, "{slot:?}");
        assert!(slot.fee_fen > Some(0));
        assert!(slot.start.as_str().ends_with("+08:00"), "{}", slot.start);
    }
}

#[test]
fn a_day_that_is_none_is_refused() {
    let world = world();
    let clinic = world.pool.take(&world.edge, 1);
    let reply = world
        .visitor()
        .call(api::ListSlots, &["general", &clinic.doctor])
        .query("date=2026-13-01")
        .send();
    let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
    assert_eq!(
        (errors[0].field.as_str(), errors[0].code),
        ("date", FieldCode::NotADate)
    );
}
