//! POST /people.

use banzhen_tests::{
    Reply,
    client::{Client, fresh_key},
    identity,
    people::{fresh_phone, log_in},
    world::world,
};
use contract::{Code, FieldCode, IdType, NewPerson, Right, api};
use serde_json::json;

fn body(hospital: &str, name: &str, number: &str) -> NewPerson {
    NewPerson {
        hospital: hospital.into(),
        name: name.to_owned(),
        id_type: IdType::Resident,
        id_number: number.to_owned(),
    }
}

fn add(client: &Client, person: &NewPerson) -> Reply<api::AddPerson> {
    client.call(api::AddPerson, &[]).body(person).send()
}

#[test]
fn a_record_is_bound_by_name_number_and_phone() {
    let world = world();
    let who = world.cast.take_stranger();
    let client = log_in(&world.edge, &who.phone);
    let before = client.call(api::GetSession, &[]).send().ok();
    assert!(
        before.people.iter().all(|row| row.id.0 != who.person),
        "bound by phone alone"
    );
    let row = add(&client, &body("general", &who.name, &who.id_number)).ok();
    assert_eq!(row.id.0, who.person);
    assert!(row.rights.contains(&Right::Book) && row.rights.contains(&Right::ViewReports));
    let after = client.call(api::GetSession, &[]).send().ok();
    assert!(after.people.iter().any(|row| row.id.0 == who.person));
    assert_eq!(
        world.general.patients_by_number(&who.id_number).len(),
        1,
        "no second record"
    );
}

#[test]
fn every_mismatch_gives_the_same_answer() {
    let world = world();
    let me = world.patient();
    let other = world.cast.take_stranger();
    let mine = world.cast.take();
    let cases = [
        body("general", "张无此人", &other.id_number),
        body("general", &other.name, &other.id_number),
        body("general", &other.name, &mine.id_number),
    ];
    let mut answers = Vec::new();
    for case in &cases {
        let problem = add(&me.client, case).problem(Code::IdentityNotConfirmed);
        answers.push((problem.title, problem.detail, problem.action));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let people = me.client.call(api::GetSession, &[]).send().ok().people;
    assert_eq!(people.len(), 1, "nobody was bound: {people:?}");
}

#[test]
fn a_first_visit_makes_a_record() {
    let world = world();
    let client = log_in(&world.edge, &fresh_phone());
    let number = identity::fresh(1988, 5, 17);
    let key = fresh_key();
    let person = body("general", "慕容初一", &number);
    let first = client
        .call(api::AddPerson, &[])
        .body(&person)
        .key(&key)
        .send()
        .ok();
    let again = client
        .call(api::AddPerson, &[])
        .body(&person)
        .key(&key)
        .send()
        .ok();
    assert_eq!(first, again);
    let records = world.general.patients_by_number(&number);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["birthDate"], "1988-05-17");
    assert_eq!(
        records[0]["gender"],
        if identity::is_male(&number) {
            "male"
        } else {
            "female"
        }
    );
    let reused = body("general", "慕容初二", &number);
    let reply = client
        .call(api::AddPerson, &[])
        .body(&reused)
        .key(&key)
        .send();
    reply.problem(Code::IdempotencyKeyReused);
}

#[test]
fn a_record_is_found_by_each_of_its_documents() {
    let world = world();
    let phone = fresh_phone();
    let client = log_in(&world.edge, &phone);
    let number = identity::fresh(1961, 3, 8);
    let row = add(&client, &body("general", "慕容双证", &number)).ok();
    let mut record = world.general.patients_by_number(&number).remove(0);
    let system = "urn:banzhen:id:passport";
    let passport = format!("E{}", &number[9..17]);
    let documents = record["identifier"].as_array_mut().unwrap();
    documents.push(json!({ "system": system, "value": passport }));
    world.general.put(&record);
    let by_passport = NewPerson {
        id_type: IdType::Passport,
        ..body("general", "慕容双证", &passport)
    };
    assert_eq!(add(&client, &by_passport).ok().id, row.id);
}

