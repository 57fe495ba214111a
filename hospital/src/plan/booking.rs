//! Appointments to come. A slot is only ever busy because a patient has it.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};

use crate::{
    calendar::{at, plus_days},
    data::department::{Audience, Demand, Supply},
    plan::{
        SlotState, World,
        diary::{Diary, Visit},
        story,
    },
    profile::Profile,
    rng::Rng,
};

/// Most appointments to come, however many people there are.
const MOST_BOOKINGS: usize = 1600;

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// To come.
    Booked,
    /// The visit took place.
    Fulfilled,
    /// The patient did not come.
    NoShow,
    /// The patient cancelled in time.
    Cancelled,
    /// The patient cancelled past the deadline.
    CancelledLate,
    /// The hospital called it off (停诊).
    Stopped,
}

/// An appointment.
#[derive(Clone, Debug)]
pub struct Booking {
    /// Index of the patient.
    pub patient: usize,
    /// Index of the doctor.
    pub doctor: usize,
    /// Its day.
    pub day: Date,
    /// First minute.
    pub start: u16,
    /// Minute after the last.
    pub end: u16,
    /// What became of it.
    pub fate: Fate,
    /// When it was booked.
    pub created: DateTime,
    /// Where it was booked.
    pub channel: &'static str,
    /// Ten digits; none where the hospital's own channels gave none.
    pub number: Option<u64>,
}

impl Booking {
    /// Whether it takes a place.
    pub fn live(&self) -> bool {
        self.fate == Fate::Booked
    }
}

/// Books what is booked when the demo begins.
pub fn fill(world: &mut World) {
    let mut desk = Desk::new(world);
    desk.stories();
    desk.stop_a_doctor();
    desk.by_demand(Demand::Full, 0..8, |_, left| left);
    desk.by_demand(Demand::NearlyFull, 0..4, |rng, left| {
        left.saturating_sub(1 + rng.index(3))
    });
    desk.quotas();
    // The nearer, the fuller.
    desk.by_demand(Demand::Busy, 0..2, |rng, left| {
        left * (30 + rng.index(65)) / 100
    });
    desk.by_demand(Demand::Normal, 0..2, |rng, left| left * rng.index(40) / 100);
    desk.by_demand(Demand::Busy, 2..5, |rng, left| left * rng.index(60) / 100);
    desk.by_demand(Demand::Normal, 2..5, |rng, left| left * rng.index(20) / 100);
}

struct Desk<'a> {
    world: &'a mut World,
    diary: Diary,
    regulars: Vec<usize>,
    next: usize,
}

impl<'a> Desk<'a> {
    fn new(world: &'a mut World) -> Self {
        let regulars = world.regulars().map(|p| p.index).collect();
        Self {
            world,
            diary: Diary::default(),
            regulars,
            next: 0,
        }
    }

    fn visit(&self, slot: usize) -> Visit {
        let slot = &self.world.slots[slot];
        Visit {
            day: slot.day,
            start: slot.start,
            end: slot.end,
            doctor: slot.doctor,
        }
    }

    /// Somebody who fits the department, whose turn it is and whose calendar allows it.
    fn somebody(&mut self, slot: usize) -> Option<usize> {
        let visit = self.visit(slot);
        let audience = self.audience(slot);
        for step in 0..self.regulars.len() {
            let place = (self.next + step) % self.regulars.len();
            let person = &self.world.people[self.regulars[place]];
            let fits = audience.takes(person.age(self.world.today), person.sex);
            if fits
                && self
                    .diary
                    .allows(person.index, visit, self.world.profile.most_open())
            {
                self.next = place + 1;
                return Some(person.index);
            }
        }
        None
    }

    fn audience(&self, slot: usize) -> Audience {
        let doctor = &self.world.doctors[self.world.slots[slot].doctor];
        self.world.profile.departments()[doctor.department].audience
    }

