//! The address of this machine for a phone beside it, in letters and as a QR code.

use crate::run::say;
use anyhow::{Context, Result};
use qrcodegen::{QrCode, QrCodeEcc};
use std::net::{IpAddr, UdpSocket};

/// Prints the address under which phones of the same network reach `url`.
pub fn show(url: &str) -> Result<()> {
    let port = url.rsplit(':').next().unwrap_or("80");
    let Ok(address) = address() else {
        say("this machine has no address on a local network");
        return Ok(());
    };
    let url = format!("http://{address}:{port}");
    eprintln!("\n{}", qr(&url)?);
    say(format!("on a phone in the same network: {url}"));
    Ok(())
}

/// The address from which this machine would send to the world. Connecting a UDP socket only
/// asks the routing table: nothing is sent.
fn address() -> Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect("192.0.2.1:9")?;
    Ok(socket.local_addr()?.ip())
}

/// Two rows of the code in one row of text, dark on light whatever colours the terminal has.
fn qr(text: &str) -> Result<String> {
    const BORDER: i32 = 2;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).context("too long for a QR code")?;
    let edges = -BORDER..code.size() + BORDER;
    let mut rows = String::new();
    for y in edges.clone().step_by(2) {
        rows.push_str("    \x1b[30;107m");
        for x in edges.clone() {
            rows.push(match (code.get_module(x, y), code.get_module(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        rows.push_str("\x1b[0m\n");
    }
    Ok(rows)
}
