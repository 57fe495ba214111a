//! What pages are made of. One file, one thing; each gives a finished view.

mod button;
mod choices;
mod failed;
mod field;
mod hotline;
mod icon;
mod loaded;
mod money;
mod page;
mod qr;
mod row;
mod sources;
mod ticking;

pub use crate::dom::{live, live_text};
pub use button::{Role, busy_button, button, link_button};
pub use choices::choices;
pub use failed::{failed, out_of_reach, problem_text};
pub use field::{Field, field};
pub use hotline::{Hotline, call_here, call_row, hotline_for, hotline_of, hotlines};
pub use icon::{Icon, icon};
pub use loaded::{changing, followed, for_caller, loaded, waiting};
pub use money::{in_words, yuan};
pub use page::{BOOKING_STEPS, MOVING_STEPS, Page, retitle};
pub use qr::qr;
pub use row::{Row, fact, good_note, note, row, state_word};
pub use sources::{all_known, hospital_name, source_notes};
pub use ticking::ticking;