    fn book(&mut self, slot: usize, patient: usize, fate: Fate) {
        let visit = self.visit(slot);
        let turn = self.world.bookings.len();
        let mut rng = Rng::new(self.world.seed, "booking", turn as u64);
        let created = created_at(&mut rng, self.world.profile, self.world.today, visit.day);
        let channel = *rng.pick(&["app", "app", "app", "phone", "window", "community"]);
        let number = (channel != "phone" || rng.chance(50))
            .then(|| number(self.world.profile, turn, &mut rng));
        self.world.bookings.push(Booking {
            patient,
            doctor: visit.doctor,
            day: visit.day,
            start: visit.start,
            end: visit.end,
            fate,
            created,
            channel,
            number,
        });
        self.diary.enter(patient, visit);
        if fate == Fate::Booked {
            let slot = &mut self.world.slots[slot];
            if let Some((_, left)) = &mut slot.quota {
                *left -= 1;
            }
            if slot.quota.is_none_or(|(_, left)| left == 0) {
                slot.state = SlotState::Busy;
            }
        }
    }

    /// Free slots of a department in the order of time, from a number of days ahead.
    fn free_in(&self, slug: &str, ahead: i64) -> Vec<usize> {
        let from = plus_days(self.world.today, ahead);
        let mut slots: Vec<usize> = (0..self.world.slots.len())
            .filter(|&slot| {
                let slot = &self.world.slots[slot];
                let department = self.world.doctors[slot.doctor].department;
                slot.state == SlotState::Free
                    && slot.day >= from
                    && self.world.profile.departments()[department].slug == slug
            })
            .collect();
        slots.sort_by_key(|&slot| (self.world.slots[slot].day, self.world.slots[slot].start));
        slots
    }

    fn stories(&mut self) {
        let visits: &[(usize, &str, i64)] = match self.world.profile {
            Profile::General => &[
                (story::ELDER, "neifenmike", 3),
                (story::ELDER, "yanke", 8),
                (story::DAUGHTER, "xiaohuaneike", 5),
                (story::CHILD, "erke", 2),
                (story::TWO_NO_SHOWS, "guke", 4),
                (story::SOON, "chanke", 1),
                (story::CRITICAL, "shenneike", 2),
            ],
            Profile::Community => &[(story::ELDER, "manbingmenzhen", 6)],
        };
        for &(person, slug, ahead) in visits {
            let free = self.free_in(slug, ahead);
            if let Some(&slot) = free.iter().find(|&&slot| {
                self.diary
                    .allows(person, self.visit(slot), self.world.profile.most_open())
            }) {
                self.book(slot, person, Fate::Booked);
            }
        }
    }

    /// The second urologist does not come for three days; who had booked has been told.
    fn stop_a_doctor(&mut self) {
        let Some(stopped) = self
            .world
            .doctors
            .iter()
            .position(|d| d.key == "miniaowaike-2")
        else {
            return;
        };
        let days = plus_days(self.world.today, 1)..=plus_days(self.world.today, 6);
        let slots: Vec<usize> = (0..self.world.slots.len())
            .filter(|&slot| {
                let slot = &self.world.slots[slot];
                slot.doctor == stopped && days.contains(&slot.day)
            })
            .collect();
        for (turn, &slot) in slots.iter().enumerate() {
            self.world.slots[slot].state = SlotState::Stopped;
            if turn == 0 {
                self.book(slot, story::STOPPED, Fate::Stopped);
            } else if turn % 3 == 0
                && let Some(patient) = self.somebody(slot)
            {
                self.book(slot, patient, Fate::Stopped);
            }
        }
    }

