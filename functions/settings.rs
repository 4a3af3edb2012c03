//! The settings of the app, read once from the environment. Which adapter serves a port follows from
//! which settings are present. Besides this, only the log's filter (`log`), the local secrets store
//! (`FOREBAY_SECRET_*`) and the Azure identity (`AZURE_CLIENT_ID`) read the environment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use forebay_model::{SourceConfig, TenantId};
use forebay_pipeline::{FalseAlarmRate, Sensitivity, ZoneOffset};

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

/// Where requests to extract are queued: the account of the Functions host, so that a sender and the
/// trigger that listens can never differ.
#[derive(Clone, PartialEq, Eq)]
pub enum QueueSetting {
    /// The account's queue URL, with the app's identity.
    Account(String),
    /// A connection string, or a URL with a shared access signature.
    Connection(String),
    Folder(PathBuf),
}

/// A connection string holds a key.
impl std::fmt::Debug for QueueSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Account(url) => write!(f, "Account({url})"),
            Self::Connection(_) => f.write_str("Connection(***)"),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
        }
    }
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
    pub queue: QueueSetting,
    pub secrets: SecretsSetting,
    pub identity: IdentitySetting,
    pub sources: Vec<SourceConfig>,
    /// The built web app, if it is there.
    pub web_root: PathBuf,
    /// Where people open the web page: alerts link to it.
    pub page: Option<String>,
    /// How long a process that reads a run holds it without saying so again.
    pub claim_life: Duration,
    /// Landed pages not finished after this long are announced again.
    pub sweep_after: Duration,
    /// An extraction stops cleanly after this long, and a message goes on with it.
    pub extract_within: Duration,
    /// How readily figures are called unusual.
    pub sensitivity: Sensitivity,
}

/// The host gives the port; by hand it is this one.
const DEFAULT_PORT: u16 = 3_000;
const DEFAULT_SWEEP_SECONDS: u64 = 900;
/// The host kills the process at its `functionTimeout` of 30 minutes; five are left to finish a page.
const DEFAULT_EXTRACT_SECONDS: u64 = 25 * 60;
const DEFAULT_CLAIM_SECONDS: u64 = 60;

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
            queue: queue(&get, &state),
            secrets: match get("FOREBAY_KEYVAULT_URL") {
                Some(url) => SecretsSetting::KeyVault(url),
                None => SecretsSetting::File(
                    get("FOREBAY_SETTINGS").unwrap_or_else(|| "local.settings.json".into()).into(),
                ),
            },
            identity: identity(&get)?,
            sources: json(&get, "FOREBAY_SOURCES", "a JSON array of sources")?.unwrap_or_default(),
            web_root: web_root(&get),
            page: get("FOREBAY_PAGE")
                .or_else(|| get("WEBSITE_HOSTNAME").map(|host| format!("https://{host}/ui"))),
            claim_life: Duration::from_secs(number(&get, "FOREBAY_CLAIM_SECONDS", DEFAULT_CLAIM_SECONDS)?),
            extract_within: Duration::from_secs(number(
                &get,
                "FOREBAY_EXTRACT_SECONDS",
                DEFAULT_EXTRACT_SECONDS,
            )?),
            sweep_after: Duration::from_secs(number(
                &get,
                "FOREBAY_SWEEP_AFTER_SECONDS",
                DEFAULT_SWEEP_SECONDS,
            )?),
            sensitivity: sensitivity(&get)?,
        })
    }
}

/// `AzureWebJobsStorage` in the forms that the host takes, and `folder:` for one machine.
fn queue(get: &impl Fn(&str) -> Option<String>, state: &Path) -> QueueSetting {
    if let Some(url) = get("AzureWebJobsStorage__queueServiceUri") {
        return QueueSetting::Account(url);
    }
    if let Some(account) = get("AzureWebJobsStorage__accountName") {
        return QueueSetting::Account(format!("https://{account}.queue.core.windows.net"));
    }
    match get("AzureWebJobsStorage") {
        None => QueueSetting::Folder(state.join("queues")),
        Some(text) => match text.strip_prefix("folder:") {
            Some(folder) => QueueSetting::Folder(folder.into()),
            None => QueueSetting::Connection(text),
        },
    }
}

