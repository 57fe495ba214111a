//! Slots: a seat, or a session with a quota (号源).

use contract::record;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::datatypes::{extension, set_extension};
use crate::resources::{self, SlotStatus};
use crate::{Naming, Stored, names, time};

record! {
    /// A session that is booked by number: so many in all, so many left.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Quota {
        /// In all.
        pub total: u32,
        /// Left.
        pub remain: u32,
    }
}

record! {
    /// A slot as the domain sees it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Slot {
        /// Its id.
        pub id: String,
        /// Id of its Schedule.
        pub schedule: String,
        /// From.
        pub start: Timestamp,
        /// To.
        pub end: Timestamp,
        /// As the hospital says.
        pub status: SlotStatus,
        /// What a visit costs.
        pub fee_fen: Option<u64>,
        /// `None`: one seat.
        pub quota: Option<Quota>,
    }
}

impl Slot {
    /// Reads a stored Slot; `None` when what matters is missing.
    pub fn read(stored: &Stored, naming: &Naming) -> Option<Self> {
        let slot: resources::Slot = stored.read()?;
        let fee = extension(&slot.extension, &naming.extension(names::FEE))
            .and_then(|e| e.value_money.as_ref()?.fen());
        let quota = extension(&slot.extension, &naming.extension(names::QUOTA)).map(|e| {
            let part = |name| {
                let value = extension(&e.extension, name).and_then(|e| e.value_integer);
                value.and_then(|v| u32::try_from(v).ok()).unwrap_or(0)
            };
            Quota {
                total: part(names::QUOTA_TOTAL),
                remain: part(names::QUOTA_REMAIN),
            }
        });
        Some(Self {
            schedule: slot.schedule.id_of("Schedule")?.to_owned(),
            start: time::parse(&slot.start)?,
            end: time::parse(&slot.end)?,
            id: slot.id,
            status: slot.status,
            fee_fen: fee,
            quota,
        })
    }

    /// Whether a place can be had now, time and rules apart.
    pub fn has_place(&self) -> bool {
        self.status == SlotStatus::Free && self.quota.is_none_or(|q| q.remain > 0)
    }

    /// The doctor was stopped (停诊).
    pub fn is_stopped(&self) -> bool {
        self.status == SlotStatus::BusyUnavailable
    }

    /// How many can be booked in all.
    pub fn capacity(&self) -> u32 {
        self.quota.map_or(1, |q| q.total)
    }

    /// How many places are left; stopped slots have none.
    pub fn remaining(&self) -> u32 {
        match (&self.status, self.quota) {
            (SlotStatus::Free, Some(quota)) => quota.remain,
            (SlotStatus::Free, None) => 1,
            _ => 0,
        }
    }
}

/// What a place is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// A few minutes.
    Hold,
    /// Good.
    Booking,
}

impl Taking {
    fn seat_status(self) -> &'static str {
        match self {
            Self::Hold => "busy-tentative",
            Self::Booking => "busy",
        }
    }
}

/// Edits a Slot: one place less. The caller has seen that there is one.
pub fn take(stored: &mut Stored, naming: &Naming, taking: Taking) {
    if let Some(remain) = remain_mut(&mut stored.0, naming) {
        let left = remain.as_u64().unwrap_or(0).saturating_sub(1);
        *remain = left.into();
        if left == 0 {
            stored.0["status"] = "busy".into();
        }
        return;
    }
    stored.0["status"] = taking.seat_status().into();
}

/// Edits a Slot: what was held is booked. A quota slot counted it already; `false`: nothing to
/// write.
pub fn settle(stored: &mut Stored, naming: &Naming) -> bool {
    if remain_mut(&mut stored.0, naming).is_some() || stored.0["status"] != "busy-tentative" {
        return false;
    }
    stored.0["status"] = "busy".into();
    true
}

/// Edits a Slot: one place more, that was `taken` so. A stopped slot stays stopped, a session that
/// was closed with places left stays closed, one never has more than its quota, and a seat that
/// stands otherwise than we left it may be somebody else's by now and stays as it is. `false`:
/// nothing to write.
pub fn give_back(stored: &mut Stored, naming: &Naming, taken: Taking) -> bool {
    let total = Slot::read(stored, naming).map_or(u64::MAX, |s| u64::from(s.capacity()));
    if let Some(remain) = remain_mut(&mut stored.0, naming) {
        let left = remain.as_u64().unwrap_or(0);
        *remain = left.saturating_add(1).min(total).into();
        if left == 0 && stored.0["status"] == "busy" {
            stored.0["status"] = "free".into();
        }
        return left < total;
    }
    let ours = stored.0["status"] == taken.seat_status();
    if ours {
        stored.0["status"] = "free".into();
    }
    ours
}

