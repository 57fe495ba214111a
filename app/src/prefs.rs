//! Care mode, size of text and language: chosen by the person, kept on the device in two places
//! (one may be wiped), painted from the first frame by `boot.js`.

use std::cell::RefCell;

use crate::dom::*;
use locales::{Lang, Tag};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{api, browser};

const KEY: &str = "banzhen.prefs";
const OFFERED: &str = "banzhen.offered";
const WAITS: &str = "banzhen.waits";
const YEAR_SECONDS: u32 = 31_536_000;
const OFFER_AGAIN_MILLIS: f64 = 30.0 * 86_400_000.0;
/// From here on the person has asked the phone for bigger text.
const ENLARGED: f64 = 1.3;

/// How big text is, within the mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As designed.
    Normal,
    /// One step up.
    Large,
    /// Two steps up.
    Larger,
    /// The top step: main text of 30 px at least.
    Largest,
}

impl Size {
    /// All steps, the smallest first.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Large, Self::Larger, Self::Largest];

    /// The value of `data-size`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "1",
            Self::Large => "2",
            Self::Larger => "3",
            Self::Largest => "4",
        }
    }
}

/// What the person has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefs {
    /// Care mode (长辈版).
    pub care: bool,
    /// Size of text.
    pub size: Size,
    /// Language.
    pub tag: Tag,
}

impl Prefs {
    /// As `boot.js` has painted the page.
    pub fn from_page() -> Self {
        let attribute = |name| {
            browser::root()
                .and_then(|root| root.get_attribute(name))
                .unwrap_or_default()
        };
        let (size, lang) = (attribute("data-size"), attribute("lang"));
        Self {
            care: attribute("data-mode") == "care",
            size: Size::ALL
                .into_iter()
                .find(|step| step.as_str() == size)
                .unwrap_or(Size::Normal),
            tag: Tag::ALL
                .into_iter()
                .find(|tag| tag.as_str() == lang)
                .unwrap_or(Tag::ZhCn),
        }
    }

    fn paint(self) {
        let Some(root) = browser::root() else { return };
        let _ = root.set_attribute("data-mode", if self.care { "care" } else { "normal" });
        let _ = root.set_attribute("data-size", self.size.as_str());
        let _ = root.set_attribute("lang", self.tag.as_str());
    }

    fn keep(self) {
        let mode = if self.care { "care" } else { "normal" };
        keep(
            KEY,
            &format!("{mode}.{}.{}", self.size.as_str(), self.tag.as_str()),
        );
    }
}

/// Writes to both places that outlive the tab.
fn keep(key: &str, value: &str) {
    if let Some(storage) = browser::kept() {
        let _ = storage.set_item(key, value);
    }
    if let Some(document) = browser::document() {
        let cookie = format!("{key}={value}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax");
        let _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
    }
}

fn kept(key: &str) -> Option<String> {
    let stored = browser::kept().and_then(|storage| storage.get_item(key).ok()?);
    stored.or_else(|| {
        let cookies = browser::text_of(&browser::document()?.into(), "cookie")?;
        cookies
            .split("; ")
            .find_map(|pair| Some(pair.strip_prefix(key)?.strip_prefix('=')?.to_owned()))
    })
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy)]
struct State {
    prefs: RwSignal<Prefs>,
    lang: RwSignal<Lang>,
}

/// Takes over what was painted.
pub fn start(prefs: Prefs, lang: &Lang) {
    let state = State {
        prefs: RwSignal::new(prefs),
        lang: RwSignal::new(lang.with_care(prefs.care)),
    };
    STATE.set(Some(state));
    prefs.keep();
    prefs.paint();
}

fn state() -> Option<State> {
    STATE.with_borrow(|state| *state)
}

/// The texts in use. Whoever asks within a view is drawn anew when they change.
pub fn lang() -> Lang {
    state().map_or_else(|| Lang::silent(Tag::ZhCn), |state| state.lang.get())
}

/// The texts in use, for what is not a view.
pub fn lang_untracked() -> Lang {
    state().map_or_else(
        || Lang::silent(Tag::ZhCn),
        |state| state.lang.get_untracked(),
    )
}

/// What is chosen, followed.
pub fn get() -> Prefs {
    state().map_or(
        Prefs {
            care: false,
            size: Size::Normal,
            tag: Tag::ZhCn,
        },
        |state| state.prefs.get(),
    )
}

/// Whether care mode is on, not followed.
pub fn is_care() -> bool {
    state().is_some_and(|state| state.prefs.get_untracked().care)
}

/// Switches care mode on or off, at once and without leaving the page.
pub fn set_care(care: bool) {
    change(|prefs| prefs.care = care);
}

/// Sets the size of text.
pub fn set_size(size: Size) {
    change(|prefs| prefs.size = size);
}

/// Fetches a language and switches to it; when it cannot be had, the old one stays.
pub async fn set_tag(tag: Tag) -> Result<(), api::Failure> {
    let lang = api::pack(tag).await?;
    if let Some(state) = state() {
        state.lang.set(lang);
    }
    change(|prefs| prefs.tag = tag);
    Ok(())
}

fn change(how: impl FnOnce(&mut Prefs)) {
    let Some(state) = state() else { return };
    keep_focus();
    let mut prefs = state.prefs.get_untracked();
    how(&mut prefs);
    prefs.paint();
    prefs.keep();
    state.prefs.set(prefs);
    if state.lang.with_untracked(Lang::is_care) != prefs.care {
        state.lang.update(|lang| *lang = lang.with_care(prefs.care));
    }
}

/// The page is drawn anew: what had the focus gets it back, so that a screen reader stays there.
fn keep_focus() {
    let focused = browser::document().and_then(|document| document.active_element());
    let Some(id) = focused
        .map(|element| element.id())
        .filter(|id| !id.is_empty())
    else {
        return;
    };
    browser::after(0, move || {
        let element =
            browser::by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    });
}

/// Whether to offer care mode now: the first time, and again when the phone's text is enlarged,
/// at most once in 30 days. Asking counts as offering.
pub fn take_offer() -> bool {
    if is_care() {
        return false;
    }
    let last: Option<f64> = kept(OFFERED).and_then(|text| browser::number(&text));
    let now = browser::millis();
    let due = last.is_none_or(|last| now - last > OFFER_AGAIN_MILLIS && text_factor() >= ENLARGED);
    if due {
        keep(OFFERED, &browser::digits(now));
    }
    due
}

/// Whether somebody waits for a place as far as this phone knows; home looks for offers then.
pub fn waits() -> bool {
    kept(WAITS).is_some_and(|text| !text.is_empty())
}

/// Remembers it, or not any more.
pub fn set_waits(waits: bool) {
    keep(WAITS, if waits { "1" } else { "" });
}

/// How much the phone enlarges text: its webview's zoom, or the browser's own size of text.
fn text_factor() -> f64 {
    let pixels = |element: &web_sys::Element| -> Option<f64> {
        let style = browser::window()?.get_computed_style(element).ok()??;
        browser::number(&style.get_property_value("font-size").ok()?)
    };
    let root = browser::root()
        .and_then(|root| pixels(&root))
        .unwrap_or(16.0)
        / 16.0;
    let probe = || {
        let document = browser::document()?;
        let probe: HtmlElement = document.create_element("span").ok()?.dyn_into().ok()?;
        probe.style().set_property("font-size", "100px").ok()?;
        probe.set_text_content(Some("字"));
        document.body()?.append_child(&probe).ok()?;
        let size = pixels(&probe);
        probe.remove();
        size
    };
    root.max(probe().unwrap_or(100.0) / 100.0)
}
