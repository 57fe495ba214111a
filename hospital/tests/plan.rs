//! What must hold of every seeded hospital, whatever the day.

#![allow(clippy::unwrap_used)] // helpers of tests, not on any path of the product

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hospital::{
    calendar::plus_days,
    plan::{
        SlotState, World,
        booking::{Booking, Fate},
        person::{ConsentState, Person},
    },
    profile::Profile,
    resource,
};
use jiff::civil::{Date, date};
use serde_json::Value;

const TODAY: Date = date(2026, 11, 23);

fn world(profile: Profile) -> World {
    World::new(profile, 1, 300, TODAY)
}

fn resources(world: &World) -> Vec<Value> {
    resource::stages(world).concat()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

fn person<'a>(world: &'a World, tag: &str) -> &'a Person {
    world.people.iter().find(|p| p.tags.contains(&tag)).unwrap()
}

fn fates(world: &World, person: &Person) -> Vec<(Fate, i32)> {
    let of = world.bookings.iter().filter(|b| b.patient == person.index);
    of.map(|b| (b.fate, (world.today - b.day).get_days()))
        .collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_bytes() {
    for profile in Profile::ALL {
        let print = |seed| {
            let world = World::new(profile, seed, 60, TODAY);
            resources(&world)
                .iter()
                .map(Value::to_string)
                .collect::<String>()
        };
        assert_eq!(print(7), print(7));
        assert_ne!(print(7), print(8));
    }
}

#[test]
fn more_people_leave_those_who_were_there_as_they_were() {
    let (few, many) = (
        world(Profile::General),
        World::new(Profile::General, 1, 900, TODAY),
    );
    for (one, other) in few.people.iter().take(300).zip(&many.people) {
        assert_eq!(
            (&one.name, &one.id_number, &one.phone),
            (&other.name, &other.id_number, &other.phone)
        );
    }
    assert_eq!(few.patients().count(), 300);
    assert_eq!(many.patients().count(), 900);
}

#[test]
fn identity_numbers_and_phones_are_good_and_nobody_elses() {
    let world = World::new(Profile::General, 1, 5000, TODAY);
    let mut numbers = HashSet::new();
    let mut phones = HashSet::new();
    let mut ages = BTreeSet::new();
    for person in &world.people {
        assert!(numbers.insert(&person.id_number), "{}", person.id_number);
        let kind = serde_json::from_value(person.id_type.into()).unwrap();
        let checked = rules::identity::check(kind, &person.id_number, TODAY);
        assert!(checked.is_ok(), "{} {checked:?}", person.id_number);
        if let Some(phone) = &person.phone {
            assert!(phones.insert(phone), "{phone}");
            assert!(phone.len() == 11 && phone.starts_with('1'));
        }
        assert!(person.birth < TODAY);
        ages.insert(person.age(TODAY) / 10);
    }
    assert_eq!(ages, (0..=9).collect());
}

#[test]
fn the_general_hospital_has_what_people_ask_for() {
    let world = world(Profile::General);
    let departments = world.profile.departments();
    assert!(departments.len() >= 24);
    for name in [
        "心内科",
        "骨科",
        "眼科",
        "儿科",
        "内分泌科",
        "呼吸内科",
        "消化内科",
        "神经内科",
        "泌尿外科",
        "皮肤科",
        "口腔科",
        "耳鼻喉科",
        "普外科",
        "肿瘤科",
        "康复科",
        "放射科",
        "妇科",
        "产科",
        "中医科",
    ] {
        assert!(departments.iter().any(|d| d.name == name), "{name}");
    }
    for name in ["王建国", "李秀英", "张伟", "陈志强"] {
        assert!(world.doctors.iter().any(|d| d.name == name), "{name}");
    }
    assert_eq!(
        world.doctors.iter().filter(|d| d.also.is_none()).count(),
        80
    );
    assert_eq!(Profile::Community.departments().len(), 8);
    let kinds = resources(&world)
        .iter()
        .fold(BTreeMap::new(), |mut kinds, r| {
            *kinds.entry(text(r, "resourceType").to_owned()).or_insert(0) += 1;
            kinds
        });
    assert!(kinds["DiagnosticReport"] >= 300, "{kinds:?}");
    assert!(kinds["Appointment"] >= 1000, "{kinds:?}");
}

#[test]
fn ids_of_departments_are_what_people_type() {
    for profile in Profile::ALL {
        for department in profile.departments() {
            let aliases: Vec<String> = department.aliases.iter().map(ToString::to_string).collect();
            let keywords =
                rules::keywords::keywords(department.name, Some(department.code), &aliases);
            let found = keywords
                .iter()
                .any(|word| word.starts_with(department.slug));
            assert!(found, "{} {keywords:?}", department.slug);
        }
    }
}

#[test]
fn every_day_of_the_window_has_a_morning_in_every_department() {
    for profile in Profile::ALL {
        let world = world(profile);
        for ahead in 0..=profile.days_ahead() {
            let day = plus_days(TODAY, ahead);
            for (index, department) in profile.departments().iter().enumerate() {
                let open = world.slots.iter().any(|slot| {
                    slot.day == day
                        && slot.start < 720
                        && world.doctors[slot.doctor].department == index
                });
                assert!(open, "{day} {}", department.name);
            }
        }
    }
}

#[test]
fn nobody_sits_in_two_places_at_a_time() {
    for profile in Profile::ALL {
        let world = world(profile);
        let mut busy: HashMap<(usize, Date), Vec<(u16, u16)>> = HashMap::new();
        for slot in &world.slots {
            let doctor = world.doctors[slot.doctor].also.unwrap_or(slot.doctor);
            let times = busy.entry((doctor, slot.day)).or_default();
            let clash = times
                .iter()
                .any(|&(start, end)| start < slot.end && slot.start < end);
            assert!(
                !clash,
                "{} {} {}",
                world.doctors[doctor].key, slot.day, slot.start
            );
            times.push((slot.start, slot.end));
        }
    }
}

#[test]
fn a_slot_is_taken_by_as_many_patients_as_it_says() {
    for profile in Profile::ALL {
        let world = world(profile);
        let key = |b: &Booking| (b.doctor, b.day, b.start);
        let mut live = HashMap::new();
        for booking in world.bookings.iter().filter(|b| b.live()) {
            *live.entry(key(booking)).or_insert(0_u32) += 1;
        }
        for slot in world.slots.iter().filter(|slot| slot.day >= TODAY) {
            let taken = live
                .remove(&(slot.doctor, slot.day, slot.start))
                .unwrap_or(0);
            let expected = match (slot.quota, slot.state) {
                (Some((total, left)), state) => {
                    assert_eq!(state == SlotState::Busy, left == 0);
                    total - left
                }
                (None, SlotState::Busy) => 1,
                (None, SlotState::Free | SlotState::Stopped) => 0,
            };
            assert_eq!(taken, expected, "{slot:?}");
        }
        assert!(live.is_empty(), "appointments without a slot: {live:?}");
    }
}

#[test]
fn patients_keep_the_rules_in_both_hospitals_together() {
    let mut open: HashMap<usize, Vec<(Profile, Booking)>> = HashMap::new();
    for profile in Profile::ALL {
        let world = world(profile);
        let last_open = plus_days(TODAY, profile.days_ahead() - 1);
        for booking in world.bookings.iter().filter(|b| b.live()) {
            assert!(
                booking.day <= last_open,
                "booked before its release: {booking:?}"
            );
            open.entry(booking.patient)
                .or_default()
                .push((profile, booking.clone()));
        }
    }
    for (patient, visits) in open {
        assert!(visits.len() <= 7, "{patient}: {}", visits.len());
        for (n, (profile, one)) in visits.iter().enumerate() {
            for (other_profile, other) in &visits[n + 1..] {
                if one.day == other.day {
                    assert!(
                        one.end <= other.start || other.end <= one.start,
                        "{one:?} {other:?}"
                    );
                    assert!((profile, one.doctor) != (other_profile, other.doctor));
                }
            }
        }
    }
}

#[test]
fn demand_shows() {
    let world = world(Profile::General);
    let left = |slug: &str, days: std::ops::Range<i64>| {
        let days = plus_days(TODAY, days.start)..plus_days(TODAY, days.end);
        let free = world.slots.iter().filter(|slot| {
            let department = world.doctors[slot.doctor].department;
            world.profile.departments()[department].slug == slug
                && days.contains(&slot.day)
                && slot.state == SlotState::Free
        });
        free.count()
    };
    assert_eq!(left("tengtongke", 0..8), 0);
    assert_eq!(left("biantaifanyingke", 0..8), 0);
    for ahead in 0..4 {
        assert!((1..=9).contains(&left("pifuke", ahead..ahead + 1)));
    }
    assert!(left("guke", 5..15) > 100);
    let second = plus_days(TODAY, 2);
    assert!(
        world
            .slots
            .iter()
            .any(|s| s.day == second && s.quota.is_some_and(|(_, left)| left == 10))
    );
    let stopped: HashSet<usize> = world
        .slots
        .iter()
        .filter(|s| s.state == SlotState::Stopped)
        .map(|s| s.doctor)
        .collect();
    assert_eq!(stopped.len(), 1);
}

#[test]
fn the_people_with_stories_are_what_they_are_said_to_be() {
    let world = world(Profile::General);
    assert_eq!(person(&world, "diabetes").age(TODAY), 76);
    assert!(
        fates(&world, person(&world, "diabetes"))
            .iter()
            .any(|(f, _)| *f == Fate::Booked)
    );

    let missed = |tag: &str| {
        let fates = fates(&world, person(&world, tag));
        let mut days: Vec<i32> = fates
            .into_iter()
            .filter(|(fate, ago)| {
                matches!(fate, Fate::NoShow | Fate::CancelledLate) && (0..365).contains(ago)
            })
            .map(|(_, ago)| ago)
            .collect();
        days.sort_unstable();
        days
    };
    assert_eq!(missed("two_no_shows").len(), 2);
    assert_eq!(missed("blocked").len(), 3);
    assert!(missed("blocked")[0] < 7);
    for regular in world.regulars() {
        let missed = fates(&world, regular)
            .iter()
            .filter(|(f, _)| *f == Fate::NoShow)
            .count();
        assert!(missed <= 1, "{}", regular.index);
    }

    let twins: Vec<_> = world
        .people
        .iter()
        .filter(|p| p.tags.contains(&"twin"))
        .collect();
    assert_eq!(twins.len(), 2);
    assert_eq!(
        (&twins[0].name, twins[0].birth),
        (&twins[1].name, twins[1].birth)
    );
    assert_ne!(twins[0].id_number, twins[1].id_number);

    assert!(person(&world, "rare_name").name.contains('㛃'));
    assert!(person(&world, "minority_name").name.contains('·'));
    assert!(!person(&world, "unbound").bound && person(&world, "unbound").phone.is_some());
    assert_eq!(person(&world, "foreigner").id_type, "passport");
    assert_eq!(
        person(&world, "expired_consent").acts_for[0].state,
        ConsentState::Expired
    );
    assert_eq!(
        person(&world, "revoked_consent").acts_for[0].state,
        ConsentState::Revoked
    );
    let stopped = fates(&world, person(&world, "stopped_visit"));
    assert!(stopped.iter().any(|(fate, _)| *fate == Fate::Stopped));
}

#[test]
fn who_has_no_tag_is_free_for_tests() {
    let general = world(Profile::General);
    let free = || general.patients().filter(|person| person.tags.is_empty());
    assert!(free().filter(|person| person.bound).count() >= 100);
    assert!(free().filter(|person| !person.bound).count() >= 10);
    let community = world(Profile::Community);
    for person in free() {
        assert!(person.phone.is_some() && person.acts_for.is_empty() && person.story.is_empty());
        assert!(fates(&general, person).is_empty() && fates(&community, person).is_empty());
    }
}

#[test]
fn every_reference_finds_its_resource_and_every_id_is_one() {
    for profile in Profile::ALL {
        let mut known = HashSet::new();
        for stage in resource::stages(&world(profile)) {
            for resource in &stage {
                let id = text(resource, "id");
                assert!(
                    id.len() <= 64 && id.starts_with(&format!("{}-", profile.prefix())),
                    "{id}"
                );
                assert!(
                    id.bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)),
                    "{id}"
                );
                let name = format!("{}/{id}", text(resource, "resourceType"));
                assert!(known.insert(name.clone()), "twice: {name}");
            }
            for resource in &stage {
                references(resource, &mut |reference| {
                    assert!(known.contains(reference), "{reference} of {resource}");
                });
            }
        }
    }
}

