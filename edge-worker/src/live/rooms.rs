//! Who in this shard listens to what. Knows sockets by number only.

use std::collections::{HashMap, hash_map};

use contract::Code;

use super::{Change, MOST_BYTES, MOST_TOPICS, Topic};

/// Most topics known of that nobody listens to.
const MOST_IDLE: usize = 4096;

/// One topic.
#[derive(Debug, Default)]
struct Room {
    sockets: Vec<u32>,
    /// The newest version heard of, since this shard began to listen.
    latest: Option<Change>,
    /// Whether it has yet to be told.
    changed: bool,
    /// Who alone knows it, as the answer to a wish; none: all do, once it has been told.
    told: Option<Vec<u32>>,
}

impl Room {
    /// Has it told with the next [`Rooms::take`].
    fn change(&mut self, topic: &str, changed: &mut Vec<String>) {
        if !std::mem::replace(&mut self.changed, true) {
            changed.push(topic.to_owned());
        }
    }
}

/// Who listens to what.
#[derive(Debug, Default)]
pub struct Rooms {
    by_topic: HashMap<String, Room>,
    sockets: HashMap<u32, Vec<String>>,
    changed: Vec<String>,
    next: u32,
}

/// What comes of a wish to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// It listens already, or is told with all others in a moment.
    Already,
    /// It listens, and this is the present version.
    Known(Change),
    /// It listens; the present version is not known here: ask.
    Ask,
}

impl Rooms {
    /// A number for a new socket.
    pub fn enter(&mut self) -> u32 {
        let id = self.next;
        self.back(id, Vec::new());
        id
    }

    /// A socket that was there before this shard slept, with what it listens to.
    pub fn back(&mut self, id: u32, topics: Vec<String>) {
        self.next = self.next.max(id.wrapping_add(1));
        for topic in &topics {
            self.by_topic
                .entry(topic.clone())
                .or_default()
                .sockets
                .push(id);
        }
        self.sockets.insert(id, topics);
    }

    /// How many sockets there are.
    pub fn len(&self) -> usize {
        self.sockets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }

