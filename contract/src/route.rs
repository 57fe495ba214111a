//! Every page of the app as one type, with its parser and its printer.
//!
//! The app navigates by it, the edge answers these paths with the app's page and lists them.
//! Nothing about a person stands in a path but opaque ids.

use crate::{
    AppointmentId, Day, DepartmentId, DoctorId, HospitalId, OfferId, PersonId, ReportId, Session,
    SlotId, is_id,
};

/// What a page needs before it can show anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody may see it.
    Nothing,
    /// Who is logged in.
    Session,
    /// A person the caller may act for.
    Person,
}

impl Needs {
    /// The word of `/dev/routes`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Session => "session",
            Self::Person => "person",
        }
    }
}

/// One page as the list of pages tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Stable name, also what the app's page module is called.
    pub name: &'static str,
    /// Path with `{name}` for each parameter.
    pub template: &'static str,
    /// What it needs.
    pub needs: Needs,
}

/// The appointment that a new slot is to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose appointment it is.
    pub person: PersonId,
    /// The appointment that is kept until the new one is won.
    pub appointment: AppointmentId,
}

/// What is waited for, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitFor {
    /// The hospital.
    pub hospital: HospitalId,
    /// The department.
    pub department: DepartmentId,
    /// This doctor; without, whoever has a place.
    pub doctor: Option<DoctorId>,
    /// The first day that would do.
    pub from: Day,
}

/// Any doctor, where an address names one: no id is written like this.
const ANY: &str = "~";

/// A doctor's day: where slots are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorDay {
    /// The hospital.
    pub hospital: HospitalId,
    /// The department.
    pub department: DepartmentId,
    /// The doctor in that department.
    pub doctor: DoctorId,
    /// The day in the hospital's zone.
    pub day: Day,
}

/// A page of the app and all that it needs to be shown again after a reload.
#[allow(missing_docs)] // the fields are parameters of the path, named as in the API
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The tasks and the hotline.
    Home,
    /// Choosing a hospital.
    Hospitals,
    /// Choosing a department, all or those of one group.
    Departments {
        hospital: HospitalId,
        group: Option<String>,
    },
    /// Choosing a doctor; without a day, of the first day that has a place.
    Doctors {
        hospital: HospitalId,
        department: DepartmentId,
        day: Option<Day>,
        change: Option<Change>,
    },
    /// Choosing another day.
    Days {
        hospital: HospitalId,
        department: DepartmentId,
        change: Option<Change>,
    },
    /// Choosing a time, of the whole day or of one half.
    Slots {
        at: DoctorDay,
        part: Option<Session>,
        change: Option<Change>,
    },
    /// Choosing the person.
    WhoFor { at: DoctorDay, slot: SlotId },
    /// The last look before booking, or before moving.
    Check {
        at: DoctorDay,
        slot: SlotId,
        person: PersonId,
        change: Option<AppointmentId>,
    },
    /// The booking's number, code and place.
    Ticket {
        person: PersonId,
        appointment: AppointmentId,
    },
    /// A person's appointments; without a person, of whoever is chosen there.
    Appointments { person: Option<PersonId> },
    /// One appointment.
    Appointment {
        person: PersonId,
        appointment: AppointmentId,
    },
    /// The last look before cancelling.
    Cancel {
        person: PersonId,
        appointment: AppointmentId,
    },
    /// Waiting for who is full; without a person, whoever is chosen there.
    Wait {
        what: WaitFor,
        person: Option<PersonId>,
        until: Option<Day>,
        keep: Option<AppointmentId>,
    },
    /// What a person waits for; without a person, of whoever is chosen there.
    Waitlist { person: Option<PersonId> },
    /// A place that is offered.
    Offer { person: PersonId, offer: OfferId },
    /// A person's reports; without a person, of whoever is chosen there.
    Reports { person: Option<PersonId> },
    /// One report.
    Report { person: PersonId, report: ReportId },
    /// Whom the caller may act for.
    People,
    /// Adding a person, and where to go then (a path of this app).
    AddPerson { next: Option<String> },
    /// The phone number, and where to go then (a path of this app).
    LogIn { next: Option<String> },
    /// The code that was sent to it.
    LogInCode { next: Option<String> },
    /// Language, size, care mode.
    Settings,
    /// The hotlines and how things work.
    Help,
    /// How each hospital is doing.
    Status,
    /// No such page.
    NotFound,
}

