//! The two demo hospitals: what is fixed about each.

use crate::data::{community, department::Department, general};

/// Which hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A general hospital of the third level (三级甲等).
    General,
    /// A community health centre with rules of its own.
    Community,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::General, Self::Community];

    /// As named on the command line and in the edge's settings.
    pub fn id(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Community => "community",
        }
    }

    /// By its id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.id() == id)
    }

    /// What its FHIR ids begin with, so that an id of one hospital never exists in the other.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::General => "g",
            Self::Community => "c",
        }
    }

    /// The hospital's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "江州市第一人民医院",
            Self::Community => "江州市梧桐社区卫生服务中心",
        }
    }

    /// The hospital's address.
    pub fn address(self) -> &'static str {
        match self {
            Self::General => "江州市滨江区人民路 168 号",
            Self::Community => "江州市滨江区梧桐路 12 号",
        }
    }

    /// City, state and postal code of it.
    pub fn city(self) -> [&'static str; 3] {
        let code = match self {
            Self::General => "000168",
            Self::Community => "000112",
        };
        ["江州市", "江东省", code]
    }

    /// The hospital's telephone.
    pub fn phone(self) -> &'static str {
        match self {
            Self::General => "400-000-0168",
            Self::Community => "400-000-0112",
        }
    }

    /// Its departments.
    pub fn departments(self) -> &'static [Department] {
        match self {
            Self::General => general::DEPARTMENTS,
            Self::Community => community::DEPARTMENTS,
        }
    }

    /// Slot length of an ordinary and of an expert clinic, minutes.
    pub fn slot_minutes(self) -> (u16, u16) {
        match self {
            Self::General => (15, 20),
            Self::Community => (30, 30),
        }
    }

    /// How many days beyond today exist: day D opens at 20:00 of so many days before.
    pub fn days_ahead(self) -> i64 {
        match self {
            Self::General => 15,
            Self::Community => 7,
        }
    }

    /// Most open visits the plan gives to one person: some below the cap of the hospital's
    /// rules, so that they can still book.
    pub fn most_open(self) -> usize {
        match self {
            Self::General => 7,
            Self::Community => 4,
        }
    }
}
