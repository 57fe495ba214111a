//! /people/{p}/offers: a place that frees is offered by itself.

use banzhen_tests::{
    staff,
    waiting::{fill, wish},
    world::world,
};
use contract::{AppointmentStatus, Code, OfferState, WaitlistRequest, api};

#[test]
fn a_cancelled_place_goes_round_until_somebody_says_yes() {
    let world = world();
    let (holder, first, second) = (world.patient(), world.patient(), world.patient());
    let clinic = world.pool.take(&world.edge, 2);
    let slot = clinic.free(&world.edge, 2)[0].clone();
    let booked = holder.book("general", slot.id.as_str());
    fill(&world.edge, &world.general, &clinic);
    first.wait(&wish(&clinic)).ok();
    second.wait(&wish(&clinic)).ok();
    holder.cancel(booked.id.as_str()).ok();

    let offer = first.offer();
    assert_eq!((&offer.slot, &offer.start), (&slot.id, &slot.start));
    assert_eq!(first.waiting()[0].offer, Some(offer.id.clone()));
    assert!(second.open_offers().is_empty());
    // It is exclusive: to everybody else the place is held.
    holder
        .hold("general", slot.id.as_str())
        .problem(Code::SlotTaken);
    second.accept(&offer).problem(Code::NotFound);
    assert_eq!(first.decline(&offer).status(), 204);
    first.accept(&offer).problem(Code::HoldExpired);

    let offer = second.offer();
    let mine = second.accept(&offer).ok();
    assert_eq!(mine.status, AppointmentStatus::Booked);
    assert_eq!(
        (&mine.start, mine.number.as_ref().map(String::len)),
        (&slot.start, Some(10))
    );
    assert_eq!(second.accept(&offer).ok().id, mine.id, "twice is once");
    assert_eq!(world.general.live_on_slot(slot.id.as_str()).len(), 1);
    assert!(second.waiting().is_empty());
    // Who said no still waits.
    assert_eq!(first.waiting().len(), 1);
    let seen = second.client.call(api::ListOffers, &[second.id()]).send();
    assert_eq!(seen.raw.header("cache-control"), Some("no-store"));
    assert_eq!(seen.ok().offers[0].state, OfferState::Accepted);
}

#[test]
fn what_is_kept_is_given_up_with_the_yes() {
    let world = world();
    let (holder, me) = (world.patient(), world.patient());
    let clinic = world.pool.take(&world.edge, 2);
    let slot = clinic.free(&world.edge, 2)[0].clone();
    let theirs = holder.book("general", slot.id.as_str());
    let other = world.pool.take(&world.edge, 1);
    let kept = other.free(&world.edge, 1)[0].clone();
    let mine = me.book("general", kept.id.as_str());
    fill(&world.edge, &world.general, &clinic);
    let wish = WaitlistRequest {
        keep: Some(mine.id.clone()),
        ..wish(&clinic)
    };
    assert_eq!(me.wait(&wish).ok().keep, Some(mine.id.clone()));
    holder.cancel(theirs.id.as_str()).ok();
    let offer = me.offer();
    assert_eq!(offer.keep.as_ref().map(|it| &it.id), Some(&mine.id));
    assert_eq!(
        me.appointment(mine.id.as_str()).status,
        AppointmentStatus::Booked
    );
    let new = me.accept(&offer).ok();
    assert_eq!(new.start, slot.start);
    assert_eq!(
        me.appointment(mine.id.as_str()).status,
        AppointmentStatus::Cancelled
    );
    assert_eq!(
        world.general.read(&format!("Slot/{}", kept.id))["status"],
        "free"
    );
}

#[test]
fn two_places_and_three_who_wait() {
    let world = world();
    let holders = [world.patient(), world.patient()];
    let clinic = world.pool.take(&world.edge, 3);
    let free = clinic.free(&world.edge, 3);
    let booked: Vec<_> = holders
        .iter()
        .zip(&free)
        .map(|(holder, slot)| holder.book("general", slot.id.as_str()))
        .collect();
    fill(&world.edge, &world.general, &clinic);
    let waiting = [world.patient(), world.patient(), world.patient()];
    for person in &waiting {
        person.wait(&wish(&clinic)).ok();
    }
    std::thread::scope(|scope| {
        for (holder, booked) in holders.iter().zip(&booked) {
            scope.spawn(move || holder.cancel(booked.id.as_str()).ok());
        }
    });
    let offers = [waiting[0].offer(), waiting[1].offer()];
    assert_ne!(offers[0].slot, offers[1].slot);
    assert!(waiting[2].open_offers().is_empty());
    for (person, offer) in waiting.iter().zip(&offers) {
        person.accept(offer).ok();
        assert_eq!(world.general.live_on_slot(offer.slot.as_str()).len(), 1);
    }
    assert_eq!(waiting[2].waiting()[0].before, 0);
}

#[test]
fn an_offer_ends_with_its_doctor() {
    let world = world();
    let (holder, me) = (world.patient(), world.patient());
    let clinic = world.pool.take(&world.edge, 2);
    let slot = clinic.free(&world.edge, 2)[0].clone();
    let booked = holder.book("general", slot.id.as_str());
    fill(&world.edge, &world.general, &clinic);
    me.wait(&wish(&clinic)).ok();
    holder.cancel(booked.id.as_str()).ok();
    let offer = me.offer();
    staff::set_slot(&world.general, slot.id.as_str(), "busy-unavailable");
    let problem = me.accept(&offer).problem(Code::NotBookable);
    assert_eq!(problem.reason, Some(contract::NotBookableReason::Stopped));
    assert_eq!(me.decline(&offer).status(), 204);
    assert_eq!(
        world.general.read(&format!("Slot/{}", slot.id))["status"],
        "busy-unavailable"
    );
}
