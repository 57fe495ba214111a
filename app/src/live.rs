//! Keeps what a page shows true while somebody looks at it: a socket says when it has changed, and
//! where sockets die, asking again does. Nothing happens while the page is hidden.
//!
//! What has changed waits while a finger is down or was a moment ago: nothing moves under it.

use std::cell::{Cell, RefCell};

use contract::{Freshness, Rules};
use js_sys::{Array, JSON, Math, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, MessageEvent, WebSocket};

use crate::{
    api::Failure,
    browser, clock,
    dom::*,
    prefs,
    remote::{Age, Reading, Remote, Untyped, Value},
};

/// How often it is looked whether something is due.
const TICK_MILLIS: i32 = 1_000;
/// Asked again so often: while a socket tells of changes, without one, while the hospital does not
/// answer, in the minute of a release, and at least.
const WITH_SOCKET: f64 = 30_000.0;
const WITHOUT: f64 = 10_000.0;
const OLD: f64 = 20_000.0;
const RELEASE: f64 = 2_000.0;
const LEAST_OFTEN: f64 = 60_000.0;
/// Nothing moves for so long after a touch.
const CALM: f64 = 1_000.0;
/// A touch that never ends was lost.
const LOST_TOUCH: f64 = 10_000.0;
/// A silent socket is spoken to after the first, and given up after the second.
const PING: f64 = 25_000.0;
const DEAD: f64 = 60_000.0;
/// From then on nobody knows: as long as the edge itself lets old answers stand in.
const UNKNOWN: f64 = 300_000.0;
/// A page of several days has the newest of their versions, which are milliseconds; another of its
/// days may be so much older than that, because the edge believes for a moment what it was told.
const BEHIND: f64 = 2_000.0;
/// A change is said aloud at most so often.
const SAY: f64 = 30_000.0;

#[derive(Default)]
struct Line {
    of: RefCell<Option<Followed>>,
    socket: RefCell<Option<WebSocket>>,
    /// When the socket last said something; 0 until it is open.
    heard: Cell<f64>,
    drops: Cell<i32>,
    open_at: Cell<f64>,
    ask_at: Cell<f64>,
    asking: Cell<bool>,
    misses: Cell<i32>,
    runs: Cell<bool>,
    down: Cell<bool>,
    touched: Cell<f64>,
    said: Cell<f64>,
}

struct Followed {
    reading: Untyped,
    rules: Reading<Rules>,
    topics: Vec<String>,
    /// Topics whose present version was told, and which that is.
    told: Vec<(String, f64)>,
    /// Whether the edge has answered since the page was opened.
    answered: bool,
    waiting: Option<Value>,
    /// It has changed while it was asked for: the answer may be older.
    again: bool,
    in_release: bool,
}

thread_local! {
    static LINE: Line = Line::default();
}

/// Follows what a page shows until it is left. `topics` all belong to one department.
pub fn follow(reading: Untyped, rules: Reading<Rules>, topics: Vec<String>) {
    LINE.with(|line| {
        let before = line.of.replace(Some(Followed {
            reading,
            rules,
            topics,
            told: Vec::new(),
            answered: false,
            waiting: None,
            again: false,
            in_release: true,
        }));
        // Its first reading is on its way.
        line.asking.set(true);
        line.misses.set(0);
        line.ask_at.set(browser::millis() + WITHOUT);
        if line.heard.get() > 0.0 {
            if let Some(before) = before {
                line.say("unsubscribe", &before.topics);
            }
            line.subscribe();
        }
        if !line.runs.replace(true) {
            listen();
            tick();
        }
    });
    on_cleanup(move || {
        LINE.with(|line| {
            if line.follows(reading) {
                line.of.take();
            }
        });
    });
}

