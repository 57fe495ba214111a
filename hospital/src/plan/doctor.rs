//! Doctors and when they sit.

use jiff::civil::Date;

use crate::{
    calendar::day_number,
    data::{department::Supply, names, texts},
    plan::person::Sex,
    profile::Profile,
    rng::Rng,
};

/// Titles of doctors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    /// 主任医师
    Chief,
    /// 副主任医师
    Associate,
    /// 主治医师
    Attending,
    /// 住院医师
    Resident,
}

impl Title {
    /// Code and word.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Chief => ("chief", "主任医师"),
            Self::Associate => ("associate", "副主任医师"),
            Self::Attending => ("attending", "主治医师"),
            Self::Resident => ("resident", "住院医师"),
        }
    }

    /// Whether the clinic is an expert's.
    pub fn expert(self) -> bool {
        matches!(self, Self::Chief | Self::Associate)
    }
}

/// Half of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Starts before noon.
    Morning,
    /// Starts after noon.
    Afternoon,
}

/// A doctor in a department.
#[derive(Clone, Debug)]
pub struct Doctor {
    /// Part of ids: department and place in it.
    pub key: String,
    /// Index of the department.
    pub department: usize,
    /// Place among the department's doctors.
    pub place: usize,
    /// Where the same person sits too; that comes first in her calendar.
    pub also: Option<usize>,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Title.
    pub title: Title,
    /// A few sentences for patients.
    pub introduction: String,
    /// Room number.
    pub room: u16,
}

/// Doctors people ask for by name: department, place, name, title, sex.
const NAMED: &[(&str, usize, &str, Title, Sex)] = &[
    ("xinneike", 0, "王建国", Title::Chief, Sex::Male),
    ("fuke", 0, "李秀英", Title::Chief, Sex::Female),
    ("erke", 2, "张伟", Title::Attending, Sex::Male),
    ("guke", 2, "陈志强", Title::Attending, Sex::Male),
];

/// All doctors of a hospital, in the order of its departments; at the end those who sit in
/// a second department.
pub fn doctors(profile: Profile, seed: u64) -> Vec<Doctor> {
    let mut doctors = Vec::new();
    for (index, department) in profile.departments().iter().enumerate() {
        for place in 0..department.doctors {
            doctors.push(doctor(profile, seed, index, place, doctors.len()));
        }
    }
    if profile == Profile::General {
        second_clinic(&mut doctors, profile, "李秀英", "chanke");
    }
    doctors
}

fn doctor(profile: Profile, seed: u64, index: usize, place: usize, turn: usize) -> Doctor {
    let department = &profile.departments()[index];
    let named = NAMED.iter().find(|(slug, at, ..)| {
        profile == Profile::General && *slug == department.slug && *at == place
    });
    let mut rng = Rng::new(seed, profile.id(), turn as u64);
    let surname = names::SURNAMES[(turn * 7 + rng.index(7)) % names::SURNAMES.len()];
    let pair = names::DOCTORS
        [(turn + usize::from(profile == Profile::Community) * 5) % names::DOCTORS.len()];
    let (name, title, sex) = if let Some((_, _, name, title, sex)) = named {
        ((*name).to_owned(), *title, *sex)
    } else {
        let (given, sex) = if rng.chance(50) {
            (pair.0, Sex::Male)
        } else {
            (pair.1, Sex::Female)
        };
        let title = usual_title(profile, place, department.supply);
        (format!("{surname}{given}"), title, sex)
    };
    let years = match title {
        Title::Chief => rng.between(24, 36),
        Title::Associate => rng.between(14, 23),
        Title::Attending => rng.between(7, 13),
        Title::Resident => rng.between(2, 5),
    };
    let field = department
        .aliases
        .last()
        .copied()
        .unwrap_or(department.name);
    let introduction = format!(
        "{}，从事{}临床工作{years}年，擅长{}常见病与疑难病的诊治，尤其是与“{field}”有关的问题。{}",
        title.words().1,
        department.catalogue.trim_end_matches("专业"),
        department.name,
        rng.pick(texts::MANNERS),
    );
    Doctor {
        key: format!("{}-{}", department.slug, place + 1),
        department: index,
        place,
        also: None,
        name,
        sex,
        title,
        introduction,
        room: department.room + u16::try_from(place).unwrap_or(0),
    }
}

fn usual_title(profile: Profile, place: usize, supply: Supply) -> Title {
    match (profile, place) {
        (_, 0) if supply != Supply::Seats => Title::Attending,
        (Profile::General, 0) => Title::Chief,
        (Profile::General, 1) | (Profile::Community, 0) => Title::Associate,
        (_, 3) => Title::Resident,
        _ => Title::Attending,
    }
}

fn second_clinic(doctors: &mut Vec<Doctor>, profile: Profile, name: &str, slug: &str) {
    let (Some(first), Some(department)) = (
        doctors.iter().position(|doctor| doctor.name == name),
        profile
            .departments()
            .iter()
            .position(|department| department.slug == slug),
    ) else {
        return;
    };
    let place = profile.departments()[department].doctors;
    doctors.push(Doctor {
        key: format!("{slug}-{}", place + 1),
        department,
        place,
        also: Some(first),
        room: profile.departments()[department].room + u16::try_from(place).unwrap_or(0),
        ..doctors[first].clone()
    });
}

/// Whether a doctor sits on that half of a day. The turn goes round the department, weekends
/// like other days, so that some doctor is there every morning.
pub fn sits(profile: Profile, doctors: &[Doctor], index: usize, day: Date, half: Half) -> bool {
    let doctor = &doctors[index];
    if let Some(first) = doctor.also {
        // In her second department one afternoon in three, when she is not needed in the first.
        return half == Half::Afternoon
            && day_number(day).rem_euclid(3) == 0
            && !sits(profile, doctors, first, day, half);
    }
    let count = i64::try_from(profile.departments()[doctor.department].doctors).unwrap_or(1);
    let place = i64::try_from(doctor.place).unwrap_or(0);
    let turn = (day_number(day) + place).rem_euclid(count);
    match half {
        Half::Morning => turn < (2 * count + 4) / 5,
        // A doctor alone in the department rests every other afternoon.
        Half::Afternoon if count == 1 => day_number(day).rem_euclid(2) == 0,
        Half::Afternoon => (turn + count / 2).rem_euclid(count) < (count + 2) / 4,
    }
}

/// The minutes of a day at which the slots of a session begin and end.
pub fn times(profile: Profile, doctor: &Doctor, half: Half) -> Vec<(u16, u16)> {
    let supply = profile.departments()[doctor.department].supply;
    let (ordinary, expert) = profile.slot_minutes();
    let length = match supply {
        Supply::Quota(_) => 30,
        Supply::Seats if doctor.title.expert() => expert,
        Supply::Seats => ordinary,
    };
    let (opens, closes) = match half {
        Half::Morning => (8 * 60, 11 * 60),
        Half::Afternoon => (14 * 60, 16 * 60 + 30),
    };
    (0..(closes - opens) / length)
        .map(|n| (opens + n * length, opens + (n + 1) * length))
        .collect()
}
