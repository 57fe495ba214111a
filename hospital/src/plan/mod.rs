//! What is in a hospital, decided from a seed and a day before a byte is sent: the same seed
//! and day give the same hospital.

pub mod booking;
pub mod diary;
pub mod doctor;
pub mod past;
pub mod person;
pub mod report;
pub mod story;

use jiff::civil::Date;

use crate::{calendar::plus_days, data::department::Supply, profile::Profile};
use booking::Booking;
use doctor::{Doctor, Half};
use person::{Part, Person};
use report::Report;

/// State of a slot as the hospital has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// Can be booked.
    Free,
    /// Nothing left.
    Busy,
    /// The doctor does not come (停诊).
    Stopped,
}

/// A slot of one doctor.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Index of the doctor.
    pub doctor: usize,
    /// Its day.
    pub day: Date,
    /// First minute of the day.
    pub start: u16,
    /// Minute after the last.
    pub end: u16,
    /// State.
    pub state: SlotState,
    /// Places in all and left, where it is not a single seat.
    pub quota: Option<(u32, u32)>,
}

/// A hospital, complete.
#[derive(Clone, Debug)]
pub struct World {
    /// Which.
    pub profile: Profile,
    /// The day it is seeded for.
    pub today: Date,
    /// Seed.
    pub seed: u64,
    /// Everybody, also those whom only the other hospital knows.
    pub people: Vec<Person>,
    /// Doctors.
    pub doctors: Vec<Doctor>,
    /// Slots from today on, and the past ones that were booked.
    pub slots: Vec<Slot>,
    /// Appointments of all states.
    pub bookings: Vec<Booking>,
    /// Reports.
    pub reports: Vec<Report>,
}

impl World {
    /// Decides everything.
    pub fn new(profile: Profile, seed: u64, people: usize, today: Date) -> Self {
        let people = person::everybody(seed, people, today);
        let doctors = doctor::doctors(profile, seed);
        let slots: Vec<Slot> = (0..=profile.days_ahead())
            .flat_map(|ahead| day_slots(profile, &doctors, plus_days(today, ahead)))
            .collect();
        let mut world = Self {
            profile,
            today,
            seed,
            people,
            doctors,
            slots,
            bookings: Vec::new(),
            reports: Vec::new(),
        };
        booking::fill(&mut world);
        past::fill(&mut world);
        world.reports = report::reports(&world);
        world
    }

    /// The people of whom this hospital has a record.
    pub fn patients(&self) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(|person| person.known_at(self.profile))
    }

    /// The patients for whom this hospital's staff may book. Whom both hospitals know visits
    /// the general one only, so that the two, planned apart, never clash.
    pub fn regulars(&self) -> impl Iterator<Item = &Person> {
        self.patients()
            .filter(|person| person.part == Part::Regular)
            .filter(|person| self.profile == Profile::General || !person.hospitals[0])
    }
}

/// All slots of a day, free: what is released.
pub fn day_slots(profile: Profile, doctors: &[Doctor], day: Date) -> Vec<Slot> {
    let mut slots = Vec::new();
    for index in 0..doctors.len() {
        for half in [Half::Morning, Half::Afternoon] {
            if doctor::sits(profile, doctors, index, day, half) {
                slots.extend(session_slots(profile, doctors, index, day, half));
            }
        }
    }
    slots
}

fn session_slots(
    profile: Profile,
    doctors: &[Doctor],
    index: usize,
    day: Date,
    half: Half,
) -> impl Iterator<Item = Slot> {
    let doctor = &doctors[index];
    let quota = match profile.departments()[doctor.department].supply {
        Supply::Seats => None,
        Supply::Quota(total) => Some((total, total)),
    };
    doctor::times(profile, doctor, half)
        .into_iter()
        .map(move |(start, end)| Slot {
            doctor: index,
            day,
            start,
            end,
            state: SlotState::Free,
            quota,
        })
}