const fn page(name: &'static str, template: &'static str, needs: Needs) -> Page {
    Page {
        name,
        template,
        needs,
    }
}

impl Route {
    /// All pages. Parameters are named as in the API; `change` of [`Route::Doctors`], [`Route::Days`],
    /// [`Route::Slots`] and [`Route::Check`] stands in the query.
    pub const PAGES: &'static [Page] = &[
        page("home", "/", Needs::Nothing),
        page("hospitals", "/book", Needs::Nothing),
        page("departments", "/book/{hospital}", Needs::Nothing),
        page("doctors", "/book/{hospital}/{department}", Needs::Nothing),
        page("days", "/book/{hospital}/{department}/days", Needs::Nothing),
        page(
            "slots",
            "/book/{hospital}/{department}/{doctor}/{date}",
            Needs::Nothing,
        ),
        page(
            "who_for",
            "/book/{hospital}/{department}/{doctor}/{date}/{slot}",
            Needs::Session,
        ),
        page(
            "check",
            "/book/{hospital}/{department}/{doctor}/{date}/{slot}/for/{person}",
            Needs::Person,
        ),
        page("my_appointments", "/appointments", Needs::Session),
        page(
            "appointments",
            "/people/{person}/appointments",
            Needs::Person,
        ),
        page(
            "appointment",
            "/people/{person}/appointments/{appointment}",
            Needs::Person,
        ),
        page(
            "ticket",
            "/people/{person}/appointments/{appointment}/ticket",
            Needs::Person,
        ),
        page(
            "cancel",
            "/people/{person}/appointments/{appointment}/cancel",
            Needs::Person,
        ),
        page(
            "wait",
            "/wait/{hospital}/{department}/{doctor}/{date}",
            Needs::Session,
        ),
        page(
            "wait_for",
            "/people/{person}/wait/{hospital}/{department}/{doctor}/{date}",
            Needs::Person,
        ),
        page("my_waitlist", "/waitlist", Needs::Session),
        page("waitlist", "/people/{person}/waitlist", Needs::Person),
        page("offer", "/people/{person}/offers/{offer}", Needs::Person),
        page("my_reports", "/reports", Needs::Session),
        page("reports", "/people/{person}/reports", Needs::Person),
        page("report", "/people/{person}/reports/{report}", Needs::Person),
        page("people", "/people", Needs::Session),
        page("add_person", "/people/new", Needs::Session),
        page("log_in", "/login", Needs::Nothing),
        page("log_in_code", "/login/code", Needs::Nothing),
        page("settings", "/settings", Needs::Nothing),
        page("help", "/help", Needs::Nothing),
        page("status", "/status", Needs::Nothing),
    ];

    /// Reads a path with its query (`/book/general?group=...`). What is unknown is [`Route::NotFound`].
    pub fn parse(url: &str) -> Self {
        let url = url.split('#').next().unwrap_or_default();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let query = Query(query);
        let segments: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(decode)
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Self::from_segments(&segments, &query).unwrap_or(Self::NotFound)
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each page")]
    fn from_segments(segments: &[&str], query: &Query<'_>) -> Option<Self> {
        let change = || {
            Some(Change {
                person: id(&query.get("person")?)?,
                appointment: id(&query.get("instead_of")?)?,
            })
        };
        let wait_for = |h: &str, d: &str, doctor: &str, date: &str| {
            Some(WaitFor {
                hospital: id(h)?,
                department: id(d)?,
                doctor: match doctor {
                    ANY => None,
                    doctor => Some(id(doctor)?),
                },
                from: day(date)?,
            })
        };
        let at = |h: &str, d: &str, doctor: &str, date: &str| {
            Some(DoctorDay {
                hospital: id(h)?,
                department: id(d)?,
                doctor: id(doctor)?,
                day: day(date)?,
            })
        };
        let next = || query.get("next").filter(|path| is_own_path(path));
        Some(match *segments {
            [] => Self::Home,
            ["book"] => Self::Hospitals,
            ["book", hospital] => Self::Departments {
                hospital: id(hospital)?,
                group: query.get("group"),
            },
            ["book", hospital, department] => Self::Doctors {
                hospital: id(hospital)?,
                department: id(department)?,
                day: query.get("date").and_then(|text| day(&text)),
                change: change(),
            },
            ["book", hospital, department, "days"] => Self::Days {
                hospital: id(hospital)?,
                department: id(department)?,
                change: change(),
            },
            ["book", h, d, doctor, date] => Self::Slots {
                at: at(h, d, doctor, date)?,
                part: query.get("part").and_then(|part| match part.as_str() {
                    "am" => Some(Session::Am),
                    "pm" => Some(Session::Pm),
                    _ => None,
                }),
                change: change(),
            },
            ["book", h, d, doctor, date, slot] => Self::WhoFor {
                at: at(h, d, doctor, date)?,
                slot: id(slot)?,
            },
            ["book", h, d, doctor, date, slot, "for", person] => Self::Check {
                at: at(h, d, doctor, date)?,
                slot: id(slot)?,
                person: id(person)?,
                change: query.get("instead_of").and_then(|text| id(&text)),
            },
            ["appointments"] => Self::Appointments { person: None },
            ["people", person, "appointments"] => Self::Appointments {
                person: Some(id(person)?),
            },
            ["people", person, "appointments", appointment] => Self::Appointment {
                person: id(person)?,
                appointment: id(appointment)?,
            },
            ["people", person, "appointments", appointment, "ticket"] => Self::Ticket {
                person: id(person)?,
                appointment: id(appointment)?,
            },
            ["people", person, "appointments", appointment, "cancel"] => Self::Cancel {
                person: id(person)?,
                appointment: id(appointment)?,
            },
            ["wait", h, d, doctor, date] => Self::Wait {
                what: wait_for(h, d, doctor, date)?,
                person: None,
                until: None,
                keep: None,
            },
            ["people", person, "wait", h, d, doctor, date] => Self::Wait {
                what: wait_for(h, d, doctor, date)?,
                person: Some(id(person)?),
                until: query.get("until").and_then(|text| day(&text)),
                keep: query.get("instead_of").and_then(|text| id(&text)),
            },
            ["waitlist"] => Self::Waitlist { person: None },
            ["people", person, "waitlist"] => Self::Waitlist {
                person: Some(id(person)?),
            },
            ["people", person, "offers", offer] => Self::Offer {
                person: id(person)?,
                offer: id(offer)?,
            },
            ["reports"] => Self::Reports { person: None },
            ["people", person, "reports"] => Self::Reports {
                person: Some(id(person)?),
            },
            ["people", person, "reports", report] => Self::Report {
                person: id(person)?,
                report: id(report)?,
            },
            ["people"] => Self::People,
            ["people", "new"] => Self::AddPerson { next: next() },
            ["login"] => Self::LogIn { next: next() },
            ["login", "code"] => Self::LogInCode { next: next() },
            ["settings"] => Self::Settings,
            ["help"] => Self::Help,
            ["status"] => Self::Status,
            _ => return None,
        })
    }

    /// The path with its query; [`Route::parse`] reads it back.
    #[allow(clippy::too_many_lines, reason = "one arm for each page")]
    pub fn url(&self) -> String {
        let mut url = Url::new();
        match self {
            Self::Home => {}
            Self::Hospitals => url.path(&["book"]),
            Self::Departments { hospital, group } => {
                url.path(&["book", &hospital.0]);
                url.query("group", group.as_deref());
            }
            Self::Doctors {
                hospital,
                department,
                day,
                change,
            } => {
                url.path(&["book", &hospital.0, &department.0]);
                url.query("date", day.as_ref().map(Day::as_str));
                url.change(change.as_ref());
            }
            Self::Days {
                hospital,
                department,
                change,
            } => {
                url.path(&["book", &hospital.0, &department.0, "days"]);
                url.change(change.as_ref());
            }
            Self::Slots { at, part, change } => {
                url.doctor_day(at);
                url.query("part", part.map(Session::as_str));
                url.change(change.as_ref());
            }
            Self::WhoFor { at, slot } => {
                url.doctor_day(at);
                url.path(&[&slot.0]);
            }
            Self::Check {
                at,
                slot,
                person,
                change,
            } => {
                url.doctor_day(at);
                url.path(&[&slot.0, "for", &person.0]);
                url.query("instead_of", change.as_ref().map(AppointmentId::as_str));
            }
            Self::Ticket {
                person,
                appointment,
            } => {
                url.path(&[
                    "people",
                    &person.0,
                    "appointments",
                    &appointment.0,
                    "ticket",
                ]);
            }
            Self::Appointments { person: None } => url.path(&["appointments"]),
            Self::Appointments {
                person: Some(person),
            } => {
                url.path(&["people", &person.0, "appointments"]);
            }
            Self::Appointment {
                person,
                appointment,
            } => {
                url.path(&["people", &person.0, "appointments", &appointment.0]);
            }
            Self::Cancel {
                person,
                appointment,
            } => {
                url.path(&[
                    "people",
                    &person.0,
                    "appointments",
                    &appointment.0,
                    "cancel",
                ]);
            }
            Self::Wait {
                what,
                person,
                until,
                keep,
            } => {
                if let Some(person) = person {
                    url.path(&["people", &person.0]);
                }
                url.path(&[
                    "wait",
                    &what.hospital.0,
                    &what.department.0,
                    what.doctor.as_ref().map_or(ANY, DoctorId::as_str),
                    &what.from.0,
                ]);
                url.query("until", until.as_ref().map(Day::as_str));
                url.query("instead_of", keep.as_ref().map(AppointmentId::as_str));
            }
            Self::Waitlist { person: None } => url.path(&["waitlist"]),
            Self::Waitlist {
                person: Some(person),
            } => url.path(&["people", &person.0, "waitlist"]),
            Self::Offer { person, offer } => {
                url.path(&["people", &person.0, "offers", &offer.0]);
            }
            Self::Reports { person: None } => url.path(&["reports"]),
            Self::Reports {
                person: Some(person),
            } => url.path(&["people", &person.0, "reports"]),
            Self::Report { person, report } => {
                url.path(&["people", &person.0, "reports", &report.0]);
            }
            Self::People => url.path(&["people"]),
            Self::AddPerson { next } => {
                url.path(&["people", "new"]);
                url.query("next", next.as_deref());
            }
            Self::LogIn { next } => {
                url.path(&["login"]);
                url.query("next", next.as_deref());
            }
            Self::LogInCode { next } => {
                url.path(&["login", "code"]);
                url.query("next", next.as_deref());
            }
            Self::Settings => url.path(&["settings"]),
            Self::Help => url.path(&["help"]),
            Self::Status => url.path(&["status"]),
            Self::NotFound => url.path(&["not-found"]),
        }
        url.finish()
    }

    /// What the page needs, as in [`Route::PAGES`].
    pub fn needs(&self) -> Needs {
        match self {
            Self::WhoFor { .. }
            | Self::Appointments { person: None }
            | Self::Reports { person: None }
            | Self::Wait { person: None, .. }
            | Self::Waitlist { person: None }
            | Self::People
            | Self::AddPerson { .. } => Needs::Session,
            Self::Check { .. }
            | Self::Ticket { .. }
            | Self::Appointments { .. }
            | Self::Appointment { .. }
            | Self::Cancel { .. }
            | Self::Wait { .. }
            | Self::Waitlist { .. }
            | Self::Offer { .. }
            | Self::Reports { .. }
            | Self::Report { .. } => Needs::Person,
            _ => Needs::Nothing,
        }
    }

    /// The person in the path, if any.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Check { person, .. }
            | Self::Ticket { person, .. }
            | Self::Appointment { person, .. }
            | Self::Cancel { person, .. }
            | Self::Report { person, .. }
            | Self::Appointments {
                person: Some(person),
            }
            | Self::Offer { person, .. }
            | Self::Wait {
                person: Some(person),
                ..
            }
            | Self::Waitlist {
                person: Some(person),
            }
            | Self::Reports {
                person: Some(person),
            } => Some(person),
            Self::Doctors {
                change: Some(change),
                ..
            }
            | Self::Days {
                change: Some(change),
                ..
            }
            | Self::Slots {
                change: Some(change),
                ..
            } => Some(&change.person),
            _ => None,
        }
    }
}

