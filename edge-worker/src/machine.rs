//! What the machine gives (time, pauses, chance, a log), and a simulation's own in its place.
//!
//! In the Workers runtime there is only the real thing. Natively a thread may bring its own
//! ([`bring`]): then nothing in it depends on anything but that.

#[cfg(target_arch = "wasm32")]
mod real {
    use std::time::Duration;

    /// Real time, milliseconds since 1970, that nothing sets: for timeouts and the age of what is
    /// kept.
    #[allow(clippy::cast_possible_truncation, reason = "whole, and far below 2^53")]
    pub fn real_millis() -> i64 {
        worker::js_sys::Date::now() as i64
    }

    /// Waits some real milliseconds.
    pub async fn pause(ms: u64) {
        worker::Delay::from(Duration::from_millis(ms)).await;
    }

    /// Fills `bytes` with chance; `false`: the system has none to give.
    pub fn chance(bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    /// Writes a line of the log.
    pub fn say(line: &str) {
        worker::console_log!("{line}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod real {
    use std::{cell::RefCell, rc::Rc, thread, time::Duration, time::SystemTime};

    use futures_util::future::LocalBoxFuture;

    /// Time, pauses and chance of a thread's own.
    pub trait Machine {
        /// Milliseconds since 1970.
        fn millis(&self) -> i64;
        /// Waits some milliseconds.
        fn pause(&self, ms: u64) -> LocalBoxFuture<'static, ()>;
        /// Fills `bytes`.
        fn chance(&self, bytes: &mut [u8]);
        /// Writes a line of the log.
        fn say(&self, line: &str);
    }

    thread_local! {
        static OWN: RefCell<Option<Rc<dyn Machine>>> = const { RefCell::new(None) };
    }

    /// Puts a machine of its own under this thread.
    pub fn bring(machine: Rc<dyn Machine>) {
        OWN.with_borrow_mut(|own| *own = Some(machine));
    }

    fn own() -> Option<Rc<dyn Machine>> {
        OWN.with_borrow(Clone::clone)
    }

    /// Real time, milliseconds since 1970, that nothing sets: for timeouts and the age of what is
    /// kept.
    pub fn real_millis() -> i64 {
        if let Some(own) = own() {
            return own.millis();
        }
        let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        elapsed.map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or_default())
    }

    /// Waits some real milliseconds. Tests run one person a thread.
    pub async fn pause(ms: u64) {
        match own() {
            Some(own) => own.pause(ms).await,
            None => thread::sleep(Duration::from_millis(ms)),
        }
    }

    /// Fills `bytes` with chance; `false`: the system has none to give.
    pub fn chance(bytes: &mut [u8]) -> bool {
        match own() {
            Some(own) => {
                own.chance(bytes);
                true
            }
            None => getrandom::fill(bytes).is_ok(),
        }
    }

    /// Writes a line of the log.
    pub fn say(line: &str) {
        match own() {
            Some(own) => own.say(line),
            None => eprintln!("{line}"),
        }
    }
}

pub use real::*;
