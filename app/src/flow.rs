//! Small decisions of the booking journey that several pages share.

use contract::{
    AvailabilityDay, Day, DepartmentId, Doctor, DoctorRef, DoctorSession, HospitalId, Level, Rules,
    Session, SessionState,
    route::{Change, DoctorDay},
};
use locales::{Lang, booking, waitlist, when};

use crate::{
    clock,
    dom::*,
    remote::Reading,
    ui::{BOOKING_STEPS, Icon, MOVING_STEPS, ticking},
};

/// How many days ahead are asked for: the most the edge gives.
pub const DAYS_AHEAD: &str = "days=16";

/// What a department's days are followed by.
pub fn topics(hospital: &HospitalId, department: &DepartmentId) -> Vec<String> {
    let today = clock::today();
    let day = |ahead: i32| clock::days_after(&today, ahead);
    (0..16)
        .filter_map(day)
        .map(|day| topic(hospital, department, &day))
        .collect()
}

/// What a department's day is followed by.
pub fn topic(hospital: &HospitalId, department: &DepartmentId, day: &Day) -> String {
    format!("availability:{hospital}:{department}:{day}")
}

/// Which step the choice of a doctor is, of how many.
pub fn doctor_step(change: Option<&Change>) -> (u32, u32) {
    if change.is_some() {
        (1, MOVING_STEPS)
    } else {
        (3, BOOKING_STEPS)
    }
}

/// Which step the choice of a time is, of how many.
pub fn time_step(change: Option<&Change>) -> (u32, u32) {
    if change.is_some() {
        (2, MOVING_STEPS)
    } else {
        (4, BOOKING_STEPS)
    }
}

/// A doctor's sessions of one day.
#[derive(Clone, Debug, PartialEq)]
pub struct DoctorOfDay {
    pub first: DoctorSession,
    pub sessions: Vec<DoctorSession>,
}

impl DoctorOfDay {
    /// Whether a time may be had, as far as is known.
    pub fn may_have_free(&self) -> bool {
        self.sessions
            .iter()
            .any(|session| may_be_free(session.state))
    }
}

impl DoctorOfDay {
    /// The same doctor on the same day later; who is not there any more has nothing.
    pub fn now(&self, day: Option<&AvailabilityDay>) -> Self {
        let doctors = day.map_or_else(Vec::new, doctors_of);
        let found = doctors
            .into_iter()
            .find(|doctor| doctor.first.id == self.first.id);
        found.unwrap_or_else(|| {
            let mut gone = self.clone();
            for session in &mut gone.sessions {
                (session.state, session.free) = (SessionState::Full, None);
            }
            gone
        })
    }

    /// Stands for what is said of it.
    pub fn number(&self) -> usize {
        self.sessions.iter().fold(0, |number, session| {
            let free = session.free.unwrap_or(0) as usize;
            let said = (free * 8 + session.state as usize) * 2 + session.session as usize;
            number.wrapping_mul(65_537).wrapping_add(said + 1)
        })
    }
}

/// Whether a time may be had: what is not known may.
pub fn may_be_free(state: SessionState) -> bool {
    matches!(
        state,
        SessionState::Free | SessionState::Few | SessionState::Unknown
    )
}

/// Doctors of a day, each once; who has free times first, else in the hospital's order.
pub fn doctors_of(day: &AvailabilityDay) -> Vec<DoctorOfDay> {
    let mut doctors: Vec<DoctorOfDay> = Vec::new();
    for session in &day.doctors {
        match doctors
            .iter_mut()
            .find(|doctor| doctor.first.id == session.id)
        {
            Some(doctor) => doctor.sessions.push(session.clone()),
            None => doctors.push(DoctorOfDay {
                first: session.clone(),
                sessions: vec![session.clone()],
            }),
        }
    }
    let (mut doctors, rest): (Vec<_>, Vec<_>) =
        doctors.into_iter().partition(DoctorOfDay::may_have_free);
    doctors.extend(rest);
    doctors
}

/// The best that a day has to offer.
pub fn state_of_day(day: &AvailabilityDay) -> Option<SessionState> {
    use SessionState::{Few, Free, Full, NotReleased, Stopped, Unknown};
    [Free, Few, Unknown, NotReleased, Full, Stopped]
        .into_iter()
        .find(|state| day.doctors.iter().any(|session| session.state == *state))
}

