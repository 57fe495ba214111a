//! What a hospital tells of itself: changes of its slots, pushed or found by looking.

mod change;

pub use change::SlotChange;