/// Once for the life of the app.
fn listen() {
    thread_local!(static LISTENS: Cell<bool> = const { Cell::new(false) });
    if LISTENS.replace(true) {
        return;
    }
    for event in [
        "touchstart",
        "mousedown",
        "touchend",
        "touchcancel",
        "mouseup",
        "scroll",
    ] {
        browser::listen(event, move |_| {
            LINE.with(|line| {
                line.touched.set(browser::millis());
                if event != "scroll" {
                    line.down
                        .set(event.ends_with("start") || event == "mousedown");
                }
            });
        });
    }
    for event in ["visibilitychange", "online", "pageshow"] {
        browser::listen(event, |_| {
            LINE.with(|line| {
                line.ask_at.set(0.0);
                line.open_at.set(0.0);
                line.due();
            });
        });
    }
}

fn tick() {
    let goes_on = LINE.with(Line::due);
    if goes_on {
        browser::after(TICK_MILLIS, tick);
    }
}

/// An answer of something that may be followed; gives it back when it is not. `same`: it is the one
/// that came before. Its version would not tell: two boards may change within a millisecond, and an
/// answer may be made between the two.
pub fn take(reading: Untyped, value: Value, same: bool) -> Option<Value> {
    LINE.with(|line| {
        let (first, again) = {
            let mut of = line.of.borrow_mut();
            match of.as_mut().filter(|of| of.reading.state == reading.state) {
                Some(of) => (
                    !std::mem::replace(&mut of.answered, true),
                    std::mem::take(&mut of.again),
                ),
                None => return Some(value),
            }
        };
        line.asking.set(false);
        line.misses.set(0);
        let age = reading.age(&value);
        if again && line.is_older_than_told(age.as_ref()) {
            line.ask_soon();
        } else {
            line.again_in(line.pause(age.as_ref().map(|age| age.1)));
        }
        if same && reading.shown().is_some() {
            return None;
        }
        // Who reads that there is no answer may be about to tap there.
        if first && !reading.has_failed() {
            reading.show(value, true);
        } else if let Some(of) = line.of.borrow_mut().as_mut() {
            let waits = of.waiting.replace(value).is_some();
            if !waits {
                browser::after(0, when_calm);
            }
        }
        None
    })
}

/// There was no answer.
pub fn missed(reading: Untyped, failure: &Failure) {
    LINE.with(|line| {
        if !line.follows(reading) {
            return;
        }
        line.asking.set(false);
        line.misses.set((line.misses.get() + 1).min(6));
        line.again_in(line.pause(None));
        if clock::now() - reading.checked.get_value() > UNKNOWN {
            let _ = reading.state.try_set(Remote::Failed(failure.clone()));
        }
    });
}

/// Minutes since what is shown was last confirmed, and how far it can be trusted now.
pub fn age(reading: Untyped, freshness: Freshness) -> (u32, Freshness) {
    let millis = clock::now() - reading.checked.get_value();
    let doubtful = LINE.with(|line| line.misses.get() > 0) && millis > WITHOUT;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    let minutes = ((millis / 60_000.0) as u32).max(1);
    (
        minutes,
        if doubtful {
            freshness.max(Freshness::Stale)
        } else {
            freshness
        },
    )
}

/// Says aloud, now and then, that something on the page has changed.
pub fn say_changed() {
    let now = browser::millis();
    let quiet = LINE.with(|line| now - line.said.get() > SAY && line.said.replace(now) >= 0.0);
    if let Some(announcer) = browser::by_id("announce").filter(|_| quiet) {
        announcer.set_text_content(Some(&locales::booking::changed(&prefs::lang_untracked())));
    }
}

fn when_calm() {
    LINE.with(|line| {
        if !line.is_calm() {
            return browser::after(200, when_calm);
        }
        let waiting = line
            .of
            .borrow_mut()
            .as_mut()
            .and_then(|of| Some((of.reading, of.waiting.take()?)));
        if let Some((reading, value)) = waiting {
            reading.show(value, false);
        }
    });
}

/// Whether an answer of the version `shown` may be from before `version`, which is one of those told.
/// If that is the only one of about that time, it is the answer's own.
fn may_lack(told: &[(String, f64)], version: f64, shown: f64) -> bool {
    let near = |version: f64| version > shown - BEHIND;
    version > shown || near(version) && told.iter().filter(|told| near(told.1)).count() > 1
}

impl Line {
    fn follows(&self, reading: Untyped) -> bool {
        let of = self.of.borrow();
        of.as_ref()
            .is_some_and(|of| of.reading.state == reading.state)
    }

