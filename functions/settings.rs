//! The settings of the app, read once from the environment. Which adapter serves a port follows from
//! which settings are present. Besides this, only the log's filter (`log`), the local secrets store
//! (`FOREBAY_SECRET_*`) and the Azure identity (`AZURE_CLIENT_ID`) read the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use forebay_model::{SourceConfig, TenantId};

/// A setting is missing or wrong.
#[derive(Debug, thiserror::Error)]
#[error("setting {name}: {problem}")]
pub struct SettingError {
    pub name: &'static str,
    pub problem: String,
}

/// Where typed data, runs, profiles and lineage live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositorySetting {
    /// ADO connection string without a secret, or with one from a Key Vault reference.
    AzureSql(String),
    Sqlite(PathBuf),
}

/// Where raw pages land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawSetting {
    /// Account URL, or an account SAS URL such as Azurite's, and the container.
    Blob {
        url: String,
        container: String,
    },
    Folder(PathBuf),
}

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventsSetting {
    /// `{namespace}.servicebus.windows.net`, with the app's identity.
    Namespace(String),
    /// `amqp://127.0.0.1:5672`: the stand-in on this machine.
    Local(String),
}

/// Where secrets come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretsSetting {
    KeyVault(String),
    /// A local settings file, and the environment.
    File(PathBuf),
}

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentitySetting {
    /// One machine, one tenant, no sign-in.
    Single(TenantId),
    /// App Service authentication; Entra tenant id to our tenant.
    EasyAuth(BTreeMap<String, TenantId>),
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub port: u16,
    pub repository: RepositorySetting,
    pub raw: RawSetting,
    pub events: EventsSetting,
    pub secrets: SecretsSetting,
    pub identity: IdentitySetting,
    pub sources: Vec<SourceConfig>,
    /// The built web app, if it is there.
    pub web_root: PathBuf,
    /// Landed pages not finished after this long are announced again.
    pub sweep_after: Duration,
}

/// The host gives the port; by hand it is this one.
const DEFAULT_PORT: u16 = 3_000;
const DEFAULT_SWEEP_SECONDS: u64 = 900;

impl Settings {
    /// `get` looks a setting up; `App settings` of Azure and `Values` of local.settings.json both arrive
    /// as environment variables.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let get = |name: &str| get(name).filter(|v| !v.is_empty());
        let state = PathBuf::from(get("FOREBAY_STATE").unwrap_or_else(|| ".forebay/state".into()));
        Ok(Self {
            port: number(&get, "FUNCTIONS_CUSTOMHANDLER_PORT", DEFAULT_PORT)?,
            repository: match get("FOREBAY_SQL") {
                Some(connection) => RepositorySetting::AzureSql(connection),
                None => RepositorySetting::Sqlite(state.join("forebay.db")),
            },
            raw: match get("FOREBAY_BLOB_URL") {
                Some(url) => RawSetting::Blob {
                    url,
                    container: get("FOREBAY_RAW_CONTAINER").unwrap_or_else(|| "raw".into()),
                },
                None => RawSetting::Folder(state.join("blobs")),
            },
            events: match (get("EventHubConnection__fullyQualifiedNamespace"), get("FOREBAY_EVENTS")) {
                (Some(namespace), _) => EventsSetting::Namespace(namespace),
                (None, local) => {
                    EventsSetting::Local(local.unwrap_or_else(|| "amqp://127.0.0.1:5672".into()))
                }
            },
            secrets: match get("FOREBAY_KEYVAULT_URL") {
                Some(url) => SecretsSetting::KeyVault(url),
                None => SecretsSetting::File(
                    get("FOREBAY_SETTINGS").unwrap_or_else(|| "local.settings.json".into()).into(),
                ),
            },
            identity: identity(&get)?,
            sources: json(&get, "FOREBAY_SOURCES", "a JSON array of sources")?.unwrap_or_default(),
            web_root: web_root(&get),
            sweep_after: Duration::from_secs(number(
                &get,
                "FOREBAY_SWEEP_AFTER_SECONDS",
                DEFAULT_SWEEP_SECONDS,
            )?),
        })
    }
}

