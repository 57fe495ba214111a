use banzhen_tests::world::world;
use contract::{Code, api};

#[test]
fn the_general_hospital_keeps_the_default_numbers() {
    let rules = world()
        .visitor()
        .call(api::GetRules, &["general"])
        .send()
        .ok();
    assert_eq!(rules.booking_window_days, 15);
    assert_eq!(rules.release_time.as_str(), "20:00");
    assert_eq!(rules.book_until_minutes, 30);
    assert_eq!(rules.early_ticket_minutes, 5);
    assert_eq!(
        (rules.slot_minutes.ordinary, rules.slot_minutes.expert),
        (15, 20)
    );
    assert_eq!((rules.cancel_deadline_hours, rules.undo_minutes), (24, 10));
    let no_show = &rules.no_show;
    assert_eq!(
        (no_show.limit, no_show.within_days, no_show.block_days),
        (3, 365, 7)
    );
    assert_eq!(
        (rules.hold_minutes.normal, rules.hold_minutes.care),
        (5, 15)
    );
    let caps = &rules.caps;
    assert_eq!(
        (caps.per_doctor_day, caps.departments_per_day, caps.open),
        (1, 3, 8)
    );
    assert_eq!(rules.few_at_most, 3);
    assert_eq!(
        (rules.check_in.opens_minutes, rules.check_in.nominal_minutes),
        (30, 15)
    );
}

#[test]
fn the_community_hospital_has_its_own() {
    let rules = world()
        .visitor()
        .call(api::GetRules, &["community"])
        .send()
        .ok();
    assert_eq!(rules.slot_minutes.ordinary, 30);
    assert_eq!(rules.cancel_deadline_hours, 12);
}

#[test]
fn an_unknown_hospital_is_not_found() {
    world()
        .visitor()
        .call(api::GetRules, &["nowhere"])
        .send()
        .problem(Code::NotFound);
}
