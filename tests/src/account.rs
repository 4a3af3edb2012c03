//! A simulated NetSuite account for tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::client::Client;
use crate::process::Process;

pub struct Account {
    process: Process,
    data: PathBuf,
}

impl Account {
    /// `extra` are further arguments of the executable.
    pub fn start(folder: &Path, scale: f64, extra: &[&str]) -> Result<Self> {
        let data = folder.join("account");
        let address = folder.join("account.address");
        let mut arguments: Vec<String> = ["--listen", "127.0.0.1:0", "--data"].map(str::to_owned).to_vec();
        arguments.extend([
            data.to_string_lossy().into_owned(),
            "--scale".into(),
            scale.to_string(),
            "--port-file".into(),
            address.to_string_lossy().into_owned(),
        ]);
        arguments.extend(extra.iter().map(|s| (*s).to_owned()));
        let process =
            Process::start("forebay-netsuite-account", &arguments, &address, &folder.join("account.log"))?;
        Ok(Self { process, data })
    }

    pub fn client(&self) -> Client {
        Client::new(&self.process.address)
    }

    /// Rows per table: the truth.
    pub fn counts(&self) -> Result<Value> {
        self.client().get("/_control/counts")
    }

    pub fn credentials(&self) -> Result<Value> {
        let text = fs::read_to_string(self.data.join("credentials.json")).context("credentials.json")?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Values of a settings file that connects an app to this account.
    pub fn settings(&self) -> Result<Value> {
        let c = self.credentials()?;
        let source = json!([{
            "tenant": "default",
            "id": "netsuite",
            "connector": "netsuite",
            "settings": {
                "account": c["account"], "base_url": c["base_url"], "auth": "oauth2",
                "client_id": c["client_id"], "certificate_id": c["certificate_id"],
            },
            "secrets": { "private_key": "netsuite-private-key" },
        }]);
        Ok(json!({
            "FUNCTIONS_WORKER_RUNTIME": "custom",
            "EventHubConnection": "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true",
            // Tests fire the timer themselves; this one comes once a year.
            "EXTRACT_NETSUITE_SCHEDULE": "0 0 0 1 1 *",
            "EXTRACT_CRM_SCHEDULE": "0 0 0 1 1 *",
            "FOREBAY_SOURCES": source.to_string(),
            "FOREBAY_SWEEP_AFTER_SECONDS": "1",
            "FOREBAY_CLAIM_SECONDS": "2",
            "Secret:netsuite-private-key": c["private_key_pem"],
        }))
    }
}
