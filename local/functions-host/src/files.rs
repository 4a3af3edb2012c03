//! Small state files: replaced whole, so that a kill leaves the old one or the new one.

use anyhow::Context as _;
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// Writes beside the target and renames over it. A kill at any instruction leaves a whole file; after a
/// power cut the older content may come back, which for a checkpoint means that events come again.
///
/// # Errors
/// When the directory or the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let parent = path.parent().context("a state file needs a directory")?;
    std::fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    std::fs::rename(&beside, path).with_context(|| format!("cannot replace {}", path.display()))
}

/// [`write`] for a value as JSON.
///
/// # Errors
/// As [`write`].
pub fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    write(path, &serde_json::to_vec(value)?)
}

/// The value in the file; nothing when there is no file. A file that cannot be read is reported and counts
/// as absent: every use of a state file is safe to begin again.
#[must_use]
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a state file cannot be read and counts as absent");
            return None;
        }
    };
    serde_json::from_slice(&bytes)
        .inspect_err(|error| {
            tracing::warn!(path = %path.display(), %error, "a state file is damaged and counts as absent");
        })
        .ok()
}

/// A file name that cannot leave its directory: other characters than letters, digits, `-`, `_`, `.` and `$`
/// become `%XX`, and so does a leading dot.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for (index, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"-_$".contains(&byte) || (byte == b'.' && index > 0);
        if plain {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_their_directory_and_apart() {
        assert_eq!(safe_name("$Default"), "$Default");
        assert_eq!(safe_name("../x"), "%2E.%2Fx");
        assert_ne!(safe_name("a/b"), safe_name("a%2Fb"));
    }

    #[test]
    fn a_damaged_file_counts_as_absent() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/x.json");
        write(&path, b"{\"cut").unwrap();
        assert_eq!(read_json::<serde_json::Value>(&path), None);
    }
}
