//! Drawing: Leptos's reactive values, our own few lines between them and the DOM.
//!
//! There is one type of view, so the code that draws is compiled once and not once for each view.
//! Whatever pages need of Leptos comes through here, too.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use js_sys::Reflect;
pub use leptos::prelude::{
    ArcRwSignal, ArcTrigger, Get, GetUntracked, GetValue, Notify, RwSignal, Set, SetValue,
    StoredValue, Track, Trigger, Update, With, WithUntracked, WithValue, event_target_value,
    on_cleanup,
};
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Node};

pub use banzhen_view::view;

use crate::browser;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Something drawn: a node, or a fragment with several. It can be put into the page once.
pub struct AnyView(Option<Node>);

/// What can stand within a view.
pub trait Draw {
    /// Draws it.
    fn draw(self) -> AnyView;
}

/// Leptos's name for [`Draw::draw`].
pub trait IntoAny: Draw + Sized {
    /// Draws it.
    fn into_any(self) -> AnyView {
        self.draw()
    }
}

impl<T: Draw> IntoAny for T {}

impl Draw for AnyView {
    fn draw(self) -> AnyView {
        self
    }
}

impl Draw for () {
    fn draw(self) -> AnyView {
        AnyView(None)
    }
}

impl Draw for &str {
    fn draw(self) -> AnyView {
        AnyView(browser::document().map(|document| document.create_text_node(self).into()))
    }
}

impl Draw for String {
    fn draw(self) -> AnyView {
        self.as_str().draw()
    }
}

impl<T: Draw> Draw for Option<T> {
    fn draw(self) -> AnyView {
        self.map_or(AnyView(None), Draw::draw)
    }
}

impl<T: Draw> Draw for Vec<T> {
    fn draw(self) -> AnyView {
        together(self.into_iter().map(Draw::draw).collect())
    }
}

impl<T: Draw, const N: usize> Draw for [T; N] {
    fn draw(self) -> AnyView {
        together(self.into_iter().map(Draw::draw).collect())
    }
}

/// Several views one after the other.
pub fn together(views: Vec<AnyView>) -> AnyView {
    let Some(document) = browser::document() else {
        return AnyView(None);
    };
    let fragment: Node = document.create_document_fragment().into();
    for view in views {
        put(&fragment, view, None);
    }
    AnyView(Some(fragment))
}

/// Puts a view into a node, before another or at its end.
pub fn put(parent: &Node, view: AnyView, before: Option<&Node>) {
    if let AnyView(Some(node)) = view {
        let _ = parent.insert_before(&node, before);
    }
}

/// A value of an attribute or a property.
pub enum Value {
    /// None: the attribute is not there.
    None,
    /// A word that is known beforehand.
    Word(&'static str),
    /// A text.
    Text(String),
    /// Yes or no: as an attribute there or not.
    Truth(bool),
    /// It changes.
    Live(Box<dyn Fn() -> Value>),
}

macro_rules! values {
    ($($type:ty: $value:ident => $made:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        }
    )*};
}

values! {
    &'static str: word => Self::Word(word);
    String: text => Self::Text(text);
    bool: truth => Self::Truth(truth);
    Option<&'static str>: word => word.map_or(Self::None, Self::Word);
    Option<String>: text => text.map_or(Self::None, Self::Text);
}

impl<F: Fn() -> T + 'static, T: Into<Value>> From<F> for Value {
    fn from(value: F) -> Self {
        Self::Live(Box::new(move || value().into()))
    }
}

/// An element being built.
pub struct Build(Option<Element>);

impl Build {
    /// An element with a tag.
    pub fn new(tag: &str) -> Self {
        let element = browser::document().and_then(|document| {
            match tag {
                "svg" | "path" => document.create_element_ns(Some(SVG), tag),
                _ => document.create_element(tag),
            }
            .ok()
        });
        Self(element)
    }

    /// With an attribute.
    pub fn attribute(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.set(name, value.into(), set_attribute)
    }

    /// With a property, as fields have them.
    pub fn property(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.set(name, value.into(), set_property)
    }

    fn set(self, name: &'static str, value: Value, how: fn(&Element, &str, Value)) -> Self {
        let Some(element) = self.0.clone() else {
            return self;
        };
        match value {
            Value::Live(value) => follow(move || how(&element, name, value())),
            value => how(&element, name, value),
        }
        self
    }

    /// With something to do at an event.
    pub fn on(self, event: &str, act: impl FnMut(web_sys::Event) + 'static) -> Self {
        self.listen(event, Box::new(act))
    }

