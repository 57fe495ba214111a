//! Who may do what for another is decided at each request, by the consent as it is then.

use banzhen_tests::{
    clock,
    people::{Patient, hold_request},
    stack,
    staff::{self, Consent},
    world::world,
};
use contract::{Code, Relation, api};
use jiff::SignedDuration;

/// A mother who consents to what `rights` says, and her daughter, logged in.
fn pair(rights: &[&str]) -> (Patient, banzhen_tests::people::Somebody, Consent) {
    let world = world();
    let (daughter, mother) = (world.patient(), world.cast.take());
    let record = world.record(&mother);
    let consent = staff::consent(&world.general, &record, &daughter.who, rights);
    (daughter, mother, consent)
}

/// Statuses of the list of appointments, the list of reports, and who it is. In a run without one
/// hospital it cannot be found out whether that one would allow it: that counts as a no here.
fn status_of_each(daughter: &Patient, mother: &str) -> [u16; 3] {
    let client = &daughter.client;
    let statuses = [
        client
            .call(api::ListAppointments, &[mother])
            .send()
            .status(),
        client.call(api::ListReports, &[mother]).send().status(),
        client.call(api::GetPerson, &[mother]).send().status(),
    ];
    statuses.map(|status| {
        let unknown = status == Code::HospitalUnavailable.status() && stack::down().is_some();
        if unknown {
            Code::Forbidden.status()
        } else {
            status
        }
    })
}

#[test]
fn booking_without_seeing_reports() {
    let world = world();
    let (daughter, mother, _consent) = pair(&["book"]);
    assert_eq!(status_of_each(&daughter, &mother.person), [200, 403, 403]);
    let view = daughter.client.call(api::GetSession, &[]).send().ok();
    let row = view
        .people
        .iter()
        .find(|row| row.id.0 == mother.person)
        .expect("not listed");
    assert_ne!(row.relation, Relation::Own);
    assert_eq!(row.rights, [contract::Right::Book]);
    let slot = world.pool.take(&world.edge, 1).free(&world.edge, 1)[0]
        .id
        .0
        .clone();
    let body = hold_request("general", &slot);
    let hold = daughter
        .client
        .call(api::PlaceHold, &[&mother.person])
        .body(&body)
        .send()
        .ok();
    let body = contract::ConfirmRequest { hold: hold.id };
    let booked = daughter
        .client
        .call(api::Confirm, &[&mother.person])
        .body(&body)
        .send()
        .ok();
    assert_eq!(booked.person.id.0, mother.person);
    assert_eq!(world.live(&mother), 1);
    assert_eq!(world.live(&daughter.who), 0);
}

#[test]
fn seeing_reports_without_booking() {
    let (daughter, mother, _consent) = pair(&["view_reports"]);
    assert_eq!(status_of_each(&daughter, &mother.person), [403, 200, 403]);
    let slot = world().pool.take(&world().edge, 1).free(&world().edge, 1)[0]
        .id
        .0
        .clone();
    let body = hold_request("general", &slot);
    let reply = daughter
        .client
        .call(api::PlaceHold, &[&mother.person])
        .body(&body)
        .send();
    reply.refused(Code::Forbidden);
    assert_eq!(world().live(&mother), 0);
}

#[test]
fn managing_shows_who_it_is() {
    let (daughter, mother, _consent) = pair(&["manage"]);
    assert_eq!(status_of_each(&daughter, &mother.person), [403, 403, 200]);
}

#[test]
fn a_revoked_consent_ends_at_once() {
    let world = world();
    let (daughter, mother, consent) = pair(&["book", "view_reports"]);
    assert_eq!(status_of_each(&daughter, &mother.person), [200, 200, 403]);
    consent.revoke(&world.general);
    assert_eq!(status_of_each(&daughter, &mother.person), [403, 403, 403]);
    let view = daughter.client.call(api::GetSession, &[]).send().ok();
    assert!(view.people.iter().all(|row| row.id.0 != mother.person));
}

#[test]
fn an_expired_consent_is_none() {
    let world = world();
    let (daughter, mother, consent) = pair(&["book"]);
    let now = clock::now(&world.edge.base);
    let hour = SignedDuration::from_hours(1);
    consent.period(&world.general, now - hour, now + hour);
    assert_eq!(status_of_each(&daughter, &mother.person)[0], 200);
    consent.period(
        &world.general,
        now - hour,
        now - SignedDuration::from_secs(1),
    );
    assert_eq!(status_of_each(&daughter, &mother.person)[0], 403);
    consent.period(&world.general, now + hour, now + hour + hour);
    assert_eq!(
        status_of_each(&daughter, &mother.person)[0],
        403,
        "not begun yet"
    );
}

#[test]
fn a_phone_that_was_not_verified_gives_no_rights() {
    let world = world();
    let (daughter, mother, consent) = pair(&["book"]);
    consent.unverify(&world.general);
    assert_eq!(status_of_each(&daughter, &mother.person), [403, 403, 403]);
}
