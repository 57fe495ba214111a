//! How many calls a hospital gets at once. The others stand in a short queue, first come first
//! served, and their time begins only when they are sent: a burst is no outage.
//!
//! A request that the runtime has dropped never leaves by itself, so each has a time after which
//! nobody counts it any more.

use std::collections::VecDeque;

/// One call, waiting or sent.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    id: u64,
    until: i64,
}

/// What a call that waits may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It goes out now.
    Go,
    /// So many are before it.
    Wait(usize),
    /// It has waited too long.
    Over,
}

/// The gate before one server.
#[derive(Debug, Default)]
pub struct Gate {
    next: u64,
    sent: Vec<Ticket>,
    waiting: VecDeque<Ticket>,
}

impl Gate {
    /// Joins the queue until then; nothing when it is full.
    pub fn arrive(&mut self, queue: usize, until: i64, now_ms: i64) -> Option<u64> {
        self.forget(now_ms);
        if self.waiting.len() >= queue {
            return None;
        }
        self.next += 1;
        let id = self.next;
        self.waiting.push_back(Ticket { id, until });
        Some(id)
    }

    /// Whether it goes out now, as one of at most `at_once`; then it counts until `until` or
    /// until it leaves.
    pub fn turn(&mut self, id: u64, at_once: usize, until: i64, now_ms: i64) -> Turn {
        self.forget(now_ms);
        let Some(ahead) = self.waiting.iter().position(|ticket| ticket.id == id) else {
            return Turn::Over;
        };
        if ahead + self.sent.len() >= at_once {
            return Turn::Wait(ahead);
        }
        self.waiting.remove(ahead);
        self.sent.push(Ticket { id, until });
        Turn::Go
    }

    /// It is over, or nobody waits for it any more.
    pub fn leave(&mut self, id: u64) {
        self.sent.retain(|ticket| ticket.id != id);
        self.waiting.retain(|ticket| ticket.id != id);
    }

    /// How many are on their way, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        (self.sent.len(), self.waiting.len())
    }

    fn forget(&mut self, now_ms: i64) {
        self.sent.retain(|ticket| ticket.until > now_ms);
        self.waiting.retain(|ticket| ticket.until > now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two at once, a queue of three, ten milliseconds of waiting, a hundred on the way.
    struct Two(Gate);

    impl Two {
        fn arrive(&mut self, now: i64) -> Option<u64> {
            self.0.arrive(3, now + 10, now)
        }

        fn turn(&mut self, id: u64, now: i64) -> Turn {
            self.0.turn(id, 2, now + 100, now)
        }
    }

    #[test]
    fn so_many_at_once_and_the_others_in_their_order() {
        let mut gate = Two(Gate::default());
        let sent = [0, 0].map(|now| {
            let id = gate.arrive(now).unwrap();
            assert_eq!(gate.turn(id, now), Turn::Go);
            id
        });
        let waits = [1, 1, 1].map(|now| gate.arrive(now).unwrap());
        assert_eq!(gate.arrive(1), None, "the queue is full");
        assert_eq!(gate.turn(waits[0], 2), Turn::Wait(0));
        assert_eq!(gate.turn(waits[2], 2), Turn::Wait(2));
        gate.0.leave(sent[0]);
        assert_eq!(
            gate.turn(waits[1], 3),
            Turn::Wait(1),
            "not before the one ahead"
        );
        assert_eq!(gate.turn(waits[0], 3), Turn::Go);
        gate.0.leave(waits[1]);
        gate.0.leave(sent[1]);
        assert_eq!(gate.turn(waits[2], 4), Turn::Go);
        assert_eq!(gate.0.load(), (2, 0));
    }

    #[test]
    fn nobody_waits_for_ever_nor_for_who_is_gone() {
        let mut gate = Two(Gate::default());
        for _ in 0..2 {
            let gone = gate.arrive(0).unwrap();
            assert_eq!(gate.turn(gone, 0), Turn::Go);
        }
        let waits = gate.arrive(0).unwrap();
        assert_eq!(gate.turn(waits, 9), Turn::Wait(0));
        assert_eq!(gate.turn(waits, 10), Turn::Over);
        let later = gate.arrive(100).unwrap();
        assert_eq!(gate.turn(later, 100), Turn::Go);
    }
}
