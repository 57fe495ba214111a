//! What to offer when a slot is gone (A15): the same doctor that day, then the department near in
//! time. From the public board, at most a second old, so that those who lose a rush do not ask
//! the hospital once each.

use contract::{Alternative, Code, SlotState};

use super::{
    known::Known,
    place::{Offer, Place},
    scene::Scene,
};
use crate::{
    config::Hospital,
    http::{AppError, Refusal},
    reads::{board, directory},
};

/// Rows that are offered.
const MOST: usize = 3;

/// `slot_taken` with up to three slots that this person could have instead. `moved` is the
/// appointment that would be given back, which stands in no slot's way.
pub async fn slot_taken(
    scene: &Scene<'_>,
    known: &Known,
    offer: &Offer,
    moved: Option<&str>,
) -> AppError {
    // Nothing found and nothing answered look the same here: both leave the list to look at.
    let rows = rows(scene, known, near(scene, offer).await, moved).await;
    Refusal::new(Code::SlotTaken)
        .with(|p| p.alternatives = Some(rows))
        .into()
}

/// The first of `others` that this person could have.
pub async fn rows(
    scene: &Scene<'_>,
    known: &Known,
    others: Vec<Offer>,
    moved: Option<&str>,
) -> Vec<Alternative> {
    let mut rows = Vec::new();
    for other in others {
        if rows.len() == MOST {
            break;
        }
        let start = scene.civil(other.slot.start);
        let open = scene
            .hospital
            .pack
            .bookable(start, scene.civil_now())
            .is_ok();
        if open
            && known
                .allow(scene, &other.slot, &other.place, moved)
                .await
                .is_ok()
        {
            rows.push(row(scene.hospital, other));
        }
    }
    rows
}

async fn near(scene: &Scene<'_>, offer: &Offer) -> Vec<Offer> {
    let Ok(directory) = directory::load(scene.ctx, scene.hospital).await else {
        return Vec::new();
    };
    let department = offer.place.department.id.as_str();
    let day = scene.civil(offer.slot.start).date();
    let boards = board::load(scene.ctx, scene.hospital, department, day, 1).await;
    let mut rows: Vec<(bool, u64, Offer)> = boards
        .iter()
        .flat_map(|board| board.slots.iter())
        .filter(|of| of.slot().id != offer.slot.id && of.slot().has_place())
        .filter_map(|of| {
            let place = Place::of(&directory, &of.doctor)?;
            let other = of.doctor != offer.place.doctor.id.as_str();
            let away = of
                .slot()
                .start
                .as_second()
                .abs_diff(offer.slot.start.as_second());
            Some((
                other,
                away,
                Offer {
                    slot: of.slot().clone(),
                    level: of.level,
                    place,
                },
            ))
        })
        .collect();
    rows.sort_by_key(|(other, away, _)| (*other, *away));
    rows.into_iter().map(|(.., offer)| offer).collect()
}

/// A slot as it is offered.
pub fn row(hospital: &Hospital, offer: Offer) -> Alternative {
    Alternative {
        start: hospital.instant(offer.slot.start),
        end: hospital.instant(offer.slot.end),
        state: SlotState::Free,
        fee_fen: offer.slot.fee_fen,
        capacity: offer.slot.capacity(),
        remaining: Some(offer.slot.remaining()),
        doctor: offer.place.doctor,
        department: offer.place.department,
        id: offer.slot.id.into(),
    }
}
