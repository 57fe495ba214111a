//! How each hospital is doing: whether booking works, how old what is shown is, whom to call.

use crate::dom::*;
use contract::{BookingStatus, Freshness, HospitalStatus, api::GetStatus};
use locales::{Lang, help, main};

use crate::{
    clock, remote,
    ui::{Hotline, Icon, Page, Role, button, call_row, good_note, loaded, note},
};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    let reading = remote::read::<GetStatus>(&[], "");
    let words = lang.clone();
    let body = loaded(
        lang,
        reading,
        || ().into_any(),
        move |status| {
            let blocks: Vec<AnyView> = status.hospitals.iter().map(|it| of(&words, it)).collect();
            let again = button(Role::Plain, main::do_refresh(&words), move || {
                reading.untyped.read_again();
            });
            view! { {blocks} <div class="stack">{again}</div> }.into_any()
        },
    );
    Page::new(lang, help::status_title(lang)).show(body)
}

fn of(lang: &Lang, hospital: &HospitalStatus) -> AnyView {
    let said = match hospital.booking {
        BookingStatus::Works => good_note(
            Icon::Check,
            help::status_works(lang),
            help::status_works_detail(lang),
        ),
        BookingStatus::Slow => note(
            Icon::Clock,
            help::status_slow(lang),
            help::status_slow_detail(lang),
        ),
        BookingStatus::Down => note(
            Icon::Alert,
            main::hospital_down_title(lang),
            help::status_down_detail(lang),
        ),
    };
    let age = match (hospital.freshness, &hospital.as_of) {
        (Freshness::Fresh, _) => help::status_now(lang),
        (Freshness::Stale, Some(as_of)) => help::status_old(lang, clock::minutes_since(as_of)),
        _ => help::status_unknown(lang),
    };
    let call = (hospital.booking != BookingStatus::Works).then(|| {
        let line = hospital.hotline.clone();
        let line = Hotline {
            hospital: hospital.id.clone(),
            name: hospital.name.clone(),
            number: line.number,
            opens: line.opens,
            closes: line.closes,
        };
        call_row(lang, &line)
    });
    view! {
        <section>
            <h2>{hospital.name.clone()}</h2>
            {said}
            <p class="age">{age}</p>
            {call}
        </section>
    }
    .into_any()
}
