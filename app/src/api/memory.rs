//! Answers of this visit, so that going back shows at once what was there. In memory only: it is
//! gone with the page, and emptied at logging out.

use std::{any::Any, cell::RefCell, sync::Arc};

use crate::remote::Value;

thread_local! {
    /// By address. So few that looking through them is as quick as a table.
    static ANSWERS: RefCell<Vec<(String, Value)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an answer under its address.
pub fn remember(address: &str, answer: Value) {
    forget(address);
    ANSWERS.with_borrow_mut(|answers| answers.push((address.to_owned(), answer)));
}

/// Keeps an answer that came another way.
pub fn remember_one<T: Any + Send + Sync>(address: &str, answer: T) {
    remember(address, Arc::new(answer));
}

/// The last answer of an address.
pub fn recall(address: &str) -> Option<Value> {
    ANSWERS.with_borrow(|answers| {
        let (_, answer) = answers.iter().find(|(known, _)| known == address)?;
        Some(answer.clone())
    })
}

/// The last answer of an address, of a known type.
pub fn recall_one<T: Clone + 'static>(address: &str) -> Option<T> {
    recall(address)?.downcast_ref::<T>().cloned()
}

/// Forgets one answer: it is known to have changed.
pub fn forget(address: &str) {
    ANSWERS.with_borrow_mut(|answers| answers.retain(|(known, _)| known != address));
}

/// Forgets all answers.
pub fn forget_all() {
    ANSWERS.with_borrow_mut(Vec::clear);
}
