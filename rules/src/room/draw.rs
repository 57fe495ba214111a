//! The order of those who came in the first seconds: drawn by lot, so that a fast thumb or a near
//! computer gains nothing, and so that anybody can check the draw afterwards.
//!
//! Before the release the edge publishes `SHA-256(seed)`. When the first seconds are over, the
//! numbers of the tickets in the draw are hashed together (`mix`); nobody could know them
//! beforehand, the edge's operator included. A ticket's lot is the front of
//! `SHA-256(seed | mix | number)`, numbers as eight bytes, big end first; the lowest lot is first.

use contract::{
    FieldCode,
    json::{Bad, FromJson, ToJson, Value},
};
use sha2::{Digest, Sha256};

/// The number of a ticket: a digest of release, person, phone and department under the edge's
/// secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(pub u64);

impl TicketId {
    /// The ticket of one person for one department, taken from one phone (both opaque numbers).
    /// The room asks no hospital who may act for whom: what a phone takes is that phone's alone,
    /// so that no stranger's doing touches it.
    pub fn of(person: u64, phone: u64, department: &str) -> Self {
        let (person, phone) = (person.to_be_bytes(), phone.to_be_bytes());
        Self(front(&[&person, &phone, department.as_bytes()]))
    }
}

impl FromJson for TicketId {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        Self(u64::read(value, bad))
    }
}

impl ToJson for TicketId {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

impl std::fmt::Display for TicketId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(pub [u8; 32]);

impl FromJson for Hash {
    fn read<'v>(value: &'v Value, bad: &mut Bad<'v>) -> Self {
        let bytes: Vec<u8> = FromJson::read(value, bad);
        Self(bytes.try_into().unwrap_or_else(|_| {
            bad.wrong(FieldCode::Malformed);
            [0; 32]
        }))
    }
}

impl ToJson for Hash {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

/// What is published before the release.
pub fn commitment(seed: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(seed).into()
}

/// The tickets of a draw hashed together, in the order of their numbers.
pub fn mix(tickets: &mut [TicketId]) -> [u8; 32] {
    tickets.sort_unstable();
    let mut hash = Sha256::new();
    for ticket in tickets {
        hash.update(ticket.0.to_be_bytes());
    }
    hash.finalize().into()
}

/// A ticket's lot.
pub fn lot(seed: &[u8; 32], mix: &[u8; 32], ticket: TicketId) -> u64 {
    front(&[seed, mix, &ticket.0.to_be_bytes()])
}

fn front(parts: &[&[u8]]) -> u64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
