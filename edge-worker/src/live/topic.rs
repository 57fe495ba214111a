//! What can be listened to.

use jiff::civil::Date;

/// A topic, taken apart. On the wire it is `kind:rest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic<'a> {
    /// `availability:{hospital}:{department}:{date}`: who has what on one day.
    Availability {
        /// Id of the hospital.
        hospital: &'a str,
        /// Id of the department.
        department: &'a str,
        /// The day.
        day: Date,
    },
}

impl<'a> Topic<'a> {
    /// Takes a topic apart; `None` for a kind that there is not, and for what is misspelt.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "availability" => {
                let mut parts = rest.split(':');
                let hospital = parts.next().filter(|id| contract::is_id(id))?;
                let department = parts.next().filter(|id| contract::is_id(id))?;
                let day = rules::date(parts.next()?)?;
                parts.next().is_none().then_some(Self::Availability {
                    hospital,
                    department,
                    day,
                })
            }
            _ => None,
        }
    }

    /// The topic of a department's day.
    pub fn availability(hospital: &str, department: &str, day: Date) -> String {
        format!("availability:{hospital}:{department}:{}", rules::day(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_taken_apart_and_put_together() {
        let text = "availability:general:dept~1:2026-11-23";
        let Some(Topic::Availability {
            hospital,
            department,
            day,
        }) = Topic::parse(text)
        else {
            panic!("not read");
        };
        assert_eq!((hospital, department), ("general", "dept~1"));
        assert_eq!(Topic::availability(hospital, department, day), text);
    }

    #[test]
    fn what_is_no_topic_is_refused() {
        for text in [
            "",
            "availability",
            "availability:general:d",
            "availability:general:d:2026-02-30",
            "availability:general:d:2026-11-23:x",
            "availability::d:2026-11-23",
            "availability:general:a b:2026-11-23",
            "queue:general:d:2026-11-23",
        ] {
            assert_eq!(Topic::parse(text), None, "{text}");
        }
    }
}
