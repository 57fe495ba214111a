//! GET /people/{p}.

use banzhen_tests::{people::log_in, stack, world::world};
use contract::{Code, Relation, Right, api};

#[test]
fn oneself_with_number_and_phone_masked() {
    let me = world().patient();
    let reply = me.client.call(api::GetPerson, &[me.id()]).send();
    let person = reply.ok();
    assert_eq!(person.name, me.who.name);
    assert_eq!(person.birth_date.unwrap().0, me.who.birth_date);
    assert_eq!(person.relation, Relation::Own);
    let text = reply.raw.text();
    assert!(
        !text.contains(&me.who.id_number) && !text.contains(&me.who.phone),
        "{text}"
    );
    assert!(person.id_number_masked.contains('*'));
    assert_eq!(reply.raw.header("cache-control"), Some("no-store"));
}

#[test]
fn others_are_forbidden() {
    let world = world();
    let (me, other) = (world.patient(), world.cast.take());
    me.client
        .call(api::GetPerson, &[&other.person])
        .send()
        .refused(Code::Forbidden);
    me.client
        .call(api::GetPerson, &["nobody-at-all"])
        .send()
        .refused(Code::Forbidden);
}

/// A daughter may do what her mother consented to, and nothing else.
#[test]
fn a_proxy_has_the_rights_of_the_consent() {
    let world = world();
    let proxy = world.cast.tagged("daughter");
    let client = log_in(&world.edge, &proxy.phone);
    let session = client.call(api::GetSession, &[]).send().ok();
    for other in &proxy.acts_for {
        let row = session
            .people
            .iter()
            .find(|row| row.id.0 == other.person)
            .expect("not listed");
        assert_eq!(row.relation.as_str(), other.relation);
        let has = |right: Right| other.rights.iter().any(|r| r == right.as_str());
        let rights: Vec<&str> = row.rights.iter().map(|r| r.as_str()).collect();
        for right in &other.rights {
            assert!(rights.contains(&right.as_str()), "{rights:?} lacks {right}");
        }
        assert_eq!(rights.len(), other.rights.len());
        // A hospital that is down might allow it.
        let refusal = match stack::down() {
            Some(_) => Code::HospitalUnavailable,
            None => Code::Forbidden,
        };
        let answer = |allowed: bool, status: u16| {
            let expected = if allowed { 200 } else { refusal.status() };
            assert_eq!(status, expected, "{other:?}");
        };
        let p = other.person.as_str();
        answer(
            has(Right::Book),
            client.call(api::ListAppointments, &[p]).send().status(),
        );
        answer(
            has(Right::ViewReports),
            client.call(api::ListReports, &[p]).send().status(),
        );
        answer(
            has(Right::Manage),
            client.call(api::GetPerson, &[p]).send().status(),
        );
    }
}
