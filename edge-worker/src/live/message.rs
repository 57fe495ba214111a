//! What is said over a socket.

use serde::Deserialize;

/// What a client wants: `{"subscribe": [...]}` or `{"unsubscribe": [...]}`, or both, the latter
/// first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wish {
    /// Topics to be told of from now on.
    pub subscribe: Vec<String>,
    /// Topics no longer wanted.
    pub unsubscribe: Vec<String>,
}

/// A refusal: `{"error": code, "topic": which or null}`; the codes are those of the API.
pub fn problem(code: &str, topic: Option<&str>) -> String {
    serde_json::json!({ "error": code, "topic": topic }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_strictly() {
        let wish: Wish = serde_json::from_str(r#"{"subscribe":["a"]}"#).unwrap();
        assert_eq!(wish.subscribe, ["a"]);
        for wrong in [r#"{"subscribe":"a"}"#, r#"{"sub":["a"]}"#, "ping", "1"] {
            assert!(serde_json::from_str::<Wish>(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            problem("not_found", Some("queue:x")),
            r#"{"error":"not_found","topic":"queue:x"}"#
        );
    }
}
