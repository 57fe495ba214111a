//! Step 4: which time. In care mode morning or afternoon is asked first.

use std::rc::Rc;

use crate::dom::*;
use contract::{
    Day, Freshness, Instant, Route, Rules, Session, Slot, SlotState, Slots,
    api::{GetDoctor, GetRules, ListSlots},
    route::{Change, DoctorDay},
};
use locales::{Lang, appointments, booking, main, when};

use crate::{
    clock, flow, live,
    remote::{self, Reading},
    ui::{
        Icon, Page, Role, Row, changing, choices, followed, icon, link_button, live_text, retitle,
        row, state_word, yuan,
    },
};

/// Draws the page.
pub fn page(
    lang: &Lang,
    at: &DoctorDay,
    part: Option<Session>,
    change: Option<&Change>,
) -> AnyView {
    let query = format!("date={}", at.day);
    let parameters = [at.hospital.as_str(), at.doctor.as_str()];
    let slots = remote::read::<ListSlots>(&parameters, &query);
    let doctor = remote::read::<GetDoctor>(&parameters, "");
    let rules = remote::read::<GetRules>(&[at.hospital.as_str()], "");
    let words = lang.clone();
    let name = move || doctor.value().map(|it| flow::doctor_with_department(&it));
    let days = Route::Days {
        hospital: at.hospital.clone(),
        department: at.department.clone(),
        change: change.cloned(),
    };
    let none = {
        let (words, days) = (lang.clone(), days.clone());
        move || nothing(&words, booking::none_slots(&words), &days)
    };
    live::follow(
        slots.untyped,
        rules,
        vec![flow::topic(&at.hospital, &at.department, &at.day)],
    );
    let (place, moving, day) = (at.clone(), change.cloned(), at.day.clone());
    let early = flow::early(rules, at.day.clone());
    let care = lang.is_care();
    let rows = move |answer: &Slots| {
        let listed = answer.slots.iter().filter(|slot| wanted(slot) || !care);
        let listed = listed.filter(|slot| part.is_none_or(|half| half_of(&slot.start) == half));
        let by_half = care && part.is_none();
        let mut rows: Vec<String> = if answer.slots.iter().any(wanted) {
            listed
                .map(|slot| {
                    if by_half {
                        format!("{:?}", half_of(&slot.start))
                    } else {
                        slot.id.0.clone()
                    }
                })
                .collect()
        } else {
            Vec::new()
        };
        rows.dedup();
        rows
    };
    let list = followed(lang, slots, none, rows, move |answer| {
        let (lang, place, moving) = (words.clone(), place.clone(), moving.clone());
        let drawn = move |answer: &Slots| {
            let moving = moving.as_ref();
            if care {
                retitle(&lang, &title(&lang, part, Some(answer)));
            }
            match part {
                _ if care && asks_half(&answer.slots, part) => halves(&lang, slots, &place, moving),
                None => [Session::Am, Session::Pm]
                    .map(|half| times(&lang, answer, slots, half, &place, moving))
                    .into_any(),
                Some(half) => times(&lang, answer, slots, half, &place, moving),
            }
        };
        if is_out(answer) {
            drawn(answer)
        } else if answer.slots.iter().any(wanted) {
            let (words, days, answer) = (words.clone(), days.clone(), answer.clone());
            let release = Release {
                rules,
                early,
                is_out: steady(move || usize::from(slots.with(is_out).unwrap_or_default())),
                day: day.clone(),
            };
            not_released(words, days, release, move || drawn(&answer))
        } else {
            nothing(&words, why_none(&words, answer), &days)
        }
    });
    let (step, of) = flow::time_step(change);
    let title = slots
        .look(|answer| title(lang, part, Some(answer)))
        .unwrap_or_else(|| title(lang, part, None));
    Page::new(lang, title).step(step, of).show(
        view! {
            <h2 class="place">{when::day_from(lang, &clock::today(), &at.day)}</h2>
            <p class="hint line">{live_text(name)}</p>
            {list}
        }
        .into_any(),
    )
}

