//! Reads `<tag>/<area>.ftl`, checks every language against zh-CN, and writes one typed function
//! per message. Whatever a reader would stumble over at run time stops the build here.

mod check;
mod emit;
mod read;

use std::{env, fs, path::Path, process::exit};

/// The languages, the source first: later ones must have exactly what the first has.
pub const TAGS: [&str; 3] = ["zh-CN", "zh-TW", "en"];

/// The areas the edge embeds. They come first in every pack, so that what is embedded is a prefix.
pub const EMBEDDED: [&str; 4] = ["dates", "errors", "messages", "notes"];

fn main() {
    println!("cargo::rerun-if-changed=build");
    let mut problems = Vec::new();
    let languages: Vec<read::Language> = TAGS
        .iter()
        .map(|tag| {
            println!("cargo::rerun-if-changed={tag}");
            read::language(Path::new(tag), tag, &mut problems)
        })
        .collect();
    check::all(&languages, &mut problems);

    if !problems.is_empty() {
        for problem in problems {
            println!("cargo::error={problem}");
        }
        exit(1);
    }
    let code = emit::code(&languages);
    let target = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("messages.rs");
    if let Err(error) = fs::write(&target, code) {
        println!("cargo::error={}: {error}", target.display());
        exit(1);
    }
}
