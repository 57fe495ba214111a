//! What changes is told to whoever looks at it (B09): sockets that say which topics they want.
//!
//! Sockets end in shards ([`Class::Live`]), where they may hibernate. A page says which department
//! it is [near](place), and its socket comes to one of a few shards of that department, so that a
//! board has few shards to call; who says nothing comes to any. A shard asks a board once for each
//! topic ([`Listeners::add`]); the board calls it at each change until it is told that nobody
//! listens there any more. All of them may sleep. A shard with sockets wakes once a minute to ask
//! its boards: time alone changes them too (a release, a slot that is over), a call may have been
//! lost, and where a hospital does not push somebody has to look.
//!
//! A message says that something has changed, never what: whoever gets it reads it again.

mod boards;
mod listeners;
mod message;
mod rooms;
mod topic;

use contract::{Instant, record};

pub use crate::reads::board::object::{LISTEN, LISTEN_ON};
pub use boards::listen;
pub use listeners::Listeners;
pub use message::{Wish, problem};
pub use rooms::{Rooms, Subscribed};
pub use topic::Topic;

use crate::http::Request;

/// Where sockets are opened.
pub const PATH: &str = "/api/v1/live";
/// Path of a shard that takes a list of [`Change`] and answers with the topics that nobody there
/// listens to.
pub const ANNOUNCE: &str = "/announce";
/// Path of a shard that then asks its boards what they show.
pub const LOOK: &str = "/look";
/// Path of a shard that a socket is opened at.
pub const OPEN: &str = "/open";
/// With it the edge tells a shard from where a socket comes: a digest.
pub const FROM: &str = "banzhen-from";
/// With it the edge tells a shard which one it is: objects do not know their names.
pub const SHARD: &str = "banzhen-shard";

/// So many shards there are. A board keeps them as the bits of one number.
pub const SHARDS: u8 = 16;
/// Over so many of them the sockets of one department spread.
const NEAR: u8 = 4;
/// Most sockets of one shard.
pub const MOST_SOCKETS: usize = 8000;
/// Most sockets of one address in one shard: a whole waiting hall may share an address.
pub const MOST_OF_ADDRESS: usize = 500;
/// Most topics of one socket: a department's days, twice.
pub const MOST_TOPICS: usize = 32;
/// Most bytes of all its topics together: what a hibernating socket may keep with it.
pub const MOST_BYTES: usize = 1800;
/// Most bytes of one message from a client.
pub const LONGEST: usize = 8192;
/// Most messages of one client a minute.
pub const MOST_MESSAGES: u32 = 60;
/// So many boards a shard asks at once.
pub const AT_ONCE: usize = 8;
/// So long after the full minute the first shard asks its boards, and each one later the next, real
/// milliseconds.
pub const LOOK_MS: u64 = 50;
/// Changes within so many real milliseconds go out together.
pub const BATCH_MS: u64 = 40;

record! {
    /// A topic has a new version.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Change {
        /// Which.
        pub topic: String,
        /// Goes up.
        pub version: u64,
        /// When this version was read, by the hospital's clock.
        pub as_of: Instant,
    }

    /// What a board says to a shard that begins to listen.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Heard {
        /// Whether there is such a board. Where not, nobody may listen and nothing is to be kept.
        pub there: bool,
        /// Its present version, where it has one.
        pub present: Option<Change>,
    }
}

/// The shard of a new socket. `near` is `hospital:department`; `random` any number.
pub fn place(near: Option<&str>, random: u8) -> u8 {
    match near {
        Some(near) => {
            // FNV-1a: the same in every isolate, which the standard library's hasher need not be.
            let hash = near.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
                (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            });
            let first = (hash ^ (hash >> 16)).to_le_bytes()[0];
            first.wrapping_add(random % NEAR) % SHARDS
        }
        None => random % SHARDS,
    }
}

/// The name of a shard's object.
pub fn shard_name(shard: u8) -> String {
    shard.to_string()
}

/// What a request to open a socket says it is near to.
pub fn near(request: &Request) -> Option<&str> {
    request
        .query
        .split('&')
        .find_map(|pair| pair.strip_prefix("near="))
        .filter(|near| !near.is_empty() && near.len() <= 260)
}

/// Whether it asks for a socket.
pub fn wants_socket(request: &Request) -> bool {
    request
        .header("upgrade")
        .is_some_and(|word| word.eq_ignore_ascii_case("websocket"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_has_few_shards_and_all_departments_all() {
        let mut all = [false; SHARDS as usize];
        for department in 0..60 {
            let near = format!("general:dept-{department}");
            let mut shards: Vec<u8> = (0..=255).map(|n| place(Some(&near), n)).collect();
            shards.sort_unstable();
            shards.dedup();
            assert_eq!(shards.len(), usize::from(NEAR), "{near}");
            for shard in shards {
                all[usize::from(shard)] = true;
            }
        }
        assert!(all.iter().all(|used| *used));
        let mut anywhere: Vec<u8> = (0..=255).map(|n| place(None, n)).collect();
        anywhere.sort_unstable();
        anywhere.dedup();
        assert_eq!(anywhere.len(), usize::from(SHARDS));
    }

    #[test]
    fn the_hint_stands_in_the_query() {
        let request = |query: &str| Request {
            query: query.into(),
            ..Request::default()
        };
        assert_eq!(near(&request("a=1&near=general:d1")), Some("general:d1"));
        assert_eq!(near(&request("near=")), None);
        assert_eq!(near(&request("nearly=x")), None);
    }
}
