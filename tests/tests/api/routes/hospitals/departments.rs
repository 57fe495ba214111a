use banzhen_tests::world::world;
use contract::{Code, Freshness, api};

#[test]
fn the_general_hospital_has_at_least_24() {
    let list = world()
        .visitor()
        .call(api::ListDepartments, &["general"])
        .send()
        .ok();
    assert_eq!(list.freshness, Freshness::Fresh);
    assert!(list.departments.len() >= 24, "{}", list.departments.len());
    assert!(
        list.departments
            .iter()
            .all(|d| d.location.is_some() && !d.name.is_empty())
    );
    let heart = list
        .departments
        .iter()
        .find(|d| d.name.contains("心内科") || d.name.contains("心血管"));
    let heart = heart.expect("no cardiology");
    let finds =
        |word: &str| heart.name.contains(word) || heart.keywords.iter().any(|k| k.contains(word));
    for word in ["心脏", "心血管", "xnk", "xin"] {
        assert!(
            finds(word),
            "{word} does not find {}: {:?}",
            heart.name,
            heart.keywords
        );
    }
    assert_eq!(heart.code.as_deref(), Some("03.04"));
}

#[test]
fn the_community_hospital_has_8() {
    let list = world()
        .visitor()
        .call(api::ListDepartments, &["community"])
        .send()
        .ok();
    assert_eq!(list.departments.len(), 8);
}

#[test]
fn an_unknown_hospital_is_not_found() {
    world()
        .visitor()
        .call(api::ListDepartments, &["nowhere"])
        .send()
        .problem(Code::NotFound);
}
