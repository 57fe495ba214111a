//! Which language to answer in.

/// The languages of the product.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Language {
    /// Simplified Chinese: the source, and what is answered when nothing else is asked for.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// Traditional Chinese.
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::En => "en",
        }
    }

    /// The language of a tag; `None` for one we do not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next() {
            Some("en") => Some(Self::En),
            Some("zh") => Some(
                if parts.any(|part| matches!(part, "tw" | "hk" | "mo" | "hant")) {
                    Self::ZhTw
                } else {
                    Self::ZhCn
                },
            ),
            _ => None,
        }
    }

    /// The best of an `Accept-Language` header (RFC 9110 12.5.4).
    pub fn negotiate(header: Option<&str>) -> Self {
        let mut best = (Self::default(), 0.0_f32);
        for range in header.unwrap_or_default().split(',') {
            let mut parts = range.split(';');
            let Some(language) = Self::of_tag(parts.next().unwrap_or_default().trim()) else {
                continue;
            };
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_quality_wins_and_chinese_is_the_default() {
        for (header, language) in [
            (None, Language::ZhCn),
            (Some("fr,de;q=0.5"), Language::ZhCn),
            (Some("en-GB,zh;q=0.8"), Language::En),
            (Some("en;q=0.3, zh-Hant-HK;q=0.9"), Language::ZhTw),
            (Some("zh-TW"), Language::ZhTw),
            (Some("zh"), Language::ZhCn),
            (Some("en;q=nonsense, zh-HK;q=0.1"), Language::ZhTw),
            (Some("en;q=0"), Language::ZhCn),
        ] {
            assert_eq!(Language::negotiate(header), language, "{header:?}");
        }
    }
}
