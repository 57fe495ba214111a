//! The shape of a department in the tables.

use crate::plan::person::Sex;

/// Who comes to a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Grown-ups.
    Adults,
    /// Under 14.
    Children,
    /// Women from 18.
    Women,
}

impl Audience {
    /// Whether somebody of this age may come.
    pub fn takes(self, age: i16, sex: Sex) -> bool {
        match self {
            Self::Adults => age >= 14,
            Self::Children => (0..14).contains(&age),
            Self::Women => age >= 18 && sex == Sex::Female,
        }
    }
}

/// How sought after a department is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Nothing left for the next eight days.
    Full,
    /// One to three left in each session of the next four days.
    NearlyFull,
    /// Experts are well booked on the next days.
    Busy,
    /// Here and there a booking.
    Normal,
}

/// What one of its slots is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// One patient a slot.
    Seats,
    /// Half an hour with places for so many (号源).
    Quota(u32),
}

/// A department.
#[derive(Clone, Copy, Debug)]
pub struct Department {
    /// Part of ids: its name in pinyin.
    pub slug: &'static str,
    /// The name people say.
    pub name: &'static str,
    /// Code in the national catalogue (医疗机构诊疗科目名录).
    pub code: &'static str,
    /// Name in the catalogue.
    pub catalogue: &'static str,
    /// What else people call it, or what they come with.
    pub aliases: &'static [&'static str],
    /// Building and floor.
    pub place: (&'static str, &'static str),
    /// Number of its first room.
    pub room: u16,
    /// How many doctors sit here.
    pub doctors: usize,
    /// Who comes.
    pub audience: Audience,
    /// How full it is.
    pub demand: Demand,
    /// What its slots are.
    pub supply: Supply,
}
