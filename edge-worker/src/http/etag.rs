//! Strong entity tags of what is public.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// The strong tag of some bytes, quotes included.
pub fn of(body: &[u8]) -> String {
    format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..15])
    )
}

/// Whether an `If-None-Match` header names the tag (weak comparison, RFC 9110 13.1.2).
pub fn matches(header: Option<&str>, tag: &str) -> bool {
    header.is_some_and(|header| {
        header.split(',').map(str::trim).any(|candidate| {
            candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        let tag = of(b"body");
        assert!(matches(Some(&format!("\"x\", W/{tag}")), &tag));
        assert!(matches(Some("*"), &tag));
        assert!(!matches(Some("\"x\""), &tag));
        assert!(!matches(None, &tag));
    }
}
