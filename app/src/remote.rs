//! What is read from afar is one of a few states, and every page shows them the same way.

use std::{any::Any, marker::PhantomData, sync::Arc};

use crate::dom::*;
use contract::{Access, Endpoint, Freshness, Instant, tree::FromTree};
use wasm_bindgen::JsValue;

use crate::{
    api::{self, Failure},
    browser, clock, live, session,
};

/// After this the person is told in words that it is being fetched.
const SLOW_MILLIS: i32 = 1_000;
/// After this the person is offered to stop, and the telephone.
pub const TOO_SLOW_MILLIS: i32 = 10_000;

/// The state of something that is read from afar.
#[derive(Clone, Debug, PartialEq)]
pub enum Remote<T> {
    /// Not asked for, or the person has stopped waiting.
    Idle,
    /// Asked for a moment ago: nothing to say yet.
    Loading,
    /// It takes time; `far_too_long` from ten seconds on.
    LoadingSlowly { far_too_long: bool },
    /// There it is.
    Ready(T),
    /// There is nothing, and that is known.
    Empty,
    /// There is no answer.
    Failed(Failure),
}

/// How old an answer is, how far it can be trusted, and its version where it has one; for what
/// carries none of these, it is just so.
pub type Age = (Instant, Freshness, u64);

/// An answer that can be shown: says whether there is anything in it, and how old it is.
pub trait Shown: Clone + Send + Sync + 'static {
    /// Nothing in it, and that is known. What is not known is never empty.
    fn is_empty(&self) -> bool {
        false
    }
    /// When it was read at the hospital.
    fn age(&self) -> Option<Age> {
        None
    }
}

/// An answer of any type. One type for all keeps the machinery below from being compiled once for
/// each answer: that costs a browser on a slow line dearly.
pub type Value = Arc<dyn Any + Send + Sync>;

/// What the machinery has to know of an answer's type.
#[derive(Clone, Copy)]
struct Kind {
    parse: fn(JsValue) -> Result<Value, Failure>,
    is_empty: fn(&Value) -> bool,
    age: fn(&Value) -> Option<Age>,
}

impl Kind {
    fn of<T: Shown + FromTree>() -> Self {
        Self {
            parse: |json| Ok(Arc::new(api::parse::<T>(json)?)),
            is_empty: |value| value.downcast_ref::<T>().is_some_and(Shown::is_empty),
            age: |value| value.downcast_ref::<T>().and_then(Shown::age),
        }
    }

    fn ready(self, value: Value) -> Remote<Value> {
        if (self.is_empty)(&value) {
            Remote::Empty
        } else {
            Remote::Ready(value)
        }
    }
}

/// Something read from afar, and how to read it again; its type is known to [`Reading`].
#[derive(Clone, Copy)]
pub struct Untyped {
    /// Its state.
    pub state: RwSignal<Remote<Value>>,
    /// When it was last confirmed, milliseconds on the edge's clock.
    pub checked: StoredValue<f64>,
    /// The tag of the last answer.
    tag: StoredValue<String>,
    /// What is there was read before, and there was no newer answer.
    pub missed: RwSignal<bool>,
    /// What is followed is drawn anew as a whole only at this.
    pub redraw: Trigger,
    address: StoredValue<String>,
    kind: Kind,
}

impl Untyped {
    fn new(address: String, kind: Kind) -> Self {
        let known = api::recall(&address);
        let checked = known.as_ref().map_or_else(clock::now, |known| known.1);
        let (state, tag) = known.map_or_else(
            || (Remote::Loading, String::new()),
            |known| (kind.ready(known.0), known.2),
        );
        let reading = Self {
            state: RwSignal::new(state),
            checked: StoredValue::new(checked),
            tag: StoredValue::new(tag),
            missed: RwSignal::new(false),
            redraw: Trigger::new(),
            address: StoredValue::new(address),
            kind,
        };
        reading.read_again();
        reading
    }

    /// How old what is there is.
    pub fn age(self, value: &Value) -> Option<Age> {
        (self.kind.age)(value)
    }

    /// Reads again; what is there stays to be seen meanwhile.
    pub fn read_again(self) {
        if !self.is_there() {
            self.state.set(Remote::Loading);
            self.later(SLOW_MILLIS, false);
            self.later(TOO_SLOW_MILLIS, true);
        }
        self.read_quietly();
    }

    /// Reads again; nobody has asked for it, so all stays to be seen meanwhile.
    pub fn read_quietly(self) {
        let address = self.address.get_value();
        browser::spawn(async move {
            let answer = api::fetch(&address).await.and_then(|answer| {
                let value = (self.kind.parse)(answer.value)?;
                let _ = self.checked.try_set_value(answer.checked);
                Ok((value, answer.tag))
            });
            self.settle(&address, answer);
        });
    }

