//! Step 3: which doctor, of one day. Without a day in the address, the first that has a place.

use std::rc::Rc;

use crate::dom::*;
use contract::{
    Availability, AvailabilityDay, Day, DepartmentId, DoctorId, HospitalId, Route, Rules,
    SessionState,
    api::{GetAvailability, GetRules},
    route::{Change, DoctorDay, WaitFor},
};
use locales::{Lang, appointments, booking, waitlist, when};

use crate::{
    clock,
    flow::{self, DoctorOfDay},
    live,
    remote::{self, Reading},
    ui::{
        Icon, Page, Role, Row, changing, choices, followed, icon, link_button, note, row,
        state_word,
    },
};

/// Draws the page.
pub fn page(
    lang: &Lang,
    hospital: &HospitalId,
    department: &DepartmentId,
    day: Option<&Day>,
    change: Option<&Change>,
) -> AnyView {
    let availability = remote::read::<GetAvailability>(
        &[hospital.as_str(), department.as_str()],
        flow::DAYS_AHEAD,
    );
    let rules = remote::read::<GetRules>(&[hospital.as_str()], "");
    let days = Route::Days {
        hospital: hospital.clone(),
        department: department.clone(),
        change: change.cloned(),
    };
    live::follow(
        availability.untyped,
        rules,
        flow::topics(hospital, department),
    );
    let (words, wanted) = (lang.clone(), StoredValue::new(day.cloned()));
    let place = (hospital.clone(), department.clone(), change.cloned());
    let list = followed(
        lang,
        availability,
        || ().into_any(),
        move |answer| {
            let day = wanted.with_value(|wanted| chosen(answer, wanted.as_ref()));
            let doctors = day.map_or_else(Vec::new, flow::doctors_of);
            doctors
                .into_iter()
                .map(|doctor| doctor.first.id.0)
                .collect()
        },
        move |answer| {
            // Once it is drawn it stays this day, whatever becomes free on an earlier one.
            let day = wanted.with_value(|wanted| chosen(answer, wanted.as_ref()).cloned());
            wanted.set_value(day.as_ref().map(|day| day.date.clone()));
            match day {
                Some(day) => of_day(&words, &day, &place, availability, rules),
                None => note(Icon::Calendar, booking::none_day(&words), String::new()),
            }
        },
    );
    let (step, of) = flow::doctor_step(change);
    let kept = change.map(|_| view! { <p class="hint">{appointments::move_keep(lang)}</p> });
    let other_day = link_button(Role::Plain, booking::do_other_day(lang), days.url());
    Page::new(lang, booking::doctors_title(lang))
        .step(step, of)
        .show(view! { {kept} <div class="stack before">{other_day}</div> {list} }.into_any())
}

/// The day asked for, or the first with a place, or the first.
fn chosen<'a>(answer: &'a Availability, wanted: Option<&Day>) -> Option<&'a AvailabilityDay> {
    match wanted {
        Some(day) => answer.days.iter().find(|one| one.date == *day),
        None => answer
            .days
            .iter()
            .find(|day| day.doctors.iter().any(|one| flow::may_be_free(one.state)))
            .or(answer.days.first()),
    }
}

type Place = (HospitalId, DepartmentId, Option<Change>);

fn of_day(
    lang: &Lang,
    day: &AvailabilityDay,
    place: &Place,
    availability: Reading<Availability>,
    rules: Reading<Rules>,
) -> AnyView {
    let early = flow::early(rules, day.date.clone());
    let items = flow::doctors_of(day)
        .into_iter()
        .map(|doctor| {
            let (lang, date, place) = (lang.clone(), day.date.clone(), place.clone());
            move || {
                let (lang, date, place) = (lang.clone(), date.clone(), place.clone());
                let (day, drawn) = (date.clone(), doctor.clone());
                let now = Rc::new(move |answer: &Availability| {
                    let day = answer.days.iter().find(|one| one.date == day);
                    drawn.now(day)
                });
                let says = Rc::clone(&now);
                changing(
                    availability,
                    move |answer| says(answer).number().wrapping_mul(2) + early.get(),
                    move |answer| {
                        let early = early.get_untracked() == 1;
                        doctor_row(&lang, &now(answer), early, &date, &place)
                    },
                )
            }
        })
        .collect();
    let heading = when::day_from(lang, &clock::today(), &day.date);
    view! {
        <h2>{heading}</h2>
        {said(lang, day, availability, rules, early)}
        {any_doctor(lang, day, place)}
        {choices(lang, &format!("doctors:{}:{}", place.1, day.date), items)}
    }
    .into_any()
}

