//! Releasing new days.

use std::{collections::BTreeSet, sync::PoisonError};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Desk, Done, Trouble, query_instant};
use crate::{
    calendar::{RELEASE_HOUR, at, plus_days},
    plan::day_slots,
    resource::visit,
    seed::write_all,
};

impl Desk {
    /// The last day that may be booked now.
    pub(super) fn released_until(&self) -> Date {
        let now = self.clock.now();
        let closed = i64::from(now.hour() < RELEASE_HOUR);
        plus_days(now.date(), self.profile().days_ahead() - closed)
    }

    /// Adds the days that the clock has made due, if any: of the window, and the one after it,
    /// which is shown before it can be booked.
    pub fn release_due(&self) -> Result<Option<Value>, Trouble> {
        let known = self.known_days()?;
        // What lay before the seeded day is over, wherever the clock is set.
        let mut day = self.clock.now().date().max(self.world.today);
        let due = plus_days(self.released_until(), 1);
        let mut missing = Vec::new();
        while day <= due {
            if !known.contains(&day) {
                missing.push(day);
            }
            day = plus_days(day, 1);
        }
        if missing.is_empty() {
            Ok(None)
        } else {
            self.release(&missing).map(Some)
        }
    }

    /// Adds the next day that has no slots yet.
    pub fn release_next(&self) -> Done {
        let last = self
            .known_days()?
            .last()
            .copied()
            .unwrap_or(self.world.today);
        self.release(&[plus_days(last, 1)])
    }

    fn release(&self, days: &[Date]) -> Done {
        let mut count = 0;
        for &day in days {
            let slots: Vec<Value> = day_slots(self.profile(), &self.world.doctors, day)
                .iter()
                .map(|slot| visit::slot(&self.world, slot))
                .collect();
            count += slots.len();
            write_all(&self.server, slots)?;
            let mut known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
            known.get_or_insert_default().insert(day);
        }
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        Ok(json!({ "hospital": self.id(), "days": days, "slots": count }))
    }

    /// The days that have slots: those that were seeded, and what was released since.
    fn known_days(&self) -> Result<BTreeSet<Date>, Trouble> {
        let mut known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(days) = &*known {
            return Ok(days.clone());
        }
        let seeded = 0..=self.profile().days_ahead();
        let mut days: BTreeSet<Date> = seeded
            .map(|ahead| plus_days(self.world.today, ahead))
            .collect();
        // Not by sorting all slots: that takes some servers minutes.
        let mut next = plus_days(self.world.today, self.profile().days_ahead() + 1);
        while self.has_slots(next)? {
            days.insert(next);
            next = plus_days(next, 1);
        }
        Ok(known.insert(days).clone())
    }

    fn has_slots(&self, day: Date) -> Result<bool, Trouble> {
        let slots = self.server.search(&format!(
            "Slot?start=ge{}&start=lt{}&_count=1",
            query_instant(at(day, 0)),
            query_instant(at(plus_days(day, 1), 0)),
        ))?;
        Ok(!slots.is_empty())
    }
}
