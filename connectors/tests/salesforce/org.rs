//! A simulated org per test, copied from one that is generated once, and connectors to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use forebay_connectors::Context;
use forebay_model::{ConnectorKind, SourceConfig, SourceId, StreamName, TenantId};
use forebay_ports::{Connector, PortError, Secret, SecretStore, Unlimited};
use forebay_salesforce_account::{Running, Settings, start};
use serde_json::Value;
use tempfile::TempDir;

/// Secrets by name; a stale value is given until it is fetched anew.
#[derive(Default)]
pub struct Secrets {
    pub held: BTreeMap<String, String>,
    pub stale: Mutex<BTreeMap<String, String>>,
}

impl Secrets {
    fn found(&self, name: &str, value: Option<&String>) -> Result<Secret, PortError> {
        let value = value.ok_or_else(|| PortError::NotFound { what: format!("secret {name}") })?;
        Ok(Secret::new(value.clone(), "1"))
    }
}

#[async_trait]
impl SecretStore for Secrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let stale = self.stale.lock().unwrap().get(name).cloned();
        self.found(name, stale.as_ref().or_else(|| self.held.get(name)))
    }

    async fn refetch(&self, name: &str) -> Result<Secret, PortError> {
        self.stale.lock().unwrap().remove(name);
        self.found(name, self.held.get(name))
    }
}

pub struct TestOrg {
    pub running: Running,
    http: reqwest::Client,
    _data: TempDir,
}

static TEMPLATE: OnceLock<TempDir> = OnceLock::new();

fn template() -> &'static Path {
    let made = TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async { start(Settings::new(&path)).await.unwrap().stop().await.unwrap() });
        });
        thread.join().unwrap();
        folder
    });
    made.path()
}

impl TestOrg {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let data = TempDir::new().unwrap();
        let from = tokio::task::spawn_blocking(template).await.unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), data.path().join(entry.file_name())).unwrap();
            }
        }
        let mut settings = Settings::new(data.path());
        settings.daily_requests = 1_000_000;
        change(&mut settings);
        Self { running: start(settings).await.unwrap(), http: reqwest::Client::new(), _data: data }
    }

    pub fn secrets(&self) -> Secrets {
        let held = self.running.credentials();
        let pairs = [("app-secret", &held.client_secret), ("app-key", &held.private_key_pem)];
        let held = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        Secrets { held, stale: Mutex::default() }
    }

    /// A source's configuration with more settings.
    pub fn config(&self, more: &[(&str, &str)]) -> SourceConfig {
        let held = self.running.credentials();
        let base = self.running.base_url();
        let own = [
            ("base_url", base),
            ("login_url", base),
            ("client_id", held.client_id.as_str()),
            ("username", held.username.as_str()),
            ("retry_first_delay_ms", "5"),
        ];
        let secrets = [("client_secret", "app-secret"), ("private_key", "app-key")];
        SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("crm").unwrap(),
            connector: ConnectorKind::new("salesforce").unwrap(),
            settings: own.iter().chain(more).map(|(k, v)| ((*k).into(), (*v).into())).collect(),
            secrets: secrets.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        }
    }

    pub fn connect(&self, more: &[(&str, &str)]) -> Box<dyn Connector> {
        self.connect_with(more, self.secrets())
    }

    pub fn connect_with(&self, more: &[(&str, &str)], secrets: Secrets) -> Box<dyn Connector> {
        let context = Context { secrets: Arc::new(secrets), gate: Arc::new(Unlimited) };
        forebay_connectors::open(&self.config(more), context).unwrap()
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/_control/{path}", self.running.base_url());
        let request = self.http.request(method, url);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null)
    }

    pub async fn order(&self, what: &str, order: Value) -> Value {
        self.control(reqwest::Method::POST, what, Some(order)).await
    }

    pub async fn ask(&self, what: &str) -> Value {
        self.control(reqwest::Method::GET, what, None).await
    }

    pub async fn reset(&self, what: &str) {
        self.control(reqwest::Method::DELETE, what, None).await;
    }

    /// Requests since the last reset.
    pub async fn requests(&self) -> u64 {
        let answer = self.ask("requests").await;
        let endpoints = answer["endpoints"].as_object().cloned().unwrap_or_default();
        endpoints.values().filter_map(|calls| calls["requests"].as_u64()).sum()
    }

    /// The true living rows of an object.
    pub async fn rows(&self, object: &str) -> Vec<Value> {
        let answer = self.ask(&format!("rows?table={object}&limit=100000")).await;
        answer["items"].as_array().unwrap().clone()
    }
}

pub fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}
