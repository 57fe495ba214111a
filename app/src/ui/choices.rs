//! A list to choose from. In care mode a handful at a time, with buttons for the rest.

use crate::dom::*;
use locales::{Lang, main};

use super::{Role, button, live};
use crate::draft;

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
    let page = draft::page_of(name);
    let pages = items.len().div_ceil(AT_ONCE);
    let shown = move || {
        let at = page.get().min(pages - 1);
        let rows: Vec<AnyView> = items
            .iter()
            .skip(at * AT_ONCE)
            .take(AT_ONCE)
            .map(|item| view! { <li>{item()}</li> }.into_any())
            .collect();
        let before = (at > 0).then(|| {
            button(Role::Plain, main::do_before(&lang), move || {
                page.set(at - 1);
            })
        });
        let more = (at + 1 < pages)
            .then(|| button(Role::Plain, main::do_more(&lang), move || page.set(at + 1)));
        view! {
            <ul class="choices">{rows}</ul>
            <div class="stack">{more}{before}</div>
        }
        .into_any()
    };
    live(shown)
}
