//! Answers of this visit, so that going back shows at once what was there. In memory only: it is
//! gone with the page, and emptied at logging out.

use std::{any::Any, cell::RefCell, sync::Arc};

use crate::{clock, remote::Value};

/// How addresses of what belongs to a person begin.
const OWN: &str = "/api/v1/people/";

thread_local! {
    /// By address, when it was confirmed, and its tag. So few that looking through them is as quick
    /// as a table.
    static ANSWERS: RefCell<Vec<(String, Value, f64, String)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an answer under its address; `checked`: when it was confirmed, milliseconds on the edge's
/// clock; `tag`: its `ETag`, empty where it has none.
pub fn remember(address: &str, answer: Value, checked: f64, tag: String) {
    forget(address);
    ANSWERS.with_borrow_mut(|answers| answers.push((address.to_owned(), answer, checked, tag)));
}

/// Keeps an answer that came another way.
pub fn remember_one<T: Any + Send + Sync>(address: &str, answer: T) {
    remember(address, Arc::new(answer), clock::now(), String::new());
}

/// The last answer of an address, when it was confirmed, and its tag.
pub fn recall(address: &str) -> Option<(Value, f64, String)> {
    ANSWERS.with_borrow(|answers| {
        let (_, answer, checked, tag) = answers.iter().find(|known| known.0 == address)?;
        Some((answer.clone(), *checked, tag.clone()))
    })
}

/// The last answer of an address, of a known type.
pub fn recall_one<T: Clone + 'static>(address: &str) -> Option<T> {
    recall(address)?.0.downcast_ref::<T>().cloned()
}

/// Forgets one answer: it is known to have changed.
pub fn forget(address: &str) {
    ANSWERS.with_borrow_mut(|answers| answers.retain(|known| known.0 != address));
}

/// Forgets what was read of people: a write may have changed any of it.
pub fn forget_own() {
    ANSWERS.with_borrow_mut(|answers| answers.retain(|known| !known.0.starts_with(OWN)));
}

/// Forgets all answers.
pub fn forget_all() {
    ANSWERS.with_borrow_mut(Vec::clear);
}
