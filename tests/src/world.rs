//! The stack that ordinary tests share: an edge, its two hospitals, people and slots.

use std::sync::OnceLock;

use contract::Freshness;

use crate::{
    client::{Client, Edge},
    fhir::Fhir,
    people::{Cast, Patient, Somebody, log_in, newcomer},
    slots::Pool,
};

/// A running stack and what tests take from it.
pub struct World {
    /// The edge.
    pub edge: Edge,
    /// The demo's people.
    pub cast: Cast,
    /// Sessions of the general hospital.
    pub pool: Pool,
    /// The general hospital's FHIR server.
    pub general: Fhir,
    /// The community hospital's FHIR server.
    pub community: Fhir,
}

impl World {
    /// What stands behind the edge at `base`.
    #[track_caller]
    pub fn at(base: &str) -> Self {
        let edge = Edge::at(base);
        Self {
            cast: Cast::load(&edge.base),
            pool: Pool::fill(&edge, "general"),
            general: Fhir::of(&edge.base, "general"),
            community: Fhir::of(&edge.base, "community"),
            edge,
        }
    }

    /// A client without a session.
    pub fn visitor(&self) -> Client {
        self.edge.visitor()
    }

    /// Somebody who comes for the first time, logged in, whom no other test gets.
    #[track_caller]
    pub fn patient(&self) -> Patient {
        newcomer(&self.edge)
    }

    /// Somebody new, and a slot that nobody else's test wants.
    #[track_caller]
    pub fn patient_and_slot(&self) -> (Patient, String) {
        (self.patient(), self.slot())
    }

    /// A free slot that nobody else's test wants.
    #[track_caller]
    pub fn slot(&self) -> String {
        let clinic = self.pool.take(&self.edge, 1);
        clinic.free(&self.edge, 1)[0].id.0.clone()
    }

    /// Somebody with this story, logged in. Their phone may be asked once a minute only, so each
    /// story belongs to one test.
    #[track_caller]
    pub fn with_story(&self, tag: &str) -> Patient {
        let who = self.cast.tagged(tag);
        Patient {
            client: log_in(&self.edge, &who.phone),
            who,
        }
    }

    /// How a hospital's part of an answer must stand in this run.
    pub fn freshness_of(&self, hospital: &str) -> Freshness {
        if crate::stack::down().as_deref() == Some(hospital) {
            Freshness::Unknown
        } else {
            Freshness::Fresh
        }
    }

    /// The FHIR id of somebody's record at the general hospital.
    #[track_caller]
    pub fn record(&self, who: &Somebody) -> String {
        let found = self.general.patients_by_number(&who.id_number);
        assert_eq!(found.len(), 1, "one record a number");
        found[0]["id"].as_str().unwrap().to_owned()
    }

    /// How many live Appointments the general hospital has of them.
    #[track_caller]
    pub fn live(&self, who: &Somebody) -> usize {
        self.general.live_of_patient(&self.record(who)).len()
    }
}

/// The shared stack: the one that `BANZHEN_EDGE` names (`cargo xtask test` sets it), else one
/// that is started here once a run.
#[track_caller]
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| match std::env::var("BANZHEN_EDGE") {
        Ok(base) => World::at(&base),
        Err(_) => World::at(&crate::stack::shared()),
    })
}
