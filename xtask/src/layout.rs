//! Where things are.

use std::path::{Path, PathBuf};

/// The checkout: this crate's parent folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo's output.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The laid-out Functions app.
pub fn app() -> PathBuf {
    target().join("app")
}

/// Tools that the tests install, kept between runs.
pub fn test_tools() -> PathBuf {
    target().join("test-tools")
}

/// What `up` keeps.
pub fn state() -> PathBuf {
    root().join(".forebay")
}
