//! Answers kept ready: what is public, by its URL, as the very objects that the runtime sends.
//!
//! A request that finds its answer here is answered at once: nothing is parsed, nothing is
//! copied, no handler runs, and no line is logged (the counters of `/metrics` have it). Of many
//! that find none, one has it made and the others wait for it.

mod entries;

use std::{
    cell::{Cell, RefCell},
    panic::AssertUnwindSafe,
};

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{
    js_sys::{Function, Object, Promise, Reflect, Uint8Array},
    wasm_bindgen_futures::JsFuture,
};

use self::entries::{Entries, Look};
use crate::{
    clock,
    http::{Reply, etag},
    metrics,
};

/// Only what is public stands under it.
const PREFIX: &str = "/api/v1/hospitals";
/// Longer than this nobody waits for another's answer, real milliseconds.
const WAIT_MS: u32 = 5000;

thread_local! {
    static KEPT: RefCell<Entries<Ready, Function>> = RefCell::default();
}

#[wasm_bindgen]
extern "C" {
    /// A request as the runtime gives it.
    #[derive(Clone)]
    pub type Incoming;
    #[wasm_bindgen(method, getter)]
    fn url(this: &Incoming) -> String;
    #[wasm_bindgen(method, getter)]
    fn method(this: &Incoming) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Incoming) -> Fields;

    #[wasm_bindgen(js_name = Headers)]
    type Fields;
    #[wasm_bindgen(constructor, js_class = "Headers")]
    fn new() -> Fields;
    #[wasm_bindgen(method)]
    fn get(this: &Fields, name: &JsValue) -> JsValue;
    #[wasm_bindgen(method)]
    fn set(this: &Fields, name: &str, value: &str);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(wake: &Function, ms: u32) -> f64;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: f64);

    #[wasm_bindgen(js_name = Response)]
    type Outgoing;
    #[wasm_bindgen(constructor, js_class = "Response")]
    fn new(body: &JsValue, init: &JsValue) -> Outgoing;
}

/// An answer as the runtime takes it.
struct Ready {
    tag: JsValue,
    body: Uint8Array,
    whole: Object,
    /// It has no body, so the same one goes out again and again.
    unchanged: JsValue,
}

/// The names that are asked of every request, made once.
struct Words {
    get: JsValue,
    if_none_match: JsValue,
}

thread_local! {
    static WORDS: Words = Words { get: "GET".into(), if_none_match: "if-none-match".into() };
}

/// What is to be done with a request.
pub enum Found {
    /// This is the answer: a `Response`.
    Answer(JsValue),
    /// Somebody is making it: [`wait`].
    Flying(String),
    /// It must be made; with a flight, for others too: [`keep`].
    Make(Option<Flight>),
}

/// The duty to make an answer; those who wait are woken when it is dropped.
pub struct Flight(String);

impl Drop for Flight {
    fn drop(&mut self) {
        let waiting = KEPT.with_borrow_mut(|kept| kept.land(&self.0));
        for wake in waiting {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Looks a request up.
pub fn find(request: &Incoming) -> Found {
    let url = request.url();
    let path = path(&url);
    let get = WORDS.with(|words| Object::is(&request.method(), &words.get));
    if !get || !path.starts_with(PREFIX) {
        return Found::Make(None);
    }
    KEPT.with_borrow_mut(|kept| match kept.look(path, clock::real_millis()) {
        Look::Ready(ready) => Found::Answer(answer(request, ready)),
        Look::Flying => Found::Flying(path.to_owned()),
        Look::Make => Found::Make(Some(Flight(path.to_owned()))),
    })
}

/// Waits until somebody else has made the answer, or given up. The one who makes it may have gone
/// away with its client, so a timer wakes, too.
pub async fn wait(path: &str) {
    let timer = AssertUnwindSafe(Cell::new(0.0));
    let landed = Promise::new(&mut |wake, _| {
        timer.set(set_timeout(&wake, WAIT_MS));
        KEPT.with_borrow_mut(|kept| kept.wait(path, wake));
    });
    // It is never refused.
    let _ = JsFuture::from(landed).await;
    clear_timeout(timer.get());
}

/// Keeps a reply ready for as long as it says, and gives it as the answer to the request that made
/// it; none where it is not to be kept.
pub fn keep(flight: &Flight, request: &Incoming, reply: &Reply) -> Option<JsValue> {
    let tag = reply.headers.get("etag");
    let tag = tag.filter(|_| reply.keep_ms > 0 && reply.status == 200)?;
    let ready = Ready {
        tag: tag.into(),
        body: Uint8Array::from(&*reply.body),
        whole: init(200, reply, |_| true),
        unchanged: Outgoing::new(&JsValue::NULL, &init(304, reply, is_told_again)).into(),
    };
    let answer = answer(request, &ready);
    let now = clock::real_millis();
    KEPT.with_borrow_mut(|kept| kept.keep(&flight.0, ready, now, i64::from(reply.keep_ms)));
    Some(answer)
}

/// The tags that the client says it has.
pub fn known(request: &Incoming) -> Option<String> {
    WORDS.with(|words| request.headers().get(&words.if_none_match).as_string())
}

/// Forgets everything: something has changed, or the clock was set.
pub fn clear() {
    KEPT.with_borrow_mut(Entries::clear);
}

/// What RFC 9110 15.4.5 wants in a 304, and when it was confirmed.
fn is_told_again(name: &str) -> bool {
    matches!(
        name,
        "etag"
            | "cache-control"
            | "cdn-cache-control"
            | "vary"
            | "banzhen-checked-at"
            | "banzhen-now"
    )
}

fn init(status: u16, reply: &Reply, wanted: impl Fn(&str) -> bool) -> Object {
    let headers = Fields::new();
    for (name, value) in reply.headers.iter().filter(|(name, _)| wanted(name)) {
        headers.set(name, value);
    }
    let init = Object::new();
    set(&init, "status", &status.into());
    set(&init, "headers", &headers);
    init
}

/// On an ordinary object it cannot fail.
fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

fn answer(request: &Incoming, ready: &Ready) -> JsValue {
    let known = WORDS.with(|words| request.headers().get(&words.if_none_match));
    // A list of tags, or a weak one, is rare; the others need no text to be copied.
    let unchanged = Object::is(&known, &ready.tag)
        || known.as_string().is_some_and(|known| {
            etag::matches(Some(&known), &ready.tag.as_string().unwrap_or_default())
        });
    metrics::kept(unchanged);
    if unchanged {
        ready.unchanged.clone()
    } else {
        Outgoing::new(&ready.body, &ready.whole).into()
    }
}

/// Path and query of a URL.
fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or("", |at| &url[host + at..])
}
