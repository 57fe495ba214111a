//! One fetch for everything: JSON in, JSON out, problems typed, nothing waits for ever.

use contract::Method;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Request, RequestInit, Response};

use super::{Failure, memory};
use crate::{browser, clock, prefs};

/// After this the connection is given up. The person was offered a way out at ten seconds.
const GIVE_UP_MILLIS: i32 = 30_000;

/// An answer that is not a problem.
pub struct Answer {
    pub status: u16,
    pub value: JsValue,
    /// When it was last confirmed, milliseconds on the edge's clock: now where it does not say.
    pub checked: f64,
    /// Its `ETag`; empty where it has none.
    pub tag: String,
}

/// Sends and reads the answer.
pub async fn send(
    method: Method,
    address: String,
    body: Option<String>,
    key: Option<&str>,
) -> Result<Answer, Failure> {
    let response = exchange(method, &address, body, key).await;
    if method != Method::Get {
        memory::forget_own();
    }
    let response = response.map_err(|_| {
        // The browser's word for it is not enough: it calls a local network no network.
        if browser::is_online() {
            Failure::NoReply
        } else {
            Failure::Offline
        }
    })?;
    if let Some(now) = header(&response, "banzhen-now").or_else(|| header(&response, "date")) {
        clock::learn(&now);
    }
    let checked = header(&response, "banzhen-checked-at")
        .map(|at| js_sys::Date::parse(&at))
        .filter(|at| !at.is_nan())
        .unwrap_or_else(clock::now);
    let tag = header(&response, "etag").unwrap_or_default();
    let status = response.status();
    if status == 204 {
        return Ok(Answer {
            status,
            checked,
            tag,
            value: JsValue::UNDEFINED,
        });
    }
    let text = response.json().map_err(|_| Failure::Garbled)?;
    let value = JsFuture::from(text).await.map_err(|_| Failure::Garbled)?;
    if response.ok() {
        return Ok(Answer {
            status,
            value,
            checked,
            tag,
        });
    }
    let problem = super::parse(value)?;
    Err(Failure::Problem(Box::new(problem)))
}

async fn exchange(
    method: Method,
    address: &str,
    body: Option<String>,
    key: Option<&str>,
) -> Result<Response, JsValue> {
    let abort = AbortController::new()?;
    let init = RequestInit::new();
    init.set_method(method.as_str());
    init.set_signal(Some(&abort.signal()));
    if let Some(body) = &body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(address, &init)?;
    let headers = request.headers();
    headers.set("Accept-Language", prefs::lang_untracked().tag().as_str())?;
    if body.is_some() {
        headers.set("Content-Type", "application/json")?;
    }
    if let Some(key) = key {
        headers.set("Idempotency-Key", key)?;
    }
    let window = browser::window().ok_or(JsValue::UNDEFINED)?;
    browser::after(GIVE_UP_MILLIS, move || abort.abort());
    JsFuture::from(window.fetch_with_request(&request))
        .await?
        .dyn_into()
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok()?
}
