use banzhen_tests::{http::get_json, world::world};

#[test]
fn routes_lists_every_page_with_what_it_needs() {
    let base = &world().edge.base;
    let routes = get_json(&format!("{base}/dev/routes"));
    let routes = routes["routes"].as_array().unwrap();
    assert!(routes.len() >= 15, "{} pages only", routes.len());
    for route in routes {
        assert!(route["name"].is_string() && route["path"].as_str().unwrap().starts_with('/'));
        let needs = route["needs"].as_str().unwrap();
        assert!(["nothing", "session", "person"].contains(&needs), "{route}");
        assert_eq!(needs == "nothing", route["as"].is_null(), "{route}");
    }
}

#[test]
fn people_have_the_stories_of_the_demo() {
    let cast = &world().cast;
    for tag in [
        "elder",
        "proxy",
        "blocked",
        "two_no_shows",
        "twin",
        "rare_name",
    ] {
        assert!(
            cast.everybody.iter().any(|row| row.is(tag)),
            "nobody is tagged {tag}"
        );
    }
    assert!(cast.everybody.len() >= 300);
}

#[test]
fn a_path_nobody_knows_is_not_found() {
    let base = &world().edge.base;
    let reply = banzhen_tests::http::send("GET", &format!("{base}/dev/nothing"), &[], None);
    assert_eq!(reply.unwrap().status, 404);
}

#[test]
fn a_wrong_word_to_the_staff_is_a_problem_like_any_other() {
    let base = &world().edge.base;
    let body = ("application/json", br#"{"playing":"yes"}"#.as_slice());
    let reply = banzhen_tests::http::send("PUT", &format!("{base}/dev/staff"), &[], Some(body));
    let reply = reply.unwrap();
    assert_eq!(reply.status, 422);
    assert_eq!(reply.json()["errors"][0]["field"], "playing");
}
