//! The settings file that the host gives to the app, and the sources that it configures.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A configured source, as far as these commands need it.
#[derive(Debug, Clone, Deserialize)]
pub struct Source {
    pub id: String,
    pub connector: String,
    tenant: String,
    #[serde(default)]
    settings: Map<String, Value>,
}

impl Source {
    /// The timer that reads it.
    pub fn function(&self) -> &'static str {
        match self.connector.to_ascii_lowercase().as_str() {
            "netsuite" => "extract_netsuite",
            _ => "extract_crm",
        }
    }

    /// Where it is, if its settings say so.
    pub fn base_url(&self) -> Option<&str> {
        self.settings.get("base_url").and_then(Value::as_str)
    }
}

/// Settings by name.
pub struct Values(Map<String, Value>);

impl Values {
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let mut settings: Value = serde_json::from_str(&text).with_context(|| {
            format!("{} is no JSON; compare it with local.settings.json.example", file.display())
        })?;
        let Value::Object(values) = settings["Values"].take() else { return Ok(Self(Map::new())) };
        Ok(Self(values))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// What becomes the app's environment; secrets do not.
    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| !name.starts_with("Secret:"))
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// The sources of the tenant that a machine without sign-in shows.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let text = self.text("FOREBAY_SOURCES").unwrap_or("[]");
        let all: Vec<Source> = serde_json::from_str(text).context(
            "FOREBAY_SOURCES is no JSON array of sources with tenant, id and connector; compare it with \
             local.settings.json.example",
        )?;
        let tenant = self.text("FOREBAY_TENANT").unwrap_or("default");
        Ok(all.into_iter().filter(|source| source.tenant == tenant).collect())
    }
}

/// The user's own `local.settings.json`, if it configures sources.
pub fn own(root: &Path) -> Result<Option<PathBuf>> {
    let file = root.join("local.settings.json");
    if !file.is_file() {
        return Ok(None);
    }
    if Values::read(&file)?.text("FOREBAY_SOURCES").unwrap_or_default().is_empty() {
        eprintln!("    local.settings.json names no FOREBAY_SOURCES: using simulated accounts");
        return Ok(None);
    }
    Ok(Some(file))
}

/// The file that `up` writes for simulated accounts kept under `state`.
pub fn of_simulated(state: &Path) -> PathBuf {
    state.join("local.settings.json")
}

/// Accounts of one's own and simulated ones of every size are different accounts: none may see another's
/// cursors, tables or events. So each has a folder of its own.
pub fn home(state: &Path, own: bool, scale: f64) -> PathBuf {
    state.join(if own { "own-account".to_owned() } else { format!("simulated-{scale}") })
}

/// What tells the app where its state, and its secrets, are on this machine.
pub fn environment(home: &Path, settings: &Path) -> Result<Vec<(&'static str, String)>> {
    Ok(vec![("FOREBAY_STATE", absolute(&home.join("data"))?), ("FOREBAY_SETTINGS", absolute(settings)?)])
}

/// Processes that run in other folders take no relative path.
pub fn absolute(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))?;
    Ok(path.display().to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn values(json: Value) -> Values {
        let Value::Object(values) = json else { panic!() };
        Values(values)
    }

    #[test]
    fn sources_of_the_shown_tenant_are_fired_by_their_kind() {
        let sources = r#"[{"tenant":"default","id":"erp","connector":"netsuite"},
            {"tenant":"other","id":"x","connector":"netsuite"},
            {"tenant":"default","id":"crm","connector":"hubspot","settings":{"base_url":"http://127.0.0.1:1"}}]"#;
        let found = values(serde_json::json!({ "FOREBAY_SOURCES": sources })).sources().unwrap();
        let functions: Vec<_> = found.iter().map(|s| (s.id.as_str(), s.function())).collect();
        assert_eq!(functions, [("erp", "extract_netsuite"), ("crm", "extract_crm")]);
        assert_eq!(found[1].base_url(), Some("http://127.0.0.1:1"));
    }

    #[test]
    fn secrets_do_not_become_environment() {
        let values = values(serde_json::json!({ "FOREBAY_TENANT": "acme", "Secret:key": "hidden" }));
        assert_eq!(values.environment().collect::<Vec<_>>(), [("FOREBAY_TENANT", "acme")]);
    }
}
