//! Help: whom to call, and the visit guide.

use crate::dom::*;
use contract::{Route, Rules, api::GetRules};
use locales::{Lang, help, when};

use crate::{
    remote::read,
    ui::{Hotline, Icon, Page, Row, call_row, hotlines, icon, loaded, row},
};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    let lines = hotlines();
    let calls: Vec<AnyView> = lines.iter().map(|line| call(lang, line)).collect();
    let rules: Vec<AnyView> = lines.iter().map(|line| rules_of(lang, line)).collect();
    Page::new(lang, help::title(lang)).show(
        view! {
            <section class="calls" aria-label=help::hotline_title(lang)>
                {calls}
                <a class="row" href="tel:120">
                    {icon(Icon::Alert)}
                    <span class="row-text">
                        <span class="row-title">{help::do_emergency(lang)}</span>
                        <span class="row-note">{help::emergency_detail(lang)}</span>
                    </span>
                </a>
                {row(Row::to(help::status_title(lang), Route::Status.url()).icon(Icon::Hospital))}
            </section>
            <h2>{help::guide_book_title(lang)}</h2>
            <ol class="steps">
                <li>{help::guide_book_1(lang)}</li>
                <li>{help::guide_book_2(lang)}</li>
                <li>{help::guide_book_3(lang)}</li>
                <li>{help::guide_book_4(lang)}</li>
                <li>{help::guide_book_5(lang)}</li>
            </ol>
            <h2>{help::guide_bring_title(lang)}</h2>
            <ul class="plain">
                <li>{help::guide_bring_1(lang)}</li>
                <li>{help::guide_bring_2(lang)}</li>
                <li>{help::guide_bring_3(lang)}</li>
            </ul>
            <h2>{help::guide_test_title(lang)}</h2>
            <p>{help::guide_test(lang)}</p>
            <h2>{help::guide_insurance_title(lang)}</h2>
            <p>{help::guide_insurance(lang)}</p>
            <h2>{help::guide_where_title(lang)}</h2>
            <p>{help::guide_where(lang)}</p>
            {rules}
        }
        .into_any(),
    )
}

/// A row that dials, and when somebody answers.
fn call(lang: &Lang, line: &Hotline) -> AnyView {
    let (opens, closes) = (
        when::time_of_day(lang, &line.opens),
        when::time_of_day(lang, &line.closes),
    );
    view! {
        <div>
            {call_row(lang, line)}
            <p class="hint">{help::hotline_hours(lang, &opens, &closes)}</p>
        </div>
    }
    .into_any()
}

/// A hospital's own numbers: every one of them comes from its rules.
fn rules_of(lang: &Lang, line: &Hotline) -> AnyView {
    let reading = read::<GetRules>(&[line.hospital.as_str()], "");
    let words = lang.clone();
    let rules = loaded(
        lang,
        reading,
        || ().into_any(),
        move |rules| in_words(&words, rules),
    );
    view! {
        <section>
            <h2>{help::rules_of(lang, &line.name)}</h2>
            {rules}
        </section>
    }
    .into_any()
}

fn in_words(lang: &Lang, rules: &Rules) -> AnyView {
    let missed = &rules.no_show;
    let release = when::time_of_day(lang, &rules.release_time);
    view! {
        <h3>{help::guide_release_title(lang)}</h3>
        <p>{help::guide_release(lang, rules.booking_window_days, &release)}</p>
        <h3>{help::guide_come_title(lang)}</h3>
        <p>{help::guide_come(lang, rules.check_in.nominal_minutes)}</p>
        <h3>{help::guide_cancel_title(lang)}</h3>
        <p>{help::guide_cancel(lang, rules.cancel_deadline_hours, rules.undo_minutes)}</p>
        <h3>{help::guide_missed_title(lang)}</h3>
        <p>{help::guide_missed(lang, missed.within_days, missed.limit, missed.block_days)}</p>
    }
    .into_any()
}
