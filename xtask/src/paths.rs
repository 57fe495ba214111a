//! Where things lie: the workspace, its outputs, and the cache that is shared by all checkouts.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Everything that cargo and the bundlers make.
pub fn target() -> PathBuf {
    root().join("target")
}

/// The app as browsers get it.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The edge as workerd and wrangler get it: `index.js` and `index_bg.wasm`.
pub fn edge_bundle(production: bool) -> PathBuf {
    let name = if production { "production" } else { "edge" };
    target().join("bundle").join(name)
}

/// What running servers keep between two starts.
pub fn state() -> PathBuf {
    target().join("state")
}

/// Tools that are compiled or installed once: `$XDG_CACHE_HOME/banzhen`, else `~/.cache/banzhen`.
pub fn cache() -> PathBuf {
    env::var_os("XDG_CACHE_HOME")
        .filter(|dir| Path::new(dir).is_absolute())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("banzhen")
}

/// An executable that npm has put into the workspace; what it has not is looked for on `PATH`
/// (npm brings a Node of its own for Linux only).
pub fn node_bin(name: &str) -> PathBuf {
    let ours = root().join("node_modules/.bin").join(name);
    if ours.exists() {
        ours
    } else {
        PathBuf::from(name)
    }
}

/// The first executable of this name on `PATH`.
pub fn which(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
