//! Appointments that are over.

use std::collections::HashSet;

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::{at, plus_days},
    plan::{
        Slot, SlotState, World,
        booking::{Booking, Fate, number},
        doctor::{Half, sits, times},
        person::Part,
        story,
    },
    profile::Profile,
    rng::Rng,
};

/// Regular patients beyond these have no past.
const MOST_WITH_A_PAST: usize = 220;

/// Past visits of the people with stories: who, department, days ago, what became of it.
const STORIES: &[(usize, &str, i64, Fate)] = &[
    (story::ELDER, "neifenmike", 92, Fate::Fulfilled),
    (story::ELDER, "neifenmike", 183, Fate::Fulfilled),
    (story::ELDER, "yanke", 150, Fate::Fulfilled),
    (story::ELDER, "xinneike", 40, Fate::Cancelled),
    (story::TWO_NO_SHOWS, "guke", 35, Fate::NoShow),
    (story::TWO_NO_SHOWS, "pifuke", 200, Fate::NoShow),
    (story::BLOCKED, "xiaohuaneike", 3, Fate::NoShow),
    (story::BLOCKED, "xiaohuaneike", 60, Fate::CancelledLate),
    (story::BLOCKED, "kouqiangke", 240, Fate::NoShow),
    (story::CRITICAL, "shenneike", 9, Fate::Fulfilled),
];

/// Adds past visits, and the slots they took.
pub fn fill(world: &mut World) {
    let mut taken = HashSet::new();
    if world.profile == Profile::General {
        for &(person, slug, ago, fate) in STORIES {
            let departments = world.profile.departments();
            if let Some(department) = departments.iter().position(|d| d.slug == slug) {
                add(world, &mut taken, person, department, ago, fate);
            }
        }
    }
    let regulars: Vec<usize> = world
        .patients()
        .filter(|p| p.part == Part::Regular)
        .map(|p| p.index)
        .take(MOST_WITH_A_PAST)
        .collect();
    for person in regulars {
        let mut rng = Rng::new(world.seed, "past", person as u64);
        let mut missed = false;
        for _ in 0..rng.below(5) {
            let department = rng.index(world.profile.departments().len());
            let fate = match rng.below(20) {
                0 if !missed => Fate::NoShow,
                1 | 2 => Fate::Cancelled,
                _ => Fate::Fulfilled,
            };
            missed |= fate == Fate::NoShow;
            let ago = rng.between(4, 420);
            if fits(world, person, department, ago) {
                add(world, &mut taken, person, department, ago, fate);
            }
        }
    }
}

fn fits(world: &World, person: usize, department: usize, ago: i64) -> bool {
    let person = &world.people[person];
    let age = person.age(plus_days(world.today, -ago));
    world.profile.departments()[department]
        .audience
        .takes(age, person.sex)
}

fn add(
    world: &mut World,
    taken: &mut HashSet<(usize, Date, u16)>,
    patient: usize,
    department: usize,
    ago: i64,
    fate: Fate,
) {
    let day = plus_days(world.today, -ago);
    let Some((doctor, start, end)) = past_slot(world, taken, department, day) else {
        return;
    };
    taken.insert((doctor, day, start));
    let turn = world.bookings.len();
    let mut rng = Rng::new(world.seed, "past booking", turn as u64);
    let created = at(day, start).saturating_sub(rng.between(30, 14 * 24).hours());
    let number = Some(number(world.profile, turn, &mut rng));
    let channel = *rng.pick(&["app", "window", "phone"]);
    world.bookings.push(Booking {
        patient,
        doctor,
        day,
        start,
        end,
        fate,
        created,
        channel,
        number,
    });
    let state = match fate {
        Fate::Fulfilled | Fate::NoShow | Fate::Booked => SlotState::Busy,
        Fate::Cancelled | Fate::CancelledLate | Fate::Stopped => SlotState::Free,
    };
    world.slots.push(Slot {
        doctor,
        day,
        start,
        end,
        state,
        quota: None,
    });
}

/// A slot of a single seat that somebody in the department had on that day.
fn past_slot(
    world: &World,
    taken: &HashSet<(usize, Date, u16)>,
    department: usize,
    day: Date,
) -> Option<(usize, u16, u16)> {
    (0..world.doctors.len())
        .filter(|&doctor| world.doctors[doctor].department == department)
        .flat_map(|doctor| [(doctor, Half::Morning), (doctor, Half::Afternoon)])
        .filter(|&(doctor, half)| sits(world.profile, &world.doctors, doctor, day, half))
        .flat_map(|(doctor, half)| {
            times(world.profile, &world.doctors[doctor], half)
                .into_iter()
                .map(move |(start, end)| (doctor, start, end))
        })
        .find(|&(doctor, start, _)| !taken.contains(&(doctor, day, start)))
}
