//! `cargo xtask serve` and `cargo xtask hospitals`: a stack that runs until it is told to end.

use crate::{
    lan,
    process::Process,
    run::{ENDING, go_on, say},
    stack::{OPERATOR, Options, Stack},
};
use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{sync::Arc, thread, time::Duration};

/// Runs the whole stack until SIGINT or SIGTERM, or until a part of it ends by itself.
pub fn serve(options: Options) -> Result<()> {
    watch_signals()?;
    let (lan_wanted, still) = (options.lan, options.still);
    let mut stack = match Stack::start(options) {
        Ok(stack) => stack,
        // Asked to end while starting: that is no failure.
        Err(_) if go_on().is_err() => return Ok(()),
        Err(why) => return Err(why),
    };
    let url = stack.edge_url();
    if lan_wanted {
        lan::show(&url)?;
    }
    say(format!(
        "the hospitals {}",
        if still {
            "wait for commands"
        } else {
            "live by themselves"
        }
    ));
    say(format!(
        "metrics at {url}/metrics, for who brings `Authorization: Bearer {OPERATOR}`"
    ));
    say(format!("logs in {}", stack.logs().display()));
    println!("ready {url}");
    while go_on().is_ok() {
        stack.check()?;
        thread::sleep(Duration::from_millis(100));
    }
    say("ending");
    Ok(())
}

/// Runs the demo hospitals without the edge.
pub fn hospitals(options: &Options) -> Result<()> {
    watch_signals()?;
    let mut demos = crate::stack::hospitals_alone(options)?;
    for demo in &demos {
        println!("{} {}", demo.id(), demo.base_url());
    }
    while go_on().is_ok() {
        demos
            .iter_mut()
            .filter_map(|demo| demo.process())
            .try_for_each(Process::check)?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The first signal asks us to end, a second one ends us at once.
fn watch_signals() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // In this order: the first signal only sets the flag, the second finds it set.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&ENDING))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&ENDING)))
            .context("watching for signals")?;
    }
    Ok(())
}
