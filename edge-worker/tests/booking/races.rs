//! Many at once: no place is sold twice, and none is left that somebody wanted.

use std::thread;

use banzhen_edge_worker::booking::turn::Told;

use crate::{
    server,
    world::{Person, code, doctor, patient},
};

const PEOPLE: usize = 60;

fn race(slot: &str) -> (usize, usize) {
    server::base();
    let told: Vec<Result<(), &str>> = thread::scope(|scope| {
        let runners: Vec<_> = (0..PEOPLE)
            .map(|_| {
                let patient = patient();
                scope.spawn(move || match Person::new(&patient).hold(slot, "key-race") {
                    Told::Hold(_) => Ok(()),
                    other => Err(code(other)),
                })
            })
            .collect();
        runners
            .into_iter()
            .map(|runner| runner.join().unwrap())
            .collect()
    });
    let won = told.iter().filter(|told| told.is_ok()).count();
    let taken = told
        .iter()
        .filter(|told| **told == Err("slot_taken"))
        .count();
    assert_eq!(won + taken, PEOPLE, "{told:?}");
    (won, taken)
}

#[test]
fn one_seat_goes_to_one() {
    let slot = format!("s-{}-0", doctor());
    assert_eq!(race(&slot), (1, PEOPLE - 1));
    assert_eq!(server::live(&slot).len(), 1);
}

#[test]
fn ten_places_go_to_ten() {
    let slot = format!("q-{}", doctor());
    assert_eq!(race(&slot), (10, PEOPLE - 10));
    assert_eq!(server::live(&slot).len(), 10);
    assert_eq!(server::status(&slot), "busy");
}