fn web_root(get: &impl Fn(&str) -> Option<String>) -> PathBuf {
    match get("FOREBAY_WEB") {
        Some(folder) => folder.into(),
        None => PathBuf::from(get("FUNCTIONS_APP_ROOT_PATH").unwrap_or_else(|| ".".into())).join("web"),
    }
}

/// In Azure an app without sign-in would serve everybody, so it is refused there.
fn identity(get: &impl Fn(&str) -> Option<String>) -> Result<IdentitySetting, SettingError> {
    if let Some(tenants) = json(get, "FOREBAY_TENANTS", "a JSON object of Entra tenant id to tenant")? {
        return Ok(IdentitySetting::EasyAuth(tenants));
    }
    if get("WEBSITE_SITE_NAME").is_some() {
        return Err(SettingError {
            name: "FOREBAY_TENANTS",
            problem: "is missing. In Azure every request needs a signed-in tenant: set it to a JSON object \
                      of Entra tenant id to tenant, and turn App Service authentication on"
                .into(),
        });
    }
    let name = get("FOREBAY_TENANT").unwrap_or_else(|| "default".into());
    let tenant =
        TenantId::new(name).map_err(|e| SettingError { name: "FOREBAY_TENANT", problem: e.to_string() })?;
    Ok(IdentitySetting::Single(tenant))
}

fn json<T: serde::de::DeserializeOwned>(
    get: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    expected: &str,
) -> Result<Option<T>, SettingError> {
    let Some(text) = get(name) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|e| SettingError {
        name,
        problem: format!("expected {expected}, got {} characters that fail with: {e}", text.len()),
    })
}

fn number<T: std::str::FromStr>(
    get: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    default: T,
) -> Result<T, SettingError> {
    let Some(text) = get(name) else { return Ok(default) };
    text.parse().map_err(|_| SettingError {
        name,
        problem: format!("expected a whole number, got {} characters of text", text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Settings, SettingError> {
        Settings::read(|name| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn one_machine_needs_no_setting() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.repository, RepositorySetting::Sqlite(".forebay/state/forebay.db".into()));
        assert_eq!(settings.identity, IdentitySetting::Single(TenantId::new("default").unwrap()));
        assert!(settings.sources.is_empty());
    }

    #[test]
    fn azure_settings_choose_azure_adapters() {
        let settings = read(&[
            ("FOREBAY_SQL", "Server=tcp:x.database.windows.net"),
            ("FOREBAY_BLOB_URL", "https://x.blob.core.windows.net"),
            ("FOREBAY_KEYVAULT_URL", "https://x.vault.azure.net"),
            ("EventHubConnection__fullyQualifiedNamespace", "x.servicebus.windows.net"),
            ("FOREBAY_TENANTS", r#"{"11111111-1111-1111-1111-111111111111":"acme"}"#),
            ("WEBSITE_SITE_NAME", "app"),
        ])
        .unwrap();
        assert!(matches!(settings.repository, RepositorySetting::AzureSql(_)));
        assert!(matches!(settings.raw, RawSetting::Blob { container, .. } if container == "raw"));
        assert!(matches!(settings.events, EventsSetting::Namespace(_)));
        assert!(matches!(settings.secrets, SecretsSetting::KeyVault(_)));
        assert!(matches!(settings.identity, IdentitySetting::EasyAuth(t) if t.len() == 1));
    }

    #[test]
    fn azure_without_sign_in_is_refused() {
        let error = read(&[("WEBSITE_SITE_NAME", "app")]).unwrap_err();
        assert!(error.to_string().starts_with("setting FOREBAY_TENANTS: is missing"));
    }

    #[test]
    fn a_broken_setting_is_named_and_its_text_is_not_shown() {
        let error = read(&[("FOREBAY_SOURCES", "{secret")]).unwrap_err().to_string();
        assert!(error.starts_with("setting FOREBAY_SOURCES: expected a JSON array of sources"));
        assert!(!error.contains("secret"));
    }
}
