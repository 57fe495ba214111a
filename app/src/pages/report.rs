//! One report: what to look at first, every value with its range, the doctor's conclusion.

use crate::dom::*;
use contract::{Flag, PersonId, Range, Report, ReportId, ReportResult, api::GetReport};
use locales::{Lang, main, reports};

use super::reports::{category, issued, revised};
use crate::{
    browser,
    remote::read_own,
    ui::{
        Icon, Page, Role, for_caller, hospital_name, hotline_of, link_button, loaded, note,
        state_word,
    },
};

/// Where the original is.
const PDF: &str = "/api/v1/people/{person}/reports/{report}/pdf";
/// The emergency number.
const EMERGENCY: &str = "tel:120";

/// Draws the page. Its heading, which is also the window's title, does not tell what was examined.
pub fn page(lang: &Lang, person: &PersonId, report: &ReportId) -> AnyView {
    let (words, person, report) = (lang.clone(), person.clone(), report.clone());
    Page::new(lang, reports::one_title(lang)).show(for_caller(lang, move |caller, _| {
        let ids = [person.as_str(), report.as_str()];
        let reading = read_own::<GetReport>(caller, &ids, "");
        let pdf = contract::fill(PDF, &ids);
        let lang = words.clone();
        loaded(
            &words,
            reading,
            || ().into_any(),
            move |one| {
                view! {
                    {head(&lang, one)}
                    {urgent(&lang, one)}
                    {conclusion(&lang, one)}
                    {results(&lang, &one.results)}
                    {original(&lang, one, &pdf)}
                }
                .into_any()
            },
        )
    }))
}

fn head(lang: &Lang, one: &Report) -> AnyView {
    let issued = issued(lang, one.issued_at.as_ref()).map(|text| view! { <p>{text}</p> });
    view! {
        <h2>{one.title.clone()}</h2>
        <div class="meta">
            <p>{category(lang, one.category)}</p>
            <p>{hospital_name(&one.hospital)}</p>
            {issued}
        </div>
        {revised(lang, one.status).map(|text| state_word(Icon::Refresh, text))}
    }
    .into_any()
}

/// Values far from their range: said calmly, with whom to call.
fn urgent(lang: &Lang, one: &Report) -> Option<AnyView> {
    let is_urgent =
        |result: &ReportResult| matches!(result.flag, Some(Flag::CriticalLow | Flag::CriticalHigh));
    if !one.results.iter().any(is_urgent) {
        return None;
    }
    let call = hotline_of(Some(&one.hospital)).map(|line| {
        link_button(
            Role::Primary,
            main::do_call(lang, &line.number),
            line.href(),
        )
    });
    Some(
        view! {
            <section class="urgent">
                {note(Icon::Phone, reports::critical_title(lang), reports::critical_detail(lang))}
                <div class="stack">{call}</div>
                <p>{reports::critical_emergency(lang)}</p>
                <div class="stack">
                    {link_button(Role::Plain, reports::do_emergency(lang), EMERGENCY.to_owned())}
                </div>
            </section>
        }
        .into_any(),
    )
}

fn conclusion(lang: &Lang, one: &Report) -> Option<AnyView> {
    let text = match (&one.conclusion, one.results.is_empty()) {
        (Some(text), _) => text.clone(),
        (None, true) => reports::no_conclusion(lang),
        (None, false) => return None,
    };
    Some(
        view! {
            <h2>{reports::conclusion(lang)}</h2>
            <p class="conclusion">{text}</p>
        }
        .into_any(),
    )
}

/// What to look at first, then what is as it should be.
fn results(lang: &Lang, all: &[ReportResult]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let group = |title: String, fits: fn(Option<Flag>) -> bool| {
        let rows: Vec<AnyView> = all
            .iter()
            .filter(|one| fits(one.flag))
            .map(|one| result(lang, one))
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <h2>{title}</h2>
                <ul class="results">{rows}</ul>
            }
            .into_any()
        })
    };
    let is_off = |flag| !matches!(flag, None | Some(Flag::Normal));
    Some(
        view! {
            {group(reports::results_off(lang), is_off)}
            {all.iter().any(|one| is_off(one.flag)).then(|| view! { <p>{reports::explain(lang)}</p> })}
            {group(reports::results_fine(lang), |flag| flag == Some(Flag::Normal))}
            {group(reports::results_other(lang), |flag| flag.is_none())}
        }
        .into_any(),
    )
}

fn result(lang: &Lang, one: &ReportResult) -> AnyView {
    // `1` is how systems write that there is no unit.
    let unit = one.unit.as_deref().filter(|unit| *unit != "1").map(raised);
    let value = match (&one.value, &unit) {
        (None, _) => reports::value_missing(lang),
        (Some(value), None) => value.clone(),
        (Some(value), Some(unit)) => format!("{value} {unit}"),
    };
    let range = one
        .range
        .as_ref()
        .and_then(|range| range_words(lang, range, unit.as_deref()));
    let flag = one.flag.map(|flag| {
        let (icon, word) = flag_words(lang, flag);
        state_word(icon, word)
    });
    view! {
        <li class="result">
            <span class="row-title">{one.name.clone()}</span>
            <span class="value">{value}</span>
            {flag}
            {range.map(|range| view! { <span class="row-note">{range}</span> })}
        </li>
    }
    .into_any()
}

/// Where a value lies, in words, with an icon that says the same without colour.
fn flag_words(lang: &Lang, flag: Flag) -> (Icon, String) {
    match flag {
        Flag::Normal => (Icon::Check, reports::flag_normal(lang)),
        Flag::Low => (Icon::Down, reports::flag_low(lang)),
        Flag::High => (Icon::Up, reports::flag_high(lang)),
        Flag::CriticalLow => (Icon::Down, reports::flag_critical_low(lang)),
        Flag::CriticalHigh => (Icon::Up, reports::flag_critical_high(lang)),
        Flag::Abnormal => (Icon::Alert, reports::flag_abnormal(lang)),
    }
}

/// The reference range; the laboratory's own words win.
fn range_words(lang: &Lang, range: &Range, unit: Option<&str>) -> Option<String> {
    if let Some(text) = &range.text {
        return Some(reports::range_text(lang, text));
    }
    let with_unit = |number: f64| {
        let number = browser::digits(number);
        unit.map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
    };
    match (range.low, range.high) {
        (Some(low), Some(high)) => Some(reports::range_between(
            lang,
            &browser::digits(low),
            &with_unit(high),
        )),
        (Some(low), None) => Some(reports::range_from(lang, &with_unit(low))),
        (None, Some(high)) => Some(reports::range_to(lang, &with_unit(high))),
        (None, None) => None,
    }
}

/// `10^9/L` and `10*9/L`, as laboratories' systems write it, as people read it: `×10⁹/L`.
fn raised(unit: &str) -> String {
    let Some(power) = unit
        .strip_prefix("10^")
        .or_else(|| unit.strip_prefix("10*"))
    else {
        return unit.to_owned();
    };
    let digits = power.chars().take_while(char::is_ascii_digit).count();
    let (exponent, rest) = power.split_at(digits);
    let exponent: String = exponent
        .chars()
        .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10)? as usize))
        .collect();
    format!("×10{exponent}{rest}")
}

fn original(lang: &Lang, one: &Report, pdf: &str) -> Option<AnyView> {
    one.has_pdf.then(|| {
        view! {
            <div class="stack">
                <a class="button" href=pdf.to_owned() target="_blank" rel="noopener">
                    {reports::do_pdf(lang)}
                </a>
            </div>
            <p class="hint">{reports::pdf_hint(lang)}</p>
        }
        .into_any()
    })
}
