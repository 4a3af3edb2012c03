//! The simulated NetSuite account, and the settings that connect the app to it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use super::process::Process;
use super::{Options, settings};
use crate::shell;

/// What a person would copy from NetSuite's integration record.
#[derive(Deserialize)]
struct Credentials {
    account: String,
    base_url: String,
    client_id: String,
    certificate_id: String,
    private_key_pem: String,
}

pub fn start(bin: &Path, logs: &Path, state: &Path, options: &Options) -> Result<(Process, PathBuf)> {
    let data = state.join("netsuite-account");
    let address = state.join("netsuite-account.address");
    let what = format!("Starting the simulated NetSuite account (scale {})", options.scale);
    // A run that is to end must find the account at rest; one that stays gets a living one.
    let changes = if options.once { 0 } else { options.changes_per_minute };
    let process = shell::step(&what, || {
        Process::start(
            &bin.join("forebay-netsuite-account"),
            logs,
            &[
                "--listen",
                "127.0.0.1:0",
                "--data",
                &data.to_string_lossy(),
                "--scale",
                &options.scale.to_string(),
                "--changes-per-minute",
                &changes.to_string(),
                "--port-file",
                &address.to_string_lossy(),
            ],
            &address,
        )
    })?;
    let file = data.join("credentials.json");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let credentials: Credentials = serde_json::from_str(&text).context("the account's credentials")?;
    let settings = state.join("local.settings.json");
    settings::write(&settings, &values(&credentials))?;
    Ok((process, settings))
}

fn values(credentials: &Credentials) -> serde_json::Value {
    let source = json!([{
        "tenant": "default",
        "id": "netsuite",
        "connector": "netsuite",
        "settings": {
            "account": credentials.account,
            "base_url": credentials.base_url,
            "auth": "oauth2",
            "client_id": credentials.client_id,
            "certificate_id": credentials.certificate_id,
        },
        "secrets": { "private_key": "netsuite-private-key" },
    }]);
    json!({
        "FUNCTIONS_WORKER_RUNTIME": "custom",
        "EventHubConnection": "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true",
        "EXTRACT_NETSUITE_SCHEDULE": "0 */1 * * * *",
        "EXTRACT_CRM_SCHEDULE": "30 */1 * * * *",
        "FOREBAY_SOURCES": source.to_string(),
        "Secret:netsuite-private-key": credentials.private_key_pem,
    })
}