    fn is_calm(&self) -> bool {
        let since = browser::millis() - self.touched.get();
        since > if self.down.get() { LOST_TOUCH } else { CALM }
    }

    /// Sooner or later by a third, so that not everybody asks at once.
    fn again_in(&self, millis: f64) {
        let jitter = 0.7 + 0.6 * Math::random();
        self.ask_at.set(browser::millis() + millis * jitter);
    }

    fn pause(&self, freshness: Option<Freshness>) -> f64 {
        let in_release = self.of.borrow().as_ref().is_some_and(|of| of.in_release);
        let pause = match freshness {
            _ if in_release => RELEASE,
            Some(Freshness::Fresh) | None if self.heard.get() > 0.0 => WITH_SOCKET,
            Some(Freshness::Fresh) | None => WITHOUT,
            Some(_) => OLD,
        };
        (pause * f64::from(1 << self.misses.get())).min(LEAST_OFTEN)
    }

    /// Does what is due; whether there is more to come.
    fn due(&self) -> bool {
        let now = browser::millis();
        let Some(reading) = self.of.borrow().as_ref().map(|of| of.reading) else {
            self.close();
            self.runs.set(false);
            return false;
        };
        if browser::document().is_some_and(|document| document.hidden()) {
            self.close();
            return true;
        }
        if let Some(of) = self.of.borrow_mut().as_mut() {
            let time = clock::time_of_day();
            let begins = of.rules.look(|rules| rules.release_time.as_str() == time) == Some(true);
            // The first look is no change.
            if begins && !of.in_release {
                self.ask_at.set(now + 500.0 * Math::random());
            }
            of.in_release = begins;
        }
        if self.ask_at.get() <= now && !self.asking.replace(true) {
            reading.read_quietly();
        }
        let silent = now - self.heard.get();
        let socket = self.socket.borrow().clone();
        match socket {
            None if self.open_at.get() <= now => self.open(),
            Some(_) if silent > DEAD => self.close(),
            Some(socket) if self.heard.get() > 0.0 && silent > PING => {
                let _ = socket.send_with_str("ping");
            }
            _ => {}
        }
        true
    }

    fn open(&self) {
        let near = self.of.borrow().as_ref().and_then(|of| {
            let topic = of.topics.first()?;
            let (place, _) = topic.rsplit_once(':')?;
            Some(place.split_once(':')?.1.to_owned())
        });
        let origin = browser::window().and_then(|window| window.location().origin().ok());
        let (Some(near), Some(origin)) = (near, origin) else {
            return;
        };
        // Until it is open: after so long it is given up.
        self.heard.set(0.0);
        self.open_at.set(f64::INFINITY);
        // `http` becomes `ws`, `https` becomes `wss`.
        let url = format!("ws{}/api/v1/live?near={near}", &origin[4..]);
        let Ok(socket) = WebSocket::new(&url) else {
            return;
        };
        let own = socket.clone();
        let heard: Box<dyn FnMut(Event)> =
            Box::new(move |event| LINE.with(|line| line.event(&own, &event)));
        let heard = Closure::wrap(heard).into_js_value();
        for event in ["open", "message", "close"] {
            let _ = socket.add_event_listener_with_callback(event, heard.unchecked_ref());
        }
        self.socket.replace(Some(socket));
    }

    fn event(&self, socket: &WebSocket, event: &Event) {
        if self.socket.borrow().as_ref() != Some(socket) {
            return;
        }
        match event.type_().as_str() {
            "close" => self.dropped(),
            "open" => {
                self.heard.set(browser::millis());
                self.subscribe();
            }
            _ => {
                self.heard.set(browser::millis());
                self.drops.set(0);
                let data = event
                    .dyn_ref::<MessageEvent>()
                    .and_then(|event| event.data().as_string())
                    .and_then(|text| JSON::parse(&text).ok());
                if let Some(data) = data {
                    self.message(&data);
                }
            }
        }
    }

