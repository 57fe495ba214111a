//! People on the waitlist.

use std::time::{Duration, Instant};

use contract::{Offer, OfferState, SlotState, WaitlistEntry, WaitlistRequest, api};

use crate::{client::Edge, client::Reply, fhir::Fhir, people::Patient, slots::Clinic, staff};

/// What asks for a place of a session.
pub fn wish(clinic: &Clinic) -> WaitlistRequest {
    WaitlistRequest {
        hospital: clinic.hospital.as_str().into(),
        department: clinic.department.as_str().into(),
        doctor: Some(clinic.doctor.as_str().into()),
        level: None,
        session: Some(clinic.session),
        from: clinic.date.as_str().into(),
        to: clinic.date.as_str().into(),
        keep: None,
        care: None,
    }
}

/// Gives what is free of a session away, as the hospital's window would.
#[track_caller]
pub fn fill(edge: &Edge, fhir: &Fhir, clinic: &Clinic) {
    for slot in clinic.slots(edge) {
        if slot.state == SlotState::Free {
            staff::set_slot(fhir, slot.id.as_str(), "busy");
        }
    }
}

impl Patient {
    /// Joins.
    #[track_caller]
    pub fn wait(&self, wish: &WaitlistRequest) -> Reply<api::JoinWaitlist> {
        let call = self.client.call(api::JoinWaitlist, &[self.id()]);
        call.body(wish).send()
    }

    /// What this person waits for.
    #[track_caller]
    pub fn waiting(&self) -> Vec<WaitlistEntry> {
        let call = self.client.call(api::ListWaitlist, &[self.id()]);
        call.send().ok().entries
    }

    /// What is offered just now.
    #[track_caller]
    pub fn open_offers(&self) -> Vec<Offer> {
        let call = self.client.call(api::ListOffers, &[self.id()]);
        let mut offers = call.send().ok().offers;
        offers.retain(|offer| offer.state == OfferState::Open);
        offers
    }

    /// The one offer that is on its way.
    #[track_caller]
    pub fn offer(&self) -> Offer {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(offer) = self.open_offers().pop() {
                return offer;
            }
            assert!(
                Instant::now() < until,
                "nothing is offered to {} who has {:?}",
                self.who.name,
                self.booked().iter().map(|it| &it.start).collect::<Vec<_>>()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Yes.
    #[track_caller]
    pub fn accept(&self, offer: &Offer) -> Reply<api::AcceptOffer> {
        let parameters = [self.id(), offer.id.as_str()];
        self.client.call(api::AcceptOffer, &parameters).send()
    }

    /// No.
    #[track_caller]
    pub fn decline(&self, offer: &Offer) -> Reply<api::DeclineOffer> {
        let parameters = [self.id(), offer.id.as_str()];
        self.client.call(api::DeclineOffer, &parameters).send()
    }
}
