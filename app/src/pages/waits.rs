//! On home, for who waits for a place: whether one is offered. An offer stands for minutes, and the
//! message about it may not be seen.

use crate::dom::*;
use contract::{Right, Route, Waitlist, api::ListWaitlist};

use super::waitlist;
use crate::{
    prefs,
    remote::read_own,
    session::{self, Who},
    ui::all_known,
};

/// Finds out where an offer is to be decided on. What cannot be read changes nothing.
pub fn find_out(offer: RwSignal<Option<Route>>) {
    session::find_out();
    follow(move || {
        let Who::In(caller, view) = session::who() else {
            return;
        };
        let whole = all_known(&view.sources);
        let people = view.people.into_iter();
        let lists: Vec<_> = people
            .filter(|person| person.rights.contains(&Right::Book))
            .map(|person| {
                let list = read_own::<ListWaitlist>(caller, &[person.id.as_str()], "");
                (person.id, list)
            })
            .collect();
        follow(move || {
            let found = lists.iter().find_map(|(person, list)| {
                let id = |list: &Waitlist| list.entries.iter().find_map(|one| one.offer.clone());
                Some(Route::Offer {
                    person: person.clone(),
                    offer: list.with(id)??,
                })
            });
            offer.set(found);
            let mut all = lists.iter();
            if whole && all.all(|(_, list)| list.with(waitlist::is_over) == Some(true)) {
                // Seen the next time: nothing goes away under a finger.
                prefs::set_waits(false);
            }
        });
    });
}
