//! The rush at a release: thousands of people at the same instant for a few hundred places.
//!
//! They come through the real edge and the real hospital; what is counted is what they are told,
//! what the hospital is asked (at the proxy before it), and what lies in the hospital afterwards.

// Shares of a few thousand, and one person's steps told in one place.
#![allow(
    clippy::cast_precision_loss,
    clippy::too_many_lines,
    clippy::single_match_else
)]

mod crowd;
mod http;
mod report;
mod scene;
mod stats;

pub use report::Report;

use crate::stack::Own;

/// How big a rush.
#[derive(Clone, Debug)]
pub struct Plan {
    /// People.
    pub people: usize,
    /// Places.
    pub slots: usize,
    /// Over how many seconds those come who do not come at the release itself.
    pub seconds: u64,
    /// Connections at once.
    pub connections: usize,
    /// Of chance.
    pub seed: u64,
}

/// Lets it happen on a stack of its own, which must be at rest.
#[track_caller]
pub fn run(own: &Own, plan: &Plan) -> Report {
    let scene = scene::Scene::prepare(own, plan);
    let told = crowd::run(&scene, plan);
    report::Report::of(own, &scene, plan, &told)
}

/// Chance that can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}
