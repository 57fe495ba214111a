//! Step 2: which department. Found by its name, other names, common words or pinyin; in care mode
//! by its group first.

use crate::dom::*;
use contract::{Department, Departments, HospitalId, Route, api::ListDepartments};
use locales::{Lang, booking};

use super::check_parts::search_of;
use crate::{
    draft, flow, prefs, remote,
    ui::{
        BOOKING_STEPS, Icon, Page, Role, Row, button, call_row, choices, hotline_of, icon, live,
        loaded, row,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, hospital: &HospitalId, group: Option<&str>) -> AnyView {
    let departments = remote::read::<ListDepartments>(&[hospital.as_str()], "");
    let query = draft::field(&search_of(hospital));
    let call = hotline_of(Some(hospital)).map(|line| {
        view! {
            <section class="calls">
                <p>{booking::unsure(lang)}</p>
                {call_row(lang, &line)}
            </section>
        }
    });
    let (words, at, chosen) = (lang.clone(), hospital.clone(), group.map(str::to_owned));
    let list = loaded(
        lang,
        departments,
        || ().into_any(),
        move |answer| {
            let (words, at, chosen, answer) =
                (words.clone(), at.clone(), chosen.clone(), answer.clone());
            let shown = move || {
                let query = query.get();
                let query = query.trim();
                if !query.is_empty() {
                    return found(&words, &at, &answer, query);
                }
                match &chosen {
                    Some(group) => of_group(&words, &at, &answer, group),
                    None if words.is_care() => groups(&words, &at, &answer),
                    None => all(&words, &at, &answer),
                }
            };
            live(shown)
        },
    );
    let title = match group {
        Some(group) => group.to_owned(),
        None if lang.is_care() => booking::groups_title(lang),
        None => booking::departments_title(lang),
    };
    Page::new(lang, title)
        .step(2, BOOKING_STEPS)
        .show(view! { {search(lang, query)} {list} {call} }.into_any())
}

fn search(lang: &Lang, query: RwSignal<String>) -> AnyView {
    view! {
        <div class="field" role="search">
            <label for="department-search">{booking::departments_search(lang)}</label>
            <p class="hint" id="department-search-hint">{booking::departments_search_hint(lang)}</p>
            <input
                id="department-search"
                type="search"
                enterkeyhint="search"
                autocomplete="off"
                aria-describedby="department-search-hint"
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

fn all(lang: &Lang, hospital: &HospitalId, answer: &Departments) -> AnyView {
    let mut sections = Vec::new();
    for group in group_names(answer) {
        let name = group.clone().unwrap_or_else(|| booking::group_other(lang));
        let list = rows(
            lang,
            hospital,
            answer.departments.iter().filter(|one| one.group == group),
        );
        sections.push(view! { <section><h2>{name}</h2>{list}</section> }.into_any());
    }
    view! { {sections} }.into_any()
}

/// Groups in the hospital's order; those without one last.
fn group_names(answer: &Departments) -> Vec<Option<String>> {
    let mut names: Vec<Option<String>> = Vec::new();
    for department in &answer.departments {
        if !names.contains(&department.group) {
            names.push(department.group.clone());
        }
    }
    let (mut names, none): (Vec<_>, Vec<_>) = names.into_iter().partition(Option::is_some);
    names.extend(none);
    names
}

fn groups(lang: &Lang, hospital: &HospitalId, answer: &Departments) -> AnyView {
    let items = group_names(answer)
        .into_iter()
        .map(|group| {
            let name = group.unwrap_or_else(|| booking::group_other(lang));
            let members: Vec<String> = members(lang, answer, &name)
                .map(|one| one.name.clone())
                .collect();
            let route = Route::Departments {
                hospital: hospital.clone(),
                group: Some(name.clone()),
            };
            let note = members
                .into_iter()
                .take(3)
                .collect::<Vec<_>>()
                .join(&booking::separator(lang));
            move || row(Row::to(name.clone(), route.url()).note(note.clone()))
        })
        .collect();
    choices(lang, &format!("groups:{hospital}"), items)
}

fn members<'a>(
    lang: &Lang,
    answer: &'a Departments,
    group: &str,
) -> impl Iterator<Item = &'a Department> {
    let wanted = (group != booking::group_other(lang)).then(|| group.to_owned());
    answer
        .departments
        .iter()
        .filter(move |one| one.group == wanted)
}

fn of_group(lang: &Lang, hospital: &HospitalId, answer: &Departments, group: &str) -> AnyView {
    rows(lang, hospital, members(lang, answer, group))
}

fn rows<'a>(
    lang: &Lang,
    hospital: &HospitalId,
    departments: impl Iterator<Item = &'a Department>,
) -> AnyView {
    let departments: Vec<&Department> = departments.collect();
    let name = departments
        .first()
        .map_or_else(String::new, |one| format!("departments:{}", one.id));
    let items = departments
        .into_iter()
        .map(|one| {
            let route = Route::Doctors {
                hospital: hospital.clone(),
                department: one.id.clone(),
                day: None,
                change: None,
            };
            let (title, place) = (one.name.clone(), one.location.clone());
            move || row(Row::to(title.clone(), route.url()).note(place.clone()))
        })
        .collect();
    choices(lang, &name, items)
}

fn found(lang: &Lang, hospital: &HospitalId, answer: &Departments, query: &str) -> AnyView {
    // Who types what care mode is called means care mode.
    let means_care = locales::care::is_asked_for(query);
    let switch = (means_care && !lang.is_care()).then(|| {
        view! {
            <div class="stack">
                {button(Role::Primary, locales::main::do_care_on(lang), || prefs::set_care(true))}
            </div>
        }
    });
    let ranked = |rank| {
        let is_it = move |one: &&Department| flow::search_rank(one, query) == Some(rank);
        answer.departments.iter().filter(is_it)
    };
    let hits: Vec<&Department> = (0..flow::SEARCH_RANKS).flat_map(ranked).collect();
    let none = (hits.is_empty() && switch.is_none()).then(|| {
        view! { <p class="note">{icon(Icon::Search)} {booking::departments_none(lang, query)}</p> }
    });
    let list = rows(lang, hospital, hits.into_iter());
    view! { <div role="status">{switch} {none}</div> {list} }.into_any()
}