fn id<T: From<String>>(text: &str) -> Option<T> {
    is_id(text).then(|| T::from(text.to_owned()))
}

fn day(text: &str) -> Option<Day> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped.then(|| Day::from(text))
}

/// A path of this app and not another site's address (`//host`, `/\host`).
fn is_own_path(path: &str) -> bool {
    path.starts_with('/') && !path[1..].starts_with(['/', '\\'])
}

struct Query<'a>(&'a str);

impl Query<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name && !value.is_empty()).then(|| decode(value))
        })
    }
}

struct Url {
    text: String,
    has_query: bool,
}

impl Url {
    fn new() -> Self {
        Self {
            text: String::new(),
            has_query: false,
        }
    }

    fn path(&mut self, segments: &[&str]) {
        for segment in segments {
            self.text.push('/');
            encode(segment, &mut self.text);
        }
    }

    fn doctor_day(&mut self, at: &DoctorDay) {
        self.day_of("book", at);
    }

    fn day_of(&mut self, what: &str, at: &DoctorDay) {
        self.path(&[
            what,
            &at.hospital.0,
            &at.department.0,
            &at.doctor.0,
            &at.day.0,
        ]);
    }

    fn query(&mut self, name: &str, value: Option<&str>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return;
        };
        if self.text.is_empty() {
            self.text.push('/');
        }
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(name);
        self.text.push('=');
        encode(value, &mut self.text);
    }

    fn change(&mut self, change: Option<&Change>) {
        if let Some(change) = change {
            self.query("person", Some(&change.person.0));
            self.query("instead_of", Some(&change.appointment.0));
        }
    }

    fn finish(self) -> String {
        if self.text.is_empty() {
            "/".to_owned()
        } else {
            self.text
        }
    }
}

