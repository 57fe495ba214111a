//! The waitlist (候补): who waits for a place that is full, and who is offered the one that frees.
//!
//! Entries and offers are the hospital's: an entry is an Appointment with status `waitlist`, an
//! offer a hold of its own kind, exclusive as any. Joining, leaving, accepting and declining run
//! in the person's turn; the queue of a department has a turn too ([`queue`]), so that a place is
//! offered to one person at a time. Nothing about either is kept here: a timer looks whether an
//! offer is over, and the sweep finds what no timer knows.

mod answer;
mod join;
mod list;
pub mod queue;

use contract::{
    HospitalId, LeaveRequest, OfferId, WaitlistId, WaitlistRequest,
    api::{
        AcceptOffer, DeclineOffer, JoinWaitlist, LeaveWaitlist, LeaveWaitlistEntry, ListOffers,
        ListWaitlist,
    },
    choice,
};
use fhir::{booking::Booking, waitlist::Entry};
use jiff::civil::Time;
use rules::{Seat, Wish};

pub use answer::{accept, decline};
pub use join::{join, leave};
pub use list::{entries, offers};
pub use queue::{freed, freed_later, on_change, sweep, timer};

use super::{
    known::{Known, since},
    place::Offer as Place,
    scene::Scene,
    turn::{self, What},
    who,
};
use crate::{
    backend::{BackendError, HospitalBackend, fhir_rest::FhirRest},
    config::Hospital,
    ctx::Ctx,
    http::{AppError, Asked, Call, Handled, page::Page, router::Router},
};

/// The operations of this part.
pub fn routes(router: Router) -> Router {
    router
        .on(join_waitlist)
        .on(list_waitlist)
        .on(leave_waitlist)
        .on(leave_entry)
        .on(list_offers)
        .on(accept_offer)
        .on(decline_offer)
}

choice! {
    /// What to do in the person's turn.
    #[derive(Debug)]
    pub enum Wait {
        /// Join.
        Join(WaitlistRequest) => "join",
        /// Leave, named by what is waited for.
        Leave(LeaveRequest) => "leave",
        /// Leave, named by the entry.
        LeaveEntry(WaitlistId) => "leave_entry",
        /// Book what is offered.
        Accept(OfferId) => "accept",
        /// Let it go.
        Decline(OfferId) => "decline",
    }
}

async fn join_waitlist(ctx: Ctx, call: Call<JoinWaitlist>) -> Handled<JoinWaitlist> {
    let Call { body, asked } = call;
    let told = take(&ctx, &asked, Wait::Join(body)).await?;
    Ok(told.waiting()?.into())
}

async fn leave_waitlist(ctx: Ctx, call: Call<LeaveWaitlist>) -> Handled<LeaveWaitlist> {
    let Call { body, asked } = call;
    take(&ctx, &asked, Wait::Leave(body)).await?.released()?;
    Ok(().into())
}

async fn leave_entry(ctx: Ctx, call: Call<LeaveWaitlistEntry>) -> Handled<LeaveWaitlistEntry> {
    let entry: WaitlistId = call.parameter("entry")?;
    take(&ctx, &call, Wait::LeaveEntry(entry))
        .await?
        .released()?;
    Ok(().into())
}

async fn accept_offer(ctx: Ctx, call: Call<AcceptOffer>) -> Handled<AcceptOffer> {
    let offer: OfferId = call.parameter("offer")?;
    let told = take(&ctx, &call, Wait::Accept(offer)).await?;
    Ok(told.appointment()?.into())
}

async fn decline_offer(ctx: Ctx, call: Call<DeclineOffer>) -> Handled<DeclineOffer> {
    let offer: OfferId = call.parameter("offer")?;
    take(&ctx, &call, Wait::Decline(offer)).await?.released()?;
    Ok(().into())
}

async fn list_waitlist(ctx: Ctx, call: Call<ListWaitlist>) -> Handled<ListWaitlist> {
    let page = Page::read(call.query("limit"), call.query("cursor"))?;
    let who = who(&ctx, &call).await?;
    Ok(list::entries(&ctx, &who, &page).await?.into())
}

