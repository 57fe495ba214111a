use banzhen_tests::world::world;
use contract::api;

#[test]
fn the_edge_lives() {
    let health = world().visitor().call(api::GetHealth, &[]).send().ok();
    assert_eq!(health.status, "ok");
    assert!(!health.version.is_empty());
}