fn encode(text: &str, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._~-".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(DIGITS[usize::from(byte >> 4)]));
            into.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|&b| char::from(b).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::too_many_lines, reason = "one line for each page")]
    fn every_route() -> Vec<Route> {
        let at = DoctorDay {
            hospital: "general".into(),
            department: "cardiology".into(),
            doctor: "pr-1.a~b".into(),
            day: "2026-11-23".into(),
        };
        let person: PersonId = "Ab_-9~".into();
        let appointment: AppointmentId = "general~77".into();
        let change = Change {
            person: person.clone(),
            appointment: appointment.clone(),
        };
        let next = Some("/book/general?group=内科&x=1".to_owned());
        let (hospital, department) = (at.hospital.clone(), at.department.clone());
        let waits = WaitFor {
            hospital: at.hospital.clone(),
            department: at.department.clone(),
            doctor: Some(at.doctor.clone()),
            from: at.day.clone(),
        };
        vec![
            Route::Home,
            Route::Hospitals,
            Route::Departments {
                hospital: hospital.clone(),
                group: None,
            },
            Route::Departments {
                hospital: hospital.clone(),
                group: Some("内科 & 100%".into()),
            },
            Route::Doctors {
                hospital: hospital.clone(),
                department: department.clone(),
                day: None,
                change: None,
            },
            Route::Doctors {
                hospital: hospital.clone(),
                department: department.clone(),
                day: Some(at.day.clone()),
                change: Some(change.clone()),
            },
            Route::Days {
                hospital: hospital.clone(),
                department: department.clone(),
                change: None,
            },
            Route::Days {
                hospital,
                department,
                change: Some(change.clone()),
            },
            Route::Slots {
                at: at.clone(),
                part: None,
                change: Some(change),
            },
            Route::Slots {
                at: at.clone(),
                part: Some(Session::Pm),
                change: None,
            },
            Route::WhoFor {
                at: at.clone(),
                slot: "s1".into(),
            },
            Route::Check {
                at: at.clone(),
                slot: "s1".into(),
                person: person.clone(),
                change: None,
            },
            Route::Check {
                at,
                slot: "s1".into(),
                person: person.clone(),
                change: Some(appointment.clone()),
            },
            Route::Ticket {
                person: person.clone(),
                appointment: appointment.clone(),
            },
            Route::Appointments { person: None },
            Route::Appointments {
                person: Some(person.clone()),
            },
            Route::Appointment {
                person: person.clone(),
                appointment: appointment.clone(),
            },
            Route::Cancel {
                person: person.clone(),
                appointment,
            },
            Route::Wait {
                what: WaitFor {
                    doctor: None,
                    ..waits.clone()
                },
                person: None,
                until: None,
                keep: None,
            },
            Route::Wait {
                what: waits,
                person: Some(person.clone()),
                until: Some("2026-11-30".into()),
                keep: Some("general~77".into()),
            },
            Route::Waitlist { person: None },
            Route::Waitlist {
                person: Some(person.clone()),
            },
            Route::Offer {
                person: person.clone(),
                offer: "general~9".into(),
            },
            Route::Reports { person: None },
            Route::Reports {
                person: Some(person.clone()),
            },
            Route::Report {
                person,
                report: "general~5".into(),
            },
            Route::People,
            Route::AddPerson { next: next.clone() },
            Route::LogIn { next: None },
            Route::LogIn { next: next.clone() },
            Route::LogInCode { next },
            Route::Settings,
            Route::Help,
            Route::Status,
            Route::NotFound,
        ]
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for route in every_route() {
            assert_eq!(Route::parse(&route.url()), route, "{}", route.url());
        }
    }

    #[test]
    fn every_page_of_the_list_parses_and_tells_the_same_need() {
        for page in Route::PAGES {
            let url = page
                .template
                .replace("{date}", "2026-11-23")
                .replace(['{', '}'], "");
            let route = Route::parse(&url);
            assert_ne!(route, Route::NotFound, "{url}");
            assert_eq!(route.needs(), page.needs, "{url}");
            assert_eq!(route.url(), url);
        }
        let names: std::collections::BTreeSet<_> =
            Route::PAGES.iter().map(|page| page.name).collect();
        assert_eq!(names.len(), Route::PAGES.len());
    }

    #[test]
    fn what_is_unknown_or_broken_is_not_found() {
        for url in [
            "/nowhere",
            "/book/a%2Fb",
            "/book/g/d/x/23-11-2026",
            "/book/g/d/x/2026-11-2x",
            "/people/p/x",
        ] {
            assert_eq!(Route::parse(url), Route::NotFound, "{url}");
        }
    }

    #[test]
    fn a_way_on_never_leaves_the_site() {
        for next in [
            "https://evil.example",
            "%2F%2Fevil.example",
            "/\\evil.example",
            "",
        ] {
            let route = Route::parse(&format!("/login?next={next}"));
            assert_eq!(route, Route::LogIn { next: None }, "{next}");
        }
    }
}
