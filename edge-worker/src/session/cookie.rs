//! The sealed cookie: who is logged in travels with the browser, readable by the edge alone.
//!
//! `v1.<key id>.<base64url(nonce | ciphertext)>`, XChaCha20-Poly1305 under a key derived from the
//! secret of that id. The front part is authenticated too.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use contract::{json, record};
use jiff::Timestamp;

use crate::secrets::{Secret, Secrets};

/// Seconds after logging in at which one has to log in again, used or not: 30 days.
pub const LIFETIME_S: i64 = 30 * 24 * 3600;

const NONCE: usize = 24;

record! {
    /// What stands in the cookie.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Contents {
        /// The session's id.
        pub session as "s": String,
        /// The verified phone.
        pub phone as "p": String,
        /// When it was sealed, seconds since 1970.
        pub issued as "t": i64,
    }
}

/// Seals under the key in force. `nonce` must be random and used once.
pub fn seal(secrets: &Secrets, contents: &Contents, nonce: [u8; NONCE]) -> Option<String> {
    let secret = secrets.current();
    let front = format!("v1.{}", secret.id);
    let plain = json::to_string(contents).into_bytes();
    let payload = Payload {
        msg: &plain,
        aad: front.as_bytes(),
    };
    let sealed = cipher(secret).encrypt(&XNonce::from(nonce), payload).ok()?;
    let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
    Some(format!("{front}.{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// What was sealed and under which key; `None` when it is edited, too old or not ours.
pub fn open<'a>(
    secrets: &'a Secrets,
    cookie: &str,
    now: Timestamp,
) -> Option<(Contents, &'a Secret)> {
    let (front, bytes) = cookie.rsplit_once('.')?;
    let secret = secrets.get(front.strip_prefix("v1.")?)?;
    let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let payload = Payload {
        msg: sealed,
        aad: front.as_bytes(),
    };
    let plain = cipher(secret).decrypt(&XNonce::from(nonce), payload).ok()?;
    let contents: Contents = json::from_slice(&plain)?;
    let age = now.as_second().checked_sub(contents.issued)?;
    (age < LIFETIME_S).then_some((contents, secret))
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&secret.mac(&["cookie"]).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::tests::secrets;

    fn contents() -> Contents {
        Contents {
            session: "s1".into(),
            phone: "13800138000".into(),
            issued: 1_000_000,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_again_and_shows_nothing() {
        let secrets = secrets(&["a"]);
        let cookie = seal(&secrets, &contents(), [7; NONCE]).unwrap();
        assert_eq!(
            open(&secrets, &cookie, at(1_000_001)).unwrap().0,
            contents()
        );
        assert!(!cookie.contains("138001") && cookie.len() < 400);
    }

    #[test]
    fn an_old_key_still_opens_until_it_is_dropped() {
        let cookie = seal(&secrets(&["a"]), &contents(), [7; NONCE]).unwrap();
        let rotated = secrets(&["b", "a"]);
        assert_eq!(open(&rotated, &cookie, at(1_000_001)).unwrap().1.id, "a");
        assert!(open(&secrets(&["b"]), &cookie, at(1_000_001)).is_none());
        let newer = seal(&rotated, &contents(), [8; NONCE]).unwrap();
        assert!(newer.starts_with("v1.b."));
    }

    #[test]
    fn every_edit_is_noticed() {
        let secrets = secrets(&["a", "b"]);
        let cookie = seal(&secrets, &contents(), [7; NONCE]).unwrap();
        for at_byte in 0..cookie.len() {
            let mut edited = cookie.clone().into_bytes();
            edited[at_byte] = if edited[at_byte] == b'b' { b'c' } else { b'b' };
            let edited = String::from_utf8(edited).unwrap();
            assert!(open(&secrets, &edited, at(1_000_001)).is_none(), "{edited}");
        }
        for bad in ["", "v1", "v1.a", "v1.a.", "v1.a.AAAA", "v2.a.AAAA"] {
            assert!(open(&secrets, bad, at(1_000_001)).is_none());
        }
    }

    #[test]
    fn it_ends_after_thirty_days() {
        let secrets = secrets(&["a"]);
        let cookie = seal(&secrets, &contents(), [7; NONCE]).unwrap();
        assert!(open(&secrets, &cookie, at(1_000_000 + LIFETIME_S - 1)).is_some());
        assert!(open(&secrets, &cookie, at(1_000_000 + LIFETIME_S)).is_none());
    }
}
