//! Which of our languages serves whom. A choice the person made wins over all of this.

use crate::Tag;

impl Tag {
    /// One of ours by its exact name, as a choice is stored.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.as_str() == name)
    }

    /// The first wanted language that we speak, wanted first; else English.
    pub fn negotiate<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        wanted
            .into_iter()
            .find_map(Self::serving)
            .unwrap_or(Self::En)
    }

    /// Answers an `Accept-Language` header (RFC 9110, 12.5.4); without one, the source.
    pub fn accept_language(header: Option<&str>) -> Self {
        let Some(header) = header.filter(|text| !text.trim().is_empty()) else {
            return Self::ZhCn;
        };
        let mut wanted: Vec<(u32, &str)> = header.split(',').filter_map(weighed).collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        Self::negotiate(wanted.into_iter().map(|(_, name)| name))
    }

    /// The one of ours that a speaker of `name` reads best, if any.
    fn serving(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = name.split('-');
        match parts.next()? {
            "*" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            "yue" => Some(Self::ZhTw),
            "zh" => {
                let parts: Vec<&str> = parts.collect();
                let traditional = if parts.contains(&"hans") {
                    false
                } else {
                    parts
                        .iter()
                        .any(|part| matches!(*part, "hant" | "tw" | "hk" | "mo" | "yue"))
                };
                Some(if traditional { Self::ZhTw } else { Self::ZhCn })
            }
            _ => None,
        }
    }
}

/// Name and weight in thousandths; what is excluded (`q=0`) is left out.
fn weighed(item: &str) -> Option<(u32, &str)> {
    let mut parts = item.split(';');
    let name = parts.next()?.trim();
    let weight = match parts.find_map(|part| part.trim().strip_prefix("q=")) {
        None => 1000,
        Some(q) if q.trim_start().starts_with('1') => 1000,
        Some(q) => {
            let digits = q.trim().strip_prefix("0.").unwrap_or_default();
            let digits: String = digits.chars().chain("000".chars()).take(3).collect();
            digits.parse().unwrap_or(0)
        }
    };
    (weight > 0).then_some((weight, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_speaker_is_served() {
        for (wanted, served) in [
            ("zh", Tag::ZhCn),
            ("zh-CN", Tag::ZhCn),
            ("zh-SG", Tag::ZhCn),
            ("zh-Hans-HK", Tag::ZhCn),
            ("zh-TW", Tag::ZhTw),
            ("zh-Hant", Tag::ZhTw),
            ("zh-Hant-CN", Tag::ZhTw),
            ("zh-HK", Tag::ZhTw),
            ("zh_MO", Tag::ZhTw),
            ("yue", Tag::ZhTw),
            ("yue-Hant-HK", Tag::ZhTw),
            ("en-GB", Tag::En),
            ("fr", Tag::En),
            ("", Tag::En),
        ] {
            assert_eq!(Tag::negotiate([wanted]), served, "{wanted}");
        }
        assert_eq!(Tag::negotiate(["fr-FR", "zh-TW", "en"]), Tag::ZhTw);
    }

    #[test]
    fn accept_language_goes_by_weight() {
        for (header, served) in [
            (None, Tag::ZhCn),
            (Some(" "), Tag::ZhCn),
            (Some("*"), Tag::ZhCn),
            (Some("en;q=0.5, zh-TW;q=0.9"), Tag::ZhTw),
            (Some("fr, de;q=0.9"), Tag::En),
            (Some("zh-CN;q=0, en;q=0.1"), Tag::En),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Tag::ZhCn),
            (Some("en;q=1.0, zh-CN;q=0.99"), Tag::En),
            (Some(";;;q=x"), Tag::En),
        ] {
            assert_eq!(Tag::accept_language(header), served, "{header:?}");
        }
    }
}
