//! The names under which people look for care mode.

/// What the big apps and the rules call it, whichever language is on (CM-03).
const NAMES: [&str; 13] = [
    "长辈版",
    "亲情版",
    "关爱版",
    "关怀版",
    "老人版",
    "大字版",
    "長輩版",
    "長者版",
    "關懷版",
    "樂齡",
    "easy mode",
    "easymode",
    "senior",
];

/// Whether a search is for care mode: the beginning of one of its names, two Han or four letters
/// at least, in any case.
pub fn is_asked_for(query: &str) -> bool {
    let query = query.trim().to_ascii_lowercase();
    let least = if query.is_ascii() { 4 } else { 2 };
    query.chars().count() >= least
        && NAMES
            .iter()
            .any(|name| query.contains(name) || name.starts_with(query.as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_asked_for;

    #[test]
    fn every_name_is_found_and_departments_are_not() {
        for query in [
            "长辈版",
            "亲情版",
            "关爱版",
            "关怀版",
            "長者版",
            "樂齡",
            " Easy Mode",
            "长辈",
            "樂齡版",
        ] {
            assert!(is_asked_for(query), "{query}");
        }
        for query in ["", "长", "e", "眼科", "老年科", "eye", "ea"] {
            assert!(!is_asked_for(query), "{query}");
        }
    }
}
