//! A strict reader of the text format of `OpenMetrics` 1.0: what its grammar and its "MUST"s say of the
//! kinds that are used here.

use std::collections::{BTreeMap, BTreeSet};

/// One sample: its name, its labels in their order, its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// With its suffix.
    pub name: String,
    /// Names and values.
    pub labels: Vec<(String, String)>,
    /// The number.
    pub value: f64,
}

impl Sample {
    fn label(&self, name: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads a text, or says what is wrong with it.
pub fn read(text: &str) -> Result<Vec<Sample>, String> {
    let body = text
        .strip_suffix("# EOF\n")
        .or_else(|| text.strip_suffix("# EOF"))
        .ok_or("it does not end with # EOF")?;
    let (mut samples, mut seen, mut families) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let (mut family, mut kind) = (String::new(), String::new());
    let mut told = BTreeSet::new();
    for line in body.lines() {
        let wrong = |why: &str| Err(format!("{why}: {line}"));
        if let Some(meta) = line.strip_prefix("# ") {
            let mut words = meta.splitn(3, ' ');
            let [word, name, rest] = [(); 3].map(|()| words.next().unwrap_or_default());
            if name != family {
                if !families.insert(name.to_owned()) {
                    return wrong("a family in two places");
                }
                (family, kind) = (name.to_owned(), "unknown".to_owned());
                told.clear();
            }
            if !told.insert(word.to_owned()) {
                return wrong("said twice");
            }
            match word {
                "TYPE" if ["counter", "gauge", "histogram", "info"].contains(&rest) => {
                    rest.clone_into(&mut kind);
                }
                "UNIT" if name.ends_with(&format!("_{rest}")) => {}
                "HELP" if !rest.is_empty() => {}
                _ => return wrong("no metadata that is known"),
            }
            continue;
        }
        let sample = sample(line).ok_or_else(|| format!("no sample: {line}"))?;
        let suffix = sample.name.strip_prefix(&family).unwrap_or("?");
        let fits = match kind.as_str() {
            "counter" => suffix == "_total",
            "gauge" => suffix.is_empty(),
            "info" => suffix == "_info" && (sample.value - 1.0).abs() < f64::EPSILON,
            "histogram" => match suffix {
                "_bucket" => sample.label("le").is_some(),
                "_count" | "_sum" => true,
                _ => false,
            },
            _ => false,
        };
        if !fits {
            return wrong("not a sample of its family");
        }
        if kind != "gauge" && (sample.value < 0.0 || sample.value.is_nan()) {
            return wrong("less than nothing");
        }
        if !seen.insert(line.rsplit_once(' ').unwrap_or_default().0.to_owned()) {
            return wrong("a sample twice");
        }
        samples.push(sample);
    }
    histograms(&samples)?;
    Ok(samples)
}

/// Buckets go up, end with +Inf, and agree with the count.
fn histograms(samples: &[Sample]) -> Result<(), String> {
    let mut all: BTreeMap<(String, String), Vec<(f64, f64)>> = BTreeMap::new();
    let others = |sample: &Sample| {
        let own = sample.labels.iter().filter(|(name, _)| name != "le");
        format!("{:?}", own.collect::<Vec<_>>())
    };
    for sample in samples {
        if let Some(family) = sample.name.strip_suffix("_bucket") {
            let le = match sample.label("le") {
                Some("+Inf") => f64::INFINITY,
                le => le.and_then(|le| le.parse().ok()).ok_or("le is no number")?,
            };
            let key = (family.to_owned(), others(sample));
            all.entry(key).or_default().push((le, sample.value));
        }
    }
    for ((family, labels), buckets) in all {
        let up = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
        let last = buckets.last().copied().unwrap_or_default();
        let count = samples
            .iter()
            .find(|it| it.name == format!("{family}_count") && others(it) == labels);
        let agrees = count.is_some_and(|it| (it.value - last.1).abs() < f64::EPSILON);
        if !buckets.windows(2).all(up) || last.0.is_finite() || !agrees {
            return Err(format!("{family}{labels}: buckets {buckets:?}"));
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.is_empty() && text.chars().all(good) && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn sample(line: &str) -> Option<Sample> {
    let (series, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    let (name, mut rest) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}')?),
        None => (series, ""),
    };
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (label, quoted) = rest.split_once("=\"")?;
        let (mut text, mut ended) = (String::new(), None);
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    ended = Some(at + 1);
                    break;
                }
                '\\' => match characters.next()?.1 {
                    'n' => text.push('\n'),
                    it @ ('\\' | '"') => text.push(it),
                    _ => return None,
                },
                other => text.push(other),
            }
        }
        if !is_name(label) || labels.iter().any(|(name, _)| name == label) {
            return None;
        }
        labels.push((label.to_owned(), text));
        rest = &quoted[ended?..];
        if !rest.is_empty() {
            rest = rest.strip_prefix(',').filter(|more| !more.is_empty())?;
        }
    }
    is_name(name).then(|| Sample {
        name: name.to_owned(),
        labels,
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# TYPE a counter\n# HELP a Some.\na_total{x=\"1\",y=\"a\\\"b\"} 3\na_total{x=\"2\",y=\"\"} 0\n\
        # TYPE b_seconds histogram\n# UNIT b_seconds seconds\nb_seconds_bucket{le=\"0.1\"} 1\n\
        b_seconds_bucket{le=\"+Inf\"} 2\nb_seconds_count 2\nb_seconds_sum 0.5\n# EOF\n";

    #[test]
    fn what_is_right_is_read() {
        let samples = read(GOOD).unwrap();
        assert_eq!(samples[0].label("y"), Some("a\"b"));
        assert_eq!(samples.len(), 6);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (from, to) in [
            ("# EOF\n", ""),
            ("a_total{x=\"2\"", "a{x=\"2\""),
            ("x=\"2\",y=\"\"", "x=\"1\",y=\"a\\\"b\""),
            ("x=\"2\"", "2=\"2\""),
            ("x=\"2\",", "x=\"2\",,"),
            ("} 0", "} -1"),
            ("} 0", "} nothing"),
            ("counter", "gauge"),
            ("+Inf", "0.2"),
            ("b_seconds_count 2", "b_seconds_count 3"),
            ("UNIT b_seconds seconds", "UNIT b_seconds bytes"),
            ("# UNIT", "# TYPE"),
        ] {
            let bad = GOOD.replacen(from, to, 1);
            assert!(bad != GOOD && read(&bad).is_err(), "{from} -> {to}");
        }
    }
}
