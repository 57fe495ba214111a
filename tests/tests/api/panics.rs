//! A mistake of ours fails one request. Whoever is served at the same time, and whoever comes
//! next, notices nothing.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use banzhen_tests::{http, world::world};
use contract::api;

fn panic_in(place: &str) -> http::Raw {
    let url = format!("{}/dev/panic?in={place}", world().edge.base);
    http::send("POST", &url, &[], None).unwrap()
}

#[test]
fn a_panic_fails_its_own_request_and_no_other() {
    let world = world();
    let (me, slot) = world.patient_and_slot();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Requests that are under way meanwhile, and wait for a hospital and an object.
        let others: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut served = 0;
                    while !over.load(Ordering::Relaxed) {
                        me.client
                            .call(api::ListAppointments, &[me.id()])
                            .send()
                            .ok();
                        served += 1;
                    }
                    served
                })
            })
            .collect();
        for _ in 0..10 {
            for (place, status) in [("handler", 500), ("object", 500), ("behind", 204)] {
                let reply = panic_in(place);
                assert_eq!(reply.status, status, "{place}: {}", reply.text());
                if status == 500 {
                    assert_eq!(reply.json()["code"], "internal", "{place}");
                }
                // The next one works: a handler, and objects with what they remember.
                world.visitor().call(api::GetHealth, &[]).send().ok();
                let hold = me.hold("general", &slot).ok();
                let parameters = [me.id(), hold.id.as_str()];
                me.client.call(api::ReleaseHold, &parameters).send().ok();
                let outbox = banzhen_tests::people::outbox(&world.edge.base, &me.who.phone);
                assert!(!outbox.is_empty(), "{place}");
            }
        }
        over.store(true, Ordering::Relaxed);
        for other in others {
            assert!(other.join().unwrap() > 0);
        }
    });
}
