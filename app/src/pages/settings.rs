//! Settings: care mode, size of text, language, logging out.

use crate::dom::*;
use contract::api::LogOut;
use locales::{Lang, Tag, main, settings};

use crate::{
    api::Failure,
    browser,
    prefs::{self, Size},
    session::{self, Who},
    ui::{Icon, Page, Role, busy_button, button, live, note, problem_text},
};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    session::find_out();
    Page::new(lang, settings::title(lang)).show(
        view! {
            {care(lang)}
            {sizes(lang)}
            {languages(lang)}
            {account(lang)}
            <p class="hint">{settings::privacy(lang)}</p>
        }
        .into_any(),
    )
}

fn care(lang: &Lang) -> AnyView {
    let is_on = lang.is_care();
    let (state, word) = if is_on {
        (settings::care_is_on(lang), settings::do_care_off(lang))
    } else {
        (settings::care_is_off(lang), settings::do_care_on(lang))
    };
    view! {
        <section>
            <h2>{settings::care_title(lang)}</h2>
            <div class="meta">
                <p>{state}</p>
                <p>{settings::care_hint(lang)}</p>
            </div>
            <div class="stack">{button(Role::Primary, word, move || prefs::set_care(!is_on))}</div>
        </section>
    }
    .into_any()
}

fn sizes(lang: &Lang) -> AnyView {
    let options: Vec<AnyView> = Size::ALL
        .iter()
        .map(|&size| {
            let word = match size {
                Size::Normal => settings::size_standard(lang),
                Size::Large => settings::size_large(lang),
                Size::Larger => settings::size_larger(lang),
                Size::Largest => settings::size_largest(lang),
            };
            let is_chosen = move || prefs::get().size == size;
            option("size", word, is_chosen, move || prefs::set_size(size))
        })
        .collect();
    view! {
        <fieldset class="options">
            <legend>{settings::size_title(lang)}</legend>
            {options}
        </fieldset>
        <p class="sample">{settings::size_sample(lang)}</p>
    }
    .into_any()
}

/// Each language by its own name, so that who cannot read this one finds theirs.
fn languages(lang: &Lang) -> AnyView {
    let failure = RwSignal::new(None::<Failure>);
    let current = lang.tag();
    let options: Vec<AnyView> = Tag::ALL
        .iter()
        .map(|&tag| {
            view! {
                <option value=tag.as_str() lang=tag.as_str() selected=tag == current>
                    {tag.own_name()}
                </option>
            }
            .into_any()
        })
        .collect();
    let choose = move |event| {
        let Some(tag) = Tag::parse(&event_target_value(&event)) else {
            return;
        };
        crate::browser::spawn(async move {
            match prefs::set_tag(tag).await {
                // The page is drawn anew in it: back to where the person was.
                Ok(()) => browser::after(0, || {
                    if let Some(list) = browser::find("#language") {
                        let _ = list.focus();
                    }
                }),
                Err(error) => {
                    let _ = failure.try_set(Some(error));
                }
            }
        });
    };
    let words = lang.clone();
    let trouble = move || {
        failure.get().map(|failure| {
            let (title, text) = problem_text(&words, &failure);
            note(Icon::Alert, title, text)
        })
    };
    view! {
        <section class="field">
            <h2><label for="language">{settings::language_title(lang)}</label></h2>
            <select id="language" on:change=choose>
                {options}
            </select>
            <div role="alert">{live(trouble)}</div>
        </section>
    }
    .into_any()
}

/// One of several, of which one is chosen.
fn option(
    name: &'static str,
    word: String,
    is_chosen: impl Fn() -> bool + Send + Sync + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class="option">
            <input type="radio" name=name prop:checked=is_chosen on:change=move |_| choose() />
            <span>{word}</span>
        </label>
    }
    .into_any()
}

/// Who is logged in, and the way out. Nobody needs to be to change the settings.
fn account(lang: &Lang) -> AnyView {
    let (left, busy) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<Failure>);
    let lang = lang.clone();
    let view = move || match session::who() {
        Who::In(caller, view) => {
            let leave = move || {
                failure.set(None);
                crate::browser::spawn(async move {
                    let answer = caller.get::<LogOut>(&[], "").await;
                    let _ = busy.try_set(false);
                    match answer {
                        Ok(()) => {
                            let _ = left.try_set(true);
                            session::leave();
                        }
                        Err(error) => {
                            let _ = failure.try_set(Some(error));
                        }
                    }
                });
            };
            let words = lang.clone();
            let trouble = move || {
                failure.get().map(|failure| {
                    let (title, text) = problem_text(&words, &failure);
                    note(Icon::Alert, title, text)
                })
            };
            let out = settings::do_log_out(&lang);
            view! {
                <p>{settings::logged_in_as(&lang, &view.phone_masked)}</p>
                <p class="hint">{settings::log_out_hint(&lang)}</p>
                <div role="alert">{live(trouble)}</div>
                <div class="stack">
                    {busy_button(Role::Plain, out, main::saving(&lang), busy, leave)}
                </div>
            }
            .into_any()
        }
        _ if left.get() => view! { <p role="status">{settings::logged_out(&lang)}</p> }.into_any(),
        _ => view! { <p>{settings::not_logged_in(&lang)}</p> }.into_any(),
    };
    view! {
        <section>
            <h2>{settings::account_title(&prefs::lang_untracked())}</h2>
            {live(view)}
        </section>
    }
    .into_any()
}
