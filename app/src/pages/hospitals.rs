//! Step 1: which hospital.

use crate::dom::*;
use contract::{Route, api::ListHospitals};
use locales::{Lang, booking};

use crate::{
    remote,
    ui::{BOOKING_STEPS, Icon, Page, Row, choices, loaded, row},
};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    let hospitals = remote::read::<ListHospitals>(&[], "");
    let words = lang.clone();
    let body = loaded(
        lang,
        hospitals,
        || ().into_any(),
        move |answer| {
            let rows = answer
                .hospitals
                .iter()
                .cloned()
                .map(|hospital| {
                    move || {
                        let route = Route::Departments {
                            hospital: hospital.id.clone(),
                            group: None,
                        };
                        row(Row::to(hospital.name.clone(), route.url())
                            .icon(Icon::Hospital)
                            .note(hospital.address.clone()))
                    }
                })
                .collect();
            choices(&words, "hospitals", rows)
        },
    );
    Page::new(lang, booking::hospitals_title(lang))
        .step(1, BOOKING_STEPS)
        .show(body)
}
