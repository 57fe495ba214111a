//! A person's reports, newest first.

use crate::dom::*;
use contract::{
    Instant, PersonId, ReportCategory, ReportRow, ReportStatus, Reports, Right, Route,
    api::ListReports,
};
use locales::{Lang, reports, when};

use super::whose;
use crate::{
    api::Caller,
    clock,
    remote::read_own,
    ui::{
        Icon, Page, Role, Row, all_known, button, choices, for_caller, good_note, hospital_name,
        live, loaded, row, source_notes,
    },
};

/// Draws the page.
pub fn page(lang: &Lang, person: Option<&PersonId>) -> AnyView {
    let words = lang.clone();
    let Some(person) = person.cloned() else {
        return Page::new(lang, reports::who(lang)).show(for_caller(lang, move |_, view| {
            whose::choose(&words, view, Right::ViewReports, &|person| Route::Reports {
                person: Some(person),
            })
        }));
    };
    Page::new(lang, reports::title(lang)).show(for_caller(lang, move |caller, _| {
        part(&words, caller, &person, None)
    }))
}

/// One page of the list as the edge gives it, and the next one below it when asked for.
fn part(lang: &Lang, caller: Caller, person: &PersonId, cursor: Option<&str>) -> AnyView {
    let query = cursor
        .map(|cursor| format!("cursor={cursor}"))
        .unwrap_or_default();
    let reading = read_own::<ListReports>(caller, &[person.as_str()], &query);
    let is_first = cursor.is_none();
    let name = format!("reports{}", cursor.unwrap_or_default());
    let (words, person) = (lang.clone(), person.clone());
    loaded(
        lang,
        reading,
        || ().into_any(),
        move |list: &Reports| {
            let partial = source_notes(
                &words,
                &list.sources,
                reports::partial,
                reports::partial_stale,
            );
            let none = is_first && list.reports.is_empty() && all_known(&list.sources);
            let items: Vec<_> = list
                .reports
                .iter()
                .map(|one| {
                    let (lang, person, one) = (words.clone(), person.clone(), one.clone());
                    move || row(summary(&lang, &person, &one))
                })
                .collect();
            let many = !items.is_empty();
            view! {
            {partial}
            {none.then(|| good_note(Icon::Report, reports::none_title(&words), reports::none_detail(&words)))}
            {many.then(|| choices(&words, &name, items))}
            {older(&words, caller, &person, list.next.clone())}
        }
        .into_any()
        },
    )
}

fn older(lang: &Lang, caller: Caller, person: &PersonId, next: Option<String>) -> Option<AnyView> {
    let next = next?;
    let open = RwSignal::new(false);
    let (lang, person) = (lang.clone(), person.clone());
    let view = move || {
        if open.get() {
            return part(&lang, caller, &person, Some(&next));
        }
        let show = button(Role::Plain, reports::do_older(&lang), move || {
            open.set(true);
        });
        view! { <div class="stack">{show}</div> }.into_any()
    };
    Some(live(view))
}

fn summary(lang: &Lang, person: &PersonId, one: &ReportRow) -> Row {
    let route = Route::Report {
        person: person.clone(),
        report: one.id.clone(),
    };
    let line = Row::to(one.title.clone(), route.url())
        .icon(Icon::Report)
        .note(issued(lang, one.issued_at.as_ref()))
        .note(hospital_name(&one.hospital))
        .note(revised(lang, one.status));
    match one.abnormal_count {
        None => line,
        Some(0) => line.state(Icon::Check, reports::abnormal_none(lang)),
        Some(count) => line.state(Icon::Alert, reports::abnormal_count(lang, count)),
    }
}

/// When it was issued, in words.
pub fn issued(lang: &Lang, at: Option<&Instant>) -> Option<String> {
    at.map(|at| reports::issued(lang, &day(lang, at)))
}

/// The day of a report, with the year where it is not this one.
fn day(lang: &Lang, issued_at: &Instant) -> String {
    let (day, today) = (when::day_of(issued_at), clock::today_like(issued_at));
    if day.as_str().get(..4) == today.as_str().get(..4) {
        when::day(lang, &day)
    } else {
        when::day_year(lang, &day)
    }
}

/// What kind of report it is, in words.
pub fn category(lang: &Lang, category: ReportCategory) -> String {
    match category {
        ReportCategory::Laboratory => reports::category_laboratory(lang),
        ReportCategory::Imaging => reports::category_imaging(lang),
        ReportCategory::Other => reports::category_other(lang),
    }
}

/// Whether it was changed after it had been issued, in words.
pub fn revised(lang: &Lang, status: ReportStatus) -> Option<String> {
    match status {
        ReportStatus::Final => None,
        ReportStatus::Amended => Some(reports::status_amended(lang)),
        ReportStatus::Corrected => Some(reports::status_corrected(lang)),
    }
}