/// What is asked.
fn title(lang: &Lang, part: Option<Session>, slots: Option<&Slots>) -> String {
    let asks = match slots {
        Some(answer) => asks_half(&answer.slots, part),
        None => part.is_none(),
    };
    if lang.is_care() && asks {
        booking::halves_title(lang)
    } else {
        booking::slots_title(lang)
    }
}

/// Why there is nothing to choose.
fn why_none(lang: &Lang, answer: &Slots) -> String {
    let all = |state| answer.slots.iter().all(|slot| slot.state == state);
    if answer.freshness == Freshness::Unknown {
        main::unknown(lang)
    } else if all(SlotState::Stopped) {
        appointments::status_stopped(lang)
    } else if all(SlotState::Past) {
        booking::none_slots(lang)
    } else {
        booking::none_free(lang)
    }
}

/// Whether a slot may be had: what is not known may.
fn open(slot: &Slot) -> bool {
    matches!(slot.state, SlotState::Free | SlotState::Unknown)
}

/// Whether it may be had, or once its day is given out.
fn wanted(slot: &Slot) -> bool {
    open(slot) || slot.state == SlotState::NotReleased
}

fn half_of(start: &Instant) -> Session {
    let hour = start
        .as_str()
        .get(11..13)
        .and_then(|hour| hour.parse().ok());
    if hour.unwrap_or(0) < 12 {
        Session::Am
    } else {
        Session::Pm
    }
}

/// Whether morning or afternoon is to be asked: with one of them there is nothing to choose, unless
/// it is not the one that was.
fn asks_half(slots: &[Slot], part: Option<Session>) -> bool {
    let has = |half| {
        let mut slots = slots.iter();
        slots.any(|slot| half_of(&slot.start) == half && wanted(slot))
    };
    part.map_or_else(|| has(Session::Am) && has(Session::Pm), |half| !has(half))
}

fn nothing(lang: &Lang, said: String, days: &Route) -> AnyView {
    view! {
        <p class="note" data-live>{icon(Icon::Calendar)} {said}</p>
        <div class="stack">{link_button(Role::Primary, booking::do_other_day(lang), days.url())}</div>
    }
    .into_any()
}

/// Before its day is given out: when that is, and shortly before it the times, to get in line for.
fn not_released(
    lang: Lang,
    days: Route,
    release: Release,
    drawn: impl Fn() -> AnyView + 'static,
) -> AnyView {
    live(move || {
        if release.early.get() == 1 {
            let (lang, rules) = (lang.clone(), release.rules);
            let said = live_text(move || rules.with(|rules| flow::early_words(&lang, rules)));
            // It stays when the day is out: nothing moves under a finger.
            return view! {
                <p class="note" data-live>{icon(Icon::Calendar)} <span>{said}</span></p>
                {drawn()}
            }
            .into_any();
        }
        if release.is_out.get() == 1 {
            return drawn();
        }
        let said = release
            .rules
            .with(|rules| flow::release(&lang, rules, &release.day));
        let said = said.flatten();
        let said = said.unwrap_or_else(|| booking::state_not_released(&lang));
        nothing(&lang, said, &days)
    })
}

/// How far the giving out of a day is.
struct Release {
    rules: Reading<Rules>,
    early: RwSignal<usize>,
    is_out: RwSignal<usize>,
    day: Day,
}

fn is_out(answer: &Slots) -> bool {
    answer.slots.iter().any(open)
}

fn halves(lang: &Lang, slots: Reading<Slots>, at: &DoctorDay, change: Option<&Change>) -> AnyView {
    let rows: Vec<AnyView> = [(Session::Am, Icon::Morning), (Session::Pm, Icon::Afternoon)]
        .map(|(half, mark)| {
            let route = Route::Slots {
                at: at.clone(),
                part: Some(half),
                change: change.cloned(),
            };
            let free = move |answer: &Slots| {
                answer
                    .slots
                    .iter()
                    .filter(|slot| half_of(&slot.start) == half && wanted(slot))
                    .count()
            };
            let (lang, url) = (lang.clone(), route.url());
            let half = changing(slots, free, move |answer| {
                let count = u32::try_from(free(answer)).unwrap_or(u32::MAX);
                let row_of = Row::to(flow::half(&lang, half), url.clone()).icon(mark);
                row(match count {
                    0 => Row {
                        href: None,
                        ..row_of.state(Icon::Stop, booking::state_full(&lang))
                    },
                    _ => row_of.state(Icon::Check, booking::times_count(&lang, count)),
                })
            });
            view! { <li>{half}</li> }.into_any()
        })
        .into();
    view! { <ul class="choices">{rows}</ul> }.into_any()
}

