//! The address of a place in line: `{hospital}~{day}~{slot}~{since}~{n|c}~{seal}`, sealed for one
//! session and person. All that the room needs to take the place up again after a restart stands
//! in it, and nothing of the person.

use contract::{PersonId, api::GetTicket};
use jiff::civil::Date;

use super::Wish;
use crate::secrets::{Secret, Secrets};

/// Characters of the seal: 96 bits.
const SEAL: usize = 16;

/// What stands in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    /// What was wanted.
    pub wish: Wish,
    /// The day that is given out.
    pub day: Date,
    /// Since when it counts, milliseconds since the release.
    pub at: i64,
}

/// Where to ask for it.
pub(super) fn url(secret: &Secret, sealed: &Sealed, session: &str, person: &PersonId) -> String {
    let Sealed { wish, day, at } = sealed;
    let Wish { hospital, slot, .. } = wish;
    let care = if wish.care { "c" } else { "n" };
    let text = format!("{hospital}~{day}~{slot}~{at}~{care}");
    let seal = seal(secret, &text, session, person.as_str());
    contract::fill(
        <GetTicket as contract::Endpoint>::PATH,
        &[person.as_str(), &format!("{text}~{seal}")],
    )
}

/// What stands in it; `None` when it is not ours, or not this session's or person's.
pub(super) fn open(secrets: &Secrets, ticket: &str, session: &str, person: &str) -> Option<Sealed> {
    let (text, sealed) = ticket.rsplit_once('~')?;
    if !secrets
        .all()
        .iter()
        .any(|secret| seal(secret, text, session, person) == sealed)
    {
        return None;
    }
    let [hospital, day, slot, at, care] = text.split('~').collect::<Vec<_>>()[..] else {
        return None;
    };
    Some(Sealed {
        wish: Wish {
            hospital: hospital.into(),
            slot: slot.into(),
            care: care == "c",
        },
        day: rules::date(day)?,
        at: at.parse().ok()?,
    })
}

fn seal(secret: &Secret, text: &str, session: &str, person: &str) -> String {
    let mut seal = secret.digest(&["ticket", session, person, text]);
    seal.truncate(SEAL);
    seal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::tests::secrets;

    #[test]
    fn it_opens_for_whom_it_was_made_and_nobody_else() {
        let keys = secrets(&["b", "a"]);
        let sealed = Sealed {
            wish: Wish {
                hospital: "general".into(),
                slot: "g-slot-1.2".into(),
                care: true,
            },
            day: Date::constant(2026, 12, 7),
            at: -250,
        };
        let url = url(keys.current(), &sealed, "session", &"person".into());
        let (front, ticket) = url.rsplit_once('/').unwrap();
        assert_eq!(front, "/api/v1/people/person/tickets");
        assert!(contract::is_id(ticket), "{ticket}");
        assert_eq!(open(&keys, ticket, "session", "person"), Some(sealed));
        assert_eq!(open(&keys, ticket, "another", "person"), None);
        assert_eq!(open(&keys, ticket, "session", "another"), None);
        assert_eq!(
            open(&keys, &ticket.replace("-250", "-950"), "session", "person"),
            None
        );
        assert_eq!(open(&secrets(&["c"]), ticket, "session", "person"), None);
    }
}
