//! What a hospital tells of itself: changes of its slots, pushed to the [`hook`], found by looking
//! ([`keeper`]), or made by ourselves. [`spread`] brings them to whom they concern.

mod change;
pub mod hook;
pub mod keeper;
pub mod ledger;

pub use change::SlotChange;

use fhir::Stored;
use jiff::{Timestamp, civil::Date};

use crate::{
    booking::waitlist,
    config::Hospital,
    ctx::{Class, Ctx},
    http::AppError,
    reads::{
        board::{
            self, Key,
            object::{CHANGE, Changed, DOUBT},
        },
        directory,
    },
    reminders, room, together,
};

/// Takes in what the hospital tells: brings it to the boards, and beside that to whoever has a
/// visit there or waits for a place.
///
/// # Errors
/// As [`spread`].
pub async fn take(
    ctx: &Ctx,
    hospital: &Hospital,
    changes: Vec<SlotChange>,
) -> Result<(), AppError> {
    if changes.is_empty() {
        return Ok(());
    }
    spread(ctx, hospital, changes.clone()).await?;
    let (of, id) = (ctx.clone(), hospital.id.clone());
    ctx.background.run(Box::pin(async move {
        if let Some(hospital) = of.config.hospital(&id) {
            room::on_change(&of, hospital, &changes).await;
            reminders::on_change(&of, hospital, &changes).await;
            waitlist::on_change(&of, hospital, &changes).await;
        }
    }));
    Ok(())
}

/// Brings changes to the boards they belong to. Twice, late and in any order does no harm.
///
/// # Errors
/// A board could not be told; then it is to be told again.
pub async fn spread(
    ctx: &Ctx,
    hospital: &Hospital,
    changes: Vec<SlotChange>,
) -> Result<(), AppError> {
    let mut boards: Vec<Changed> = Vec::new();
    for change in changes {
        let Some(key) = key(ctx, hospital, &change.slot.schedule, change.slot.start).await? else {
            continue;
        };
        match boards.iter_mut().find(|board| board.key == key) {
            Some(board) => board.slots.push(change),
            None => boards.push(Changed {
                key,
                slots: vec![change],
            }),
        }
    }
    let told = boards.iter().map(|changed| async move {
        let name = changed.key.name();
        ctx.ask::<()>(Class::Board, &name, CHANGE, changed).await
    });
    together::all(told).await.into_iter().collect()
}

/// What a slot of ours is now, as we wrote it, and as far as the hospital has said its version and
/// when that was made, by its clock.
pub type Written = (Stored, Option<u64>, Option<Timestamp>);

/// Something of ours was written. Boards that cannot be told will see it with the next look at the
/// hospital.
pub async fn written(ctx: &Ctx, hospital: &Hospital, slots: Vec<Written>) {
    board::forget(&hospital.id);
    let mut changes = Vec::new();
    for (stored, version, at) in slots {
        let Some(mut change) = SlotChange::read(&stored, &hospital.naming) else {
            continue;
        };
        if let Some(version) = version {
            change.version = version;
            // Our own clock may be another: what it says would be ahead of all that is read.
            change.updated = at.unwrap_or(change.updated);
            changes.push(change);
        } else if let Ok(Some(key)) =
            key(ctx, hospital, &change.slot.schedule, change.slot.start).await
        {
            let _ = ctx.ask::<()>(Class::Board, &key.name(), DOUBT, &key).await;
        }
    }
    let _ = spread(ctx, hospital, changes).await;
}

/// The board of a slot; none for a schedule that the directory does not know (yet).
async fn key(
    ctx: &Ctx,
    hospital: &Hospital,
    schedule: &str,
    start: Timestamp,
) -> Result<Option<Key>, AppError> {
    let directory = directory::load(ctx, hospital).await?;
    let day: Date = hospital.zone.civil(start).date();
    Ok(directory.of_schedule(schedule).map(|(doctor, _)| Key {
        hospital: hospital.id.clone(),
        department: doctor.department.clone(),
        day,
    }))
}