async fn list_offers(ctx: Ctx, call: Call<ListOffers>) -> Handled<ListOffers> {
    let page = Page::read(call.query("limit"), call.query("cursor"))?;
    let who = who(&ctx, &call).await?;
    Ok(list::offers(&ctx, &who, &page).await?.into())
}

async fn take(ctx: &Ctx, asked: &Asked, wait: Wait) -> Result<turn::Told, AppError> {
    super::in_turn(ctx, asked, What::Wait(wait)).await
}

/// An entry as the rules see it.
fn wish(entry: &Entry) -> Wish {
    Wish {
        department: entry.department.clone(),
        doctor: entry.doctor.clone(),
        level: entry.level,
        session: entry.session,
        from: entry.from,
        to: entry.to,
    }
}

/// A place as the rules see it.
fn seat<'a>(hospital: &Hospital, place: &'a Place) -> Seat<'a> {
    Seat {
        department: place.place.department.id.as_str(),
        doctor: place.place.doctor.id.as_str(),
        level: place.level,
        start: hospital.zone.civil(place.slot.start),
    }
}

/// What is known at a hospital.
fn here<'a>(known: &'a Known, hospital: &HospitalId) -> Vec<&'a Booking> {
    let here = known.entries.iter().filter(|it| it.hospital == *hospital);
    here.map(|it| &it.booking).collect()
}

/// What is given up when an offer is accepted: the booking that was kept, or the one to which it
/// has been moved since. A place that was accepted instead of it is none: that was another wish.
fn kept<'a>(keep: Option<&str>, all: &[&'a Booking]) -> Option<&'a Booking> {
    let mut id = keep?;
    for _ in all {
        if let Some(live) = all.iter().find(|it| it.id == id && it.is_live()) {
            return Some(live);
        }
        let next = |it: &&&Booking| it.moved_from.as_deref() == Some(id) && it.offered_to.is_none();
        id = &all.iter().find(next)?.id;
    }
    None
}

/// The same for who has not read so far back: on the way it may have been moved to a day that is
/// over.
async fn kept_now(scene: &Scene<'_>, keep: Option<&str>) -> Result<Option<Booking>, BackendError> {
    if keep.is_none() {
        return Ok(None);
    }
    let all = scene
        .backend
        .bookings(&scene.record.patient, since(scene))
        .await?;
    Ok(kept(keep, &all.iter().collect::<Vec<_>>()).cloned())
}

/// All places that a wish means, free or not, as the hospital has them now.
async fn places(
    ctx: &Ctx,
    hospital: &Hospital,
    directory: &fhir::directory::Directory,
    wish: &Wish,
) -> Result<Vec<Place>, BackendError> {
    let doctors = directory
        .doctors_of(&wish.department)
        .filter(|it| wish.doctor.as_ref().is_none_or(|doctor| *doctor == it.id));
    let schedules: Vec<&str> = doctors
        .flat_map(|doctor| doctor.schedules.iter().map(|it| it.id.as_str()))
        .collect();
    if schedules.is_empty() {
        return Ok(Vec::new());
    }
    let midnight =
        |day: jiff::civil::Date| hospital.zone.timestamp(day.to_datetime(Time::midnight()));
    let to = wish.to.tomorrow().unwrap_or(wish.to);
    let slots = FhirRest::new(ctx, hospital)
        .slots(&schedules, midnight(wish.from), midnight(to))
        .await?;
    let places = slots.value.into_iter();
    let places = places.filter_map(|change| Place::of(directory, change.slot));
    Ok(places
        .filter(|it| wish.wants(&seat(hospital, it)))
        .collect())
}

/// The open offers of a person here.
async fn open_offers(scene: &Scene<'_>) -> Result<Vec<Booking>, BackendError> {
    let found = scene
        .backend
        .bookings(&scene.record.patient, scene.now)
        .await?;
    let open = found.into_iter();
    Ok(open
        .filter(|it| it.is_hold() && it.offered_to.is_some())
        .collect())
}
