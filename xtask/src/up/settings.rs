//! The settings file that the host gives to the app.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// The user's own `local.settings.json`, if it configures sources.
pub fn own(root: &Path) -> Result<Option<PathBuf>> {
    let file = root.join("local.settings.json");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(None) };
    let settings: Value = serde_json::from_str(&text).with_context(|| {
        format!("{} is no JSON; compare it with local.settings.json.example", file.display())
    })?;
    let sources = settings.pointer("/Values/FOREBAY_SOURCES").and_then(Value::as_str).unwrap_or_default();
    if sources.is_empty() {
        eprintln!("    local.settings.json names no FOREBAY_SOURCES: using the simulated account");
        return Ok(None);
    }
    Ok(Some(file))
}

/// Writes a settings file that only its owner may read, for it holds secrets.
pub fn write(file: &Path, values: &Value) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::remove_file(file);
    let out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let out = out.with_context(|| format!("{} cannot be written", file.display()))?;
    serde_json::to_writer_pretty(out, &serde_json::json!({ "IsEncrypted": false, "Values": values }))?;
    Ok(())
}