fn sensitivity(get: &impl Fn(&str) -> Option<String>) -> Result<Sensitivity, SettingError> {
    Ok(Sensitivity {
        rate: parsed(
            get,
            "FOREBAY_FALSE_ALARM_RATE",
            FalseAlarmRate::parse,
            "a number above 0 and at most 0.1, such as 0.001",
        )?,
        zone: parsed(
            get,
            "FOREBAY_ZONE_OFFSET",
            ZoneOffset::parse,
            "hours and minutes east of UTC, from -12:00 to +14:00, such as +02:00 or -05:30",
        )?,
    })
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

fn parsed<T: Default>(
    get: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
    expected: &str,
) -> Result<T, SettingError> {
    let Some(text) = get(name) else { return Ok(T::default()) };
    parse(&text).ok_or_else(|| SettingError {
        name,
        problem: format!("expected {expected}, got {} characters of text", text.chars().count()),
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
    fn requests_are_queued_where_the_host_listens() {
        let queue = |name: &str, value: &str| read(&[(name, value)]).unwrap().queue;
        let account = QueueSetting::Account("https://x.queue.core.windows.net".into());
        assert_eq!(queue("AzureWebJobsStorage__accountName", "x"), account);
        let uri = "https://x.queue.core.windows.net";
        assert_eq!(queue("AzureWebJobsStorage__queueServiceUri", uri), account);
        assert_eq!(queue("AzureWebJobsStorage", "folder:/q"), QueueSetting::Folder("/q".into()));
        let azurite = queue("AzureWebJobsStorage", "UseDevelopmentStorage=true");
        assert_eq!(azurite, QueueSetting::Connection("UseDevelopmentStorage=true".into()));
        assert_eq!(queue("FOREBAY_STATE", "/s"), QueueSetting::Folder("/s/queues".into()));
        let key = queue("AzureWebJobsStorage", "AccountKey=secret");
        assert!(!format!("{key:?}").contains("secret"));
    }

    #[test]
    fn azure_without_sign_in_is_refused() {
        let error = read(&[("WEBSITE_SITE_NAME", "app")]).unwrap_err();
        assert!(error.to_string().starts_with("setting FOREBAY_TENANTS: is missing"));
    }

    #[test]
    fn sensitivity_is_what_is_set_and_one_in_a_thousand_by_utc_otherwise() {
        assert_eq!(read(&[]).unwrap().sensitivity, Sensitivity::default());
        let empty = [("FOREBAY_FALSE_ALARM_RATE", ""), ("FOREBAY_ZONE_OFFSET", "")];
        assert_eq!(read(&empty).unwrap().sensitivity, Sensitivity::default());
        let set = [("FOREBAY_FALSE_ALARM_RATE", "0.05"), ("FOREBAY_ZONE_OFFSET", "-05:30")];
        let Sensitivity { rate, zone } = read(&set).unwrap().sensitivity;
        assert_eq!(Some(rate), FalseAlarmRate::new(0.05));
        assert_eq!(Some(zone), ZoneOffset::parse("-05:30"));
        assert_ne!(zone, ZoneOffset::default());
    }

    #[test]
    fn a_rate_or_zone_that_is_none_is_named_with_what_is_expected_and_its_text_is_not_shown() {
        let refused = |name: &str, value: &str| read(&[(name, value)]).unwrap_err().to_string();
        let rate =
            "setting FOREBAY_FALSE_ALARM_RATE: expected a number above 0 and at most 0.1, such as 0.001";
        for (bad, length) in [("0", 1), ("0.2", 3), ("NaN", 3), ("1 in 10", 7)] {
            let said = refused("FOREBAY_FALSE_ALARM_RATE", bad);
            assert_eq!(said, format!("{rate}, got {length} characters of text"));
        }
        let said = refused("FOREBAY_ZONE_OFFSET", "Europe/Stockholm");
        assert!(
            said.starts_with("setting FOREBAY_ZONE_OFFSET: expected hours and minutes east of UTC"),
            "{said}"
        );
        assert!(said.ends_with("got 16 characters of text"), "{said}");
    }

    #[test]
    fn a_broken_setting_is_named_and_its_text_is_not_shown() {
        let error = read(&[("FOREBAY_SOURCES", "{secret")]).unwrap_err().to_string();
        assert!(error.starts_with("setting FOREBAY_SOURCES: expected a JSON array of sources"));
        assert!(!error.contains("secret"));
    }
}