/// What is said of a day that has nothing to choose. It keeps its room when that changes.
fn said(
    lang: &Lang,
    day: &AvailabilityDay,
    availability: Reading<Availability>,
    rules: Reading<Rules>,
    early: RwSignal<usize>,
) -> Option<AnyView> {
    let say = |lang: &Lang, day: &AvailabilityDay, rules: Option<String>| {
        Some(match flow::state_of_day(day) {
            None | Some(SessionState::Stopped) => booking::none_day(lang),
            Some(SessionState::Full) => booking::none_free(lang),
            Some(SessionState::NotReleased) => {
                rules.unwrap_or_else(|| booking::state_not_released(lang))
            }
            Some(_) => return None,
        })
    };
    say(lang, day, None)?;
    let (lang, date) = (lang.clone(), day.date.clone());
    let text = live_text(move || {
        let release = rules.with(|rules| match early.get() {
            1 => Some(flow::early_words(&lang, rules)),
            _ => flow::release(&lang, rules, &date),
        });
        let release = release.flatten();
        let said = availability.with(|answer| say(&lang, chosen(answer, Some(&date))?, release));
        said.flatten().unwrap_or_else(|| booking::changed(&lang))
    });
    Some(view! { <p class="note" data-live>{icon(Icon::Calendar)} <span>{text}</span></p> })
}

/// Of a day that is full, the place that comes free first can be waited for, whoever's it is.
fn any_doctor(lang: &Lang, day: &AvailabilityDay, place: &Place) -> Option<AnyView> {
    let several = flow::doctors_of(day).len() > 1;
    (several && flow::state_of_day(day) == Some(SessionState::Full)).then(|| {
        let route = wait(place, None, &day.date);
        let one = Row::to(waitlist::any_doctor(lang), route.url())
            .icon(Icon::Doctor)
            .state(Icon::Clock, waitlist::do_wait(lang));
        view! { <ul class="choices"><li>{row(one.note(waitlist::first_free(lang)))}</li></ul> }
            .into_any()
    })
}

/// A doctor with the state of each half of the day. Who has nothing to choose leads nowhere.
fn doctor_row(
    lang: &Lang,
    doctor: &DoctorOfDay,
    early: bool,
    date: &Day,
    place: &Place,
) -> AnyView {
    let first = &doctor.first;
    let is = |state| doctor.sessions.iter().any(|one| one.state == state);
    // A place in line for them can be had.
    let free = doctor.may_have_free() || early && is(SessionState::NotReleased);
    // Who is full can be waited for.
    let waits = is(SessionState::Full) && !free;
    let states: Vec<AnyView> = doctor
        .sessions
        .iter()
        .map(|session| {
            let (mark, words) = flow::state_words(lang, session.state, session.free);
            state_word(
                mark,
                format!("{} {words}", flow::half(lang, session.session)),
            )
        })
        .chain(waits.then(|| state_word(Icon::Clock, waitlist::do_wait(lang))))
        .collect();
    let inner = view! {
        {icon(Icon::Doctor)}
        <span class="row-text">
            <span class="row-title">{flow::doctor_name(&first.name, first.title.as_deref())}</span>
            <span class="row-note">{flow::level(lang, first.level)}</span>
            <span class="states">{states}</span>
        </span>
    };
    if !free && !waits {
        return view! { <div class="row said">{inner}</div> }.into_any();
    }
    let route = if waits {
        wait(place, Some(first.id.clone()), date)
    } else {
        let (hospital, department, change) = place.clone();
        Route::Slots {
            at: DoctorDay {
                hospital,
                department,
                doctor: first.id.clone(),
                day: date.clone(),
            },
            part: None,
            change,
        }
    };
    view! { <a class="row" href=route.url()>{inner} {icon(Icon::Onward)}</a> }.into_any()
}

/// Where one of them, or whoever has a place, is waited for.
fn wait(place: &Place, doctor: Option<DoctorId>, date: &Day) -> Route {
    let (hospital, department, change) = place.clone();
    let (person, keep) = change.map(|it| (it.person, it.appointment)).unzip();
    Route::Wait {
        what: WaitFor {
            hospital,
            department,
            doctor,
            from: date.clone(),
        },
        person,
        until: None,
        keep,
    }
}
