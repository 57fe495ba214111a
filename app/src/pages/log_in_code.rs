//! Logging in, second half: the code. Time limits are told, and there is always another way to get one.

use crate::dom::*;
use contract::{Code, CodeChannel, LoginRequest, Route, api::LogIn};
use locales::{Lang, login, main, when};

use super::log_in::{EXPIRES_AT, PHONE, RESEND_AT, digits, focus, said, send_code};
use crate::{
    api::{Failure, Public},
    clock, draft, router, session,
    ui::{Field, Page, Role, busy_button, button, field, live, live_text, problem_text, ticking},
};

const CODE: &str = "login-code";
const CODE_DIGITS: usize = 6;

/// Draws the page.
pub fn page(lang: &Lang, next: Option<&str>) -> AnyView {
    let phone = draft::read(&format!("draft:{PHONE}"));
    let first_half = Route::LogIn {
        next: next.map(str::to_owned),
    };
    if phone.is_empty() {
        // The tab was closed in between: the number has to be typed again.
        router::replace(&first_half);
        return ().into_any();
    }
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let onward = next.map_or(Route::Home, Route::parse);
    let (words, number) = (lang.clone(), phone.clone());
    let submit = move || {
        let typed = digits(&code.get_untracked());
        failure.set(None);
        if typed.len() != CODE_DIGITS {
            error.set(login::code_short(&words));
            busy.set(false);
            focus(CODE);
            return;
        }
        error.set(String::new());
        let (words, onward) = (words.clone(), onward.clone());
        let request = LoginRequest {
            phone: number.clone(),
            code: typed,
        };
        crate::browser::spawn(async move {
            match Public::post::<LogIn>(&request).await {
                Ok(view) => {
                    draft::forget(PHONE);
                    session::enter(view);
                    // Neither half of the login stays in the history's way.
                    router::replace_two(&onward);
                }
                Err(problem) if problem.code() == Some(Code::CodeWrong) => {
                    error.set(problem_text(&words, &problem).1);
                    focus(CODE);
                }
                Err(problem) => failure.set(Some(problem)),
            }
            busy.set(false);
        });
    };
    let minutes = clock::minutes_until(&draft::read(EXPIRES_AT).as_str().into()).max(1);
    let words = lang.clone();
    let failed = move || failure.get().map(|failure| said(&words, &failure));
    Page::new(lang, login::code_title(lang)).show(
        view! {
            <p class="lead">{login::code_sent(lang, &masked(&phone), minutes)}</p>
            <div role="alert">{live(failed)}</div>
            {field(Field {
                id: CODE,
                label: login::code_label(lang),
                hint: login::code_hint(lang),
                autocomplete: "one-time-code",
                inputmode: "numeric",
                value: code,
                error,
            })}
            <div class="stack">
                {busy_button(Role::Primary, login::do_log_in(lang), main::saving(lang), busy, submit)}
            </div>
            {another_way(lang, &phone, failure)}
            <div class="stack">
                {button(Role::Plain, login::do_other_phone(lang), router::back)}
            </div>
        }
        .into_any(),
    )
}

/// Once more by text or by a call; until the edge allows it, in how long.
fn another_way(lang: &Lang, phone: &str, failure: RwSignal<Option<Failure>>) -> AnyView {
    let now = ticking();
    let called = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (words, phone) = (lang.clone(), phone.to_owned());
    let buttons = move || {
        now.track();
        let left = clock::seconds_until(&draft::read(RESEND_AT).as_str().into());
        if left > 0 {
            let wait = when::wait(&words, left);
            return view! { <p class="hint" data-live>{login::resend_in(&words, &wait)}</p> }
                .into_any();
        }
        let send = |text: String, channel: CodeChannel| {
            let phone = phone.clone();
            busy_button(Role::Plain, text, main::saving(&words), busy, move || {
                let phone = phone.clone();
                crate::browser::spawn(async move {
                    match send_code(phone, channel).await {
                        Ok(()) => called.set(channel == CodeChannel::Voice),
                        Err(problem) => failure.set(Some(problem)),
                    }
                    busy.set(false);
                    now.notify();
                });
            })
        };
        view! {
            <div class="stack">
                {send(login::do_send_again(&words), CodeChannel::Sms)}
                {send(login::do_call_me(&words), CodeChannel::Voice)}
            </div>
        }
        .into_any()
    };
    let words = lang.clone();
    let told = move || called.get().then(|| login::code_called(&words));
    view! {
        <section class="another-way">
            <h2>{login::not_arrived(lang)}</h2>
            <p role="status">{live_text(told)}</p>
            {live(buttons)}
        </section>
    }
    .into_any()
}

/// `138****5678`.
fn masked(phone: &str) -> String {
    match (phone.get(..3), phone.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => String::new(),
    }
}
