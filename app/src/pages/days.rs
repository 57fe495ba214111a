//! Another day: a plain list of days with what each has to offer.

use crate::dom::*;
use contract::{
    DepartmentId, HospitalId, Route, Rules, SessionState,
    api::{GetAvailability, GetRules},
    route::Change,
};
use locales::{Lang, booking, when};

use crate::{
    clock, flow, remote,
    ui::{Icon, Page, Row, choices, live, loaded, row},
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
    let words = lang.clone();
    let (hospital, department, moving) = (hospital.clone(), department.clone(), change.cloned());
    let list = loaded(
        lang,
        availability,
        || ().into_any(),
        move |answer| {
            let (words, answer) = (words.clone(), answer.clone());
            let (hospital, department, moving) =
                (hospital.clone(), department.clone(), moving.clone());
            let shown = move || {
                let rules = rules.value();
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
                        let (mark, state) = state(&words, day, rules.as_ref());
                        move || row(Row::to(title.clone(), route.url()).state(mark, state.clone()))
                    })
                    .collect();
                choices(&words, &format!("days:{department}"), items)
            };
            live(shown)
        },
    );
    let (step, of) = flow::doctor_step(change);
    Page::new(lang, booking::days_title(lang))
        .step(step, of)
        .show(list)
}

fn state(lang: &Lang, day: &contract::AvailabilityDay, rules: Option<&Rules>) -> (Icon, String) {
    match flow::state_of_day(day) {
        None => (Icon::Stop, booking::none_day(lang)),
        Some(SessionState::NotReleased) => {
            let opens = rules.and_then(|rules| flow::release(lang, rules, &day.date));
            (
                Icon::Calendar,
                opens.unwrap_or_else(|| booking::state_not_released(lang)),
            )
        }
        Some(state) => flow::state_words(lang, state, None),
    }
}
