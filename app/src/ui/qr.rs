//! A QR code as one path.

use std::fmt::Write;

use crate::dom::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// White space around the code that readers need, in modules.
const QUIET: i32 = 4;

/// Draws a code; what cannot be coded is left out, the number beside it says the same.
pub fn qr(text: &str, alt: String) -> Option<AnyView> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    let side = code.size() + 2 * QUIET;
    Some(
        view! {
            <svg class="code" viewBox=format!("0 0 {side} {side}") role="img" aria-label=alt>
                <path d=path shape-rendering="crispEdges"></path>
            </svg>
        }
        .into_any(),
    )
}
