//! DELETE /people/{p}/holds/{id}.

use banzhen_tests::world::world;
use contract::{Code, api};

#[test]
fn the_slot_is_free_again() {
    let world = world();
    let ((me, slot), other) = (world.patient_and_slot(), world.patient());
    let hold = me.hold("general", &slot).ok();
    let release = || {
        me.client
            .call(api::ReleaseHold, &[me.id(), hold.id.as_str()])
            .send()
    };
    release().ok();
    assert!(world.general.live_on_slot(&slot).is_empty());
    assert_eq!(
        world.general.read(&format!("Slot/{slot}"))["status"],
        "free"
    );
    // Repeating it is no error, and confirming it is too late.
    let again = release().status();
    assert!(again == 204 || again == 404, "{again}");
    let late = me.confirm(&hold.id);
    assert!([404, 410].contains(&late.status()), "{}", late.raw.text());
    other.hold("general", &slot).ok();
}

#[test]
fn somebody_elses_hold_stays() {
    let world = world();
    let ((me, slot), thief) = (world.patient_and_slot(), world.patient());
    let hold = me.hold("general", &slot).ok();
    let id = hold.id.as_str();
    thief
        .client
        .call(api::ReleaseHold, &[thief.id(), id])
        .send()
        .problem(Code::NotFound);
    thief
        .client
        .call(api::ReleaseHold, &[me.id(), id])
        .send()
        .refused(Code::Forbidden);
    thief.confirm(&hold.id).problem(Code::NotFound);
    me.confirm(&hold.id).ok();
}
