//! Slots nobody else uses: tests take whole sessions (one doctor, one half day) from a pool.

use std::{
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use contract::{Appointment, Level, Session, SessionState, Slot, SlotState, api};

use crate::client::Edge;

/// A doctor's morning or afternoon.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// Where.
    pub hospital: String,
    /// Department id.
    pub department: String,
    /// Doctor id.
    pub doctor: String,
    /// `YYYY-MM-DD`
    pub date: String,
    /// Half of the day.
    pub session: Session,
    /// Clinic type.
    pub level: Level,
    /// Free places when the pool was filled.
    pub free: u32,
}

impl Clinic {
    /// The slots of this session as the edge lists them now.
    #[track_caller]
    pub fn slots(&self, edge: &Edge) -> Vec<Slot> {
        let list = slots(edge, &self.hospital, &self.doctor, &self.date);
        list.into_iter()
            .filter(|slot| half(slot) == self.session)
            .collect()
    }

    /// The free seats of this session now; fails the test where there are fewer than `at_least`.
    #[track_caller]
    pub fn free(&self, edge: &Edge, at_least: usize) -> Vec<Slot> {
        let mut slots = self.slots(edge);
        slots.retain(|slot| slot.state == SlotState::Free);
        assert!(
            slots.len() >= at_least,
            "{self:?} has only {} free slots",
            slots.len()
        );
        slots
    }
}

/// A doctor's slots of a day.
#[track_caller]
pub fn slots(edge: &Edge, hospital: &str, doctor: &str, date: &str) -> Vec<Slot> {
    let query = format!("date={date}");
    edge.visitor()
        .call(api::ListSlots, &[hospital, doctor])
        .query(&query)
        .send()
        .ok()
        .slots
}

fn half(slot: &Slot) -> Session {
    // RFC 3339 in the hospital's own zone: the hour is the local hour.
    let hour: u8 = slot.start.as_str()[11..13].parse().unwrap();
    if hour < 12 { Session::Am } else { Session::Pm }
}

/// Sessions with enough free places, one for each who asks. Three days ahead or more: at any hour of
/// the day there is then more than a day to move or cancel, also after an offer that waits for the
/// morning.
pub struct Pool {
    seats: Mutex<Vec<Clinic>>,
    quotas: Mutex<Vec<Clinic>>,
}

impl Pool {
    /// Looks through the departments of a hospital.
    #[track_caller]
    pub fn fill(edge: &Edge, hospital: &str) -> Self {
        let visitor = edge.visitor();
        let mut clinics = Vec::new();
        for department in visitor
            .call(api::ListDepartments, &[hospital])
            .send()
            .ok()
            .departments
        {
            let days = visitor
                .call(api::GetAvailability, &[hospital, department.id.as_str()])
                .query("days=14")
                .send()
                .ok()
                .days;
            for day in days.into_iter().skip(3) {
                for row in day.doctors {
                    let (Some(free), SessionState::Free | SessionState::Few) =
                        (row.free, row.state)
                    else {
                        continue;
                    };
                    clinics.push(Clinic {
                        hospital: hospital.to_owned(),
                        department: department.id.0.clone(),
                        doctor: row.id.0,
                        date: day.date.0.clone(),
                        session: row.session,
                        level: row.level,
                        free,
                    });
                }
            }
        }
        let shift = usize::try_from(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap()
                .subsec_nanos(),
        )
        .unwrap();
        if !clinics.is_empty() {
            let by = shift % clinics.len();
            clinics.rotate_left(by);
        }
        Self {
            seats: Mutex::new(clinics.clone()),
            quotas: Mutex::new(clinics),
        }
    }

    /// A session of single seats with at least so many free, on a day of its own for this doctor.
    #[track_caller]
    pub fn take(&self, edge: &Edge, at_least: usize) -> Clinic {
        loop {
            let clinic = self
                .take_first(|clinic| clinic.free as usize >= at_least)
                .unwrap_or_else(|| panic!("no session with {at_least} free slots is left"));
            let free = clinic.slots(edge);
            let seats = free
                .iter()
                .filter(|s| s.state == SlotState::Free && s.capacity == 1)
                .count();
            if seats >= at_least {
                return clinic;
            }
        }
    }

