//! W3C trace context: which request of ours belongs to which of the caller's.

use std::fmt::Write as _;

/// The part of `traceparent` that we keep and pass on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// 32 hex digits, the same for all that one action of a person set off.
    pub id: String,
    sampled: bool,
}

impl Trace {
    /// From the header (version 00), or a new one where it is absent or malformed.
    pub fn of(header: Option<&str>, random: impl FnOnce() -> [u8; 16]) -> Self {
        header.and_then(parse).unwrap_or_else(|| Self {
            id: hex(&random()),
            sampled: false,
        })
    }

    /// The header for a call that this request makes.
    pub fn child(&self, span: [u8; 8]) -> String {
        format!(
            "00-{}-{}-{}",
            self.id,
            hex(&span),
            if self.sampled { "01" } else { "00" }
        )
    }
}

fn parse(header: &str) -> Option<Trace> {
    let mut parts = header.trim().split('-');
    let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let valid = is_hex(version, 2)
        && version != "ff"
        && is_hex(id, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && id.bytes().any(|b| b != b'0')
        && parent.bytes().any(|b| b != b'0');
    valid.then(|| Trace {
        id: id.to_owned(),
        sampled: u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_header_is_passed_on_and_a_bad_one_replaced() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        let trace = Trace::of(Some(&format!("00-{id}-00f067aa0ba902b7-01")), || [1; 16]);
        assert_eq!(trace.child([2; 8]), format!("00-{id}-0202020202020202-01"));
        for bad in [
            "",
            "00-xyz-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-1-0",
        ] {
            assert_eq!(Trace::of(Some(bad), || [1; 16]).id, "01".repeat(16));
        }
    }
}
