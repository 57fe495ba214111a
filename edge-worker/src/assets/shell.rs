//! The page itself: before anything runs it shows the hotlines of this edge's hospitals.

use std::fmt::Write as _;

use crate::config::Hospital;

/// The page with the hotlines of these hospitals in its list; as it is when it has no such list.
pub(super) fn with_hotlines(page: &str, hospitals: &[Hospital]) -> String {
    let Some((start, end)) = list(page) else {
        return page.to_owned();
    };
    let mut rows = String::new();
    for hospital in hospitals {
        let line = &hospital.hotline;
        let (id, name) = (escape(hospital.id.as_str()), escape(&hospital.name));
        let number = escape(&line.number);
        let (opens, closes) = (line.opens.as_str(), line.closes.as_str());
        // Writing to a string cannot fail.
        let _ = write!(
            rows,
            "<li data-hotline=\"{id}\" data-name=\"{name}\" data-number=\"{number}\" \
             data-opens=\"{opens}\" data-closes=\"{closes}\"><a class=\"row\" \
             href=\"tel:{number}\" data-help>{name} {number}（{opens}-{closes}）</a></li>"
        );
    }
    format!("{}{rows}{}", &page[..start], &page[end..])
}

/// Where the inside of `<ul id="hotlines">` begins and ends; Trunk may have taken the quotes.
fn list(page: &str) -> Option<(usize, usize)> {
    let id = page
        .find("id=\"hotlines\"")
        .or_else(|| page.find("id=hotlines"))?;
    let start = id + page[id..].find('>')? + 1;
    Some((start, start + page[start..].find("</ul>")?))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, tests::bindings};

    #[test]
    fn the_list_holds_the_hospitals_of_the_settings() {
        let config = Config::check(&bindings()).unwrap();
        for list in [
            "<ul id=\"hotlines\" class=\"c\">",
            "<ul class=c id=hotlines>",
        ] {
            let page = format!("<p>a</p>{list}<li>old</li></ul><p>b</p>");
            let page = with_hotlines(&page, &config.hospitals);
            assert!(page.starts_with(&format!("<p>a</p>{list}<li data-hotline=\"general\"")));
            assert!(page.ends_with("</li></ul><p>b</p>") && !page.contains("old"));
            assert!(
                config
                    .hospitals
                    .iter()
                    .all(|it| page.contains(&it.hotline.number))
            );
        }
        assert_eq!(with_hotlines("<p>", &config.hospitals), "<p>");
    }

    #[test]
    fn settings_cannot_break_out() {
        assert_eq!(escape("\"><script>&"), "&quot;&gt;&lt;script&gt;&amp;");
    }
}
