//! Joining the waitlist: for whom, until which day, and a last look.

use crate::dom::*;
use contract::{
    AppointmentId, Code, Day, DepartmentId, Departments, Doctor, LimitKind, PersonId, Right, Route,
    Rules, WaitlistRequest,
    api::{GetDoctor, GetRules, JoinWaitlist, ListDepartments},
    route::{Change, WaitFor},
};
use locales::{Lang, appointments, booking, main, people, waitlist, when};

use super::{check_parts, swap, whose};
use crate::{
    api::{Caller, Failure},
    clock, flow, prefs,
    remote::{self, Reading},
    router, session,
    ui::{
        Icon, Page, Role, Row, busy_button, fact, for_caller, hospital_name, icon, link_button,
        loaded, note, problem_text, row,
    },
};

/// Draws the page.
pub fn page(
    lang: &Lang,
    what: &WaitFor,
    person: Option<PersonId>,
    until: Option<Day>,
    keep: Option<AppointmentId>,
) -> AnyView {
    let (words, what) = (lang.clone(), what.clone());
    let Some(person) = person else {
        return Page::new(lang, people::who_for(lang)).show(for_caller(lang, move |_, view| {
            whose::choose(&words, view, Right::Book, &|person| Route::Wait {
                what: what.clone(),
                person: Some(person),
                until: None,
                keep: None,
            })
        }));
    };
    let title = if until.is_some() {
        booking::check_title(lang)
    } else {
        waitlist::days_title(lang)
    };
    let sought = Sought::of(&what);
    Page::new(lang, title).show(for_caller(lang, move |caller, _| {
        let (lang, what, person) = (words.clone(), what.clone(), person.clone());
        let (until, keep) = (until.clone(), keep.clone());
        let rules = remote::read::<GetRules>(&[what.hospital.as_str()], "");
        // It outlives what is drawn again when another answer comes.
        let sending = Sending {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        loaded(
            &words,
            rules,
            || ().into_any(),
            move |rules: &Rules| {
                let Some(until) = until.clone() else {
                    let days = days(&lang, &what, &person, keep.as_ref(), rules);
                    let words = lang.clone();
                    let whom = live_text(move || sought.in_a_line(&words));
                    return view! { <p class="lead">{whom}</p> {days} }.into_any();
                };
                let body = WaitlistRequest {
                    hospital: what.hospital.clone(),
                    department: what.department.clone(),
                    doctor: what.doctor.clone(),
                    level: None,
                    session: None,
                    from: what.from.clone(),
                    to: until,
                    keep: keep.clone(),
                    care: Some(prefs::lang().is_care()),
                };
                let (words, rules, person) = (lang.clone(), rules.clone(), person.clone());
                let last_look =
                    move || last_look(&words, caller, &person, &body, sought, &rules, sending);
                match sought {
                    Sought::Doctor(doctor) => {
                        loaded(&lang, doctor, || ().into_any(), move |_| last_look())
                    }
                    // Why it is not there.
                    Sought::Any(all, _) if all.value().is_none() => {
                        loaded(&lang, all, || ().into_any(), |_| ().into_any())
                    }
                    Sought::Any(..) => last_look(),
                }
            },
        )
    }))
}

/// Who is waited for, as far as it has been read.
#[derive(Clone, Copy)]
enum Sought {
    Doctor(Reading<Doctor>),
    /// Whoever has a place in this department.
    Any(Reading<Departments>, StoredValue<DepartmentId>),
}

impl Sought {
    fn of(what: &WaitFor) -> Self {
        let hospital = what.hospital.as_str();
        match &what.doctor {
            Some(doctor) => {
                Self::Doctor(remote::read::<GetDoctor>(&[hospital, doctor.as_str()], ""))
            }
            None => Self::Any(
                remote::read::<ListDepartments>(&[hospital], ""),
                StoredValue::new(what.department.clone()),
            ),
        }
    }

    fn department(self) -> Option<String> {
        match self {
            Self::Doctor(doctor) => doctor.with(|it| it.department.name.clone()),
            Self::Any(all, id) => all.with(|all| {
                let mut all = all.departments.iter();
                let found = id.with_value(|id| all.find(|one| one.id == *id));
                found.map(|one| one.name.clone())
            })?,
        }
    }

    fn doctor(self, lang: &Lang) -> Option<String> {
        match self {
            Self::Doctor(doctor) => {
                doctor.with(|it| flow::doctor_name(&it.name, it.title.as_deref()))
            }
            Self::Any(..) => Some(waitlist::any_doctor(lang)),
        }
    }

    fn in_a_line(self, lang: &Lang) -> Option<String> {
        Some(format!("{} {}", self.department()?, self.doctor(lang)?))
    }
}

/// Until which day: this one, a week, or all that can be booked.
fn days(
    lang: &Lang,
    what: &WaitFor,
    person: &PersonId,
    keep: Option<&AppointmentId>,
    rules: &Rules,
) -> AnyView {
    // From the time of release on a day more is on sale.
    let released = clock::time_of_day().as_str() >= rules.release_time.as_str();
    let last = i32::try_from(rules.booking_window_days).unwrap_or(1) - i32::from(!released);
    let last = clock::days_after(&clock::today(), last).filter(|last| *last > what.from);
    let week = clock::days_after(&what.from, 6);
    let week = week.filter(|week| last.as_ref().is_some_and(|last| week < last));
    let choice = |title: String, until: Option<Day>| {
        let until = until?;
        let said = when::day_from(lang, &clock::today(), &until);
        let said = if until == what.from {
            said
        } else {
            waitlist::until(lang, &said)
        };
        let route = Route::Wait {
            what: what.clone(),
            person: Some(person.clone()),
            until: Some(until),
            keep: keep.cloned(),
        };
        let one = Row::to(title, route.url()).icon(Icon::Calendar).note(said);
        Some(view! { <li>{row(one)}</li> }.into_any())
    };
    let choices: Vec<AnyView> = [
        choice(waitlist::days_one(lang), Some(what.from.clone())),
        choice(waitlist::days_week(lang), week),
        choice(waitlist::days_all(lang), last),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! { <ul class="choices">{choices}</ul> }.into_any()
}

/// How far the joining is.
#[derive(Clone, Copy)]
struct Sending {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

fn last_look(
    lang: &Lang,
    caller: Caller,
    person: &PersonId,
    body: &WaitlistRequest,
    sought: Sought,
    rules: &Rules,
    sending: Sending,
) -> AnyView {
    let Sending { busy, failure } = sending;
    let (who, wish) = (person.clone(), body.clone());
    let join = move || {
        let (who, wish) = (who.clone(), wish.clone());
        crate::browser::spawn(async move {
            let answer = caller.post::<JoinWaitlist>(&[who.as_str()], &wish).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(_) => router::replace(&Route::Waitlist { person: Some(who) }),
                Err(why) => {
                    session::look_at(&why);
                    let _ = failure.try_set(Some(why));
                }
            }
        });
    };
    let text = |text: String| view! { <span>{text}</span> }.into_any();
    let department = live_text(move || sought.department());
    let days = flow::days(lang, &body.from, &body.to);
    let minutes = &rules.waitlist_offer_minutes;
    let minutes = if lang.is_care() {
        minutes.care
    } else {
        minutes.normal
    };
    let kept = body.keep.as_ref();
    let kept = kept.map(|_| view! { <li>{waitlist::keeps(lang)}</li> });
    let (words, who, wish) = (lang.clone(), person.clone(), body.clone());
    let act = move || {
        let why = failure.get();
        let trouble = why.as_ref().map(|why| refused(&words, &who, &wish, why));
        let (said, way) = trouble.unwrap_or_default();
        let way = way.unwrap_or_else(|| {
            let (join, saving) = (join.clone(), main::saving(&words));
            busy_button(Role::Primary, waitlist::do_join(&words), saving, busy, join)
        });
        view! { <div role="alert">{said}</div> <div class="stack">{way}</div> }.into_any()
    };
    view! {
        <dl class="facts">
            {check_parts::who(lang, person)}
            {fact(booking::check_what(lang), view! { <span>{department}</span> }.into_any())}
            {fact(booking::check_doctor(lang), text(sought.doctor(lang).unwrap_or_default()))}
            {fact(booking::check_when(lang), text(days))}
            {fact(booking::check_where(lang), text(hospital_name(&body.hospital)))}
        </dl>
        <ul class="rules">
            <li>{waitlist::not_booked(lang)}</li>
            <li>{waitlist::told(lang, minutes)}</li>
            {kept}
        </ul>
        {swap::steps(act)}
    }
    .into_any()
}

/// What is said of a failure, and the way on; none where it can be sent again, which does no harm.
fn refused(
    lang: &Lang,
    person: &PersonId,
    body: &WaitlistRequest,
    why: &Failure,
) -> (Option<AnyView>, Option<AnyView>) {
    let Failure::Problem(problem) = why else {
        let title = appointments::cancel_unknown_title(lang);
        let text = appointments::cancel_unknown_detail(lang);
        return (Some(note(Icon::Alert, title, text)), None);
    };
    let (title, text) = problem_text(lang, why);
    let limit = problem.limit.as_ref().map(|it| it.kind);
    let mine = Some(person.clone());
    let (label, route) = match problem.code {
        Code::LimitReached if limit == Some(LimitKind::Open) => {
            let all = Route::Appointments { person: mine };
            (main::task_appointments(lang), all)
        }
        Code::LimitReached => (waitlist::title(lang), Route::Waitlist { person: mine }),
        Code::NotBookable => {
            // Where there is a place, that day has it.
            let free = problem.alternatives.as_ref().and_then(|all| all.first());
            let doctors = Route::Doctors {
                hospital: body.hospital.clone(),
                department: body.department.clone(),
                day: free.map(|it| when::day_of(&it.start)),
                change: body.keep.clone().map(|appointment| Change {
                    person: person.clone(),
                    appointment,
                }),
            };
            (booking::do_other_times(lang), doctors)
        }
        _ => return (Some(note(Icon::Alert, title, text)), None),
    };
    // The title is that of bookings.
    let said = view! { <p class="note">{icon(Icon::Alert)} <span>{text}</span></p> };
    let way = link_button(Role::Primary, label, route.url());
    (Some(said.into_any()), Some(way))
}
