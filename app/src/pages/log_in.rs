//! Logging in, first half: the phone number. The answer is the same for every number.

use crate::dom::*;
use contract::{CodeChannel, CodeRequest, Route, api::SendCode};
use locales::{Lang, login, main};

use crate::{
    api::{Failure, Public},
    draft, prefs, router,
    ui::{Field, Icon, Page, Role, busy_button, field, live, note, problem_text},
};

/// Name of the field, and of its draft: the second half reads it there.
pub const PHONE: &str = "phone";
/// When the code may be asked for again, as the edge has said.
pub const RESEND_AT: &str = "login-resend-at";
/// Until when the code lives, as the edge has said.
pub const EXPIRES_AT: &str = "login-expires-at";

/// Draws the page.
pub fn page(lang: &Lang, next: Option<&str>) -> AnyView {
    let phone = draft::field(PHONE);
    let error = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let (words, onward) = (
        lang.clone(),
        Route::LogInCode {
            next: next.map(str::to_owned),
        },
    );
    let send = move || {
        let typed = digits(&phone.get_untracked());
        failure.set(None);
        if !is_mobile(&typed) {
            error.set(login::phone_wrong(&words));
            busy.set(false);
            focus(PHONE);
            return;
        }
        error.set(String::new());
        phone.set(typed.clone());
        let onward = onward.clone();
        crate::browser::spawn(async move {
            match send_code(typed, CodeChannel::Sms).await {
                Ok(()) => router::go(&onward),
                Err(problem) => failure.set(Some(problem)),
            }
            busy.set(false);
        });
    };
    let said = {
        let words = lang.clone();
        move || failure.get().map(|failure| said(&words, &failure))
    };
    Page::new(lang, login::title(lang)).show(
        view! {
            <p class="lead">{login::intro(lang)}</p>
            <div role="alert">{live(said)}</div>
            {field(Field {
                id: PHONE,
                label: login::phone_label(lang),
                hint: login::phone_hint(lang),
                autocomplete: "tel-national",
                inputmode: "tel",
                value: phone,
                error,
            })}
            <div class="stack">
                {busy_button(Role::Primary, login::do_send(lang), main::saving(lang), busy, send)}
            </div>
        }
        .into_any(),
    )
}

/// A failure beside the form; the form stays.
pub fn said(lang: &Lang, failure: &Failure) -> AnyView {
    let (title, text) = problem_text(lang, failure);
    note(Icon::Alert, title, text)
}

/// Asks for a code and remembers what the edge says about it.
pub async fn send_code(phone: String, channel: CodeChannel) -> Result<(), Failure> {
    let request = CodeRequest {
        phone,
        channel: Some(channel),
        care: Some(prefs::is_care()),
    };
    let sent = Public::post::<SendCode>(&request).await?;
    draft::write(RESEND_AT, sent.resend_at.as_str());
    draft::write(EXPIRES_AT, sent.expires_at.as_str());
    Ok(())
}

/// What was typed without spaces and strokes; full-width digits are digits, too.
pub fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
            _ => None,
        })
        .collect()
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1')
}

/// Puts the cursor where something is to be mended.
pub fn focus(id: &'static str) {
    crate::browser::after(0, move || {
        if let Some(element) = crate::browser::find(&format!("#{id}")) {
            let _ = element.focus();
        }
    });
}
