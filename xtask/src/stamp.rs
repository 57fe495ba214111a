//! What makes a step skippable: a digest of its inputs, kept where its output is.

use crate::paths;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A digest of everything that a step's result depends on.
#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    /// No inputs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, such as a version or an option.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
        self
    }

    /// Adds a file, or every file below a folder, by path and content. What is missing adds
    /// only its name, so that its appearing counts as a change.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(path, &mut files).with_context(|| format!("reading {}", path.display()))?;
        files.sort();
        for file in files {
            let content = fs::read(&file).unwrap_or_default();
            self = self.text(&file.to_string_lossy());
            self.0.update((content.len() as u64).to_le_bytes());
            self.0.update(content);
        }
        Ok(self)
    }

    /// The digest in hexadecimal digits.
    pub fn digest(self) -> String {
        self.0
            .finalize()
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != "target" && name != "node_modules" {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

/// Whether the stamp in `file` says `digest`.
pub fn is_current(file: &Path, digest: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|kept| kept == digest)
}

/// Writes the stamp; call it after the step has succeeded.
pub fn set(file: &Path, digest: &str) -> Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(file, digest).with_context(|| format!("writing {}", file.display()))
}

/// Keeps a second `cargo xtask` from doing the same step at the same time; freed on drop.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock called `name`.
    pub fn take(name: &str) -> Result<Self> {
        let dir = paths::cache().join("locks");
        fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
        let file = File::create(dir.join(name))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::Inputs;

    #[test]
    fn a_boundary_between_two_texts_counts() {
        let one = Inputs::new().text("ab").text("c").digest();
        let other = Inputs::new().text("a").text("bc").digest();
        assert_ne!(one, other);
    }
}
