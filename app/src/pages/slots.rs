//! Step 4: which time. In care mode morning or afternoon is asked first.

use crate::dom::*;
use contract::{
    Instant, Route, Session, Slot, SlotState,
    api::{GetDoctor, GetRules, ListSlots},
    route::{Change, DoctorDay},
};
use locales::{Lang, booking, when};

use crate::{
    clock, flow, remote,
    ui::{
        Icon, Page, Role, Row, choices, icon, link_button, live_text, loaded, row, state_word, yuan,
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
    let name = move || {
        doctor.value().map(|doctor| {
            let name = flow::doctor_name(&doctor.name, doctor.title.as_deref());
            format!("{} {name}", doctor.department.name)
        })
    };
    let days = Route::Days {
        hospital: at.hospital.clone(),
        department: at.department.clone(),
        change: change.cloned(),
    };
    let none = {
        let (words, days) = (lang.clone(), days.clone());
        move || nothing(&words, booking::none_slots(&words), &days)
    };
    let (place, moving) = (at.clone(), change.cloned());
    let list = loaded(lang, slots, none, move |answer| {
        let released = rules
            .value()
            .and_then(|rules| flow::release(&words, &rules, &place.day));
        if answer
            .slots
            .iter()
            .all(|slot| slot.state == SlotState::NotReleased)
        {
            let said = released.unwrap_or_else(|| booking::state_not_released(&words));
            return nothing(&words, said, &days);
        }
        if !answer.slots.iter().any(open) {
            return nothing(&words, booking::none_free(&words), &days);
        }
        match part {
            None if words.is_care() && has_both(&answer.slots) => {
                halves(&words, &answer.slots, &place, moving.as_ref())
            }
            None => [Session::Am, Session::Pm]
                .map(|half| times(&words, &answer.slots, half, &place, moving.as_ref()))
                .into_any(),
            Some(half) => times(&words, &answer.slots, half, &place, moving.as_ref()),
        }
    });
    let (step, of) = flow::time_step(change);
    let title = if lang.is_care() && part.is_none() {
        booking::halves_title(lang)
    } else {
        booking::slots_title(lang)
    };
    Page::new(lang, title).step(step, of).show(
        view! {
            <h2 class="place">{when::day_from(lang, &clock::today(), &at.day)}</h2>
            <p class="hint line">{live_text(name)}</p>
            {list}
        }
        .into_any(),
    )
}

/// Whether a slot may be had: what is not known may.
fn open(slot: &Slot) -> bool {
    matches!(slot.state, SlotState::Free | SlotState::Unknown)
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

fn has_both(slots: &[Slot]) -> bool {
    let has = |half| {
        slots
            .iter()
            .any(|slot| half_of(&slot.start) == half && open(slot))
    };
    has(Session::Am) && has(Session::Pm)
}

fn nothing(lang: &Lang, said: String, days: &Route) -> AnyView {
    view! {
        <p class="note" data-live>{icon(Icon::Calendar)} {said}</p>
        <div class="stack">{link_button(Role::Primary, booking::do_other_day(lang), days.url())}</div>
    }
    .into_any()
}

fn halves(lang: &Lang, slots: &[Slot], at: &DoctorDay, change: Option<&Change>) -> AnyView {
    let rows: Vec<AnyView> = [(Session::Am, Icon::Morning), (Session::Pm, Icon::Afternoon)]
        .map(|(half, mark)| {
            let free = slots.iter().filter(|slot| half_of(&slot.start) == half && open(slot)).count();
            let route = Route::Slots { at: at.clone(), part: Some(half), change: change.cloned() };
            let count = booking::times_count(lang, u32::try_from(free).unwrap_or(u32::MAX));
            view! { <li>{row(Row::to(flow::half(lang, half), route.url()).icon(mark).state(Icon::Check, count))}</li> }
                .into_any()
        })
        .into();
    view! { <ul class="choices">{rows}</ul> }.into_any()
}

fn times(
    lang: &Lang,
    slots: &[Slot],
    half: Session,
    at: &DoctorDay,
    change: Option<&Change>,
) -> AnyView {
    let of_half: Vec<&Slot> = slots
        .iter()
        .filter(|slot| half_of(&slot.start) == half)
        // In care mode only what can be chosen; otherwise one also sees what is gone.
        .filter(|slot| open(slot) || !lang.is_care())
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
            move || time(&lang, &slot, &at, change.as_ref())
        })
        .collect();
    view! {
        <h2>{flow::half(lang, half)} " " <span class="hint">{yuan(lang, fee)}</span></h2>
        <div class="times">{choices(lang, &format!("times:{}:{}:{half:?}", at.doctor, at.day), items)}</div>
    }
    .into_any()
}

fn time(lang: &Lang, slot: &Slot, at: &DoctorDay, change: Option<&Change>) -> AnyView {
    let title = when::between(lang, &slot.start, &slot.end);
    let state = match (slot.state, slot.remaining) {
        // A session with a quota says how many are left; a seat is one anyway.
        (SlotState::Free, Some(left)) if slot.capacity > 1 => {
            Some((Icon::Check, booking::remaining(lang, left)))
        }
        (SlotState::Free, _) => None,
        (SlotState::Unknown, _) => Some((Icon::Help, booking::state_unknown(lang))),
        (SlotState::Held, _) => Some((Icon::Clock, booking::state_held(lang))),
        (SlotState::Full, _) => Some((Icon::Stop, booking::state_full(lang))),
        (SlotState::Stopped, _) => Some((Icon::Stop, booking::state_stopped(lang))),
        (SlotState::NotReleased, _) => Some((Icon::Calendar, booking::state_not_released(lang))),
        (SlotState::Past, _) => Some((Icon::Stop, booking::state_past(lang))),
    };
    let state = state.map(|(mark, word)| state_word(mark, word));
    let inner =
        view! { <span class="row-text"><span class="row-title">{title}</span> {state}</span> };
    if !open(slot) {
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
