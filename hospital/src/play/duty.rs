//! What the staff do by themselves.

use crate::{
    play::desk::{Desk, Trouble},
    rng::Rng,
};

/// One second of the hospitals' life: releases what is due, and, when it is time for something
/// lively, does it. The answer says what went wrong; the next second comes all the same.
pub fn tick(desks: &[Desk], lively: bool, rng: &mut Rng) -> String {
    let mut complaints = Vec::new();
    for desk in desks {
        match desk.release_due() {
            Ok(Some(done)) => println!("released {done}"),
            Ok(None) => {}
            Err(why) => complaints.push(format!("{}: {why}", desk.id())),
        }
    }
    if lively && complaints.is_empty() {
        // The general hospital is the busier one.
        let desk = &desks[if rng.chance(75) {
            0
        } else {
            rng.index(desks.len())
        }];
        match something(desk, rng) {
            Ok(_) | Err(Trouble::Nothing(_)) => {}
            Err(why) => complaints.push(format!("{}: {why}", desk.id())),
        }
    }
    complaints.join("; ")
}

fn something(desk: &Desk, rng: &mut Rng) -> Result<serde_json::Value, Trouble> {
    match rng.below(1000) {
        0..=519 => desk.book(None, rng),
        520..=899 => desk.cancel(rng),
        900..=949 => desk.report_final(rng),
        950..=993 => desk.close_visits(),
        _ => desk.stop_somebody(rng),
    }
}