    fn take_first(&self, fits: impl Fn(&Clinic) -> bool) -> Option<Clinic> {
        let mut seats = self.seats.lock().unwrap();
        let found = seats.iter().position(fits)?;
        Some(seats.swap_remove(found))
    }

    /// A session with free seats on the nearest day there is.
    #[track_caller]
    pub fn take_nearest(&self, edge: &Edge) -> Clinic {
        self.seats
            .lock()
            .unwrap()
            .sort_by(|a, b| a.date.cmp(&b.date));
        self.take(edge, 3)
    }

    /// A session of another doctor with a free seat at the same time as this slot.
    #[track_caller]
    pub fn at_same_time(
        &self,
        edge: &Edge,
        than: &Clinic,
        start: &contract::Instant,
    ) -> (Clinic, Slot) {
        let fits = |c: &Clinic| {
            c.date == than.date && c.session == than.session && c.doctor != than.doctor
        };
        let mut others = Vec::new();
        // Taken before it is looked at: nobody else gets it meanwhile.
        while let Some(clinic) = self.take_first(fits) {
            let same = clinic
                .slots(edge)
                .into_iter()
                .find(|s| s.start == *start && s.state == SlotState::Free && s.capacity == 1);
            if let Some(slot) = same {
                let mut seats = self.seats.lock().unwrap();
                seats.retain(|c| !(c.doctor == clinic.doctor && c.date == clinic.date));
                seats.append(&mut others);
                return (clinic, slot);
            }
            others.push(clinic);
        }
        panic!("no other doctor has a free slot at {start}");
    }

    /// Sessions of so many departments on one day.
    #[track_caller]
    pub fn take_departments_of_one_day(&self, edge: &Edge, count: usize) -> Vec<Clinic> {
        let first = self.take(edge, 4);
        let mut chosen = vec![first];
        let mut seats = self.seats.lock().unwrap();
        while chosen.len() < count {
            let at = seats
                .iter()
                .position(|c| {
                    c.date == chosen[0].date
                        && c.free >= 4
                        && c.level == Level::Ordinary
                        && chosen.iter().all(|other| other.department != c.department)
                })
                .unwrap_or_else(|| panic!("no {count} departments on {}", chosen[0].date));
            chosen.push(seats.swap_remove(at));
        }
        chosen
    }

    /// A free seat of this session that touches none of these appointments.
    #[track_caller]
    pub fn free_apart(&self, edge: &Edge, clinic: &Clinic, from: &[Appointment]) -> String {
        let free = clinic.free(edge, 1);
        let apart = free.iter().find(|slot| {
            from.iter().all(|a| {
                a.end.as_str() <= slot.start.as_str() || slot.end.as_str() <= a.start.as_str()
            })
        });
        apart
            .unwrap_or_else(|| panic!("{clinic:?} has nothing apart"))
            .id
            .0
            .clone()
    }

    /// A session on a day that none of these appointments is on.
    #[track_caller]
    pub fn take_on_other_days(&self, edge: &Edge, than: &[Appointment]) -> Option<Clinic> {
        let mut tried = 0;
        loop {
            let clinic = self.take_first(|c| {
                c.free > 1 && than.iter().all(|a| !a.start.as_str().starts_with(&c.date))
            })?;
            let seats = clinic.slots(edge);
            if seats
                .iter()
                .any(|s| s.state == SlotState::Free && s.capacity == 1)
            {
                return Some(clinic);
            }
            tried += 1;
            assert!(tried < 50, "fifty sessions without a free seat");
        }
    }

    /// A slot with a quota (号源) and at least so many left.
    #[track_caller]
    pub fn take_quota(&self, edge: &Edge, at_least: u32) -> (Clinic, Slot) {
        loop {
            let clinic = {
                let mut quotas = self.quotas.lock().unwrap();
                let found = quotas
                    .iter()
                    .position(|clinic| clinic.free >= at_least)
                    .expect("no session with a quota slot is left");
                quotas.swap_remove(found)
            };
            let slot = clinic.slots(edge).into_iter().find(|s| {
                s.capacity > 1 && s.state == SlotState::Free && s.remaining >= Some(at_least)
            });
            if let Some(slot) = slot {
                return (clinic, slot);
            }
        }
    }
}
