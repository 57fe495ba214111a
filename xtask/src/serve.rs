//! `cargo xtask serve` and `cargo xtask hospitals`: a stack that runs until it is told to end.

use crate::{
    lan,
    process::Process,
    run::say,
    stack::{Options, Stack},
};
use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// Runs the whole stack until SIGINT or SIGTERM, or until a part of it ends by itself.
pub fn serve(options: Options) -> Result<()> {
    let ending = Ending::watch()?;
    let (lan_wanted, still) = (options.lan, options.still);
    // Everything that is compiled or installed happens before signals need any tidying up.
    let mut stack = Stack::start(options)?;
    let url = stack.edge_url();
    if lan_wanted {
        lan::show(&url)?;
    }
    say(format!(
        "hospitals {}",
        if still {
            "wait for commands"
        } else {
            "live by themselves"
        }
    ));
    say(format!("logs in {}", stack.logs().display()));
    println!("ready {url}");
    while !ending.asked() {
        stack.check()?;
        thread::sleep(Duration::from_millis(100));
    }
    say("ending");
    Ok(())
}

/// Runs the demo hospitals without the edge.
pub fn hospitals(options: &Options) -> Result<()> {
    let ending = Ending::watch()?;
    let mut demos = crate::stack::hospitals_alone(options)?;
    for demo in &demos {
        println!("{} {}", demo.id(), demo.base_url());
    }
    while !ending.asked() {
        demos
            .iter_mut()
            .filter_map(|demo| demo.process())
            .try_for_each(Process::check)?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Whether somebody has asked us to end. A second signal ends us at once.
struct Ending(Arc<AtomicBool>);

impl Ending {
    fn watch() -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // In this order: the first signal only sets the flag, the second finds it set.
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&asked)))
                .context("watching for signals")?;
        }
        Ok(Self(asked))
    }

    fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
