//! What an account makes up so that clients can log in.

pub mod pem;
mod tokens;

pub use tokens::Tokens;

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Random bytes as URL-safe text.
///
/// # Errors
/// When the machine gives no random bytes.
pub fn random_text(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    aws_lc_rs::rand::fill(&mut buffer).map_err(|_| anyhow!("this machine gives no random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(buffer))
}

/// Reads a JSON file of an earlier start, or makes what it would hold. It is not saved.
///
/// # Errors
/// When the file is there but cannot be read, or making fails.
pub fn load_or_else<T: DeserializeOwned>(path: &Path, make: impl FnOnce() -> Result<T>) -> Result<T> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is damaged; remove it and start again", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes JSON for this user alone, replacing the file in one step.
///
/// # Errors
/// When the file cannot be written.
pub fn save_private(path: &Path, value: &impl Serialize) -> Result<()> {
    let partial = path.with_extension("partial");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_between_starts_and_differ_between_accounts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.json");
        let made = load_or_else(&path, || random_text(24)).unwrap();
        save_private(&path, &made).unwrap();
        assert_eq!(load_or_else(&path, || random_text(24)).unwrap(), made);
        assert_ne!(random_text(24).unwrap(), made);
        std::fs::write(&path, "{").unwrap();
        assert!(load_or_else(&path, || random_text(24)).is_err());
    }
}
