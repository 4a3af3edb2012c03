//! The checkout: its files and folders.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Files that git tracks or would track, relative to the root, that end in one of `endings`.
pub fn files(endings: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let listed = output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    listed
        .lines()
        .filter(|f| endings.iter().any(|e| f.ends_with(e)))
        .map(PathBuf::from)
        .filter(|f| root().join(f).is_file())
        .collect()
}
