//! The rush at a release, on a stack of its own made of what is built already: says what came of
//! it in words on standard error and as JSON on standard output, and ends with 1 where a bound
//! does not hold.
//!
//! `rush [--people N] [--slots N] [--seconds N] [--connections N] [--seed N]`

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::ExitCode;

use banzhen_tests::{
    rush::{self, Plan},
    stack::Own,
};

fn main() -> ExitCode {
    let mut plan = Plan {
        people: 5000,
        slots: 200,
        seconds: 60,
        connections: 600,
        seed: 1,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let number: u64 = arguments
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("{name} wants a number"));
        let size = usize::try_from(number).unwrap();
        match name.as_str() {
            "--people" => plan.people = size,
            "--slots" => plan.slots = size,
            "--seconds" => plan.seconds = number,
            "--connections" => plan.connections = size,
            "--seed" => plan.seed = number,
            other => panic!("there is no {other}"),
        }
    }
    let own = Own::start("rush");
    let report = rush::run(&own, &plan);
    eprint!("{}", report.text());
    println!("{}", serde_json::to_string_pretty(&report.json).unwrap());
    if report.broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
