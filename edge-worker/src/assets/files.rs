//! What a file is, by its name.

/// The media type; `None` for what is no file of the app.
pub(super) fn media_type(path: &str) -> Option<&'static str> {
    let plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    // A name that begins with a dot, or a step upwards, is nobody's.
    if !plain || path.contains("/.") || path.contains("//") {
        return None;
    }
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "opus" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether the name holds the hash of its content (`app-48b4f8bcd88332b5_bg.wasm`), so that it
/// never changes.
pub(super) fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '_', '.']).skip(1).any(|part| {
        (12..=64).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// Whether `Accept-Encoding` names brotli and does not exclude it.
pub(super) fn takes_brotli(header: Option<&str>) -> bool {
    header.unwrap_or_default().split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_pages() {
        assert_eq!(
            media_type("/app-0123456789abcdef_bg.wasm"),
            Some("application/wasm")
        );
        for page in [
            "/",
            "/book/general",
            "/people/a.b/appointments",
            "/index.html",
            "/.env.json",
            "/a/../b.js",
            "//evil.js",
            "/x.js.br",
            "/心.js",
        ] {
            assert_eq!(media_type(page), None, "{page}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_for_ever() {
        for name in [
            "/banzhen-app-48b4f8bcd88332b5_bg.wasm",
            "/start-12caa12156fb875.js",
            "/locales/zh-CN-6a69f6451d84ccdd.json",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "/icon.svg",
            "/robots.txt",
            "/48b4f8bcd88332b5.js",
            "/a-feed.css",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn brotli_is_taken_only_when_offered() {
        assert!(takes_brotli(Some("gzip, deflate, br, zstd")));
        assert!(takes_brotli(Some("br;q=0.5")));
        for header in [None, Some("gzip"), Some("br;q=0"), Some("brx")] {
            assert!(!takes_brotli(header), "{header:?}");
        }
    }
}
