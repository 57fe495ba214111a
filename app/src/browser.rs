//! The few things of the browser that several modules need. A browser that refuses one of them
//! (private windows, webviews) only loses that convenience.

use std::pin::Pin;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, HtmlElement, Storage, Window};

/// The window; absent only outside a browser.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// `<html>`.
pub fn root() -> Option<Element> {
    document()?.document_element()
}

/// An element by its id.
pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// The first element that matches.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// Takes out what is within.
pub fn clear(element: &Element) {
    element.set_text_content(None);
}

/// Says that the app has taken over from the page of plain HTML.
pub fn show_app() {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-app", "running");
    }
}

/// Shows the page of plain HTML that is there for browsers that are too old.
pub fn show_fallback() {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-app", "failed");
    }
}

/// Text that outlives the tab: choices of the device, never anything about a person.
pub fn kept() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Text that ends with the tab: what was typed, where one was.
pub fn of_tab() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// Runs `f` once, after so many milliseconds.
pub fn after(millis: i32, f: impl FnOnce() + 'static) {
    after_boxed(millis, Box::new(f));
}

fn after_boxed(millis: i32, f: Box<dyn FnOnce()>) {
    let f = Closure::once_into_js(f);
    if let Some(window) = window() {
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(f.unchecked_ref(), millis);
    }
}

/// Runs a task beside everything else.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(task));
}

fn spawn_boxed(task: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(task);
}

/// A promise of nothing, kept after so many milliseconds.
pub fn pause(millis: i32) -> js_sys::Promise {
    js_sys::Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, millis);
        }
    })
}

/// Waits.
pub async fn sleep(millis: i32) {
    let _ = wasm_bindgen_futures::JsFuture::from(pause(millis)).await;
}

/// Whether the browser says that it has a network. `true` may still be wrong.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// A new random key, a UUID.
pub fn random_key() -> String {
    // `crypto.randomUUID` exists only on https and localhost; over plain http on a local network
    // (development) the bytes are drawn one by one.
    let random = || {
        let crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
        let bytes = js_sys::Uint8Array::new_with_length(16);
        let draw: js_sys::Function = js_sys::Reflect::get(&crypto, &"getRandomValues".into())
            .ok()?
            .dyn_into()
            .ok()?;
        draw.call1(&crypto, &bytes).ok()?;
        Some(bytes.to_vec())
    };
    let mut key = String::with_capacity(32);
    for byte in random().unwrap_or_default() {
        for digit in [byte >> 4, byte & 15] {
            key.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    key
}

/// A number that a text begins with. The browser reads and writes numbers with a fraction:
/// core's own tables for it are 20 KB that hardly compress.
pub fn number(text: &str) -> Option<f64> {
    let number = js_sys::parse_float(text);
    (!number.is_nan()).then_some(number)
}

/// A number as the browser writes it.
pub fn digits(number: f64) -> String {
    js_sys::Number::from(number)
        .to_string_with_radix(10)
        .map(String::from)
        .unwrap_or_default()
}

/// `Date.now()`, milliseconds: only for measuring how long something took.
pub fn millis() -> f64 {
    js_sys::Date::now()
}

/// Listens on the window for as long as the app lives.
pub fn listen(event: &str, f: impl FnMut(web_sys::Event) + 'static) {
    let f: Box<dyn FnMut(web_sys::Event)> = Box::new(f);
    let f = Closure::wrap(f);
    if let Some(window) = window() {
        let _ = window.add_event_listener_with_callback(event, f.as_ref().unchecked_ref());
    }
    f.forget();
}

/// A property of a JavaScript object, as text.
pub fn text_of(object: &JsValue, name: &str) -> Option<String> {
    js_sys::Reflect::get(object, &name.into()).ok()?.as_string()
}
