//! Starts a stack of what is built already, for trying the browser tests by hand, and prints its
//! addresses as environment variables. It ends with Ctrl-C, or when standard input closes.

#![allow(clippy::expect_used)]

use std::io::Read as _;

use xtask::stack::{Options, Stack};

fn main() {
    let stack = Stack::start_built(Options::test("by-hand")).expect("a built stack");
    println!(
        "export BASE_URL={} CONTROL_URL={}",
        stack.edge_url(),
        stack.control_url()
    );
    println!(
        "export BANZHEN_EDGE={} BANZHEN_LOGS={}",
        stack.edge_url(),
        stack.logs().display()
    );
    let mut rest = Vec::new();
    // Nothing is expected to come; reading waits for the end.
    drop(std::io::stdin().read_to_end(&mut rest));
}
