use banzhen_tests::{stack, world::world};
use contract::{BookingStatus, Freshness, api};

#[test]
fn who_works_is_fresh_and_who_is_down_is_not() {
    let status = world().visitor().call(api::GetStatus, &[]).send().ok();
    let ids: Vec<&str> = status.hospitals.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["general", "community"]);
    let down = stack::down();
    for hospital in &status.hospitals {
        if down.as_deref() == Some(hospital.id.as_str()) {
            assert_ne!(hospital.freshness, Freshness::Fresh, "{}", hospital.id);
        } else {
            assert_eq!(hospital.freshness, Freshness::Fresh, "{}", hospital.id);
            assert_eq!(hospital.booking, BookingStatus::Works, "{}", hospital.id);
            assert!(hospital.as_of.is_some());
        }
        assert!(hospital.hotline.number.len() >= 5);
    }
}
