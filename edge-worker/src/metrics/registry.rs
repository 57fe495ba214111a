//! Numbers by series: added up, passed on as lines, written as the text of `OpenMetrics` 1.0.

use std::fmt::Write as _;

use contract::Map;

use super::families::{FAMILIES, Family, Kind, named};

/// How long a gauge is believed that nobody has told anew, real milliseconds.
const BELIEVED_MS: i64 = 3_600_000;

/// Key of a series: its family's name and its labels' values, tabs between. A gauge's last one is
/// who told it.
pub fn key(name: &str, labels: &[&str]) -> String {
    let mut key = name.to_owned();
    for label in labels {
        key.push('\t');
        // A tab or a line's end would tear the lines apart.
        key.extend(label.chars().filter(|c| !c.is_control()));
    }
    key
}

/// How many numbers a series has: a histogram's buckets, the one beyond, and the sum.
pub fn width(kind: Kind) -> usize {
    match kind {
        Kind::Histogram(bounds) => bounds.len() + 2,
        Kind::Counter | Kind::Gauge => 1,
    }
}

/// Whether this is a gauge's key.
pub fn is_gauge(key: &str) -> bool {
    family(key).is_some_and(|family| family.kind == Kind::Gauge)
}

fn family(key: &str) -> Option<&'static Family> {
    named(key.split('\t').next().unwrap_or_default())
}

/// Series and their numbers, and for gauges when they were told, real milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry(Map<String, (Vec<i64>, i64)>);

impl Registry {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one series; zeros are left out, but for gauges.
    pub fn add(&mut self, key: &str, numbers: &[i64]) {
        if is_gauge(key) || numbers.iter().any(|number| *number != 0) {
            self.0.insert(key.to_owned(), (numbers.to_vec(), 0));
        }
    }

    /// Adds to `numbers` what this has under the key of a counter.
    pub fn give_back(&self, key: &str, numbers: &mut [i64]) {
        if let Some((more, _)) = self.0.get(key).filter(|_| !is_gauge(key)) {
            for (number, more) in numbers.iter_mut().zip(more) {
                *number += more;
            }
        }
    }

    /// As lines, for [`Registry::read`]: key, tab, numbers.
    pub fn write(&self) -> String {
        self.lines(|_| true)
    }

    /// What outlasts a restart: everything but gauges.
    pub fn lasting(&self) -> String {
        self.lines(|key| !is_gauge(key))
    }

    fn lines(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for (key, (numbers, _)) in self.0.iter().filter(|(key, _)| wanted(key)) {
            text.push_str(key);
            let mut between = '\t';
            for number in numbers {
                let _ = write!(text, "{between}{number}");
                between = ' ';
            }
            text.push('\n');
        }
        text
    }

    /// Adds lines to what is known; what another version of the edge has written and this one does
    /// not know is left out.
    pub fn read(&mut self, lines: &str, now_ms: i64) {
        // Here too: where no operator asks, isolates that are gone must not pile up.
        self.forget(now_ms);
        for line in lines.lines() {
            let Some((key, numbers)) = line.rsplit_once('\t') else {
                continue;
            };
            let numbers: Vec<i64> = numbers.split(' ').filter_map(|n| n.parse().ok()).collect();
            let known = family(key).is_some_and(|family| {
                let sources = usize::from(family.kind == Kind::Gauge);
                numbers.len() == width(family.kind)
                    && key.matches('\t').count() == family.labels.len() + sources
            });
            if !known {
                continue;
            }
            let begin = || (vec![0; numbers.len()], now_ms);
            let (sum, told) = self.0.or_insert_with(key.to_owned(), begin);
            *told = now_ms;
            if is_gauge(key) {
                *sum = numbers;
            } else {
                sum.iter_mut()
                    .zip(numbers)
                    .for_each(|(sum, more)| *sum += more);
            }
        }
    }

    /// Drops gauges that are not believed any more.
    fn forget(&mut self, now_ms: i64) {
        self.0
            .retain(|key, (_, told)| !is_gauge(key) || now_ms - *told < BELIEVED_MS);
    }

    /// The whole text, families in their order.
    pub fn text(&mut self, now_ms: i64) -> String {
        self.forget(now_ms);
        let mut text = String::new();
        for family in FAMILIES {
            let Family {
                name, kind, help, ..
            } = family;
            let word = match kind {
                Kind::Counter => "counter",
                Kind::Gauge => "gauge",
                Kind::Histogram(_) => "histogram",
            };
            let _ = writeln!(text, "# TYPE {name} {word}");
            if name.ends_with("_seconds") {
                let _ = writeln!(text, "# UNIT {name} seconds");
            }
            let _ = writeln!(text, "# HELP {name} {help}");
            self.samples(family, &mut text);
        }
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(
            text,
            "# TYPE banzhen_build info\n# HELP banzhen_build The edge's version.\n\
             banzhen_build_info{{version=\"{version}\"}} 1\n# EOF"
        );
        text
    }

