//! The waiting room of a release (A07, A25). What it decides is in [`rules::room`]; here it gets
//! its slots from the hospital, its questions from requests, and a durable object to live in: one
//! for each day that is given out.
//!
//! It stands before everything that a hold asks of the hospital: who does not get a place costs
//! the hospital nothing. Persons, phones and addresses enter as digests under the edge's secret
//! that are good for one release only; addresses and phones are never written down.

mod ask;
mod audit;
mod current;
mod gate;
mod ticket;

pub mod keeper;

pub use ask::{Ask, Came, Question, Told};
pub use gate::{Pass, Wish, Won, booked, enter, released};

use contract::{
    Code, PersonId, TicketState,
    api::{GetTicket, LeaveTicket, TakeTicket},
};
use rules::room::Stage;

use crate::{
    config::Hospital,
    ctx::{Class, Ctx},
    feed::SlotChange,
    http::{AppError, Asked, Call, Handled, router::Router},
};
use ask::Line;
use current::Release;
use ticket::Sealed;

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router.on(take).on(look).on(leave).on(audit::get)
}

/// The hospital's slots have changed. What is of no release that is going on is passed over.
pub async fn on_change(ctx: &Ctx, hospital: &Hospital, changes: &[SlotChange]) {
    let Some(release) = Release::open(hospital, ctx.clock.now()) else {
        return;
    };
    let of_day =
        |change: &&SlotChange| hospital.zone.civil(change.slot.start).date() == release.day;
    let slots: Vec<_> = changes
        .iter()
        .filter(of_day)
        .map(|it| it.slot.clone())
        .collect();
    if !slots.is_empty() {
        // What is missed here is learnt when somebody tries.
        let _ = ask(ctx, &release, Ask::Changed(slots)).await;
    }
}

/// Asks the room of a release.
async fn ask(ctx: &Ctx, release: &Release, ask: Ask) -> Result<Told, AppError> {
    let question = Question {
        hospital: release.hospital.clone(),
        date: rules::day(release.day),
        ask,
    };
    let name = format!("{}:{}", release.hospital, release.day);
    let told: Told = ctx.ask(Class::Room, &name, "/", &question).await?;
    match told {
        Told::NotKnown => Err(AppError::hospital_unavailable(
            crate::backend::UNAVAILABLE_S,
        )),
        told => Ok(told),
    }
}

/// `POST /people/{p}/tickets`: a place in line, from shortly before the release.
async fn take(ctx: Ctx, call: Call<TakeTicket>) -> Handled<TakeTicket> {
    let hospital = ctx.hospital(&call.body.hospital)?;
    let now = ctx.clock.now();
    let slot = call.body.slot.clone();
    let release = Release::open(hospital, now).or_else(|| Release::soon(hospital, now));
    let Some(release) = release else {
        return Err(gate::no_line(&ctx, hospital, slot.as_str()).await);
    };
    let wish = Wish {
        hospital: hospital.id.clone(),
        slot: slot.clone(),
        care: call.body.care == Some(true),
    };
    let who = gate::came(&ctx, &call, &release, &wish)?;
    match ask(&ctx, &release, Ask::Take(who)).await? {
        Told::Line(line) => Ok(shown(&ctx, &release, &call, wish, line)?.into()),
        Told::TooMany => Err(too_many()),
        Told::Taken(rows) => Err(gate::taken(rows)),
        _ => Err(gate::no_line(&ctx, hospital, slot.as_str()).await),
    }
}

/// `GET /people/{p}/tickets/{t}`
async fn look(ctx: Ctx, call: Call<GetTicket>) -> Handled<GetTicket> {
    let (hospital, release, Sealed { wish, at, .. }) = opened(&ctx, &call)?;
    let line = if release.is_over(hospital, ctx.clock.now()) {
        Line::over(at)
    } else {
        let who = gate::came(&ctx, &call, &release, &wish)?;
        match ask(&ctx, &release, Ask::Look { who, since: at }).await? {
            Told::Line(line) => line,
            _ => return Err(Code::NotFound.into()),
        }
    };
    Ok(shown(&ctx, &release, &call, wish, line)?.into())
}

/// `DELETE /people/{p}/tickets/{t}`
async fn leave(ctx: Ctx, call: Call<LeaveTicket>) -> Handled<LeaveTicket> {
    let (hospital, release, sealed) = opened(&ctx, &call)?;
    if !release.is_over(hospital, ctx.clock.now()) {
        let who = gate::came(&ctx, &call, &release, &sealed.wish)?;
        ask(&ctx, &release, Ask::Leave(who)).await?;
    }
    Ok(().into())
}

/// The ticket in the path, if it was given to this session for this person.
fn opened<'a>(ctx: &'a Ctx, asked: &Asked) -> Result<(&'a Hospital, Release, Sealed), AppError> {
    let text: contract::SlotId = asked.parameter("ticket")?;
    let person: PersonId = asked.parameter("person")?;
    let session = &asked.session()?.id;
    let sealed = ticket::open(&ctx.config.secrets, text.as_str(), session, person.as_str());
    let sealed = sealed.ok_or(Code::NotFound)?;
    let hospital = ctx.hospital(&sealed.wish.hospital)?;
    Ok((hospital, Release::of(hospital, sealed.day), sealed))
}

/// A place in line as it is told.
fn shown(
    ctx: &Ctx,
    release: &Release,
    asked: &Asked,
    wish: Wish,
    line: Line,
) -> Result<contract::Ticket, AppError> {
    let hospital = ctx.hospital(&wish.hospital)?;
    let person: PersonId = asked.parameter("person")?;
    let sealed = Sealed {
        wish,
        day: release.day,
        at: line.turn,
    };
    let instant = |at| hospital.instant(release.at(at));
    Ok(contract::Ticket {
        ticket_url: ticket::url(
            ctx.config.secrets.current(),
            &sealed,
            &asked.session()?.id,
            &person,
        ),
        state: match line.view.stage {
            Stage::Waiting => TicketState::Waiting,
            Stage::Admitted => TicketState::Admitted,
            Stage::Over => TicketState::Over,
        },
        ahead: line.view.ahead,
        places: line.view.places,
        estimate_s: line.view.estimate_s,
        admitted_until: line.view.until.map(instant),
        draw_at: line.view.draws.map(instant),
        retry_after: line.view.retry_s,
    })
}

/// One phone asks for more people than a family has.
fn too_many() -> AppError {
    Code::RateLimited.into()
}