/// A session's state in words, with the icon that says the same.
pub fn state_words(lang: &Lang, state: SessionState, free: Option<u32>) -> (Icon, String) {
    match (state, free) {
        (SessionState::Free, Some(count)) => (Icon::Check, booking::state_free_count(lang, count)),
        (SessionState::Free, None) => (Icon::Check, booking::state_free(lang)),
        (SessionState::Few, Some(count)) => (Icon::Clock, booking::state_few(lang, count)),
        (SessionState::Few, None) => (Icon::Clock, booking::state_few_plain(lang)),
        (SessionState::Full, _) => (Icon::Stop, booking::state_full(lang)),
        (SessionState::Stopped, _) => (Icon::Stop, booking::state_stopped(lang)),
        (SessionState::NotReleased, _) => (Icon::Calendar, booking::state_not_released(lang)),
        (SessionState::Unknown, _) => (Icon::Help, booking::state_unknown(lang)),
    }
}

/// Morning or afternoon in a word.
pub fn half(lang: &Lang, session: Session) -> String {
    match session {
        Session::Am => booking::morning(lang),
        Session::Pm => booking::afternoon(lang),
    }
}

/// Ordinary or expert in words.
pub fn level(lang: &Lang, level: Level) -> String {
    match level {
        Level::Ordinary => booking::level_ordinary(lang),
        Level::Expert => booking::level_expert(lang),
    }
}

/// `王建国 主任医师`.
pub fn doctor_name(name: &str, title: Option<&str>) -> String {
    title.map_or_else(|| name.to_owned(), |title| format!("{name} {title}"))
}

/// `王建国 主任医师`.
pub fn doctor(doctor: &DoctorRef) -> String {
    doctor_name(&doctor.name, doctor.title.as_deref())
}

/// `心内科 王建国 主任医师`.
pub fn doctor_with_department(doctor: &Doctor) -> String {
    let name = doctor_name(&doctor.name, doctor.title.as_deref());
    format!("{} {name}", doctor.department.name)
}

/// Days that would do, in words: one day once.
pub fn days(lang: &Lang, from: &Day, to: &Day) -> String {
    let day = |day: &Day| when::day_from(lang, &clock::today(), day);
    if from == to {
        day(from)
    } else {
        waitlist::from_to(lang, &day(from), &day(to))
    }
}

/// When a day's places are given out, in words.
pub fn release(lang: &Lang, rules: &Rules, day: &Day) -> Option<String> {
    let opens = clock::days_before(day, rules.booking_window_days)?;
    let time = when::time_of_day(lang, &rules.release_time);
    let day = when::day_from(lang, &clock::today(), &opens);
    Some(booking::opens_at(
        lang,
        &locales::dates::day_time(lang, &day, &time),
    ))
}

/// Whether a place in line for a day's places can be had already: in one number, which follows the
/// clock. So that nobody has to be quick when they are given out (A07).
pub fn early(rules: Reading<Rules>, day: Day) -> RwSignal<usize> {
    let now = ticking();
    steady(move || {
        now.track();
        let is_early = rules.with(|rules| {
            let opens = clock::days_before(&day, rules.booking_window_days)?;
            let opens = clock::at(&opens, &rules.release_time);
            clock::minutes_before(&opens, rules.early_ticket_minutes)
        });
        usize::from(is_early.flatten().is_some_and(|from| clock::is_past(&from)))
    })
}

/// What is said while it can be had.
pub fn early_words(lang: &Lang, rules: &Rules) -> String {
    booking::early_line(lang, &when::time_of_day(lang, &rules.release_time))
}

/// A doctor's day with another doctor or another day: for alternatives.
pub fn at(
    of: &DoctorDay,
    department: &contract::DepartmentRef,
    doctor: &DoctorRef,
    start: &contract::Instant,
) -> DoctorDay {
    DoctorDay {
        hospital: of.hospital.clone(),
        department: department.id.clone(),
        doctor: doctor.id.clone(),
        day: when::day_of(start),
    }
}

/// How many ranks [`search_rank`] gives, from 0.
pub const SEARCH_RANKS: u32 = 8;

/// How well a department answers to what was typed, the lower the better; none: not at all.
pub fn search_rank(department: &contract::Department, query: &str) -> Option<u32> {
    let query = query.to_ascii_lowercase();
    let rank = |name: &str| {
        let name = name.to_ascii_lowercase();
        if name == query {
            Some(0)
        } else if name.starts_with(&query) {
            Some(1)
        } else if name.contains(&query) {
            Some(2)
        } else if name.chars().count() > 1 && query.contains(&name) {
            // More was typed than the word we know: 心脏不舒服.
            Some(3)
        } else {
            None
        }
    };
    let by_name = rank(&department.name).map(|rank| rank * 2);
    let by_word = department
        .keywords
        .iter()
        .filter_map(|word| rank(word))
        .min()
        .map(|rank| rank * 2 + 1);
    by_name.into_iter().chain(by_word).min()
}