    /// Fills the sessions of departments with this demand: `take` says how many of those left.
    fn by_demand(
        &mut self,
        demand: Demand,
        days: std::ops::Range<i64>,
        take: impl Fn(&mut Rng, usize) -> usize,
    ) {
        // The newest day is not released before the evening.
        for ahead in days.start..days.end.min(self.world.profile.days_ahead()) {
            let day = plus_days(self.world.today, ahead);
            for (turn, session) in self.sessions(day, demand).into_iter().enumerate() {
                let stream = (ahead * 1000).unsigned_abs() + turn as u64;
                let mut rng = Rng::new(self.world.seed, "demand", stream ^ (demand as u64) << 32);
                let count = take(&mut rng, session.len());
                let from = rng.index(session.len());
                for place in 0..count {
                    let slot = session[(from + place) % session.len()];
                    if self.world.bookings.len() >= MOST_BOOKINGS {
                        return;
                    }
                    if let Some(patient) = self.somebody(slot) {
                        self.book(slot, patient, Fate::Booked);
                    }
                }
            }
        }
    }

    /// Free single seats of a day in departments with this demand, by doctor and half day.
    fn sessions(&self, day: Date, demand: Demand) -> Vec<Vec<usize>> {
        let mut sessions: Vec<Vec<usize>> = Vec::new();
        for (index, slot) in self.world.slots.iter().enumerate() {
            let department = self.world.doctors[slot.doctor].department;
            let department = &self.world.profile.departments()[department];
            if slot.day != day
                || slot.state != SlotState::Free
                || slot.quota.is_some()
                || department.demand != demand
            {
                continue;
            }
            match sessions.last_mut() {
                Some(session) if self.same_session(session[0], index) => session.push(index),
                _ => sessions.push(vec![index]),
            }
        }
        sessions
    }

    fn same_session(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.world.slots[one], &self.world.slots[other]);
        one.doctor == other.doctor && (one.start < 12 * 60) == (other.start < 12 * 60)
    }

    /// Quota slots of the next days: some places gone, one slot gone altogether, and one of
    /// the second morning with exactly ten left where it has as many.
    fn quotas(&mut self) {
        let slots: Vec<usize> = (0..self.world.slots.len())
            .filter(|&slot| {
                let slot = &self.world.slots[slot];
                slot.quota.is_some()
                    && slot.day < plus_days(self.world.today, 5)
                    && slot.state == SlotState::Free
            })
            .collect();
        let second = plus_days(self.world.today, 2);
        let mut ten = false;
        let mut rng = Rng::new(self.world.seed, "quota", 0);
        for (turn, &slot) in slots.iter().enumerate() {
            let Some((total, left)) = self.world.slots[slot].quota else {
                continue;
            };
            let mut count = rng.below(u64::from(left.min(4)));
            let department = self.world.doctors[self.world.slots[slot].doctor].department;
            let supply = self.world.profile.departments()[department].supply;
            if !ten && total > 10 && self.world.slots[slot].day == second {
                ten = true;
                count = u64::from(total - 10);
            } else if turn == 3 && matches!(supply, Supply::Quota(..=4)) {
                count = u64::from(left);
            }
            for _ in 0..count {
                if let Some(patient) = self.somebody(slot) {
                    self.book(slot, patient, Fate::Booked);
                }
            }
        }
    }
}

/// A moment between the day's release and yesterday evening.
fn created_at(rng: &mut Rng, profile: Profile, today: Date, day: Date) -> DateTime {
    let ahead = i64::from((day - today).get_days());
    let earliest = ahead - profile.days_ahead();
    let day = plus_days(today, rng.between(earliest.min(-1), -1));
    let minute = u16::try_from(rng.between(20 * 60 + 1, 23 * 60 + 30)).unwrap_or(0);
    at(day, minute).saturating_add(i64::try_from(rng.below(60)).unwrap_or(0).seconds())
}

/// Ten digits that no other appointment of the plan has.
pub fn number(profile: Profile, turn: usize, rng: &mut Rng) -> u64 {
    let hospital = match profile {
        Profile::General => 1,
        Profile::Community => 2,
    };
    hospital * 1_000_000_000 + (turn as u64 % 100_000) * 10_000 + rng.below(10_000)
}