    /// What a socket listens to.
    pub fn topics(&self, id: u32) -> &[String] {
        self.sockets.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// A socket begins to listen.
    ///
    /// # Errors
    /// `not_found` for what is no topic, `limit_reached` for too many.
    pub fn subscribe(&mut self, id: u32, topic: &str) -> Result<Subscribed, Code> {
        if Topic::parse(topic).is_none() {
            return Err(Code::NotFound);
        }
        let own = self.sockets.entry(id).or_default();
        if own.iter().any(|known| known == topic) {
            return Ok(Subscribed::Already);
        }
        let bytes: usize = own.iter().map(|known| known.len() + 1).sum();
        if own.len() >= MOST_TOPICS || bytes + topic.len() > MOST_BYTES {
            return Err(Code::LimitReached);
        }
        own.push(topic.to_owned());
        if self.by_topic.len() >= MOST_IDLE {
            self.by_topic.retain(|_, room| !room.sockets.is_empty());
        }
        let room = self.by_topic.entry(topic.to_owned()).or_default();
        room.sockets.push(id);
        if let Some(told) = &mut room.told {
            told.push(id);
        } else if room.changed {
            return Ok(Subscribed::Already);
        }
        Ok(room
            .latest
            .clone()
            .map_or(Subscribed::Ask, Subscribed::Known))
    }

    /// A socket no longer listens.
    pub fn unsubscribe(&mut self, id: u32, topic: &str) {
        if let Some(own) = self.sockets.get_mut(&id) {
            own.retain(|known| known != topic);
        }
        self.leave(id, topic);
    }

    /// A socket is gone.
    pub fn close(&mut self, id: u32) {
        for topic in self.sockets.remove(&id).unwrap_or_default() {
            self.leave(id, &topic);
        }
    }

    fn leave(&mut self, id: u32, topic: &str) {
        if let hash_map::Entry::Occupied(mut entry) = self.by_topic.entry(topic.to_owned()) {
            let room = entry.get_mut();
            room.sockets.retain(|other| *other != id);
            // Without a version nobody was asked, or there is nothing to listen to.
            if room.sockets.is_empty() && room.latest.is_none() {
                entry.remove();
            }
        }
    }

    /// What a board said when a socket wished to listen: the version to tell that socket, unless that
    /// or a newer one goes to everybody. Others who know an older one are told as well; where
    /// nothing is known, as after a sleep, they are when the board announces it.
    pub fn learn(&mut self, id: u32, present: Change) -> Option<Change> {
        let room = self.by_topic.get_mut(&present.topic)?;
        let known = room.latest.as_ref().map(|latest| latest.version);
        if known < Some(present.version) {
            room.latest = Some(present.clone());
            room.told = Some(vec![id]);
            if known.is_some() {
                room.change(&present.topic, &mut self.changed);
            }
            return Some(present);
        }
        // What everybody here is told, or has been since it began to listen, it hears with them.
        let told = room
            .told
            .as_mut()
            .filter(|_| known == Some(present.version));
        told.map(|told| {
            told.push(id);
            present
        })
    }

    /// Takes in a change, to be told with the next [`Rooms::take`]. `false`: nobody listens, and
    /// this shard need not be told again.
    pub fn note(&mut self, change: Change) -> bool {
        let Some(room) = self.by_topic.get_mut(&change.topic) else {
            return false;
        };
        if room.sockets.is_empty() {
            self.by_topic.remove(&change.topic);
            return false;
        }
        let known = room.latest.as_ref().map(|latest| latest.version);
        if known < Some(change.version) {
            room.told = None;
            room.change(&change.topic, &mut self.changed);
            room.latest = Some(change);
        } else if known == Some(change.version) && room.told.is_some() {
            room.change(&change.topic, &mut self.changed);
        }
        true
    }

    /// What somebody listens to.
    pub fn heard(&self) -> Vec<String> {
        let heard = self.by_topic.iter();
        let heard = heard.filter(|(_, room)| !room.sockets.is_empty());
        heard.map(|(topic, _)| topic.clone()).collect()
    }

    /// Takes in what a board says now. Where no version is known, as after a sleep, it is no news:
    /// of what is new the board tells by itself.
    pub fn hear(&mut self, present: Change) {
        let room = self.by_topic.get(&present.topic);
        let known = room.and_then(|room| room.latest.as_ref());
        if known.is_some_and(|known| known.version < present.version) {
            self.note(present);
        }
    }

    /// Whether something has yet to be told.
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What has yet to be told, and to whom.
    pub fn take(&mut self) -> Vec<(Change, Vec<u32>)> {
        let mut told = Vec::new();
        for topic in std::mem::take(&mut self.changed) {
            if let Some(room) = self.by_topic.get_mut(&topic) {
                room.changed = false;
                let knows = room.told.take().unwrap_or_default();
                let others = room.sockets.iter().filter(|id| !knows.contains(id));
                if let Some(latest) = &room.latest {
                    told.push((latest.clone(), others.copied().collect()));
                }
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "availability:general:a:2026-11-23";
    const B: &str = "availability:general:b:2026-11-23";

    fn change(topic: &str, version: u64) -> Change {
        Change {
            topic: topic.to_owned(),
            version,
            as_of: contract::Instant("2026-11-22T10:00:00+08:00".to_owned()),
        }
    }

    #[test]
    fn each_is_told_of_what_it_asked_for_once_for_many_changes() {
        let mut rooms = Rooms::default();
        let (one, two) = (rooms.enter(), rooms.enter());
        assert_eq!(rooms.subscribe(one, A), Ok(Subscribed::Ask));
        assert_eq!(rooms.subscribe(one, A), Ok(Subscribed::Already));
        assert_eq!(rooms.subscribe(one, B), Ok(Subscribed::Ask));
        assert_eq!(rooms.subscribe(two, A), Ok(Subscribed::Ask));
        assert!(rooms.note(change(A, 5)));
        assert!(rooms.note(change(A, 7)));
        assert!(rooms.note(change(A, 6)), "late: not told, but listened to");
        assert!(rooms.note(change(B, 1)));
        assert_eq!(
            rooms.take(),
            [(change(A, 7), vec![one, two]), (change(B, 1), vec![one])]
        );
        assert!(rooms.take().is_empty());
        assert!(rooms.note(change(A, 7)));
        assert!(rooms.take().is_empty(), "the same once more is nothing new");
        let three = rooms.enter();
        assert_eq!(
            rooms.subscribe(three, A),
            Ok(Subscribed::Known(change(A, 7)))
        );
    }

    #[test]
    fn a_shard_where_nobody_listens_says_so_and_asks_again_later() {
        let mut rooms = Rooms::default();
        let one = rooms.enter();
        assert!(!rooms.note(change(A, 1)));
        rooms.subscribe(one, A).unwrap();
        assert_eq!(rooms.learn(one, change(A, 2)), Some(change(A, 2)));
        rooms.unsubscribe(one, A);
        assert_eq!(rooms.subscribe(one, A), Ok(Subscribed::Known(change(A, 2))));
        rooms.close(one);
        assert!(rooms.is_empty());
        assert!(!rooms.note(change(A, 3)));
        let two = rooms.enter();
        assert_eq!(rooms.subscribe(two, A), Ok(Subscribed::Ask));
    }

    #[test]
    fn what_is_newer_than_the_answer_is_told_instead() {
        let mut rooms = Rooms::default();
        let one = rooms.enter();
        rooms.subscribe(one, A).unwrap();
        rooms.note(change(A, 9));
        assert_eq!(rooms.learn(one, change(A, 8)), None);
        assert_eq!(rooms.learn(one, change(A, 9)), None, "with all others");
        let two = rooms.enter();
        assert_eq!(rooms.subscribe(two, A), Ok(Subscribed::Already));
        assert_eq!(rooms.take(), [(change(A, 9), vec![one, two])]);
        assert_eq!(rooms.learn(one, change(A, 9)), None, "it was told");
    }

    /// The board was asked for the second one while it was about to tell of a change.
    #[test]
    fn what_one_learns_the_others_are_told() {
        let mut rooms = Rooms::default();
        let (one, two) = (rooms.enter(), rooms.enter());
        rooms.subscribe(one, A).unwrap();
        rooms.subscribe(two, A).unwrap();
        assert_eq!(rooms.learn(one, change(A, 6)), Some(change(A, 6)));
        assert!(!rooms.has_changed(), "nobody knows an older one");
        assert_eq!(rooms.learn(two, change(A, 7)), Some(change(A, 7)));
        assert!(rooms.note(change(A, 7)));
        assert_eq!(rooms.take(), [(change(A, 7), vec![one])]);
        assert!(rooms.note(change(A, 7)) && !rooms.has_changed());
    }

    #[test]
    fn what_one_learns_after_a_sleep_the_others_are_told_when_it_is_announced() {
        let mut rooms = Rooms::default();
        rooms.back(7, vec![A.to_owned()]);
        let one = rooms.enter();
        rooms.subscribe(one, A).unwrap();
        assert_eq!(rooms.learn(one, change(A, 6)), Some(change(A, 6)));
        rooms.hear(change(A, 6));
        assert!(!rooms.has_changed(), "the other may know it");
        assert!(rooms.note(change(A, 6)));
        assert_eq!(rooms.take(), [(change(A, 6), vec![7])]);
    }

    #[test]
    fn sockets_come_back_after_a_sleep() {
        let mut rooms = Rooms::default();
        rooms.back(7, vec![A.to_owned(), B.to_owned()]);
        assert_eq!(rooms.enter(), 8);
        assert_eq!(rooms.len(), 2);
        assert!(rooms.note(change(B, 1)));
        assert_eq!(rooms.take(), [(change(B, 1), vec![7])]);
        assert_eq!(rooms.topics(7), [A, B]);
    }

    #[test]
    fn there_is_a_limit_and_a_list_of_kinds() {
        let mut rooms = Rooms::default();
        let one = rooms.enter();
        assert_eq!(rooms.subscribe(one, "nothing"), Err(Code::NotFound));
        for n in 0..MOST_TOPICS {
            let topic = format!("availability:general:d{n}:2026-11-23");
            assert_eq!(rooms.subscribe(one, &topic), Ok(Subscribed::Ask));
        }
        assert_eq!(rooms.subscribe(one, A), Err(Code::LimitReached));
        let two = rooms.enter();
        let long = "x".repeat(128);
        for n in 0..6 {
            let topic = format!("availability:{long}:{}{n}:2026-11-23", &long[1..]);
            assert_eq!(rooms.subscribe(two, &topic), Ok(Subscribed::Ask));
        }
        let topic = format!("availability:{long}:{long}:2026-11-23");
        assert_eq!(rooms.subscribe(two, &topic), Err(Code::LimitReached));
    }

    #[test]
    fn what_a_board_shows_anyway_is_news_only_to_who_missed_it() {
        let mut rooms = Rooms::default();
        let one = rooms.enter();
        rooms.back(one, vec![A.to_owned()]);
        assert_eq!(rooms.heard(), [A]);
        rooms.hear(change(A, 5));
        assert!(!rooms.has_changed(), "after a sleep nothing is known");
        assert!(rooms.note(change(A, 5)), "the board tells of it");
        assert_eq!(rooms.take().len(), 1);
        rooms.hear(change(A, 5));
        assert!(!rooms.has_changed());
        rooms.hear(change(A, 6));
        assert_eq!(rooms.take(), [(change(A, 6), vec![one])], "a call was lost");
        rooms.close(one);
        assert!(rooms.heard().is_empty());
    }
}
