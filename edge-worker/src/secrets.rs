//! Keys: one list from the settings, the first in force, the others still honoured.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use contract::{json, settings};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

settings! {
    /// One key as the settings hold it.
    #[derive(Clone)]
    struct Entry {
        id: String,
        /// At least 32 bytes, base64.
        key: String,
    }
}

/// The keys, newest first. Prints nothing of them.
#[derive(Clone)]
pub struct Secrets(Vec<Secret>);

/// One key and its name.
#[derive(Clone)]
pub struct Secret {
    /// Short name that stands in cookies.
    pub id: String,
    key: Vec<u8>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|secret| &secret.id))
            .finish()
    }
}

impl Secrets {
    /// Reads the JSON list `[{id, key}]`.
    ///
    /// # Errors
    /// Says which entry is wrong, never what it holds.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries: Vec<Entry> = json::from_slice(text.as_bytes())
            .ok_or_else(|| "EDGE_SECRETS is not a JSON list of {id, key}".to_owned())?;
        let mut secrets = Vec::with_capacity(entries.len());
        for Entry { id, key } in entries {
            let valid_id = (1..=16).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !valid_id {
                return Err(format!(
                    "EDGE_SECRETS: the id \"{id}\" is not 1 to 16 of A-Za-z0-9-"
                ));
            }
            let key = STANDARD
                .decode(&key)
                .ok()
                .filter(|key| key.len() >= 32)
                .ok_or(format!(
                    "EDGE_SECRETS: key \"{id}\" is not base64 of 32 bytes or more"
                ))?;
            secrets.push(Secret { id, key });
        }
        if secrets.is_empty() {
            return Err("EDGE_SECRETS is empty".to_owned());
        }
        Ok(Self(secrets))
    }

    /// The key in force. The list is never empty.
    pub fn current(&self) -> &Secret {
        &self.0[0]
    }

    /// A key by its name.
    pub fn get(&self, id: &str) -> Option<&Secret> {
        self.0.iter().find(|secret| secret.id == id)
    }

    /// All of them, the one in force first: to look up what was written under an older one.
    pub fn all(&self) -> &[Secret] {
        &self.0
    }
}

impl Secret {
    /// HMAC-SHA256 over `parts` joined by `|`. The first part says what it is for, so that a digest
    /// made for one purpose never equals one made for another.
    pub fn mac(&self, parts: &[&str]) -> [u8; 32] {
        // HMAC takes keys of any length; an error here cannot happen.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return [0; 32];
        };
        mac.update(parts.join("|").as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// [`Secret::mac`] as base64url: 43 characters.
    pub fn digest(&self, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(parts))
    }
}

/// Random bytes from the system.
///
/// # Errors
/// When the system has none to give; nothing secret may be made then.
pub fn random<const N: usize>() -> Result<[u8; N], crate::http::AppError> {
    let mut bytes = [0; N];
    if crate::machine::chance(&mut bytes) {
        Ok(bytes)
    } else {
        Err(contract::Code::Internal.into())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn secrets(ids: &[&str]) -> Secrets {
        let entries: Vec<_> = ids
            .iter()
            .map(|id| {
                let key = STANDARD.encode([id.as_bytes()[0]; 32]);
                format!(r#"{{"id":"{id}","key":"{key}"}}"#)
            })
            .collect();
        Secrets::parse(&format!("[{}]", entries.join(","))).unwrap()
    }

    #[test]
    fn purposes_and_keys_give_different_digests() {
        let secrets = secrets(&["b", "a"]);
        let digest = secrets.current().digest(&["person", "resident", "1"]);
        assert_eq!(digest.len(), 43);
        assert_ne!(
            digest,
            secrets.current().digest(&["phone", "resident", "1"])
        );
        assert_ne!(
            digest,
            secrets
                .get("a")
                .unwrap()
                .digest(&["person", "resident", "1"])
        );
    }

    #[test]
    fn bad_lists_are_refused_without_showing_keys() {
        for text in [
            "[]",
            "{}",
            r#"[{"id":"a","key":"c2hvcnQ="}]"#,
            r#"[{"id":"a b","key":""}]"#,
        ] {
            let error = Secrets::parse(text).unwrap_err();
            assert!(
                error.starts_with("EDGE_SECRETS") && !error.contains("c2hv"),
                "{error}"
            );
        }
    }
}
