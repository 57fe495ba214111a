//! Holds, appointments, moves and cancels.
//!
//! What changes a person's bookings runs in that person's turn ([`turn`]), one after the other,
//! in a durable object that outlives the caller's connection. Reading does not wait for a turn.

mod alternatives;
mod cancel;
mod confirm;
mod hold;
pub(crate) mod id;
mod known;
mod notes;
mod outcome;
mod place;
mod reads;
mod reschedule;
mod scene;
mod stopped;
mod view;

pub mod expiry;
pub mod turn;
pub mod waitlist;
pub mod work;

use contract::{
    AppointmentId, Code, HoldId, PersonId, Right,
    api::{
        Cancel, Confirm, GetAppointment, GetOutcome, ListAppointments, PlaceHold, ReleaseHold,
        Reschedule,
    },
};
use futures_channel::oneshot;
use turn::{Task, Told, What};
mod who;

pub(crate) use alternatives::row as alternative;
pub(crate) use hold::bookable;
pub(crate) use place::Offer;
pub use place::Place;
pub use who::{Record, Who};

use crate::{
    ctx::Ctx,
    http::{AppError, Asked, Call, Handled, page::Page, router::Router},
    room::{self, Wish, Won},
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    let router = router
        .on(place_hold)
        .on(release_hold)
        .on(confirm_hold)
        .on(list)
        .on(get)
        .on(cancel_appointment)
        .on(move_appointment)
        .on(get_outcome);
    waitlist::routes(router)
}

async fn place_hold(ctx: Ctx, call: Call<PlaceHold>) -> Handled<PlaceHold> {
    let Call { body, asked } = call;
    let wish = Wish {
        hospital: body.hospital.clone(),
        slot: body.slot.clone(),
        care: body.care == Some(true),
    };
    let told = past_the_room(ctx, asked, wish, What::Hold(body)).await?;
    Ok(told.hold()?.into())
}

async fn release_hold(ctx: Ctx, call: Call<ReleaseHold>) -> Handled<ReleaseHold> {
    let hold: HoldId = call.parameter("hold")?;
    let (hospital, _) = id::split(hold.as_str())?;
    in_turn(&ctx, &call, What::Release(hold))
        .await?
        .released()?;
    room::released(&ctx, &call.parameter("person")?, &hospital);
    Ok(().into())
}

async fn confirm_hold(ctx: Ctx, call: Call<Confirm>) -> Handled<Confirm> {
    let Call { body, asked } = call;
    let told = in_turn(&ctx, &asked, What::Confirm(body)).await?;
    let appointment = told.appointment()?;
    room::booked(&ctx, &asked.parameter("person")?, &appointment);
    Ok(appointment.into())
}

async fn cancel_appointment(ctx: Ctx, call: Call<Cancel>) -> Handled<Cancel> {
    let Call { body, asked } = call;
    let appointment: AppointmentId = asked.parameter("appointment")?;
    let told = in_turn(&ctx, &asked, What::Cancel { appointment, body }).await?;
    Ok(told.appointment()?.into())
}

async fn move_appointment(ctx: Ctx, call: Call<Reschedule>) -> Handled<Reschedule> {
    let Call { body, asked } = call;
    let appointment: AppointmentId = asked.parameter("appointment")?;
    let (hospital, _) = id::split(appointment.as_str())?;
    let wish = Wish {
        hospital,
        slot: body.slot.clone(),
        care: body.care == Some(true),
    };
    let what = What::Reschedule { appointment, body };
    let told = past_the_room(ctx, asked, wish, what).await?;
    Ok(told.appointment()?.into())
}

/// Takes a slot, unless the room of a release has the person wait. The room waits for what comes of
/// whom it lets through, so all of it is done whether or not the caller stays.
async fn past_the_room(ctx: Ctx, asked: Asked, wish: Wish, what: What) -> Result<Told, AppError> {
    let (tell, told) = oneshot::channel();
    let background = ctx.background.clone();
    background.run(Box::pin(async move {
        // Nobody listens any more when the caller has hung up.
        let _ = tell.send(through_the_room(&ctx, &asked, wish, what).await);
    }));
    told.await.map_err(|_| Code::Internal)?
}

async fn through_the_room(
    ctx: &Ctx,
    asked: &Asked,
    wish: Wish,
    what: What,
) -> Result<Told, AppError> {
    // Before anything is asked of the hospital: at a release most must not even try.
    let pass = match room::enter(ctx, asked, wish).await {
        Ok(pass) => pass,
        Err(refused) => return before_the_room(ctx, asked, what, refused).await,
    };
    let told = in_turn(ctx, asked, what).await;
    let came = match &told {
        Ok(Told::Hold(hold)) => Ok(Won::Held(&hold.expires_at)),
        Ok(_) => Ok(Won::Booked),
        Err(error) => Err(error),
    };
    pass.finished(ctx, came).await.map_or(told, Err)
}

/// What a move is told whatever a room says: the first answer to its key, or that it is too late to
/// move. Who holds has nothing yet, and most of those who come do: they cost the hospital nothing.
async fn before_the_room(
    ctx: &Ctx,
    asked: &Asked,
    what: What,
    refused: AppError,
) -> Result<Told, AppError> {
    let What::Reschedule { appointment, body } = what else {
        return Err(refused);
    };
    match in_turn(ctx, asked, What::Moved { appointment, body }).await {
        Ok(told @ Told::Appointment(_)) => Ok(told),
        Err(AppError::Refused(why))
            if matches!(why.code, Code::PastDeadline | Code::IdempotencyKeyReused) =>
        {
            Err(AppError::Refused(why))
        }
        _ => Err(refused),
    }
}

async fn get_outcome(ctx: Ctx, call: Call<GetOutcome>) -> Handled<GetOutcome> {
    let outcome: AppointmentId = call.parameter("outcome")?;
    let told = in_turn(&ctx, &call, What::Outcome(outcome.0)).await?;
    Ok(told.outcome()?.into())
}

/// Has it done in the turn of the person in the path.
async fn in_turn(ctx: &Ctx, asked: &Asked, what: What) -> Result<Told, AppError> {
    let task = Task {
        who: who(ctx, asked).await?,
        key: asked.key.clone(),
        what,
    };
    turn::take(ctx, task).await
}

async fn list(ctx: Ctx, call: Call<ListAppointments>) -> Handled<ListAppointments> {
    let page = Page::read(call.query("limit"), call.query("cursor"))?;
    Ok(reads::list(&ctx, &who(&ctx, &call).await?, &page)
        .await?
        .into())
}

async fn get(ctx: Ctx, call: Call<GetAppointment>) -> Handled<GetAppointment> {
    let appointment: AppointmentId = call.parameter("appointment")?;
    Ok(reads::one(&ctx, &who(&ctx, &call).await?, &appointment)
        .await?
        .into())
}

/// The person in the path, if the caller may book for them.
async fn who(ctx: &Ctx, asked: &Asked) -> Result<Who, AppError> {
    let person: PersonId = asked.parameter("person")?;
    Who::authorize(ctx, asked.session()?, &person, Right::Book).await
}
