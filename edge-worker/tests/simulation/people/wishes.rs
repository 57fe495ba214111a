//! What people want, and how they ask for it.

use banzhen_edge_worker::booking::{turn::What, waitlist::Wait};
use contract::{
    CancelRequest, ConfirmRequest, HoldRequest, LeaveRequest, RescheduleRequest, Session,
    WaitlistRequest,
};

use super::{Asking, digest};
use crate::world::World;

/// So often in a thousand it is one of the few doctors whom everybody wants.
const POPULAR: u64 = 450;

/// What somebody wants of the edge.
#[derive(Clone, Debug)]
pub enum Wish {
    Hold {
        slot: String,
        care: bool,
    },
    Confirm {
        hold: String,
    },
    Release {
        hold: String,
    },
    Cancel {
        id: String,
    },
    Move {
        from: String,
        slot: String,
    },
    Join(Awaited),
    Leave {
        entry: String,
        named: bool,
        of: Awaited,
    },
    Accept {
        offer: String,
        keep: Option<String>,
    },
    Decline {
        offer: String,
    },
}

/// What somebody waits for.
#[derive(Clone, Debug)]
pub struct Awaited {
    pub department: String,
    pub doctor: Option<String>,
    pub session: Option<Session>,
    pub day: String,
    pub keep: Option<String>,
    pub care: bool,
}

impl Awaited {
    /// What names it, with the person: one entry for each.
    pub fn key(&self, person: &str) -> String {
        let doctor = self.doctor.as_deref().unwrap_or_default();
        digest(
            person,
            "waitlist",
            &format!("general~{}~{doctor}", self.department),
        )
    }
}

impl Wish {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hold { .. } => "hold",
            Self::Confirm { .. } => "confirm",
            Self::Release { .. } => "release",
            Self::Cancel { .. } => "cancel",
            Self::Move { .. } => "reschedule",
            Self::Join(_) => "join",
            Self::Leave { .. } => "leave",
            Self::Accept { .. } => "accept",
            Self::Decline { .. } => "decline",
        }
    }

    /// The booking that it would end.
    pub fn ends(&self) -> Option<&str> {
        match self {
            Self::Cancel { id } | Self::Move { from: id, .. } => Some(id),
            Self::Accept { keep, .. } => keep.as_deref(),
            _ => None,
        }
    }
}

pub fn what(asking: &Asking) -> What {
    let appointment = |id: &str| format!("general~{id}").into();
    if let Some(outcome) = &asking.outcome {
        return What::Outcome(outcome.clone());
    }
    match &asking.wish {
        Wish::Hold { slot, care } => What::Hold(HoldRequest {
            hospital: "general".into(),
            slot: slot.as_str().into(),
            care: Some(*care),
        }),
        Wish::Confirm { hold } => What::Confirm(ConfirmRequest {
            hold: format!("general~{hold}").into(),
        }),
        Wish::Release { hold } => What::Release(format!("general~{hold}").into()),
        Wish::Cancel { id } => What::Cancel {
            appointment: appointment(id),
            body: CancelRequest {
                reason: None,
                accept_no_show: Some(true),
            },
        },
        Wish::Move { from, slot } => What::Reschedule {
            appointment: appointment(from),
            body: RescheduleRequest {
                care: None,
                slot: slot.as_str().into(),
            },
        },
        Wish::Join(it) => What::Wait(Wait::Join(WaitlistRequest {
            hospital: "general".into(),
            department: it.department.as_str().into(),
            doctor: it.doctor.as_deref().map(Into::into),
            level: None,
            session: it.session,
            from: it.day.as_str().into(),
            to: it.day.as_str().into(),
            keep: it.keep.as_deref().map(appointment),
            care: Some(it.care),
        })),
        Wish::Leave {
            of, named: true, ..
        } => What::Wait(Wait::Leave(LeaveRequest {
            hospital: "general".into(),
            department: of.department.as_str().into(),
            doctor: of.doctor.as_deref().map(Into::into),
            level: None,
            session: None,
            from: None,
            to: None,
            keep: None,
            care: None,
        })),
        Wish::Leave { entry, .. } => {
            What::Wait(Wait::LeaveEntry(format!("general~{entry}").into()))
        }
        Wish::Accept { offer, .. } => What::Wait(Wait::Accept(format!("general~{offer}").into())),
        Wish::Decline { offer } => What::Wait(Wait::Decline(format!("general~{offer}").into())),
    }
}

/// A slot that somebody may want: those of a few doctors are full before long.
pub fn some_slot(world: &mut World) -> String {
    let all = world.hospital.slots.len();
    let among = if world.chance.permille(POPULAR) {
        all / 5
    } else {
        all
    };
    world.hospital.slots[world.chance.below(among)].clone()
}

/// What somebody wants of the waitlist, if anything.
fn waiting_wish(world: &mut World, person: usize) -> Option<Wish> {
    let it = &mut world.people.all[person];
    let full = it.full.take();
    // They have had a message.
    let mut offers = world.hospital.of_patient(&it.patient);
    let offer = offers.find(|offer| {
        offer.is_offer() && !offer.is_over(world.now) && !it.answered.contains(&offer.id)
    });
    if let Some(offer) = offer {
        let entry = offer.offered_to.as_deref();
        let entry = entry.and_then(|id| world.hospital.entry(id));
        let kept = entry.and_then(|it| world.hospital.kept(it));
        let keep = kept.map(|it| it.id.clone());
        let offer = offer.id.clone();
        return match world.chance.below(10) {
            0 => Some(Wish::Decline { offer }),
            1..7 => Some(Wish::Accept { offer, keep }),
            _ => None,
        };
    }
    if !it.waits.is_empty() && world.chance.permille(120) {
        let (entry, of) = it.waits.first_key_value().expect("just seen");
        let (entry, of) = (entry.clone(), of.clone());
        let named = world.chance.permille(500);
        return Some(Wish::Leave { entry, named, of });
    }
    let place = world.hospital.place(&full?);
    if !world.chance.permille(300) {
        return None;
    }
    let booked: Vec<&String> = it.booked.iter().collect();
    let keep = !booked.is_empty() && world.chance.permille(400);
    let keep = keep.then(|| booked[world.chance.below(booked.len())].clone());
    let am = place.session() == "am";
    Some(Wish::Join(Awaited {
        department: place.department(),
        doctor: world
            .chance
            .permille(900)
            .then(|| format!("doc-{}", place.doctor)),
        session: world
            .chance
            .permille(800)
            .then_some(if am { Session::Am } else { Session::Pm }),
        day: place.day().to_string(),
        keep,
        care: world.chance.permille(300),
    }))
}

pub fn wish(world: &mut World, person: usize) -> Wish {
    if let Some(wish) = waiting_wish(world, person) {
        return wish;
    }
    let slot = if world.now < world.people.hot_until {
        let hot = &world.people.hot;
        hot[world.chance.below(hot.len())].clone()
    } else {
        some_slot(world)
    };
    let it = &world.people.all[person];
    let booked: Vec<&String> = it.booked.iter().collect();
    if let Some(hold) = it.held.clone() {
        match world.chance.below(10) {
            0 => return Wish::Release { hold },
            1..8 => return Wish::Confirm { hold },
            _ => {}
        }
    } else if !booked.is_empty() && world.chance.permille(250 + 60 * booked.len() as u64) {
        let id = booked[world.chance.below(booked.len())].clone();
        return if world.chance.permille(500) {
            Wish::Cancel { id }
        } else {
            Wish::Move { from: id, slot }
        };
    }
    Wish::Hold {
        slot,
        care: world.chance.permille(200),
    }
}
