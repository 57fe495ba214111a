//! The gate itself is tested: each fault that must stop the build does, and a good set passes.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../build/check.rs"]
mod check;
#[path = "../build/read.rs"]
mod read;

use std::{fs, path::PathBuf};

/// As in the build, with one area that the edge embeds.
pub const EMBEDDED: [&str; 1] = ["errors"];

const SOURCE: &str = "# $name (Text) who\nhello = 您好，{ $name }\n# $count (Number) how many\nleft = 还有 { $count } 个\nplain = 请看\n    .care = 看\n";
const TAIWAN: &str =
    "hello = 您好，{ $name }\nleft = 還有 { $count } 個\nplain = 請看\n    .care = 看\n";
const ENGLISH: &str = "hello = Hello, { $name }\nleft = { $count ->\n    [one] { $count } left\n   *[other] { $count } left now\n}\nplain = Look\n    .care = Look\n";

/// What the gate says to these three files.
fn faults(test: &str, source: &str, taiwan: &str, english: &str) -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let mut problems = Vec::new();
    let languages: Vec<read::Language> = [("zh-CN", source), ("zh-TW", taiwan), ("en", english)]
        .into_iter()
        .map(|(tag, text)| {
            let folder = root.join(tag);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("errors.ftl"), text).unwrap();
            read::language(&folder, tag, &mut problems)
        })
        .collect();
    check::all(&languages, &mut problems);
    problems
}

#[test]
fn a_good_set_passes() {
    assert_eq!(
        faults("good", SOURCE, TAIWAN, ENGLISH),
        Vec::<String>::new()
    );
}

#[test]
fn every_fault_is_told() {
    let english = |from: &str, to: &str| {
        assert!(ENGLISH.contains(from));
        (SOURCE.to_owned(), ENGLISH.replace(from, to))
    };
    let source = |from: &str, to: &str| {
        assert!(SOURCE.contains(from));
        (SOURCE.replace(from, to), ENGLISH.to_owned())
    };
    let cases = [
        (
            "missing",
            english("hello = Hello, { $name }\n", ""),
            "`hello` is missing",
        ),
        (
            "extra",
            english("plain =", "more = More\nplain ="),
            "`more` is not in zh-CN",
        ),
        (
            "attribute",
            english("    .care = Look\n", ""),
            "`plain.care` is missing",
        ),
        (
            "variable",
            english("Hello, { $name }", "Hello, { $nobody }"),
            "uses other variables",
        ),
        (
            "category",
            english("    [one] { $count } left\n", ""),
            "must choose among",
        ),
        (
            "unknown",
            english("Hello, { $name }", "Hello, { $name } { -brand }"),
            "does not exist",
        ),
        (
            "twice",
            english("plain = Look", "hello = Hi { $name }\nplain = Look"),
            "stands twice",
        ),
        ("junk", english("plain = Look", "plain Look"), "errors.ftl"),
        (
            "function",
            english("Hello, { $name }", "Hello, { NUMBER($name) }"),
            "no functions",
        ),
        (
            "han",
            english("Look\n    .care", "看\n    .care"),
            "not of this language's script",
        ),
        (
            "traditional",
            source("还有", "還有"),
            "`還` is not of this language's script",
        ),
        (
            "undocumented",
            source("# $count (Number) how many\n", ""),
            "needs a comment",
        ),
        (
            "unused",
            source("# $count", "# $more (Text) what\n# $count"),
            "is not used",
        ),
        ("comma", source("您好，", "您好,"), "Chinese takes"),
    ];
    for (test, (source, english), told) in cases {
        let problems = faults(test, &source, TAIWAN, &english);
        assert!(
            problems.iter().any(|problem| problem.contains(told)),
            "{test}: {problems:?}"
        );
    }
    let simplified = faults(
        "simplified",
        SOURCE,
        &TAIWAN.replace("還有", "还有"),
        ENGLISH,
    );
    assert!(
        simplified[0].contains("`还` is not of this language's script"),
        "{simplified:?}"
    );
}
