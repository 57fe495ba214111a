use banzhen_tests::world::world;
use contract::{BookingStatus, Freshness, api};

#[test]
fn both_hospitals_work_and_are_fresh() {
    let status = world().visitor().call(api::GetStatus, &[]).send().ok();
    let ids: Vec<&str> = status.hospitals.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["general", "community"]);
    for hospital in &status.hospitals {
        assert_eq!(hospital.freshness, Freshness::Fresh, "{}", hospital.id);
        assert_eq!(hospital.booking, BookingStatus::Works, "{}", hospital.id);
        assert!(hospital.as_of.is_some());
        assert!(hospital.hotline.number.len() >= 5);
    }
}
