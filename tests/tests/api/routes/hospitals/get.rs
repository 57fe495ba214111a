use banzhen_tests::world::world;
use contract::api;

#[test]
fn both_hospitals_with_their_hotlines() {
    let list = world()
        .visitor()
        .call(api::ListHospitals, &[])
        .send()
        .ok()
        .hospitals;
    let ids: Vec<&str> = list.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["general", "community"]);
    for hospital in &list {
        assert_eq!(hospital.time_zone, "Asia/Shanghai");
        assert!(hospital.hotline.number.len() >= 5);
        assert_eq!(hospital.hotline.opens.as_str(), "08:00");
        assert_eq!(hospital.hotline.closes.as_str(), "20:00");
    }
}
