//! Makes the OpenAPI document from the contract's types, so that the edge need not carry what
//! makes it.

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let document = contract::openapi::document(env!("CARGO_PKG_VERSION"));
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(
        PathBuf::from(out).join("openapi.json"),
        document.to_string(),
    )?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