fn times(
    lang: &Lang,
    answer: &Slots,
    slots: Reading<Slots>,
    half: Session,
    at: &DoctorDay,
    change: Option<&Change>,
) -> AnyView {
    let of_half: Vec<&Slot> = answer
        .slots
        .iter()
        .filter(|slot| half_of(&slot.start) == half)
        // In care mode only what can be chosen; otherwise one also sees what is gone.
        .filter(|slot| wanted(slot) || !lang.is_care())
        .collect();
    if of_half.is_empty() {
        return ().into_any();
    }
    let fee = of_half.first().and_then(|slot| slot.fee_fen);
    let items = of_half
        .into_iter()
        .map(|slot| {
            let (lang, slot, at, change) =
                (lang.clone(), slot.clone(), at.clone(), change.cloned());
            move || {
                let (lang, slot, at) = (lang.clone(), slot.clone(), at.clone());
                let (change, was_open) = (change.clone(), wanted(&slot));
                // What is not listed any more cannot be had.
                let now = Rc::new(move |answer: &Slots| {
                    let found = answer.slots.iter().find(|one| one.id == slot.id).cloned();
                    let state = SlotState::Full;
                    found.unwrap_or_else(|| Slot {
                        state,
                        ..slot.clone()
                    })
                });
                let says = Rc::clone(&now);
                let number = move |answer: &Slots| {
                    let slot = says(answer);
                    slot.remaining.unwrap_or(0) as usize * 8 + slot.state as usize
                };
                changing(slots, number, move |answer| {
                    time(&lang, &now(answer), was_open, &at, change.as_ref())
                })
            }
        })
        .collect();
    view! {
        <h2>{flow::half(lang, half)} " " <span class="hint">{yuan(lang, fee)}</span></h2>
        <div class="times">{choices(lang, &format!("times:{}:{}:{half:?}", at.doctor, at.day), items)}</div>
    }
    .into_any()
}

/// `was_open`: it could be had when the page was drawn.
fn time(
    lang: &Lang,
    slot: &Slot,
    was_open: bool,
    at: &DoctorDay,
    change: Option<&Change>,
) -> AnyView {
    let title = when::between(lang, &slot.start, &slot.end);
    let state = match (slot.state, slot.remaining) {
        // A session with a quota says how many are left; a seat is one anyway.
        (SlotState::Free, Some(left)) if slot.capacity > 1 => {
            Some((Icon::Check, booking::remaining(lang, left)))
        }
        // The times of a day that is not given out are drawn to get in line for.
        (SlotState::Free | SlotState::NotReleased, _) => None,
        (SlotState::Unknown, _) => Some((Icon::Help, booking::state_unknown(lang))),
        (SlotState::Held | SlotState::Full, _) if was_open => {
            Some((Icon::Stop, booking::state_taken(lang)))
        }
        (SlotState::Held, _) => Some((Icon::Clock, booking::state_held(lang))),
        (SlotState::Full, _) => Some((Icon::Stop, booking::state_full(lang))),
        (SlotState::Stopped, _) => Some((Icon::Stop, booking::state_stopped(lang))),
        (SlotState::Past, _) => Some((Icon::Stop, booking::state_past(lang))),
    };
    let state = state.map(|(mark, word)| state_word(mark, word));
    let inner =
        view! { <span class="row-text"><span class="row-title">{title}</span> {state}</span> };
    if !wanted(slot) {
        return view! { <div class="row said">{inner}</div> }.into_any();
    }
    let route = match change {
        None => Route::WhoFor {
            at: at.clone(),
            slot: slot.id.clone(),
        },
        Some(change) => Route::Check {
            at: at.clone(),
            slot: slot.id.clone(),
            person: change.person.clone(),
            change: Some(change.appointment.clone()),
        },
    };
    view! { <a class="row" href=route.url()>{inner}</a> }.into_any()
}