#[test]
fn a_number_of_a_record_out_of_use_makes_no_second_one() {
    let world = world();
    let client = log_in(&world.edge, &fresh_phone());
    let number = identity::fresh(1958, 9, 2);
    add(&client, &body("general", "慕容旧档", &number)).ok();
    let mut record = world.general.patients_by_number(&number).remove(0);
    record["active"] = false.into();
    world.general.put(&record);
    add(&client, &body("general", "慕容旧档", &number)).problem(Code::IdentityNotConfirmed);
    assert_eq!(world.general.patients_by_number(&number).len(), 1);
}

#[test]
fn twenty_at_once_make_one_record() {
    let world = world();
    let client = log_in(&world.edge, &fresh_phone());
    let number = identity::fresh(1990, 1, 2);
    let person = body("general", "司马并行", &number);
    let key = fresh_key();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                client
                    .call(api::AddPerson, &[])
                    .body(&person)
                    .key(&key)
                    .send()
                    .ok()
            });
        }
    });
    assert_eq!(world.general.patients_by_number(&number).len(), 1);
}

#[test]
fn a_number_that_cannot_be_is_refused_and_changes_nothing() {
    let world = world();
    let client = log_in(&world.edge, &fresh_phone());
    let good = identity::fresh(1970, 6, 1);
    let last = if good.ends_with('1') { '2' } else { '1' };
    let cases = [
        (format!("{}{last}", &good[..17]), FieldCode::BadCheckDigit),
        (identity::fresh(2099, 1, 1), FieldCode::BirthDateInFuture),
        (identity::fresh(1970, 2, 30), FieldCode::NotADate),
        (good[..15].to_owned(), FieldCode::Malformed),
        ("身份证".to_owned(), FieldCode::Malformed),
    ];
    for (number, code) in cases {
        let reply = add(&client, &body("general", "欧阳错误", &number));
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(errors[0].field, "id_number", "{number}");
        if code != FieldCode::Malformed {
            assert_eq!(errors[0].code, code, "{number}");
        }
        assert!(
            !reply.raw.text().contains(&number),
            "the number comes back in the answer"
        );
        assert!(number.len() < 18 || world.general.patients_by_number(&number).is_empty());
    }
    assert!(
        client
            .call(api::GetSession, &[])
            .send()
            .ok()
            .people
            .is_empty()
    );
}

#[test]
fn the_body_is_read_strictly() {
    let world = world();
    let client = log_in(&world.edge, &fresh_phone());
    let number = identity::fresh(1970, 6, 2);
    let good =
        json!({"hospital": "general", "name": "甲", "id_type": "resident", "id_number": number});
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("admin", json!(true)), "admin"),
        (with("id_type", json!("library_card")), "id_type"),
        (with("name", json!(7)), "name"),
        (with("name", json!("")), "name"),
        (with("name", json!("很".repeat(500))), "name"),
    ] {
        let reply = client.call(api::AddPerson, &[]).json(&body).send();
        let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
        assert_eq!(errors[0].field, field, "{body}");
    }
    let reply = client
        .call(api::AddPerson, &[])
        .json(&good)
        .without_key()
        .send();
    let errors = reply.problem(Code::InvalidRequest).errors.unwrap();
    assert_eq!(errors[0].field, "Idempotency-Key");
    let nowhere = client
        .call(api::AddPerson, &[])
        .json(&with("hospital", json!("nowhere")))
        .send();
    assert!(
        nowhere.status() == 404 || nowhere.status() == 422,
        "{}",
        nowhere.raw.text()
    );
    assert!(world.general.patients_by_number(&number).is_empty());
}

#[test]
fn a_session_is_needed() {
    let number = identity::fresh(1970, 6, 3);
    let reply = add(&world().visitor(), &body("general", "甲", &number));
    reply.problem(Code::Unauthenticated);
}
