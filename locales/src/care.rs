//! The names under which people look for care mode.

/// What the big apps and the rules call it, whichever language is on (CM-03).
const NAMES: [&str; 10] = [
    "长辈版",
    "亲情版",
    "关爱版",
    "关怀版",
    "長輩版",
    "長者版",
    "關懷版",
    "樂齡",
    "easy mode",
    "easymode",
];

/// Whether a search is for care mode: at least two characters of one of its names, in any case.
pub fn is_asked_for(query: &str) -> bool {
    let query = query.trim().to_lowercase();
    query.chars().count() >= 2
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
        for query in ["", "长", "e", "眼科", "老年科", "eye"] {
            assert!(!is_asked_for(query), "{query}");
        }
    }
}
