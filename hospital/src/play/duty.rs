//! What the staff do by themselves.

use crate::{play::desk::Desk, rng::Rng};

/// One second of the hospitals' life: releases what is due, and, when it is time for something
/// lively, does it. What goes wrong is said and forgotten: the next second comes.
pub fn tick(desks: &[Desk], lively: bool, rng: &mut Rng) {
    for desk in desks {
        match desk.release_due() {
            Ok(Some(done)) => println!("released {done}"),
            Ok(None) => {}
            Err(why) => eprintln!("release: {why}"),
        }
    }
    if !lively {
        return;
    }
    // The general hospital is the busier one.
    let desk = &desks[if rng.chance(75) {
        0
    } else {
        rng.index(desks.len())
    }];
    let done = match rng.below(1000) {
        0..=519 => desk.book(None, rng),
        520..=899 => desk.cancel(rng),
        900..=949 => desk.report_final(rng),
        950..=993 => desk.close_visits(),
        _ => desk.stop_somebody(rng),
    };
    if let Err(why) = done {
        eprintln!("staff: {why}");
    }
}
