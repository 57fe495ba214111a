//! No such page, and the way home.

use crate::dom::*;
use contract::Route;
use locales::{Lang, main};

use crate::ui::{Page, Role, link_button};

/// Draws the page.
pub fn page(lang: &Lang) -> AnyView {
    Page::new(lang, main::not_found_title(lang)).show(
        view! {
            <p>{main::not_found_detail(lang)}</p>
            <div class="stack">{link_button(Role::Primary, main::do_home(lang), Route::Home.url())}</div>
        }
        .into_any(),
    )
}
