//! What is said over a socket.

use contract::{
    json::{self, Object},
    settings,
};

settings! {
    /// What a client wants: `{"subscribe": [...]}` or `{"unsubscribe": [...]}`, or both, the latter
    /// first.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Wish {
        /// Topics to be told of from now on.
        pub subscribe: Vec<String> = Vec::new(),
        /// Topics no longer wanted.
        pub unsubscribe: Vec<String> = Vec::new(),
    }
}

/// A refusal: `{"error": code, "topic": which or null}`; the codes are those of the API.
pub fn problem(code: &str, topic: Option<&str>) -> String {
    json::to_string(&Object(&[("error", &code), ("topic", &topic)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_strictly() {
        let wish: Wish = json::from_slice(br#"{"subscribe":["a"]}"#).unwrap();
        assert_eq!(wish.subscribe, ["a"]);
        for wrong in [r#"{"subscribe":"a"}"#, r#"{"sub":["a"]}"#, "ping", "1"] {
            assert!(
                json::from_slice::<Wish>(wrong.as_bytes()).is_none(),
                "{wrong}"
            );
        }
        assert_eq!(
            problem("not_found", Some("queue:x")),
            r#"{"error":"not_found","topic":"queue:x"}"#
        );
    }
}
