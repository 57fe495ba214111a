use banzhen_tests::{clock, world::world};
use contract::{Availability, Code, FieldCode, SessionState, SlotState, api};
use jiff::ToSpan;

fn departments() -> Vec<String> {
    let list = world()
        .visitor()
        .call(api::ListDepartments, &["general"])
        .send()
        .ok();
    list.departments.into_iter().map(|d| d.id.0).collect()
}

fn availability(department: &str, query: &str) -> Availability {
    let parameters = ["general", department];
    world()
        .visitor()
        .call(api::GetAvailability, &parameters)
        .query(query)
        .send()
        .ok()
}

#[test]
fn seven_days_from_today_unless_told_otherwise() {
    let today = clock::china_day(clock::now(&world().edge.base));
    let department = &departments()[0];
    let week = world()
        .visitor()
        .call(api::GetAvailability, &["general", department])
        .send()
        .ok();
    let days: Vec<String> = week.days.iter().map(|d| d.date.0.clone()).collect();
    let wanted: Vec<String> = (0..7)
        .map(|n| today.checked_add(n.days()).unwrap().to_string())
        .collect();
    assert_eq!(days, wanted);
    assert_eq!(availability(department, "days=16").days.len(), 16);
    let tomorrow = today.tomorrow().unwrap();
    let one = availability(department, &format!("from={tomorrow}&days=1"));
    assert_eq!(one.days.len(), 1);
    assert_eq!(one.days[0].date.0, tomorrow.to_string());
}

#[test]
fn the_newest_day_is_not_released_yet() {
    let now = clock::now(&world().edge.base);
    let today = clock::china_day(now);
    let released = now >= clock::china(today, 20, 0);
    let newest = today
        .checked_add(if released { 16 } else { 15 }.days())
        .unwrap();
    let mut seen = 0;
    for department in departments() {
        let day = availability(&department, &format!("from={newest}&days=1"));
        for row in &day.days[0].doctors {
            assert_eq!(row.state, SessionState::NotReleased, "{row:?}");
            assert_eq!(
                row.free, None,
                "what is not released has no number: {row:?}"
            );
            seen += 1;
        }
    }
    assert!(
        released || seen > 0,
        "no session of the newest day is announced"
    );
}

#[test]
fn states_say_what_the_slots_say() {
    let world = world();
    let mut states = std::collections::BTreeSet::new();
    for department in departments() {
        for day in availability(&department, "days=14").days {
            for row in &day.doctors {
                states.insert(row.state);
                match row.state {
                    SessionState::Free => assert!(row.free > Some(3), "{row:?}"),
                    SessionState::Few => {
                        assert!((Some(1)..=Some(3)).contains(&row.free), "{row:?}");
                    }
                    SessionState::Full => assert_eq!(row.free, Some(0), "{row:?}"),
                    SessionState::Unknown => panic!("unknown while the hospital answers: {row:?}"),
                    SessionState::Stopped | SessionState::NotReleased => {}
                }
            }
        }
    }
    for state in [
        SessionState::Free,
        SessionState::Few,
        SessionState::Full,
        SessionState::Stopped,
    ] {
        assert!(
            states.contains(&state),
            "the demo shows no session that is {state:?}"
        );
    }
    let clinic = world.pool.take(&world.edge, 4);
    let free = clinic
        .slots(&world.edge)
        .iter()
        .filter(|s| s.state == SlotState::Free)
        .count();
    let query = format!("from={}&days=1", clinic.date);
    let days = availability(&clinic.department, &query).days;
    let row = days[0]
        .doctors
        .iter()
        .find(|r| r.id.0 == clinic.doctor && r.session == clinic.session);
    assert_eq!(row.unwrap().free, Some(u32::try_from(free).unwrap()));
}

#[test]
fn a_query_that_cannot_be_is_refused() {
    let department = &departments()[0];
    let cases = [
        ("days=17", "days", FieldCode::OutOfRange),
        ("days=0", "days", FieldCode::OutOfRange),
        ("days=week", "days", FieldCode::WrongType),
        ("from=2026-02-30", "from", FieldCode::NotADate),
        ("from=tomorrow", "from", FieldCode::NotADate),
    ];
    for (query, field, code) in cases {
        let parameters = ["general", department];
        let reply = world()
            .visitor()
            .call(api::GetAvailability, &parameters)
            .query(query)
            .send();
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(
            (errors[0].field.as_str(), errors[0].code),
            (field, code),
            "{query}"
        );
    }
    let nowhere = ["general", "no-such-department"];
    world()
        .visitor()
        .call(api::GetAvailability, &nowhere)
        .send()
        .problem(Code::NotFound);
}
