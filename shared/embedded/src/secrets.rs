//! Secrets from a local settings file and from the environment.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use async_trait::async_trait;
use forebay_ports::{PortError, Secret, SecretStore};
use serde::Deserialize;

const SERVICE: &str = "the settings file";

/// The prefix of a secret's key below `Values`.
const KEY: &str = "Secret:";

/// The prefix of a value that names a file.
const FILE: &str = "@file:";

/// Reads secrets by name. See the crate's documentation for where they stand.
#[derive(Debug, Clone)]
pub struct SettingsSecrets {
    file: PathBuf,
}

/// The shape of `local.settings.json`. Values that are no text are no secrets.
#[derive(Deserialize)]
struct Settings {
    #[serde(rename = "Values", default)]
    values: HashMap<String, serde_json::Value>,
}

impl SettingsSecrets {
    /// The file is read when a secret is asked for, and need not exist where the environment has them all.
    pub fn new(file: impl AsRef<Path>) -> Self {
        Self { file: file.as_ref().to_owned() }
    }

    fn read(&self, name: &str) -> Result<Secret, PortError> {
        let variable = variable(name);
        if let Ok(value) = std::env::var(&variable) {
            return self.resolve(name, &value, "environment".into());
        }
        let missing = || PortError::NotFound {
            what: format!("secret {name} (`{KEY}{name}` in {}, or {variable})", self.file.display()),
        };
        let text = match fs::read_to_string(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(missing()),
            other => other.map_err(|error| self.wrong(format!("cannot be read: {error}")))?,
        };
        // Serde's message could quote a value.
        let settings: Settings = serde_json::from_str(&text).map_err(|error| {
            self.wrong(format!("is no valid JSON at line {}, column {}", error.line(), error.column()))
        })?;
        let value = settings.values.get(&format!("{KEY}{name}")).and_then(|v| v.as_str());
        self.resolve(name, value.ok_or_else(missing)?, version(&self.file))
    }

    /// Follows `@file:`.
    fn resolve(&self, name: &str, value: &str, version_of_value: String) -> Result<Secret, PortError> {
        let Some(path) = value.strip_prefix(FILE) else {
            return Ok(Secret::new(value, version_of_value));
        };
        let path = self.file.parent().unwrap_or(Path::new("")).join(path.trim());
        let text = fs::read_to_string(&path).map_err(|error| {
            self.wrong(format!("names {} for secret {name}, which cannot be read: {error}", path.display()))
        })?;
        Ok(Secret::new(text.trim_end_matches(['\r', '\n']), version(&path)))
    }

    fn wrong(&self, detail: String) -> PortError {
        PortError::Misconfigured { service: SERVICE, detail: format!("{} {detail}", self.file.display()) }
    }
}

/// `netsuite-private-key` is read from `FOREBAY_SECRET_NETSUITE_PRIVATE_KEY`.
fn variable(name: &str) -> String {
    let tidy = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("FOREBAY_SECRET_{}", name.chars().map(tidy).collect::<String>())
}

/// When the file last changed. A hash of the value would give a short secret away.
fn version(file: &Path) -> String {
    let modified = fs::metadata(file).and_then(|m| m.modified()).ok();
    let since = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    since.as_nanos().to_string()
}

#[async_trait]
impl SecretStore for SettingsSecrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        self.read(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(values: &str) -> (tempfile::TempDir, SettingsSecrets) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("local.settings.json");
        fs::write(&file, format!("{{\"IsEncrypted\": false, \"Values\": {values}}}")).unwrap();
        (folder, SettingsSecrets::new(file))
    }

    #[tokio::test]
    async fn a_value_can_name_a_file_beside_the_settings() {
        let (folder, secrets) = settings(r#"{"Secret:key": "@file:key.pem"}"#);
        fs::write(folder.path().join("key.pem"), "-----BEGIN-----\nabc\n").unwrap();
        assert_eq!(secrets.get("key").await.unwrap().expose(), "-----BEGIN-----\nabc");
    }

    #[tokio::test]
    async fn a_file_that_is_missing_is_named_with_its_secret() {
        let (_folder, secrets) = settings(r#"{"Secret:key": "@file:key.pem"}"#);
        let error = secrets.get("key").await.unwrap_err();
        assert!(matches!(error, PortError::Misconfigured { .. }));
        assert!(error.to_string().contains("key.pem") && error.to_string().contains("secret key"), "{error}");
    }

    #[tokio::test]
    async fn broken_settings_are_refused_without_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("local.settings.json");
        fs::write(&file, r#"{"Values": {"Secret:key": hunter2}}"#).unwrap();
        let error = SettingsSecrets::new(file).get("key").await.unwrap_err().to_string();
        assert!(error.contains("line 1") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_name_becomes_a_variable() {
        assert_eq!(variable("netsuite-private.key"), "FOREBAY_SECRET_NETSUITE_PRIVATE_KEY");
    }
}
