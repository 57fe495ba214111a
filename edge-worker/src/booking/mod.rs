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
    AppointmentId, Code, Hold, HoldId, PersonId, Right,
    api::{
        Cancel, Confirm, GetAppointment, GetOutcome, ListAppointments, PlaceHold, ReleaseHold,
        Reschedule,
    },
};
use futures_channel::oneshot;
use turn::{Task, What};
mod who;

pub(crate) use alternatives::row as alternative;
pub(crate) use place::Offer;
pub use place::Place;
pub use who::{Record, Who};

use crate::{
    ctx::Ctx,
    http::{AppError, Call, Handled, page::Page, router::Router},
    room::{self, Pass},
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
    // Before anything is asked of the hospital: at a release most must not even try.
    let pass = room::enter(&ctx, &call).await?;
    if let Pass::Free = pass {
        return Ok(try_hold(&ctx, &call).await?.into());
    }
    // A room waits for what comes of it, whether or not the caller does.
    let (tell, told) = oneshot::channel();
    let task_ctx = ctx.clone();
    ctx.background.run(Box::pin(async move {
        let held = try_hold(&task_ctx, &call).await;
        // Nobody listens any more when the caller has hung up.
        let _ = tell.send(pass.finished(&task_ctx, held).await);
    }));
    Ok(told.await.map_err(|_| Code::Internal)??.into())
}

async fn try_hold(ctx: &Ctx, call: &Call<PlaceHold>) -> Result<Hold, AppError> {
    let task = Task {
        who: who(ctx, call).await?,
        key: call.key.clone(),
        what: What::Hold(call.body.clone()),
    };
    turn::take(ctx, task).await?.hold()
}

async fn release_hold(ctx: Ctx, call: Call<ReleaseHold>) -> Handled<ReleaseHold> {
    let hold: HoldId = call.parameter("hold")?;
    let (hospital, _) = id::split(hold.as_str())?;
    let task = Task {
        who: who(&ctx, &call).await?,
        key: String::new(),
        what: What::Release(hold),
    };
    turn::take(&ctx, task).await?.released()?;
    room::released(&ctx, &call.parameter("person")?, &hospital);
    Ok(().into())
}

async fn confirm_hold(ctx: Ctx, call: Call<Confirm>) -> Handled<Confirm> {
    let who = who(&ctx, &call).await?;
    let task = Task {
        who,
        key: call.key.clone(),
        what: What::Confirm(call.body.clone()),
    };
    let appointment = turn::take(&ctx, task).await?.appointment()?;
    room::booked(&ctx, &call.parameter("person")?, &appointment);
    Ok(appointment.into())
}

async fn cancel_appointment(ctx: Ctx, call: Call<Cancel>) -> Handled<Cancel> {
    let who = who(&ctx, &call).await?;
    let appointment: AppointmentId = call.parameter("appointment")?;
    let task = Task {
        who,
        key: String::new(),
        what: What::Cancel {
            appointment,
            body: call.body,
        },
    };
    Ok(turn::take(&ctx, task).await?.appointment()?.into())
}

async fn move_appointment(ctx: Ctx, call: Call<Reschedule>) -> Handled<Reschedule> {
    let who = who(&ctx, &call).await?;
    let appointment: AppointmentId = call.parameter("appointment")?;
    let key = call.key.clone();
    let task = Task {
        who,
        key,
        what: What::Reschedule {
            appointment,
            body: call.body,
        },
    };
    Ok(turn::take(&ctx, task).await?.appointment()?.into())
}

async fn get_outcome(ctx: Ctx, call: Call<GetOutcome>) -> Handled<GetOutcome> {
    let outcome: String = call.parameter::<AppointmentId>("outcome")?.0;
    let task = Task {
        who: who(&ctx, &call).await?,
        key: String::new(),
        what: What::Outcome(outcome),
    };
    Ok(turn::take(&ctx, task).await?.outcome()?.into())
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
async fn who<E: contract::Endpoint>(ctx: &Ctx, call: &Call<E>) -> Result<Who, AppError> {
    let person: PersonId = call.parameter("person")?;
    Who::authorize(ctx, call.session()?, &person, Right::Book).await
}
