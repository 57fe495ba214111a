//! Keys: the same key and body give the first answer, however often, however parallel, and
//! across a lost reply.

use std::{
    io::Write as _,
    net::{Shutdown, TcpStream},
    time::Duration,
};

use banzhen_tests::{client::fresh_key, people::hold_request, world::world};
use contract::{Code, ConfirmRequest, api};

#[test]
fn twenty_times_in_parallel_make_one_appointment() {
    let world = world();
    let (me, slot) = world.patient_and_slot();
    let body = hold_request("general", &slot);
    let key = fresh_key();
    let holds = parallel(20, || {
        me.client
            .call(api::PlaceHold, &[me.id()])
            .body(&body)
            .key(&key)
            .send()
            .ok()
    });
    assert!(holds.iter().all(|hold| hold == &holds[0]), "{holds:?}");
    assert_eq!(world.live(&me.who), 1);

    let body = ConfirmRequest {
        hold: holds[0].id.clone(),
    };
    let key = fresh_key();
    let confirm = || {
        me.client
            .call(api::Confirm, &[me.id()])
            .body(&body)
            .key(&key)
            .send()
            .ok()
    };
    let booked = parallel(20, confirm);
    assert!(
        booked
            .iter()
            .all(|b| b.id == booked[0].id && b.number == booked[0].number)
    );
    assert_eq!(world.live(&me.who), 1);
    assert_eq!(me.booked().len(), 1);
    // And one message, not twenty.
    let told = banzhen_tests::people::told(&world.edge.base, &me.who.phone, 1);
    assert_eq!(told.len(), 1);
    assert_eq!(confirm().id, booked[0].id);
}

fn parallel<T: Send>(times: usize, act: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..times).map(|_| scope.spawn(&act)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn another_body_under_the_same_key_is_refused() {
    let world = world();
    let (me, clinic) = (world.patient(), world.pool.take(&world.edge, 2));
    let free = clinic.free(&world.edge, 2);
    let key = fresh_key();
    let hold = |slot: &str| {
        let body = hold_request("general", slot);
        me.client
            .call(api::PlaceHold, &[me.id()])
            .body(&body)
            .key(&key)
            .send()
    };
    let first = hold(free[0].id.as_str()).ok();
    hold(free[1].id.as_str()).problem(Code::IdempotencyKeyReused);
    assert_eq!(
        world.general.read(&format!("Slot/{}", free[1].id))["status"],
        "free"
    );
    assert_eq!(hold(free[0].id.as_str()).ok(), first);
}

#[test]
fn a_key_is_each_persons_own() {
    let world = world();
    let (me, other, clinic) = (
        world.patient(),
        world.patient(),
        world.pool.take(&world.edge, 2),
    );
    let free = clinic.free(&world.edge, 2);
    let key = fresh_key();
    for (who, slot) in [(&me, &free[0]), (&other, &free[1])] {
        let body = hold_request("general", slot.id.as_str());
        let reply = who
            .client
            .call(api::PlaceHold, &[who.id()])
            .body(&body)
            .key(&key)
            .send();
        assert_eq!(reply.ok().slot, slot.id);
    }
}

#[test]
fn a_refusal_is_not_remembered() {
    let world = world();
    let ((me, slot), other) = (world.patient_and_slot(), world.patient());
    let in_the_way = other.hold("general", &slot).ok();
    let (key, body) = (fresh_key(), hold_request("general", &slot));
    let hold = || {
        me.client
            .call(api::PlaceHold, &[me.id()])
            .body(&body)
            .key(&key)
            .send()
    };
    hold().problem(Code::SlotTaken);
    let parameters = [other.id(), in_the_way.id.as_str()];
    other.client.call(api::ReleaseHold, &parameters).send().ok();
    hold().ok();
}

#[test]
fn a_confirmed_key_never_books_again_after_a_cancel() {
    let world = world();
    let (me, slot) = world.patient_and_slot();
    let hold = me.hold("general", &slot).ok();
    let (key, body) = (
        fresh_key(),
        ConfirmRequest {
            hold: hold.id.clone(),
        },
    );
    let confirm = || {
        me.client
            .call(api::Confirm, &[me.id()])
            .body(&body)
            .key(&key)
            .send()
    };
    let booked = confirm().ok();
    me.cancel(booked.id.as_str()).ok();
    // The same key never books again: the first answer, or that the hold is over.
    let again = confirm();
    if again.is_ok() {
        assert_eq!(again.ok().id, booked.id);
    } else {
        again.problem(Code::HoldExpired);
    }
    assert_eq!(world.live(&me.who), 0);
}

/// The client's connection is cut right after the request left: nobody hears the answer.
#[test]
fn the_same_key_after_a_cut_connection_gives_the_one_appointment() {
    let world = world();
    let (me, slot) = world.patient_and_slot();
    let hold = me.hold("general", &slot).ok();
    let body = ConfirmRequest {
        hold: hold.id.clone(),
    };
    let key = fresh_key();
    for wait in [0, 5, 30, 200] {
        let path = format!("/api/v1/people/{}/appointments", me.id());
        post_and_cut(
            &world.edge.base,
            &path,
            me.client.cookie.as_deref().unwrap(),
            &key,
            &body,
            wait,
        );
    }
    let first = me
        .client
        .call(api::Confirm, &[me.id()])
        .body(&body)
        .key(&key)
        .send()
        .ok();
    let second = me
        .client
        .call(api::Confirm, &[me.id()])
        .body(&body)
        .key(&key)
        .send()
        .ok();
    assert_eq!((&first.id, &first.number), (&second.id, &second.number));
    assert_eq!(world.general.live_on_slot(&slot).len(), 1);
    assert_eq!(me.booked().len(), 1);
}

fn post_and_cut(base: &str, path: &str, cookie: &str, key: &str, body: &ConfirmRequest, wait: u64) {
    let host = base.trim_start_matches("http://");
    let body = serde_json::to_string(body).unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    write!(
        connection,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(wait));
    connection.shutdown(Shutdown::Both).unwrap();
}