fn references(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(reference) if name == "reference" => visit(reference),
                    _ => references(field, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, visit)),
        _ => {}
    }
}

#[test]
fn reports_are_of_every_kind() {
    let world = world(Profile::General);
    let all = resources(&world);
    let reports: Vec<&Value> = all
        .iter()
        .filter(|r| r["resourceType"] == "DiagnosticReport")
        .collect();
    let count = |test: &dyn Fn(&Value) -> bool| reports.iter().filter(|r| test(r)).count();
    assert_eq!(count(&|r| r["status"] == "preliminary"), 1);
    assert_eq!(count(&|r| r["status"] == "amended"), 1);
    assert!(count(&|r| !r["presentedForm"].is_null()) > 50);
    assert!(count(&|r| !r["conclusion"].is_null() && r["result"].is_null()) > 50);
    let marks: HashSet<&str> = all
        .iter()
        .filter_map(|r| r["interpretation"][0]["coding"][0]["code"].as_str())
        .collect();
    assert!(
        ["N", "H", "L", "HH", "A"]
            .iter()
            .all(|mark| marks.contains(mark)),
        "{marks:?}"
    );
    let unmarked = |r: &&Value| r["resourceType"] == "Observation" && r["interpretation"].is_null();
    assert!(all.iter().any(|r| unmarked(&r)));
    // Numbers keep the zeros they are printed with.
    assert!(
        all.iter()
            .any(|r| r["valueQuantity"]["value"].to_string().ends_with(".0"))
    );
}

