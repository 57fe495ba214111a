//! How big the script is.

use super::{
    Plan,
    report::{Aim, Section},
    stats::Spread,
};
use crate::{build, size};
use anyhow::Result;

/// What the strictest plan of Cloudflare takes, gzip bytes.
const LIMIT: f64 = 3.0 * 1024.0 * 1024.0;
/// What this release may have, and what we want in the end.
const BUDGET: f64 = 400.0 * 1024.0;
const WANTED: f64 = 150.0 * 1024.0;

/// Measures it.
#[allow(clippy::cast_precision_loss, reason = "a megabyte at most")]
pub fn measure(_: &Plan) -> Result<Vec<Section>> {
    build::production()?;
    let bytes = size::edge_gzip()? as f64;
    let mut section = Section::new("size", "The size of the edge's script");
    let rows = [
        ("the strictest limit of Cloudflare", LIMIT, Aim::AtMost(1.0)),
        ("our budget of today", BUDGET, Aim::AtMost(1.0)),
        ("what we aim for", WANTED, Aim::None),
    ];
    for (what, limit, aim) in rows {
        section.row(
            &format!("script, KB of gzip -9, against {what}"),
            &format!("{:.0}", bytes / 1024.0),
            &format!("{:.0}", limit / 1024.0),
            &[bytes / limit].into_iter().collect::<Spread>(),
            aim,
        );
    }
    Ok(vec![section])
}
