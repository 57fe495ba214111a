//! Patients: who they are, before any hospital writes them down.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::{
    calendar::plus_days,
    data::names,
    identity::{REGIONS, resident_number},
    plan::story,
    profile::Profile,
    rng::Rng,
};

/// Sex as the identity card has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// What a person is in the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Has a story of their own (`/dev/people`).
    Story,
    /// Has booked, and may be booked for by the staff.
    Regular,
    /// Has nothing booked, and nobody books for them: free for tests and for the curious.
    /// Some have not bound their phone yet.
    Fresh,
}

/// State of a consent given to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// In force.
    Active,
    /// Its period is over.
    Expired,
    /// Taken back by the patient.
    Revoked,
}

/// A consent by which one person may act for another.
#[derive(Clone, Copy, Debug)]
pub struct Proxy {
    /// Index of the patient.
    pub patient: usize,
    /// What the proxy is to the patient, as the API says it.
    pub relation: &'static str,
    /// The same as a v3-RoleCode.
    pub role: &'static str,
    /// What the proxy may do.
    pub rights: &'static [&'static str],
    /// Whether it is in force.
    pub state: ConsentState,
}

/// A patient.
#[derive(Clone, Debug)]
pub struct Person {
    /// Place in the list; part of ids.
    pub index: usize,
    /// Full name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Birthday.
    pub birth: Date,
    /// Kind of document, as the API says it.
    pub id_type: &'static str,
    /// Its number.
    pub id_number: String,
    /// Mobile number; small children have none.
    pub phone: Option<String>,
    /// Whether the phone is bound to the record.
    pub bound: bool,
    /// Where there is a record: general, community.
    pub hospitals: [bool; 2],
    /// What the person is in the demo.
    pub part: Part,
    /// Whom they act for.
    pub acts_for: Vec<Proxy>,
    /// Words to find them by.
    pub tags: Vec<&'static str>,
    /// What is to be known of them, for people.
    pub story: String,
}

impl Person {
    /// Whether this hospital has a record of the person.
    pub fn known_at(&self, profile: Profile) -> bool {
        match profile {
            Profile::General => self.hospitals[0],
            Profile::Community => self.hospitals[1],
        }
    }

    /// Age in whole years on a day.
    pub fn age(&self, today: Date) -> i16 {
        age(self.birth, today)
    }
}

/// Age in whole years on a day.
pub fn age(birth: Date, today: Date) -> i16 {
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(before_birthday)
}

/// Everybody: people with stories first, then `count` in all with a record in the general
/// hospital (a third of them known to the community centre too), then those whom only the
/// community centre knows. A larger `count` leaves whoever was there as they were.
pub fn everybody(seed: u64, count: usize, today: Date) -> Vec<Person> {
    let mut people = story::people(today);
    let mut taken: HashSet<String> = people.iter().map(|p| p.id_number.clone()).collect();
    let general = count.max(people.len());
    for index in people.len()..general + general / 5 {
        let hospitals = [index < general, index >= general || index.is_multiple_of(3)];
        people.push(somebody(seed, index, today, hospitals, &mut taken));
    }
    give_children_guardians(&mut people, today);
    people
}

fn somebody(
    seed: u64,
    index: usize,
    today: Date,
    hospitals: [bool; 2],
    taken: &mut HashSet<String>,
) -> Person {
    let mut rng = Rng::new(seed, "person", index as u64);
    let sex = if rng.chance(50) {
        Sex::Male
    } else {
        Sex::Female
    };
    let years = match rng.below(100) {
        0..=9 => rng.between(0, 13),
        10..=29 => rng.between(18, 35),
        30..=59 => rng.between(36, 59),
        60..=89 => rng.between(60, 79),
        _ => rng.between(80, 96),
    };
    let birth = plus_days(today, -(years * 365 + years / 4) - rng.between(1, 360));
    let name = name(&mut rng, sex, years);
    let id_number = loop {
        let odd = u64::from(sex == Sex::Male);
        let sequence = u16::try_from((1 + rng.below(499)) * 2 - odd).unwrap_or(1);
        let number = resident_number(REGIONS[rng.index(REGIONS.len())], birth, sequence);
        if taken.insert(number.clone()) {
            break number;
        }
    };
    let grown = years >= 14;
    Person {
        index,
        name,
        sex,
        birth,
        id_type: "resident",
        id_number,
        phone: grown.then(|| format!("199{:08}", 10_000_000 + index * 13)),
        bound: grown && rng.chance(85),
        hospitals,
        part: if index.is_multiple_of(2) || index >= 1200 {
            Part::Fresh
        } else {
            Part::Regular
        },
        acts_for: Vec::new(),
        tags: Vec::new(),
        story: String::new(),
    }
    .tagged(today)
}

impl Person {
    /// Whoever is free for tests has no tags at all.
    fn tagged(mut self, today: Date) -> Self {
        if self.part == Part::Regular {
            self.tags.push("regular");
        }
        if self.age(today) < 14 {
            self.tags.push("child");
        }
        self
    }
}

fn name(rng: &mut Rng, sex: Sex, years: i64) -> String {
    let surname = rng.pick(names::SURNAMES);
    let given = rng.pick(match (sex, years >= 55) {
        (Sex::Male, true) => names::MEN_OLDER,
        (Sex::Male, false) => names::MEN,
        (Sex::Female, true) => names::WOMEN_OLDER,
        (Sex::Female, false) => names::WOMEN,
    });
    format!("{surname}{given}")
}

/// Every child without a phone gets a grown-up of the same hospitals who may do everything.
fn give_children_guardians(people: &mut [Person], today: Date) {
    let children: Vec<usize> = people
        .iter()
        .filter(|p| p.part != Part::Story && p.phone.is_none())
        .map(|p| p.index)
        .collect();
    for child in children {
        let (birth, hospitals) = (people[child].birth, people[child].hospitals);
        let guardian = people
            .iter_mut()
            .filter(|p| p.index < child)
            .rev()
            .find(|p| {
                let gap = age(p.birth, birth);
                p.part == Part::Regular
                    && p.bound
                    && (22..=42).contains(&gap)
                    && p.age(today) < 60
                    && p.acts_for.is_empty()
                    && (0..2).all(|i| p.hospitals[i] || !hospitals[i])
            });
        if let Some(guardian) = guardian {
            guardian.acts_for.push(Proxy {
                patient: child,
                relation: "guardian",
                role: "GUARD",
                rights: story::ALL_RIGHTS,
                state: ConsentState::Active,
            });
            guardian.tags.push("proxy");
        }
    }
}
