//! A list to choose from. In care mode a handful at a time, with buttons for the rest.

use crate::dom::*;
use locales::{Lang, main};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Role, button, live};
use crate::{browser, draft};

/// With the two buttons for more and for those before, seven things at most can be chosen.
const AT_ONCE: usize = 5;

/// Shows choices; `name` is what the place in the list is remembered by.
pub fn choices(
    lang: &Lang,
    name: &str,
    items: Vec<impl Fn() -> AnyView + Send + Sync + 'static>,
) -> AnyView {
    let items = items
        .into_iter()
        .map(|item| Box::new(item) as Item)
        .collect();
    boxed(lang, name, items)
}

type Item = Box<dyn Fn() -> AnyView + Send + Sync>;

fn boxed(lang: &Lang, name: &str, items: Vec<Item>) -> AnyView {
    let lang = lang.clone();
    if !lang.is_care() || items.len() <= AT_ONCE + 2 {
        let items: Vec<AnyView> = items
            .iter()
            .map(|item| view! { <li>{item()}</li> }.into_any())
            .collect();
        return view! { <ul class="choices">{items}</ul> }.into_any();
    }
    let (page, name) = (draft::page_of(name), name.to_owned());
    let pages = items.len().div_ceil(AT_ONCE);
    let shown = move || {
        let at = page.get().min(pages - 1);
        let rows: Vec<AnyView> = items
            .iter()
            .skip(at * AT_ONCE)
            .take(AT_ONCE)
            .map(|item| view! { <li>{item()}</li> }.into_any())
            .collect();
        let turn = |text: String, to: usize| {
            let name = name.clone();
            button(Role::Plain, text, move || {
                page.set(to);
                let name = name.clone();
                browser::after(0, move || look_at(&name));
            })
        };
        let before = (at > 0).then(|| turn(main::do_before(&lang), at - 1));
        let more = (at + 1 < pages).then(|| turn(main::do_more(&lang), at + 1));
        view! {
            <ul class="choices" id=name.clone() tabindex="-1">{rows}</ul>
            <div class="stack">{more}{before}</div>
        }
        .into_any()
    };
    live(shown)
}

/// The other rows stand where the button was pressed: back to the first of them.
fn look_at(name: &str) {
    if let Some(list) = browser::by_id(name).and_then(|list| list.dyn_into::<HtmlElement>().ok()) {
        list.scroll_into_view();
        let _ = list.focus();
    }
}