#[test]
fn any_day_will_do() {
    for today in [
        date(2024, 2, 29),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2028, 3, 1),
    ] {
        for profile in Profile::ALL {
            let world = World::new(profile, 3, 40, today);
            assert!(
                world
                    .slots
                    .iter()
                    .any(|slot| slot.day == plus_days(today, profile.days_ahead()))
            );
            assert_eq!(person(&world, "diabetes").age(today), 76);
        }
    }
}

#[test]
fn the_edges_settings_speak_of_the_same_hospitals() {
    for (profile, settings) in [
        (
            Profile::General,
            include_str!("../../edge-worker/settings/general.json"),
        ),
        (
            Profile::Community,
            include_str!("../../edge-worker/settings/community.json"),
        ),
    ] {
        let settings: Value = serde_json::from_str(settings).unwrap();
        assert_eq!(settings["id"], profile.id());
        assert_eq!(settings["name"], profile.name());
        assert_eq!(settings["address"], profile.address());
        assert_eq!(settings["hotline"]["number"], profile.phone());
        let rules: contract::Rules = serde_json::from_value(settings["rules"].clone()).unwrap();
        assert_eq!(i64::from(rules.booking_window_days), profile.days_ahead());
        assert!(profile.most_open() < rules.caps.open as usize);
        let (ordinary, expert) = profile.slot_minutes();
        let minutes = (rules.slot_minutes.ordinary, rules.slot_minutes.expert);
        assert_eq!(minutes, (u32::from(ordinary), u32::from(expert)));
    }
}
