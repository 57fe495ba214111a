//! Running stacks.

/// The stack that ordinary tests share.
pub fn shared() -> &'static str {
    panic!("set BANZHEN_EDGE to the address of a running edge")
}