    fn listen(self, event: &str, mut act: Box<dyn FnMut(web_sys::Event)>) -> Self {
        if let Some(element) = &self.0 {
            // A second tap may come after the page has been left: then there is nothing to act on.
            let alive = Arc::new(AtomicBool::new(true));
            let drawn = Arc::clone(&alive);
            on_cleanup(move || drawn.store(false, Ordering::Relaxed));
            let act: Box<dyn FnMut(web_sys::Event)> = Box::new(move |event| {
                if alive.load(Ordering::Relaxed) {
                    act(event);
                }
            });
            // The browser lets go of it with the element.
            let act = Closure::wrap(act).into_js_value();
            let _ = element.add_event_listener_with_callback(event, act.unchecked_ref());
        }
        self
    }

    /// With a view in it, after those that are there.
    pub fn child(self, view: AnyView) -> Self {
        if let Some(element) = &self.0 {
            put(element, view, None);
        }
        self
    }

    /// The element as a view.
    pub fn done(self) -> AnyView {
        AnyView(self.0.map(Into::into))
    }
}

fn set_attribute(element: &Element, name: &str, value: Value) {
    let _ = match value {
        Value::None | Value::Truth(false) | Value::Live(_) => element.remove_attribute(name),
        Value::Word(word) => element.set_attribute(name, word),
        Value::Text(text) => element.set_attribute(name, &text),
        Value::Truth(true) => element.set_attribute(name, ""),
    };
}

fn set_property(element: &Element, name: &str, value: Value) {
    let value = match value {
        Value::None | Value::Live(_) => JsValue::UNDEFINED,
        Value::Word(word) => word.into(),
        Value::Text(text) => text.into(),
        Value::Truth(truth) => truth.into(),
    };
    // A field that is being typed in keeps its cursor: it has the value already.
    if Reflect::get(element, &name.into()).is_ok_and(|now| now == value) {
        return;
    }
    let _ = Reflect::set(element, &name.into(), &value);
}

/// Draws into the page for as long as it is open.
pub fn mount(root: &Node, draw: impl Fn() -> AnyView + 'static) {
    // Fails only when it was done before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = leptos::prelude::Owner::new();
    owner.with(|| put(root, live(draw), None));
    std::mem::forget(owner);
}

/// Does something now and whenever what it reads changes, for as long as what it is drawn in.
pub fn follow(act: impl Fn() + 'static) {
    follow_boxed(Box::new(act));
}

fn follow_boxed(act: Box<dyn Fn()>) {
    StoredValue::new_local(RenderEffect::new(move |_: Option<()>| act()));
}

/// A number that follows what it is made of, and tells of itself only when it is another.
pub fn steady(number: impl Fn() -> usize + 'static) -> RwSignal<usize> {
    let steady = RwSignal::new(0);
    follow(move || {
        let number = number();
        if steady.get_untracked() != number {
            steady.set(number);
        }
    });
    steady
}

/// A view, or none, that is drawn anew when what it reads changes.
pub fn live<T: Into<Option<AnyView>>>(draw: impl Fn() -> T + 'static) -> AnyView {
    live_boxed(Box::new(move || draw().into()))
}

fn live_boxed(draw: Box<dyn Fn() -> Option<AnyView>>) -> AnyView {
    let Some(document) = browser::document() else {
        return AnyView(None);
    };
    // Two marks, between which it is drawn wherever they come to stand.
    let (start, end): (Node, Node) = (
        document.create_comment("").into(),
        document.create_comment("").into(),
    );
    let fragment: Node = document.create_document_fragment().into();
    put(&fragment, AnyView(Some(start.clone())), None);
    put(&fragment, AnyView(Some(end.clone())), None);
    follow(move || {
        let view = draw();
        let Some(parent) = end.parent_node() else {
            return;
        };
        while let Some(old) = start.next_sibling().filter(|old| *old != end) {
            let _ = parent.remove_child(&old);
        }
        put(&parent, view.draw(), Some(&end));
    });
    AnyView(Some(fragment))
}

/// A text, or none, that changes in place.
pub fn live_text<T: Into<Option<String>>>(say: impl Fn() -> T + 'static) -> AnyView {
    live_text_boxed(Box::new(move || say().into()))
}

fn live_text_boxed(say: Box<dyn Fn() -> Option<String>>) -> AnyView {
    let Some(document) = browser::document() else {
        return AnyView(None);
    };
    let text = document.create_text_node("");
    let node: Node = text.clone().into();
    follow(move || {
        let said = say().unwrap_or_default();
        if text.data() != said {
            text.set_data(&said);
        }
    });
    AnyView(Some(node))
}