    /// A topic has another version.
    fn message(&self, data: &JsValue) {
        let version = Reflect::get(data, &"version".into()).ok();
        let (Some(topic), Some(version)) = (
            browser::text_of(data, "topic"),
            version.and_then(|version| version.as_f64()),
        ) else {
            return;
        };
        let news = self.of.borrow_mut().as_mut().is_some_and(|of| {
            // The first one says only what there is; often the page has it already.
            let before = of.told.iter_mut().find(|told| told.0 == topic);
            let before = before.map(|told| std::mem::replace(&mut told.1, version));
            if before.is_none() {
                of.told.push((topic, version));
            }
            let shown = of.reading.shown().and_then(|shown| of.reading.age(&shown));
            #[allow(clippy::cast_precision_loss, reason = "milliseconds")]
            let shown = shown.map_or(0.0, |age| age.2 as f64);
            match before {
                None => may_lack(&of.told, version, shown),
                Some(before) => version > before,
            }
        });
        if news && !self.asking.get() {
            self.ask_soon();
        } else if news && let Some(of) = self.of.borrow_mut().as_mut() {
            of.again = true;
        }
    }

    /// Whether an answer is from before a change that was told of.
    fn is_older_than_told(&self, age: Option<&Age>) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "milliseconds")]
        let version = age.map_or(0.0, |age| age.2 as f64);
        self.of.borrow().as_ref().is_some_and(|of| {
            let mut told = of.told.iter();
            told.any(|told| may_lack(&of.told, told.1, version))
        })
    }

    fn ask_soon(&self) {
        let wait = 200.0 * Math::random();
        self.ask_at.set(browser::millis() + wait);
        #[allow(clippy::cast_possible_truncation, reason = "below 200")]
        browser::after(wait as i32 + 1, || {
            LINE.with(Line::due);
        });
    }

    fn subscribe(&self) {
        if let Some(of) = self.of.borrow_mut().as_mut() {
            of.told.clear();
            self.say("subscribe", &of.topics);
        }
    }

    fn say(&self, what: &str, topics: &[String]) {
        let list: Array = topics.iter().map(JsValue::from).collect();
        let said = Object::new();
        let _ = Reflect::set(&said, &what.into(), &list);
        if let (Some(socket), Ok(text)) = (&*self.socket.borrow(), JSON::stringify(&said)) {
            let _ = socket.send_with_str(&String::from(text));
        }
    }

    fn close(&self) {
        let socket = self.socket.take();
        if let Some(socket) = socket {
            let _ = socket.close();
            self.dropped();
        }
    }

    /// The socket is gone: the next one soon, later each time, and never all at once.
    fn dropped(&self) {
        self.socket.take();
        self.heard.set(0.0);
        let drops = self.drops.get().min(6);
        self.drops.set(drops + 1);
        let wait = 1_000.0 * f64::from(1 << drops) * (0.5 + Math::random());
        self.open_at.set(browser::millis() + wait);
        // Until then asking does.
        let soon = browser::millis() + WITHOUT * (0.7 + 0.6 * Math::random());
        self.ask_at.set(self.ask_at.get().min(soon));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the page asks again when a topic's present version is told, after the others.
    fn asks(told: &[f64], shown: f64) -> bool {
        let topics: Vec<_> = told.iter().map(|it| (String::new(), *it)).collect();
        may_lack(&topics, told[told.len() - 1], shown)
    }

    #[test]
    fn a_page_of_one_day_has_its_version() {
        assert!(!asks(&[1_999_200.0], 1_999_200.0));
        assert!(!asks(&[1_999_200.0], 1_999_800.0), "told late");
        assert!(asks(&[1_999_801.0], 1_999_800.0));
        assert!(asks(&[1_999_800.0], 0.0), "nothing shown yet");
    }

    #[test]
    fn a_page_of_several_days_may_have_an_older_one() {
        let shown = 1_999_800.0;
        assert!(!asks(&[1_000_000.0, shown], shown));
        assert!(!asks(&[shown, 1_000_000.0], shown));
        // One of them may still be the one before.
        assert!(asks(&[shown, 1_999_200.0], shown));
        assert!(asks(&[1_999_200.0, shown], shown));
        assert!(asks(&[shown, shown], shown), "within a millisecond");
    }
}