    /// The person does not want to wait any longer.
    pub fn stop(self) {
        self.state.set(Remote::Idle);
    }

    fn is_there(self) -> bool {
        self.state
            .try_with_untracked(|state| matches!(state, Remote::Ready(_)))
            != Some(false)
    }

    /// Whether it is said that there is no answer.
    pub fn has_failed(self) -> bool {
        self.state
            .try_with_untracked(|state| matches!(state, Remote::Failed(_)))
            == Some(true)
    }

    /// What is shown.
    pub fn shown(self) -> Option<Value> {
        self.state.try_with_untracked(|state| match state {
            Remote::Ready(value) => Some(value.clone()),
            _ => None,
        })?
    }

    /// Shows another answer of something that is followed. Rows that are there stay where they
    /// are unless it is drawn `anew`.
    pub fn show(self, value: Value, anew: bool) {
        let state = if self.is_there() && !anew {
            Remote::Ready(value)
        } else {
            self.kind.ready(value)
        };
        let _ = self.state.try_set(state);
        if anew {
            self.redraw.notify();
        }
    }

    fn later(self, millis: i32, far_too_long: bool) {
        browser::after(millis, move || {
            let waits = self.state.try_with_untracked(|state| {
                matches!(state, Remote::Loading | Remote::LoadingSlowly { .. })
            });
            if waits == Some(true) {
                self.state.set(Remote::LoadingSlowly { far_too_long });
            }
        });
    }

    fn settle(self, address: &str, answer: Result<(Value, String), Failure>) {
        match answer {
            Ok((value, tag)) => {
                api::remember(
                    address,
                    value.clone(),
                    self.checked.try_get_value().unwrap_or_default(),
                    tag.clone(),
                );
                let same = !tag.is_empty() && self.tag.try_get_value().as_ref() == Some(&tag);
                let _ = self.tag.try_set_value(tag);
                let _ = self.missed.try_set(false);
                if let Some(value) = live::take(self, value, same) {
                    let _ = self.state.try_set(self.kind.ready(value));
                }
            }
            Err(failure) => {
                session::look_at(&failure);
                live::missed(self, &failure);
                // What was read before is better than nothing, as long as its age is said.
                if self.is_there() {
                    let _ = self.missed.try_set(true);
                } else {
                    self.state.set(Remote::Failed(failure));
                }
            }
        }
    }
}

/// Something of one type read from afar.
pub struct Reading<T> {
    /// The same without its type.
    pub untyped: Untyped,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

impl<T: Shown> Reading<T> {
    /// Looks at what is there, followed; none while it is not.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.state.with(|state| match state {
            Remote::Ready(value) => value.downcast_ref::<T>().map(look),
            _ => None,
        })
    }

    /// Looks at what is there, not followed.
    pub fn look<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.untyped.shown()?.downcast_ref::<T>().map(look)
    }

    /// What is there, followed; none while it is not.
    pub fn value(self) -> Option<T> {
        match self.untyped.state.get() {
            Remote::Ready(value) => value.downcast_ref::<T>().cloned(),
            _ => None,
        }
    }
}

/// Reads something public.
pub fn read<E>(parameters: &[&str], query: &str) -> Reading<E::Answer>
where
    E: Endpoint<Body = ()>,
    E::Answer: Shown + FromTree,
{
    const { assert!(matches!(E::ACCESS, Access::Public)) }
    Reading {
        untyped: Untyped::new(
            api::address::<E>(parameters, query),
            Kind::of::<E::Answer>(),
        ),
        of: PhantomData,
    }
}

/// Reads something of who is logged in.
pub fn read_own<E>(_caller: api::Caller, parameters: &[&str], query: &str) -> Reading<E::Answer>
where
    E: Endpoint<Body = ()>,
    E::Answer: Shown + FromTree,
{
    Reading {
        untyped: Untyped::new(
            api::address::<E>(parameters, query),
            Kind::of::<E::Answer>(),
        ),
        of: PhantomData,
    }
}

/// A list with an age: empty only when that is known.
macro_rules! aged {
    ($($type:ident . $list:ident $(. $version:ident)?),* $(,)?) => {$(
        impl Shown for contract::$type {
            fn is_empty(&self) -> bool {
                self.$list.is_empty() && self.freshness != Freshness::Unknown
            }
            fn age(&self) -> Option<Age> {
                Some((self.as_of.clone(), self.freshness, 0 $(+ self.$version)?))
            }
        }
    )*};
}

aged! { Departments.departments, Availability.days.version, Slots.slots.version }

macro_rules! plain {
    ($($type:ident),* $(,)?) => { $(impl Shown for contract::$type {})* };
}

plain! {
   Hospitals, Status, Rules, Doctor, Appointment, Appointments, Reports, Report, Person, Waitlist, Offers,
}
