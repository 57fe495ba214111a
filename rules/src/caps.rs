//! A person's own limits: no two visits at one time, and at most so many bookings.

use contract::{Limit, LimitKind};
use jiff::civil::{Date, DateTime};

use crate::Pack;

/// A booking as the limits see it. Ids carry their hospital, so that those of two hospitals differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The doctor.
    pub doctor: String,
    /// The department.
    pub department: String,
    /// When it starts.
    pub start: DateTime,
    /// When it ends.
    pub end: DateTime,
    /// Still to come (booked, not yet arrived, fulfilled or past).
    pub open: bool,
}

impl Booked {
    fn day(&self) -> Date {
        self.start.date()
    }
}

/// Whether two visits overlap. Intervals are half-open: one may start when the other ends.
pub fn overlaps(one: &Booked, other: &Booked) -> bool {
    one.start < other.end && other.start < one.end
}

impl Pack {
    /// Whether `new` is within the caps beside what the person `has` (without cancelled ones and
    /// without what `new` replaces; no-shows do not count either). Err: the cap that is reached.
    pub fn within_caps(&self, new: &Booked, has: &[Booked]) -> Result<(), Limit> {
        let caps = &self.rules().caps;
        let that_day = || has.iter().filter(|booked| booked.day() == new.day());
        let reached = |kind, most| Err(Limit { kind, most });

        if count(that_day().filter(|b| b.doctor == new.doctor)) >= caps.per_doctor_day {
            return reached(LimitKind::PerDoctorDay, caps.per_doctor_day);
        }
        let mut departments: Vec<&str> = that_day().map(|b| b.department.as_str()).collect();
        departments.push(&new.department);
        departments.sort_unstable();
        departments.dedup();
        if count(departments.iter()) > caps.departments_per_day {
            return reached(LimitKind::DepartmentsPerDay, caps.departments_per_day);
        }
        if count(has.iter().filter(|b| b.open)) >= caps.open {
            return reached(LimitKind::Open, caps.open);
        }
        Ok(())
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::pack::test_pack;

    fn booked(doctor: &str, department: &str, day: i8, hour: i8) -> Booked {
        let day = date(2026, 11, day);
        Booked {
            doctor: doctor.to_owned(),
            department: department.to_owned(),
            start: day.to_datetime(time(hour, 0, 0, 0)),
            end: day.to_datetime(time(hour, 15, 0, 0)),
            open: true,
        }
    }

    #[test]
    fn touching_ends_do_not_overlap() {
        let one = booked("a", "x", 23, 9);
        let mut next = booked("b", "y", 23, 9);
        next.start = one.end;
        next.end = date(2026, 11, 23).at(9, 30, 0, 0);
        assert!(!overlaps(&one, &next) && !overlaps(&next, &one));
        next.start = date(2026, 11, 23).at(9, 14, 59, 0);
        assert!(overlaps(&one, &next) && overlaps(&next, &one));
        assert!(overlaps(&one, &one));
    }

    #[test]
    fn one_a_doctor_and_day() {
        let has = [booked("a", "x", 23, 9)];
        let kind = |new| {
            test_pack()
                .within_caps(&new, &has)
                .map_err(|limit| limit.kind)
        };
        assert_eq!(kind(booked("a", "x", 23, 15)), Err(LimitKind::PerDoctorDay));
        assert_eq!(kind(booked("b", "x", 23, 15)), Ok(()));
        assert_eq!(kind(booked("a", "x", 24, 9)), Ok(()));
    }

    #[test]
    fn three_departments_a_day() {
        let two = [booked("a", "x", 23, 9), booked("b", "y", 23, 10)];
        assert_eq!(
            test_pack().within_caps(&booked("c", "z", 23, 11), &two),
            Ok(())
        );
        let three = [two[0].clone(), two[1].clone(), booked("c", "z", 23, 11)];
        let limit = test_pack()
            .within_caps(&booked("d", "w", 23, 14), &three)
            .unwrap_err();
        assert_eq!((limit.kind, limit.most), (LimitKind::DepartmentsPerDay, 3));
        // A second doctor of one of the three is within the cap.
        assert_eq!(
            test_pack().within_caps(&booked("d", "z", 23, 14), &three),
            Ok(())
        );
    }

    #[test]
    fn eight_open() {
        let mut has: Vec<_> = (1..=8).map(|day| booked("a", "x", day, 9)).collect();
        let new = booked("a", "x", 23, 9);
        assert_eq!(
            test_pack().within_caps(&new, &has).unwrap_err().kind,
            LimitKind::Open
        );
        has[0].open = false;
        assert_eq!(test_pack().within_caps(&new, &has), Ok(()));
    }
}
