//! What one hospital could not tell: said plainly, for unknown is not empty.

use crate::dom::*;
use contract::{Freshness, HospitalId, Source};
use locales::{Lang, main, when};

use super::{Icon, hotlines, note};

/// Words for a hospital whose part is missing, given its name.
pub type Missing = fn(&Lang, &str) -> String;
/// Words for a hospital whose part is old, given its name and from when it is.
pub type Old = fn(&Lang, &str, &str) -> String;

/// A note for each hospital that did not answer or whose part is old.
pub fn source_notes(lang: &Lang, sources: &[Source], missing: Missing, old: Old) -> AnyView {
    let notes: Vec<AnyView> = sources
        .iter()
        .filter_map(|source| {
            let name = hospital_name(&source.hospital);
            let text = match (source.freshness, &source.as_of) {
                (Freshness::Fresh, _) => return None,
                (Freshness::Stale, Some(as_of)) => old(lang, &name, &when::day_time(lang, as_of)),
                (Freshness::Stale, None) | (Freshness::Unknown, _) => missing(lang, &name),
            };
            Some(note(Icon::Alert, main::hospital_down_title(lang), text))
        })
        .collect();
    view! { <div role="status">{notes}</div> }.into_any()
}

/// Whether every hospital has answered, so that nothing found means that there is nothing.
pub fn all_known(sources: &[Source]) -> bool {
    sources
        .iter()
        .all(|source| source.freshness != Freshness::Unknown)
}

/// A hospital's name as the page's HTML has it; its id where that does not know it.
pub fn hospital_name(id: &HospitalId) -> String {
    hotlines()
        .into_iter()
        .find(|line| line.hospital == *id)
        .map_or_else(|| id.0.clone(), |line| line.name)
}
