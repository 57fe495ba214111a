//! What is chosen rather than typed.

use crate::dom::*;
use contract::IdType;
use locales::{Lang, people};

use crate::ui::{Role, button, hotlines, live};

/// Which hospital is to check: one of those of this edge.
pub fn hospitals(lang: &Lang, chosen: RwSignal<String>) -> AnyView {
    let options: Vec<AnyView> = hotlines()
        .into_iter()
        .map(|line| {
            let (id, same) = (line.hospital.0.clone(), line.hospital.0);
            view! {
                <label class="option">
                    <input
                        type="radio"
                        name="hospital"
                        prop:checked=move || chosen.with(|chosen| *chosen == same)
                        on:change=move |_| chosen.set(id.clone())
                    />
                    <span>{line.name}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <fieldset class="options">
            <legend>{people::hospital_label(lang)}</legend>
            {options}
        </fieldset>
    }
    .into_any()
}

/// Which document. Nearly everybody has the identity card, so the others wait behind a button.
pub fn types(lang: &Lang, chosen: RwSignal<String>) -> AnyView {
    let resident = IdType::Resident.as_str();
    let open = RwSignal::new(chosen.with_untracked(|chosen| chosen != resident));
    let lang = lang.clone();
    let view = move || {
        if open.get() {
            return list(&lang, chosen);
        }
        let other = button(Role::Plain, people::do_other_type(&lang), move || {
            open.set(true);
        });
        view! { <div class="field stack">{other}</div> }.into_any()
    };
    live(view)
}

fn list(lang: &Lang, chosen: RwSignal<String>) -> AnyView {
    let options: Vec<AnyView> = IdType::ALL
        .iter()
        .map(|&kind| {
            let word = match kind {
                IdType::Resident => people::type_resident(lang),
                IdType::Passport => people::type_passport(lang),
                IdType::HkMacauPermit => people::type_hk_macau_permit(lang),
                IdType::TaiwanPermit => people::type_taiwan_permit(lang),
                IdType::ForeignResident => people::type_foreign_resident(lang),
                IdType::BirthCertificate => people::type_birth_certificate(lang),
            };
            view! { <option value=kind.as_str()>{word}</option> }.into_any()
        })
        .collect();
    view! {
        <div class="field">
            <label for="person-type">{people::type_label(lang)}</label>
            <select
                id="person-type"
                prop:value=move || chosen.get()
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}
