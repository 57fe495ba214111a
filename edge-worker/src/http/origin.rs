//! Whether a page of another site may have sent a request that changes something.

use super::Request;

/// `api.md`, Conventions: with neither `Origin` nor `Sec-Fetch-Site` it is not a browser and may;
/// otherwise the origin must be the request's own or listed in the settings.
pub fn allowed(request: &Request, listed: &[String]) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") || ours(request, listed)
}

/// Whether a page of ours, or none, has sent a request, whatever its method: browsers let pages of
/// any site open sockets.
pub fn ours(request: &Request, listed: &[String]) -> bool {
    match (
        request.headers.get("origin"),
        request.headers.get("sec-fetch-site"),
    ) {
        (Some(origin), _) => {
            let own = format!("{}://{}", request.scheme, request.host);
            origin == own || listed.iter().any(|listed| listed == origin)
        }
        (None, Some(site)) => site == "same-origin",
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_origin_and_listed_ones_may_change_something() {
        let listed = ["https://h5.example".to_owned()];
        for (headers, may) in [
            (vec![], true),
            (vec![("origin", "http://edge.example:8787")], true),
            (
                vec![
                    ("origin", "https://h5.example"),
                    ("sec-fetch-site", "cross-site"),
                ],
                true,
            ),
            (vec![("origin", "https://edge.example:8787")], false),
            (vec![("origin", "https://evil.example")], false),
            (vec![("origin", "null")], false),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
        ] {
            let mut request = Request {
                method: "POST".into(),
                scheme: "http".into(),
                host: "edge.example:8787".into(),
                ..Request::default()
            };
            for (name, value) in &headers {
                request.headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(allowed(&request, &listed), may, "{headers:?}");
            assert_eq!(ours(&request, &listed), may, "{headers:?}");
            request.method = "GET".into();
            assert!(allowed(&request, &listed));
        }
    }
}