/// Edits any resource so that its version moves on and a late write that still expects the old
/// one must fail. A real change: some servers give a no-op no new version.
pub fn fence(stored: &mut Stored, naming: &Naming, token: &str) {
    set_extension(
        &mut stored.0,
        &naming.extension(names::FENCE),
        "valueString",
        json!(token),
    );
}

fn remain_mut<'a>(slot: &'a mut Value, naming: &Naming) -> Option<&'a mut Value> {
    let url = naming.extension(names::QUOTA);
    let quota = slot["extension"]
        .as_array_mut()?
        .iter_mut()
        .find(|e| e["url"] == url)?;
    let parts = quota["extension"].as_array_mut()?;
    parts
        .iter_mut()
        .find(|e| e["url"] == names::QUOTA_REMAIN)?
        .get_mut("valueInteger")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(status: &str) -> Stored {
        Stored::new(json!({"resourceType":"Slot","id":"s","status":status,
            "schedule":{"reference":"Schedule/d"},"comment":"keep",
            "start":"2026-11-23T08:00:00+08:00","end":"2026-11-23T08:15:00+08:00",
            "extension":[{"url":"urn:banzhen:ext:fee","valueMoney":{"value":50,"currency":"CNY"}}]}))
        .unwrap()
    }

    fn session(status: &str, remain: u32) -> Stored {
        let mut slot = seat(status);
        slot.0["extension"].as_array_mut().unwrap().push(json!({"url":"urn:banzhen:ext:quota",
            "extension":[{"url":"total","valueInteger":10},{"url":"remain","valueInteger":remain}]}));
        slot
    }

    fn view(stored: &Stored) -> Slot {
        Slot::read(stored, &Naming::default()).unwrap()
    }

    #[test]
    fn a_seat_is_held_booked_and_given_back() {
        let naming = Naming::default();
        let mut slot = seat("free");
        assert!(view(&slot).has_place());
        assert_eq!(view(&slot).fee_fen, Some(5000));
        take(&mut slot, &naming, Taking::Hold);
        assert_eq!(view(&slot).status, SlotStatus::BusyTentative);
        assert!(settle(&mut slot, &naming));
        assert_eq!(view(&slot).status, SlotStatus::Busy);
        assert!(!settle(&mut slot, &naming), "settled once");
        assert!(
            !give_back(&mut slot, &naming, Taking::Hold),
            "a booking is no hold"
        );
        assert!(give_back(&mut slot, &naming, Taking::Booking));
        assert!(
            !give_back(&mut slot, &naming, Taking::Booking),
            "given back once"
        );
        assert_eq!(slot, seat("free"));
    }

    #[test]
    fn a_quota_is_counted_and_busy_at_none() {
        let naming = Naming::default();
        let mut slot = session("free", 2);
        take(&mut slot, &naming, Taking::Hold);
        assert_eq!(
            (view(&slot).remaining(), view(&slot).status),
            (1, SlotStatus::Free)
        );
        assert!(!settle(&mut slot, &naming), "a quota slot counted the hold");
        take(&mut slot, &naming, Taking::Booking);
        assert_eq!(
            (view(&slot).has_place(), view(&slot).status),
            (false, SlotStatus::Busy)
        );
        assert!(give_back(&mut slot, &naming, Taking::Booking));
        assert_eq!(slot, session("free", 1));
    }

    #[test]
    fn a_quota_never_grows_and_stopped_or_closed_stays_so() {
        let naming = Naming::default();
        let mut full = session("free", 10);
        assert!(!give_back(&mut full, &naming, Taking::Hold));
        assert_eq!(
            view(&full).quota,
            Some(Quota {
                total: 10,
                remain: 10
            })
        );
        let mut stopped = session("busy-unavailable", 3);
        give_back(&mut stopped, &naming, Taking::Booking);
        assert!(view(&stopped).is_stopped());
        let mut closed = session("busy", 3);
        assert!(give_back(&mut closed, &naming, Taking::Booking));
        assert_eq!(closed, session("busy", 4), "closed by the hospital");
        let mut stopped = seat("busy-unavailable");
        assert!(!give_back(&mut stopped, &naming, Taking::Booking));
    }

    #[test]
    fn a_fence_changes_something_every_time_and_nothing_else() {
        let naming = Naming::default();
        let (mut one, mut two) = (session("free", 3), session("free", 3));
        fence(&mut one, &naming, "a");
        fence(&mut two, &naming, "b");
        assert_ne!(one, two);
        fence(&mut one, &naming, "b");
        assert_eq!(one, two, "one fence, replaced");
        assert_eq!(view(&one), view(&session("free", 3)));
    }
}