    fn samples(&self, family: &Family, text: &mut String) {
        let name = family.name;
        let mut gauges: Map<String, i64> = Map::new();
        for (key, (numbers, _)) in &self.0 {
            let mut values = key.split('\t');
            if values.next() != Some(name) {
                continue;
            }
            let values: Vec<&str> = values.collect();
            let labels = labels(family.labels, &values);
            match family.kind {
                Kind::Counter => {
                    let _ = writeln!(text, "{name}_total{} {}", braced(&labels), numbers[0]);
                }
                Kind::Gauge => *gauges.or_insert_with(labels, i64::default) += numbers[0],
                Kind::Histogram(bounds) => histogram(name, &labels, bounds, numbers, text),
            }
        }
        for (labels, number) in gauges {
            let _ = writeln!(text, "{name}{} {number}", braced(&labels));
        }
    }
}

/// `a="x",b="y"`.
fn labels(names: &[&str], values: &[&str]) -> String {
    let mut text = String::new();
    for (name, value) in names.iter().zip(values) {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(text, "{comma}{name}=\"{value}\"");
    }
    text
}

fn braced(labels: &str) -> String {
    if labels.is_empty() {
        String::new()
    } else {
        format!("{{{labels}}}")
    }
}

fn histogram(name: &str, labels: &str, bounds: &[u32], numbers: &[i64], text: &mut String) {
    let comma = if labels.is_empty() { "" } else { "," };
    let mut so_far = 0;
    for (at, number) in numbers[..=bounds.len()].iter().enumerate() {
        so_far += number;
        let bound = bounds.get(at).map_or_else(
            || "+Inf".to_owned(),
            |ms| {
                let text = seconds(i64::from(*ms));
                let short = text.trim_end_matches('0');
                // A number of OpenMetrics has a point and a digit after it here.
                if short.ends_with('.') {
                    format!("{short}0")
                } else {
                    short.to_owned()
                }
            },
        );
        let _ = writeln!(
            text,
            "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {so_far}"
        );
    }
    let braced = braced(labels);
    let sum = seconds(numbers[bounds.len() + 1]);
    let _ = writeln!(
        text,
        "{name}_count{braced} {so_far}\n{name}_sum{braced} {sum}"
    );
}

/// Milliseconds as seconds.
fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// The table of `docs/metrics.md`.
#[cfg(test)]
pub fn table() -> String {
    let mut table = "| name | kind | labels | meaning |\n|---|---|---|---|\n".to_owned();
    for family in FAMILIES {
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let end = if kind == "counter" { "_total" } else { "" };
        let labels: Vec<String> = family.labels.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(
            table,
            "| `{}{end}` | {kind} | {} | {} |",
            family.name,
            labels.join(", "),
            family.help
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_of_all_sources_are_added_up_and_forgotten_in_time() {
        let mut known = Registry::default();
        known.read("banzhen_sockets\ta\t3\nbanzhen_sockets\tb\t4\n", 0);
        known.read("banzhen_sockets\ta\t1\n", BELIEVED_MS / 2);
        assert!(known.text(1).contains("\nbanzhen_sockets 5\n"));
        assert!(known.text(BELIEVED_MS).contains("\nbanzhen_sockets 1\n"));
        assert_eq!(known.lasting(), "");
    }

    #[test]
    fn gauges_are_forgotten_also_where_nobody_asks() {
        let mut known = Registry::default();
        known.read("banzhen_sockets\ta\t3\nbanzhen_internal_errors\t2\n", 0);
        known.read("banzhen_sockets\tb\t4\n", BELIEVED_MS);
        let left = "banzhen_internal_errors\t2\nbanzhen_sockets\tb\t4\n";
        assert_eq!(known.write(), left);
    }

    #[test]
    fn nonsense_is_left_out() {
        let mut known = Registry::default();
        known.read(
            "nobody\t1\nbanzhen_requests\ta\t1\nbanzhen_internal_errors\tx\nbanzhen_internal_errors\t2",
            0,
        );
        assert_eq!(known.write(), "banzhen_internal_errors\t2\n");
        assert_eq!(known.lasting(), known.write());
    }

    #[test]
    fn what_stands_in_a_label_cannot_leave_it() {
        let mut known = Registry::default();
        let key = key("banzhen_messages", &["a\"\n\t\\", "sent"]);
        known.read(&format!("{key}\t1\n"), 0);
        let line = r#"banzhen_messages_total{kind="a\"\\",outcome="sent"} 1"#;
        assert!(known.text(0).contains(line));
    }
}
