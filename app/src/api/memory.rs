//! Answers of this visit, so that going back shows at once what was there. In memory only: it is
//! gone with the page, and emptied at logging out.

use std::{any::Any, cell::RefCell, collections::HashMap, rc::Rc};

thread_local! {
    static ANSWERS: RefCell<HashMap<String, Rc<dyn Any>>> = RefCell::default();
}

/// Keeps an answer under its address.
pub fn remember<T: Clone + 'static>(address: &str, answer: &T) {
    ANSWERS.with_borrow_mut(|answers| answers.insert(address.to_owned(), Rc::new(answer.clone())));
}

/// The last answer of an address.
pub fn recall<T: Clone + 'static>(address: &str) -> Option<T> {
    ANSWERS.with_borrow(|answers| answers.get(address)?.downcast_ref::<T>().cloned())
}

/// Forgets one answer: it is known to have changed.
pub fn forget(address: &str) {
    ANSWERS.with_borrow_mut(|answers| answers.remove(address));
}

/// Forgets all answers.
pub fn forget_all() {
    ANSWERS.with_borrow_mut(HashMap::clear);
}
