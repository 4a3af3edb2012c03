//! The simulated accounts, and the settings that connect the app to them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::process::Process;
use super::settings;
use crate::shell;

/// A kind of account that can be simulated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Simulated {
    Netsuite,
    Salesforce,
    Hubspot,
}

/// What an account is started with.
pub struct Wish<'a> {
    pub sources: &'a [Simulated],
    pub scale: f64,
    pub changes_per_minute: u32,
    pub bin: &'a Path,
    pub logs: &'a Path,
    /// Data, addresses and the settings file are kept here.
    pub state: &'a Path,
}

/// A running account. Its source has the same name as its kind.
pub struct Account {
    pub name: &'static str,
    pub process: Process,
}

impl Simulated {
    pub const ALL: [Self; 3] = [Self::Netsuite, Self::Salesforce, Self::Hubspot];

    /// Of the connector, and of the source.
    fn name(self) -> &'static str {
        match self {
            Self::Netsuite => "netsuite",
            Self::Salesforce => "salesforce",
            Self::Hubspot => "hubspot",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Netsuite => "NetSuite account",
            Self::Salesforce => "Salesforce org",
            Self::Hubspot => "HubSpot portal",
        }
    }

    /// The source's settings, from what a person would copy out of the vendor's pages.
    fn settings(self, c: &Value) -> Value {
        match self {
            Self::Netsuite => json!({
                "account": c["account"], "base_url": c["base_url"], "auth": "oauth2",
                "client_id": c["client_id"], "certificate_id": c["certificate_id"],
            }),
            Self::Salesforce => json!({ "base_url": c["base_url"], "client_id": c["client_id"] }),
            // The portal allows 190 in ten seconds; the connector's default leaves room for other apps.
            Self::Hubspot => json!({
                "base_url": c["base_url"], "portal_id": c["portal_id"].to_string(),
                "requests_per_ten_seconds": "180",
            }),
        }
    }

    /// The source's secret: its purpose, its name, and where the credentials have it.
    fn secret(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Netsuite => ("private_key", "netsuite-private-key", "private_key_pem"),
            Self::Salesforce => ("client_secret", "salesforce-client-secret", "client_secret"),
            Self::Hubspot => ("token", "hubspot-token", "private_app_token"),
        }
    }
}

/// The packages whose executables are the accounts.
pub fn packages(sources: &[Simulated]) -> Vec<String> {
    sources.iter().map(|kind| format!("forebay-{}-account", kind.name())).collect()
}

/// Starts the accounts. Gives them and the settings file.
pub fn start(wish: &Wish<'_>) -> Result<(Vec<Account>, PathBuf)> {
    let mut accounts = Vec::new();
    let mut sources = Vec::new();
    let mut secrets = Map::new();
    for kind in wish.sources {
        let account = start_one(*kind, wish)?;
        let file = data(*kind, wish).join("credentials.json");
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let credentials: Value = serde_json::from_str(&text).context("the account's credentials")?;
        let (purpose, secret, field) = kind.secret();
        sources.push(json!({
            "tenant": "default", "id": kind.name(), "connector": kind.name(),
            "settings": kind.settings(&credentials), "secrets": { purpose: secret },
        }));
        secrets.insert(format!("Secret:{secret}"), credentials[field].clone());
        accounts.push(account);
    }
    let file = settings::of_simulated(wish.state);
    settings::write(&file, &values(&sources, secrets))?;
    Ok((accounts, file))
}

fn data(kind: Simulated, wish: &Wish<'_>) -> PathBuf {
    wish.state.join(format!("{}-account", kind.name()))
}

fn start_one(kind: Simulated, wish: &Wish<'_>) -> Result<Account> {
    let address = wish.state.join(format!("{}-account.address", kind.name()));
    let what = format!("Starting the simulated {} (scale {})", kind.title(), wish.scale);
    let process = shell::step(&what, || {
        Process::start(
            &wish.bin.join(format!("forebay-{}-account", kind.name())),
            wish.logs,
            &[
                "--listen",
                "127.0.0.1:0",
                "--data",
                &data(kind, wish).to_string_lossy(),
                "--scale",
                &wish.scale.to_string(),
                "--changes-per-minute",
                &wish.changes_per_minute.to_string(),
                "--port-file",
                &address.to_string_lossy(),
            ],
            &address,
        )
    })?;
    Ok(Account { name: kind.name(), process })
}

fn values(sources: &[Value], secrets: Map<String, Value>) -> Value {
    let mut values = json!({
        "FUNCTIONS_WORKER_RUNTIME": "custom",
        "EventHubConnection": "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true",
        "EXTRACT_NETSUITE_SCHEDULE": "0 */1 * * * *",
        "EXTRACT_CRM_SCHEDULE": "30 */1 * * * *",
        "FOREBAY_SOURCES": Value::from(sources).to_string(),
    });
    if let Some(values) = values.as_object_mut() {
        values.extend(secrets);
    }
    values
}
