//! The places of the day that is being given out, as far as the room knows: what the hospital
//! said, and what the room has let people do since. The hospital still decides each booking; this
//! only spares attempts that cannot succeed.

use std::collections::HashMap;

use super::{Millis, TicketId};

/// After the room has seen a slot change itself, what the hospital says may be older: it is only
/// believed when the slot has been left alone for so long.
const SETTLES_MS: Millis = 5000;

/// A slot as the hospital has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Its id.
    pub slot: String,
    /// Id of its department.
    pub department: String,
    /// Id of its doctor.
    pub doctor: String,
    /// Its start, in seconds of any epoch: only for what is near what.
    pub start: i64,
    /// Places left.
    pub left: u32,
    /// Places held and not booked yet.
    pub held: u32,
}

#[derive(Debug)]
struct Seat {
    stock: Stock,
    /// Who is at the hospital for it now.
    taking: Vec<TicketId>,
    /// For whom a place is kept for a moment.
    kept: Vec<TicketId>,
    /// When the room last saw it change itself.
    touched: Millis,
}

impl Seat {
    fn spare(&self) -> u32 {
        let wanted = u32::try_from(self.taking.len() + self.kept.len()).unwrap_or(u32::MAX);
        self.stock.left.saturating_sub(wanted)
    }
}

/// What one department has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    /// Places that nobody has been called for.
    pub spare: u32,
    /// Places that are free at the hospital.
    pub left: u32,
    /// Places that are not booked yet: free or held.
    pub open: u32,
}

/// All slots of the day.
#[derive(Debug, Default)]
pub struct Seats {
    all: Vec<Seat>,
    by_department: HashMap<String, Vec<usize>>,
    by_slot: HashMap<String, usize>,
    /// What the hospital said last of slots that the room had just seen change.
    later: Vec<(usize, Stock)>,
}

impl Seats {
    /// What the hospital says of a slot. `now` is when it was asked.
    pub fn stock(&mut self, stock: Stock, now: Millis) {
        if let Some(&at) = self.by_slot.get(&stock.slot) {
            self.later.retain(|it| it.0 != at);
            self.later.push((at, stock));
            return self.settle(now);
        }
        self.by_slot.insert(stock.slot.clone(), self.all.len());
        let department = self.by_department.entry(stock.department.clone());
        department.or_default().push(self.all.len());
        self.all.push(Seat {
            stock,
            taking: Vec::new(),
            kept: Vec::new(),
            touched: Millis::MIN / 2,
        });
    }

    /// Believes what was said of slots that have been left alone since.
    pub fn settle(&mut self, now: Millis) {
        let all = &mut self.all;
        self.later.retain_mut(|(at, stock)| {
            let seat = &mut all[*at];
            let settled = now - seat.touched > SETTLES_MS;
            if settled {
                std::mem::swap(&mut seat.stock, stock);
            }
            !settled
        });
    }

    /// The department of a slot; none when it is not of this day.
    pub fn department(&self, slot: &str) -> Option<&str> {
        let at = *self.by_slot.get(slot)?;
        Some(&self.all[at].stock.department)
    }

    /// Whether anything is known yet.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What a department has.
    pub fn supply(&self, department: &str) -> Supply {
        let mut supply = Supply::default();
        for &at in self.of_department(department) {
            let seat = &self.all[at];
            supply.spare += seat.spare();
            supply.left += seat.stock.left;
            supply.open += seat.stock.left + seat.stock.held;
        }
        supply
    }

    fn of_department(&self, department: &str) -> &[usize] {
        self.by_department
            .get(department)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether somebody has gone to the hospital for it and may come back without.
    pub fn is_contested(&self, slot: &str) -> bool {
        self.seat(slot).is_some_and(|seat| !seat.taking.is_empty())
    }

    /// Whether a place of it can be had by whom places are kept for, or by anybody.
    pub fn can_take(&self, slot: &str, who: TicketId) -> bool {
        self.seat(slot)
            .is_some_and(|seat| seat.kept.contains(&who) || seat.spare() > 0)
    }

    /// Keeps places for somebody who has been called: of the slot wanted, else of those nearest to
    /// it, the same doctor's first. Gives their ids.
    pub fn keep(
        &mut self,
        department: &str,
        wanted: &str,
        who: TicketId,
        most: u32,
    ) -> Vec<String> {
        self.let_go(who);
        if let Some(seat) = self.seat_mut(wanted).filter(|seat| seat.spare() > 0) {
            seat.kept.push(who);
            return vec![wanted.to_owned()];
        }
        let from = self
            .seat(wanted)
            .map(|seat| (seat.stock.doctor.clone(), seat.stock.start));
        let mut near: Vec<(bool, u64, usize)> = Vec::new();
        for &at in self.of_department(department) {
            let seat = &self.all[at];
            if seat.spare() > 0 {
                let (other, away) = from.as_ref().map_or((false, 0), |(doctor, start)| {
                    let other = *doctor != seat.stock.doctor;
                    (other, seat.stock.start.abs_diff(*start))
                });
                near.push((other, away, at));
            }
        }
        near.sort_unstable();
        near.truncate(most as usize);
        near.into_iter()
            .map(|(.., at)| {
                let seat = &mut self.all[at];
                seat.kept.push(who);
                seat.stock.slot.clone()
            })
            .collect()
    }

    /// Nothing is kept for them any more.
    pub fn let_go(&mut self, who: TicketId) {
        for seat in &mut self.all {
            seat.kept.retain(|kept| *kept != who);
        }
    }

    /// Somebody goes to the hospital for it; what else was kept for them is free again.
    pub fn going(&mut self, slot: &str, who: TicketId, now: Millis) {
        self.let_go(who);
        self.touch(slot, now, |seat| seat.taking.push(who));
    }

    /// They have come back.
    pub fn back(&mut self, slot: &str, who: TicketId, now: Millis) {
        self.touch(slot, now, |seat| {
            if let Some(at) = seat.taking.iter().position(|one| *one == who) {
                seat.taking.swap_remove(at);
            }
        });
    }

    /// A place of it is held, or may be.
    pub fn held(&mut self, slot: &str, now: Millis) {
        self.touch(slot, now, |seat| {
            seat.stock.left = seat.stock.left.saturating_sub(1);
            seat.stock.held += 1;
        });
    }

    /// A hold of it was booked.
    pub fn booked(&mut self, slot: &str, now: Millis) {
        self.touch(slot, now, |seat| {
            seat.stock.held = seat.stock.held.saturating_sub(1);
        });
    }

    /// A hold of it has ended.
    pub fn freed(&mut self, slot: &str, now: Millis) {
        self.touch(slot, now, |seat| {
            seat.stock.held = seat.stock.held.saturating_sub(1);
            seat.stock.left += 1;
        });
    }

    /// The hospital says that it has no place.
    pub fn none_left(&mut self, slot: &str, now: Millis) {
        self.touch(slot, now, |seat| seat.stock.left = 0);
    }

    fn seat(&self, slot: &str) -> Option<&Seat> {
        self.by_slot.get(slot).map(|&at| &self.all[at])
    }

    fn seat_mut(&mut self, slot: &str) -> Option<&mut Seat> {
        self.by_slot.get(slot).map(|&at| &mut self.all[at])
    }

    fn touch(&mut self, slot: &str, now: Millis, change: impl FnOnce(&mut Seat)) {
        if let Some(seat) = self.seat_mut(slot) {
            seat.touched = now;
            change(seat);
        }
    }
}
