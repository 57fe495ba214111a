//! What is read from afar is one of a few states, and every page shows them the same way.

use contract::{Endpoint, Freshness, Instant};
use leptos::prelude::*;

use crate::{
    api::{self, Failure},
    browser, session,
};

/// After this the person is told in words that it is being fetched.
const SLOW_MILLIS: i32 = 1_000;
/// After this the person is offered to stop, and the telephone.
const TOO_SLOW_MILLIS: i32 = 10_000;

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

/// How old an answer is and how far it can be trusted; for what carries none, it is just so.
pub type Age = (Instant, Freshness);

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

/// Something read from afar, and how to read it again.
pub struct Reading<T: 'static> {
    /// Its state.
    pub state: RwSignal<Remote<T>>,
    again: StoredValue<Box<dyn Fn() + Send + Sync>>,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

impl<T: Shown> Reading<T> {
    fn new(address: String, ask: impl Fn(Self) + Send + Sync + 'static) -> Self {
        let state = RwSignal::new(api::recall(&address).map_or(Remote::Loading, ready));
        let again: Box<dyn Fn() + Send + Sync> = Box::new(|| {});
        let reading = Self {
            state,
            again: StoredValue::new(again),
        };
        reading.again.set_value(Box::new(move || ask(reading)));
        reading.read_again();
        reading
    }

    /// Reads again; what is there stays to be seen meanwhile.
    pub fn read_again(self) {
        if !matches!(self.state.get_untracked(), Remote::Ready(_)) {
            self.state.set(Remote::Loading);
            self.later(SLOW_MILLIS, false);
            self.later(TOO_SLOW_MILLIS, true);
        }
        self.again.with_value(|again| again());
    }

    /// The person does not want to wait any longer.
    pub fn stop(self) {
        self.state.set(Remote::Idle);
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

    fn settle(self, address: &str, answer: Result<T, Failure>) {
        match answer {
            Ok(value) => {
                api::remember(address, &value);
                let _ = self.state.try_set(ready(value));
            }
            Err(failure) => {
                session::look_at(&failure);
                // What was read before is better than nothing; it says itself how old it is.
                let shown = self
                    .state
                    .try_with_untracked(|state| matches!(state, Remote::Ready(_)));
                if shown == Some(false) {
                    self.state.set(Remote::Failed(failure));
                }
            }
        }
    }
}

fn ready<T: Shown>(value: T) -> Remote<T> {
    if value.is_empty() {
        Remote::Empty
    } else {
        Remote::Ready(value)
    }
}

/// Reads something public.
pub fn read<E>(parameters: &[&str], query: &str) -> Reading<E::Answer>
where
    E: Endpoint<Body = ()>,
    E::Answer: Shown,
{
    let address = api::address::<E>(parameters, query);
    let parameters: Vec<String> = parameters.iter().map(|&text| text.to_owned()).collect();
    let query = query.to_owned();
    Reading::new(address.clone(), move |reading| {
        let (address, parameters, query) = (address.clone(), parameters.clone(), query.clone());
        leptos::task::spawn_local(async move {
            let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
            let answer = api::Public::get::<E>(&parameters, &query).await;
            reading.settle(&address, answer);
        });
    })
}

/// Reads something of who is logged in.
pub fn read_own<E>(caller: api::Caller, parameters: &[&str], query: &str) -> Reading<E::Answer>
where
    E: Endpoint<Body = ()>,
    E::Answer: Shown,
{
    let address = api::address::<E>(parameters, query);
    let parameters: Vec<String> = parameters.iter().map(|&text| text.to_owned()).collect();
    let query = query.to_owned();
    Reading::new(address.clone(), move |reading| {
        let (address, parameters, query) = (address.clone(), parameters.clone(), query.clone());
        leptos::task::spawn_local(async move {
            let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
            let answer = caller.get::<E>(&parameters, &query).await;
            reading.settle(&address, answer);
        });
    })
}

/// A list with an age: empty only when that is known.
macro_rules! aged {
    ($($type:ident . $list:ident),* $(,)?) => {$(
        impl Shown for contract::$type {
            fn is_empty(&self) -> bool {
                self.$list.is_empty() && self.freshness != Freshness::Unknown
            }
            fn age(&self) -> Option<Age> {
                Some((self.as_of.clone(), self.freshness))
            }
        }
    )*};
}

aged! { Departments.departments, Availability.days, Slots.slots }

macro_rules! plain {
    ($($type:ident),* $(,)?) => { $(impl Shown for contract::$type {})* };
}

plain! { Hospitals, Rules, Doctor, Appointment, Appointments, Reports, Report, Person }
