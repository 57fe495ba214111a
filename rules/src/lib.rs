//! The decisions: pure functions over civil time in the hospital's zone. The time comes in as an
//! argument, so that every edge (20:00 sharp, midnight, the third no-show) can be tested here.
//!
//! Numbers are never written here but in a hospital's rule pack ([`Pack`]), which is served to
//! the patient as it is.

mod block;
mod caps;
mod change;
mod day;
mod hotline;
mod login;
mod pack;
mod reminder;
mod slot;
mod waitlist;
mod window;
mod zone;

pub mod identity;
pub mod keywords;
pub mod mask;
pub mod name;
pub mod phone;
pub mod report;
#[cfg(feature = "room")]
pub mod room;

pub use block::blocked_until;
pub use caps::{Booked, overlaps};
pub use change::{Change, ChangeTerms};
pub use contract::time::date;
pub use day::day;
pub use hotline::{HotlineState, hotline};
pub use login::{CODE_DIGITS, CODE_TRIES, code_minutes, too_many_codes};
pub use pack::{Pack, PackError, suggested};
pub use reminder::{Reminder, Reminding};
pub use slot::{SessionFacts, SlotFacts, SlotStatus};
pub use waitlist::{OfferTime, Seat, Wish};
pub use window::NotBookable;
pub use zone::Zone;
