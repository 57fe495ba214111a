//! `docs/benchmarks.md`: one section for each measure, which only that measure's run rewrites.

use super::{machine, stats::Spread};
use crate::paths;
use anyhow::{Context, Result};
use std::{fmt::Write as _, fs};

const HEAD: &str = "\
# Benchmarks

The edge beside its rivals, on one machine, in one run, taking turns round by round. Written by
`cargo xtask bench`; the numbers are medians, in brackets the quartiles and the extremes of the
rounds. A ratio is worked out round by round, so that what slows the machine down slows both.

Repeat it with `cargo xtask bench` (all of it; a quiet machine, please) or `cargo xtask bench hot`
(one measure; `cargo xtask help` names them). `--quick` is for trying: fewer and shorter rounds,
and nothing is written here. It installs what it needs where Debian's packages can be had, and
says what to install where not.
";

/// What an aim asks of a number.
#[derive(Clone, Copy, Debug)]
pub enum Aim {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
    /// It is only told.
    None,
}

impl Aim {
    fn text(self, number: f64) -> (String, &'static str) {
        let said = |met| if met { "yes" } else { "**no**" };
        match self {
            Self::AtLeast(aim) => (format!("≥ {aim}"), said(number >= aim)),
            Self::AtMost(aim) => (format!("≤ {aim}"), said(number <= aim)),
            Self::None => (String::new(), ""),
        }
    }
}

/// What one measure has found.
pub struct Section {
    name: &'static str,
    title: &'static str,
    rows: String,
    notes: String,
}

impl Section {
    /// An empty one; `name` is the measure's on the command line.
    pub fn new(name: &'static str, title: &'static str) -> Self {
        Self {
            name,
            title,
            rows: String::new(),
            notes: String::new(),
        }
    }

    /// A row of its table: `number` is what the aim is about.
    pub fn row(&mut self, what: &str, ours: &str, theirs: &str, number: &Spread, aim: Aim) {
        let ratio = number.text(|number| format!("{number:.3}"));
        let (aim, met) = aim.text(number.median());
        let _ = writeln!(
            self.rows,
            "| {what} | {ours} | {theirs} | {ratio} | {aim} | {met} |"
        );
    }

    /// A row whose answer is yes or no.
    pub fn fact(&mut self, what: &str, ours: &str, theirs: &str, aim: &str, met: bool) {
        let met = if met { "yes" } else { "**no**" };
        let _ = writeln!(
            self.rows,
            "| {what} | {ours} | {theirs} | | {aim} | {met} |"
        );
    }

    /// A paragraph below the table.
    pub fn note(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(self.notes, "\n{}", text.as_ref());
    }

    fn text(&self) -> String {
        let Self {
            title, rows, notes, ..
        } = self;
        format!(
            "## {title}\n\n| what | edge | rival | ratio | aim | met |\n|---|---|---|---|---|---|\n\
             {rows}{notes}"
        )
    }

    /// Shows it.
    pub fn print(&self) {
        println!("\n{}", self.text());
    }

    /// Puts it into `docs/benchmarks.md`, in the place of what an earlier run found.
    pub fn write(&self) -> Result<()> {
        let file = paths::root().join("docs/benchmarks.md");
        let old = fs::read_to_string(&file).unwrap_or_default();
        fs::write(&file, self.within(&old, &machine::describe()))
            .with_context(|| format!("writing {}", file.display()))
    }

    fn within(&self, old: &str, machine: &str) -> String {
        let (begin, end) = (
            format!("<!-- {} -->\n", self.name),
            format!("<!-- /{} -->\n", self.name),
        );
        let sections = old.find("<!-- ").map_or("", |at| &old[at..]);
        let own = format!("{begin}{}{end}", self.text());
        let sections = match (sections.find(&begin), sections.find(&end)) {
            (Some(from), Some(to)) => {
                format!("{}{own}{}", &sections[..from], &sections[to + end.len()..])
            }
            _ if sections.is_empty() => own,
            _ => format!("{sections}\n{own}"),
        };
        format!("{HEAD}\nThe machine of the last run: {machine}.\n\n{sections}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &'static str, note: &str) -> Section {
        let mut section = Section::new(name, "Title");
        section.note(note);
        section
    }

    #[test]
    fn a_section_takes_its_own_place() {
        let first = section("a", "old a").within("", "m");
        let both = section("b", "only b").within(&first, "m");
        let again = section("a", "new a").within(&both, "m");
        assert!(!again.contains("old a"));
        let place = |text: &str| again.find(text).unwrap();
        assert!(place("new a") < place("only b"));
        assert_eq!(again.matches("# Benchmarks").count(), 1);
    }

    #[test]
    fn an_aim_that_is_missed_is_seen() {
        assert_eq!(Aim::AtLeast(0.95).text(0.96).1, "yes");
        assert_eq!(Aim::AtLeast(0.95).text(0.94).1, "**no**");
        assert_eq!(Aim::AtMost(1.2).text(f64::NAN).1, "**no**");
    }
}
