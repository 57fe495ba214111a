//! Waiting a moment.

/// Waits some real milliseconds.
#[cfg(target_arch = "wasm32")]
pub async fn pause(ms: u64) {
    worker::Delay::from(std::time::Duration::from_millis(ms)).await;
}

/// Waits some real milliseconds. Natively only tests run, one person a thread.
#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::unused_async)]
pub async fn pause(ms: u64) {
    std::thread::sleep(std::time::Duration::from_millis(ms));
}
