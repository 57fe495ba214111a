//! Who has what when, so that the plan keeps the rules patients are held to.

use std::collections::HashMap;

use jiff::civil::Date;

/// Most visits of one person on one day: within the caps of both hospitals.
const VISITS_A_DAY: usize = 2;

/// Appointments to come, by person.
#[derive(Default)]
pub struct Diary(HashMap<usize, Vec<Visit>>);

/// A visit as the diary sees it.
#[derive(Clone, Copy)]
pub struct Visit {
    /// Its day.
    pub day: Date,
    /// First minute.
    pub start: u16,
    /// Minute after the last.
    pub end: u16,
    /// Index of the doctor.
    pub doctor: usize,
}

impl Diary {
    /// Whether a person with at most `most` open visits can take one more.
    pub fn allows(&self, person: usize, visit: Visit, most: usize) -> bool {
        let Some(entries) = self.0.get(&person) else {
            return true;
        };
        let same_day = || entries.iter().filter(|entry| entry.day == visit.day);
        let clash = same_day().any(|entry| {
            entry.doctor == visit.doctor || (entry.start < visit.end && visit.start < entry.end)
        });
        entries.len() < most && !clash && same_day().count() < VISITS_A_DAY
    }

    /// Writes a visit down.
    pub fn enter(&mut self, person: usize, visit: Visit) {
        self.0.entry(person).or_default().push(visit);
    }
}
