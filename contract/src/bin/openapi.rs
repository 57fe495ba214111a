//! Writes the description of the API into the file named on the command line.

use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?;
    let document = banzhen_contract::openapi::document(env!("CARGO_PKG_VERSION"));
    fs::write(out, document.to_string())
}
