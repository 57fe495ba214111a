//! What changes by itself within a page. Boxed, so that the machinery for it is compiled once and
//! not once for each closure.

use leptos::prelude::*;

type Draw<T> = Box<dyn Fn() -> Option<T> + Send>;

/// A view, or none, that is drawn anew when what it reads changes.
pub fn live<T: Into<Option<AnyView>>>(draw: impl Fn() -> T + Send + 'static) -> AnyView {
    let draw: Draw<AnyView> = Box::new(move || draw().into());
    view! { {move || draw()} }.into_any()
}

/// A text, or none, that changes in place.
pub fn live_text<T: Into<Option<String>>>(say: impl Fn() -> T + Send + 'static) -> AnyView {
    let say: Draw<String> = Box::new(move || say().into());
    view! { {move || say()} }.into_any()
}
