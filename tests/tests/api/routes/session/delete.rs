//! DELETE /session.

use banzhen_tests::world::world;
use contract::{Code, api};

#[test]
fn a_cookie_replayed_after_logout_is_dead_everywhere() {
    let me = world().patient();
    let thief = me.client.clone();
    let reply = me.client.call(api::LogOut, &[]).send();
    reply.ok();
    let cookie = reply
        .raw
        .header("set-cookie")
        .expect("the browser is told to forget");
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    thief
        .call(api::GetSession, &[])
        .send()
        .problem(Code::Unauthenticated);
    thief
        .call(api::ListAppointments, &[me.id()])
        .send()
        .problem(Code::Unauthenticated);
    thief
        .call(api::LogOut, &[])
        .send()
        .problem(Code::Unauthenticated);
}

#[test]
fn the_other_session_of_the_same_phone_lives_on() {
    let world = world();
    let me = world.patient();
    // A second code within the minute is refused, so the second session is another person's.
    let other = world.patient();
    me.client.call(api::LogOut, &[]).send().ok();
    other.client.call(api::GetSession, &[]).send().ok();
}
