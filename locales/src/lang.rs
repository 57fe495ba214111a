//! A language in use.

use std::sync::Arc;

use crate::{
    Arg,
    generated::{
        COUNT, EMBEDDED_EN, EMBEDDED_ZH_CN, EMBEDDED_ZH_TW, HASH_EN, HASH_ZH_CN, HASH_ZH_TW,
        PACK_EN, PACK_ZH_CN, PACK_ZH_TW,
    },
    pattern::resolve,
};

/// A language we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Chinese in Simplified characters: the source.
    ZhCn,
    /// Chinese in Traditional characters, as written in Taiwan.
    ZhTw,
    /// English.
    En,
}

impl Tag {
    /// All of them, the source first.
    pub const ALL: [Self; 3] = [Self::ZhCn, Self::ZhTw, Self::En];

    /// As in `<html lang>` and in file names (BCP 47).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
            Self::En => "en",
        }
    }

    /// The language's own name for itself, the same in every language.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::ZhTw => "繁體中文",
            Self::En => "English",
        }
    }

    /// Where the app finds the pack. The hash of the content is in the name: cache it for ever.
    pub fn pack_path(self) -> String {
        let hash = match self {
            Self::ZhCn => HASH_ZH_CN,
            Self::ZhTw => HASH_ZH_TW,
            Self::En => HASH_EN,
        };
        format!("/locales/{}-{hash}.json", self.as_str())
    }

    /// What stands in the pack: a JSON array of patterns. For whoever writes the files; the app
    /// fetches them, so that it carries no language within.
    pub fn pack(self) -> &'static str {
        match self {
            Self::ZhCn => PACK_ZH_CN,
            Self::ZhTw => PACK_ZH_TW,
            Self::En => PACK_EN,
        }
    }

    /// The plural category of a whole number. Exact for these languages, so no tables and no
    /// `Intl.PluralRules`; a test compares it with CLDR's.
    pub(crate) fn plural(self, n: u32) -> &'static str {
        match (self, n) {
            (Self::En, 1) => "one",
            _ => "other",
        }
    }

    fn embedded(self) -> &'static [&'static str] {
        match self {
            Self::ZhCn => &EMBEDDED_ZH_CN,
            Self::ZhTw => &EMBEDDED_ZH_TW,
            Self::En => &EMBEDDED_EN,
        }
    }
}

/// The texts of one language, in the wording of ordinary or of care mode. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lang {
    tag: Tag,
    care: bool,
    patterns: Patterns,
}

#[derive(Clone, Debug)]
enum Patterns {
    Embedded(&'static [&'static str]),
    Fetched(Arc<[String]>),
}

/// A pack that is not the one this build was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongPack;

impl Lang {
    /// The areas that the edge speaks with, carried within.
    pub fn embedded(tag: Tag) -> Self {
        Self {
            tag,
            care: false,
            patterns: Patterns::Embedded(tag.embedded()),
        }
    }

    /// No texts at all: what there is before a pack has come. It carries none of the edge's texts,
    /// which would cost the browser 8 KB.
    pub fn silent(tag: Tag) -> Self {
        Self {
            tag,
            care: false,
            patterns: Patterns::Embedded(&[]),
        }
    }

    /// A pack as fetched from [`Tag::pack_path`] and parsed.
    pub fn fetched(tag: Tag, patterns: Vec<String>) -> Result<Self, WrongPack> {
        if patterns.len() != COUNT {
            return Err(WrongPack);
        }
        Ok(Self {
            tag,
            care: false,
            patterns: Patterns::Fetched(patterns.into()),
        })
    }

    /// The same language in the wording of care mode, or not.
    #[must_use]
    pub fn with_care(&self, care: bool) -> Self {
        Self {
            care,
            ..self.clone()
        }
    }

    /// Which language it is.
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Whether it speaks care mode's words.
    pub fn is_care(&self) -> bool {
        self.care
    }

    #[cfg_attr(
        not(feature = "pages"),
        allow(dead_code, reason = "only pages have two wordings")
    )]
    /// `index` or the care wording, which stands behind it.
    pub(crate) fn care_or(&self, index: usize) -> usize {
        index + usize::from(self.care)
    }

    pub(crate) fn text(&self, index: usize, args: &[Arg]) -> String {
        let pattern = match &self.patterns {
            Patterns::Embedded(patterns) => patterns.get(index).copied(),
            Patterns::Fetched(patterns) => patterns.get(index).map(String::as_str),
        };
        resolve(self.tag, pattern.unwrap_or_default(), args)
    }
}
