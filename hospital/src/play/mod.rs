//! Plays the hospitals' staff, and takes commands for it on loopback.

mod clock;
mod control;
mod desk;
mod duty;
pub mod people;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::civil::Date;

use crate::{client::Server, plan::World, profile::Profile, rng::Rng};
use clock::Clock;
use desk::Desk;

/// How the play is set up.
pub struct Options {
    /// Where commands are taken: loopback address and port.
    pub control: String,
    /// Base URLs of the hospitals.
    pub hospitals: Vec<(Profile, String)>,
    /// Base URL of the edge whose clock is followed.
    pub edge: Option<String>,
    /// Whether the staff do something by themselves from the start.
    pub playing: bool,
    /// As seeded.
    pub seed: u64,
    /// As seeded.
    pub people: usize,
    /// As seeded.
    pub today: Date,
}

/// The theatre: everything the commands and the play share.
struct Stage {
    desks: Vec<Desk>,
    clock: Arc<Clock>,
    playing: AtomicBool,
    /// Held while anything is done, so that silence is silent when it is confirmed.
    turn: Mutex<()>,
    /// `GET /people`, made once.
    people: String,
}

impl Stage {
    /// Does something that nothing else of the staff's may cut into.
    fn in_turn<T>(&self, act: impl FnOnce() -> T) -> T {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        act()
    }
}

/// Runs until the process is ended.
///
/// # Errors
/// When the control address cannot be listened on.
pub fn run(options: &Options) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let clock = Arc::new(Clock::new(options.edge.as_deref()));
    let desks: Vec<Desk> = options
        .hospitals
        .iter()
        .map(|(profile, base)| {
            let world = World::new(*profile, options.seed, options.people, options.today);
            Desk::new(Server::new(base), world, Arc::clone(&clock))
        })
        .collect();
    let rows = people::rows(desks.iter().map(Desk::world));
    let stage = Stage {
        desks,
        clock,
        playing: AtomicBool::new(options.playing),
        turn: Mutex::new(()),
        people: serde_json::json!({ "people": rows }).to_string(),
    };
    let server = tiny_http::Server::http(&options.control)?;
    println!("control http://{}", options.control);
    thread::scope(|scope| {
        scope.spawn(|| play(&stage));
        for _ in 0..2 {
            scope.spawn(|| control::serve(&server, &stage));
        }
    });
    Ok(())
}

/// The play itself: a look at the clock each second, something done every few.
fn play(stage: &Stage) {
    let start = stage.clock.now();
    let mut rng = Rng::new(start.subsec_nanosecond().unsigned_abs().into(), "play", 0);
    let mut pause = 3;
    let mut complaint = String::new();
    loop {
        stage.clock.follow();
        if stage.playing.load(Ordering::SeqCst) && !stage.desks.is_empty() {
            pause -= 1;
            let lively = pause <= 0;
            if lively {
                pause = rng.between(2, 6);
            }
            stage.in_turn(|| {
                // Silence may have been asked for while the turn was waited for.
                if stage.playing.load(Ordering::SeqCst) {
                    // A server that is down is down each second: say it once.
                    let now = duty::tick(&stage.desks, lively, &mut rng);
                    if now != complaint && !now.is_empty() {
                        eprintln!("staff: {now}");
                    }
                    complaint = now;
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
    }
}
