//! The few searches that the edge asks for.

use std::collections::{BTreeMap, BTreeSet};

use banzhen_edge_worker::transport::Incoming;
use jiff::Timestamp;

use super::{Hospital, OFFSET, print, reply};

/// The parameters of a search, but for how much of it.
type Query<'a> = BTreeMap<&'a str, Vec<&'a str>>;

impl Hospital {
    pub(super) fn search(&self, kind: &str, query: &str, now: i64) -> Incoming {
        let asked = read(query);
        let found: Vec<String> = match kind {
            "HealthcareService" => vec![self.directory[0].clone()],
            "PractitionerRole" => vec![self.directory[1].clone()],
            "Schedule" => vec![self.directory[2].clone()],
            // Nobody acts for anybody here.
            "RelatedPerson" | "Consent" => Vec::new(),
            "Slot" => self.entry_list("Slot/", self.found_slots(&asked)),
            "Appointment" => self.entry_list("Appointment/", self.found_appointments(&asked)),
            "Subscription" => {
                let all = self.subscriptions.keys().map(String::as_str);
                self.entry_list("Subscription/", all)
            }
            "Communication" => self.entry_list("", self.identified(&asked)),
            _ => panic!("nobody searches {kind}?{query}"),
        };
        let text = format!(
            "{{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\
             \"meta\":{{\"lastUpdated\":\"{}\"}},\"entry\":[{}]}}",
            print(now),
            found.join(",")
        );
        reply(200, text)
    }

    /// What a conditional create would have made, where it is there: its reference.
    pub(super) fn there_is(&self, kind: &str, query: &str) -> Option<String> {
        let asked = read(query);
        match kind {
            "Appointment" => {
                let id = self.found_appointments(&asked).into_iter().min()?;
                Some(format!("Appointment/{id}"))
            }
            "Communication" => self.identified(&asked).into_iter().min().map(str::to_owned),
            _ => panic!("nobody makes {kind} unless {query}"),
        }
    }

    fn entry_list<'a>(&self, kind: &str, ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let text = |id: &str| self.stored.get(&format!("{kind}{id}")).map(|it| &it.text);
        let found = ids.into_iter().filter_map(text);
        found
            .map(|text| format!("{{\"resource\":{text}}}"))
            .collect()
    }

    fn found_slots<'a>(&'a self, asked: &Query<'a>) -> Vec<&'a str> {
        if let Some(ids) = asked.get("_id") {
            return ids[0].split(',').collect();
        }
        if let Some(since) = asked.get("_lastUpdated") {
            return self.changed_since("Slot/", since[0]);
        }
        let schedules: Vec<&str> = asked["schedule"][0].split(',').collect();
        let places = self.places.iter().filter(|(_, place)| {
            schedules.contains(&place.schedule.as_str()) && within(place.start, &asked["start"])
        });
        places.map(|(id, _)| id.as_str()).collect()
    }

    fn found_appointments<'a>(&'a self, asked: &Query<'a>) -> Vec<&'a str> {
        if asked.contains_key("identifier") {
            let found = self.identified(asked).into_iter();
            let status = asked.get("status").map(|it| it[0]);
            return found
                .filter(|it| status.is_none_or(|of| self.stored[*it].value["status"] == of))
                .filter_map(|it| it.strip_prefix("Appointment/"))
                .collect();
        }
        let actor = |kind: &str| asked.get("actor")?[0].strip_prefix(kind);
        let patient = asked.get("patient");
        let patient = patient.and_then(|it| it[0].strip_prefix("Patient/"));
        let mut found: Vec<&str> = match asked.get("status").map(|it| it[0]) {
            Some("waitlist") => {
                let department = actor("HealthcareService/");
                let waiting = self.waiting.iter().filter(|id| {
                    let it = &self.entries[*id];
                    department.is_none_or(|wanted| it.department == wanted)
                        && patient.is_none_or(|wanted| it.patient == wanted)
                });
                return waiting.map(String::as_str).collect();
            }
            Some("pending") => self.pending.iter().map(String::as_str).collect(),
            status => {
                let ids: Vec<&str> = if let Some(slot) = asked.get("slot") {
                    let slot = slot[0].strip_prefix("Slot/").unwrap();
                    all(self.of_slot.get(slot))
                } else if let Some(patient) = patient {
                    all(self.of_patient.get(patient))
                } else if let Some(since) = asked.get("_lastUpdated") {
                    self.changed_since("Appointment/", since[0])
                } else {
                    self.visits.keys().map(String::as_str).collect()
                };
                let stands = |id: &&str| {
                    let it = self.visits.get(*id);
                    it.is_some_and(|it| {
                        status.is_none_or(|of| of.split(',').any(|of| it.status == of))
                    })
                };
                ids.into_iter().filter(stands).collect()
            }
        };
        let doctor = actor("PractitionerRole/");
        let days = asked.get("date").map_or(&[][..], Vec::as_slice);
        found.retain(|id| {
            let it = &self.visits[*id];
            doctor.is_none_or(|wanted| it.doctor == wanted) && within(it.start, days)
        });
        found
    }

    /// References of what has an identifier.
    fn identified<'a>(&'a self, asked: &Query<'a>) -> Vec<&'a str> {
        let (_, value) = asked["identifier"][0].split_once('|').unwrap();
        all(self.of_identifier.get(value))
    }

    /// Ids of a kind that have changed, each once.
    fn changed_since<'a>(&'a self, kind: &str, since: &str) -> Vec<&'a str> {
        let since = instant(since.strip_prefix("gt").unwrap()).as_millisecond();
        let changed = self.changed.iter().rev();
        let changed = changed.take_while(|(at, _)| *at > since);
        let ids: BTreeSet<&str> = changed
            .filter_map(|(_, it)| it.strip_prefix(kind))
            .collect();
        ids.into_iter().collect()
    }
}

fn read(query: &str) -> Query<'_> {
    let mut asked = Query::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap();
        if !name.starts_with("_count") && !name.starts_with("_include") {
            asked.entry(name).or_default().push(value);
        }
    }
    asked
}

fn all(ids: Option<&BTreeSet<String>>) -> Vec<&str> {
    ids.into_iter().flatten().map(String::as_str).collect()
}

/// Whether a moment lies within all bounds.
fn within(at: Timestamp, bounds: &[&str]) -> bool {
    bounds.iter().all(|bound| {
        let (sign, bound) = bound.split_at(2);
        match sign {
            "ge" => at >= instant(bound),
            "lt" => at < instant(bound),
            _ => panic!("nobody bounds by {sign}"),
        }
    })
}

/// A moment, or the beginning of a day.
fn instant(text: &str) -> Timestamp {
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        let midnight = day.to_datetime(jiff::civil::Time::midnight());
        return OFFSET.to_timestamp(midnight).unwrap();
    }
    text.replace("%2B", "+").parse().unwrap()
}
