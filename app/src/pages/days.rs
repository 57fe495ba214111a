//! Another day: a plain list of days with what each has to offer.

use crate::dom::*;
use contract::{
    Availability, Day, DepartmentId, HospitalId, Route, Rules, SessionState,
    api::{GetAvailability, GetRules},
    route::Change,
};
use locales::{Lang, booking, when};

use crate::{
    clock, flow, live, remote,
    ui::{Icon, Page, Row, changing, choices, followed, row},
};

/// Draws the page.
pub fn page(
    lang: &Lang,
    hospital: &HospitalId,
    department: &DepartmentId,
    change: Option<&Change>,
) -> AnyView {
    let availability = remote::read::<GetAvailability>(
        &[hospital.as_str(), department.as_str()],
        flow::DAYS_AHEAD,
    );
    let rules = remote::read::<GetRules>(&[hospital.as_str()], "");
    live::follow(
        availability.untyped,
        rules,
        flow::topics(hospital, department),
    );
    let words = lang.clone();
    let (hospital, department, moving) = (hospital.clone(), department.clone(), change.cloned());
    let list = followed(
        lang,
        availability,
        || ().into_any(),
        |answer| answer.days.iter().map(|day| day.date.0.clone()).collect(),
        move |answer| {
            let items = answer
                .days
                .iter()
                .map(|day| {
                    let route = Route::Doctors {
                        hospital: hospital.clone(),
                        department: department.clone(),
                        day: Some(day.date.clone()),
                        change: moving.clone(),
                    };
                    let title = when::day_from(&words, &clock::today(), &day.date);
                    let (words, day) = (words.clone(), day.date.clone());
                    move || {
                        let (words, date) = (words.clone(), day.clone());
                        let (title, url) = (title.clone(), route.url());
                        let of = move |answer: &Availability| {
                            let day = answer.days.iter().find(|one| one.date == date);
                            day.and_then(flow::state_of_day)
                        };
                        let (says, date) = (of.clone(), day.clone());
                        changing(
                            availability,
                            move |answer| says(answer).map_or(9, |state| state as usize),
                            move |answer| {
                                let (mark, state) =
                                    state(&words, of(answer), &date, rules.value().as_ref());
                                row(Row::to(title.clone(), url.clone()).state(mark, state))
                            },
                        )
                    }
                })
                .collect();
            choices(&words, &format!("days:{department}"), items)
        },
    );
    let (step, of) = flow::doctor_step(change);
    Page::new(lang, booking::days_title(lang))
        .step(step, of)
        .show(list)
}

fn state(
    lang: &Lang,
    state: Option<SessionState>,
    day: &Day,
    rules: Option<&Rules>,
) -> (Icon, String) {
    match state {
        None => (Icon::Stop, booking::none_day(lang)),
        Some(SessionState::NotReleased) => {
            let opens = rules.and_then(|rules| flow::release(lang, rules, day));
            (
                Icon::Calendar,
                opens.unwrap_or_else(|| booking::state_not_released(lang)),
            )
        }
        Some(state) => flow::state_words(lang, state, None),
    }
}
