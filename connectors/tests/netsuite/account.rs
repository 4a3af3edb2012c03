//! A simulated account per test, copied from one that is generated once, and connectors to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use forebay_connectors::Context;
use forebay_model::{ConnectorKind, SourceConfig, SourceId, StreamName, TenantId};
use forebay_netsuite_account::{Running, Settings, start};
use forebay_ports::{Connector, PortError, Secret, SecretStore, Unlimited};
use serde_json::Value;
use tempfile::TempDir;

/// About 7,700 records.
const SCALE: f64 = 0.001;

/// Secrets by name, in memory.
pub struct Secrets(pub BTreeMap<String, String>);

#[async_trait]
impl SecretStore for Secrets {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let value = self.0.get(name).ok_or_else(|| PortError::NotFound { what: format!("secret {name}") })?;
        Ok(Secret::new(value.clone(), "1"))
    }
}

/// A connector with these secrets and no limits.
pub fn context(secrets: Arc<dyn SecretStore>) -> Context {
    Context { secrets, gate: Arc::new(Unlimited) }
}

pub struct TestAccount {
    running: Running,
    http: reqwest::Client,
    _data: TempDir,
}

/// Which login a connector uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    Rsa,
    EllipticCurve,
    TokenBased,
}

static TEMPLATE: OnceLock<TempDir> = OnceLock::new();

fn settings(data: &Path) -> Settings {
    Settings { scale: SCALE, ..Settings::new(data) }
}

fn template() -> &'static Path {
    let made = TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async { start(settings(&path)).await.unwrap().stop().await.unwrap() });
        });
        thread.join().unwrap();
        folder
    });
    made.path()
}

impl TestAccount {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// An account of another size, generated anew.
    pub async fn with_scale(scale: f64) -> Self {
        let data = TempDir::new().unwrap();
        let running = start(Settings { scale, ..settings(data.path()) }).await.unwrap();
        Self { running, http: reqwest::Client::new(), _data: data }
    }

    /// The account counts whole seconds: what changes after this has another one than what was before.
    pub async fn pause(&self, seconds: u64) {
        tokio::time::sleep(std::time::Duration::from_millis(seconds * 1_000 + 50)).await;
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
        let mut settings = settings(data.path());
        change(&mut settings);
        Self { running: start(settings).await.unwrap(), http: reqwest::Client::new(), _data: data }
    }

    pub fn secrets(&self) -> BTreeMap<String, String> {
        let held = self.running.credentials();
        let pairs = [
            ("rsa-key", &held.private_key_pem),
            ("ec-key", &held.ec_private_key_pem),
            ("consumer-key", &held.consumer_key),
            ("consumer-secret", &held.consumer_secret),
            ("token-id", &held.token_id),
            ("token-secret", &held.token_secret),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    /// A source's configuration with more settings.
    pub fn config(&self, login: Login, more: &[(&str, &str)]) -> SourceConfig {
        let held = self.running.credentials();
        let mut settings = vec![
            ("account", held.account.as_str()),
            ("base_url", self.running.base_url()),
            ("retry_first_delay_ms", "5"),
        ];
        let certificate = match login {
            Login::Rsa => held.certificate_id.as_str(),
            _ => held.ec_certificate_id.as_str(),
        };
        let mut secrets: Vec<(&str, &str)> = Vec::new();
        if login == Login::TokenBased {
            settings.push(("auth", "tba"));
            secrets.extend([
                ("consumer_key", "consumer-key"),
                ("consumer_secret", "consumer-secret"),
                ("token_id", "token-id"),
                ("token_secret", "token-secret"),
            ]);
        } else {
            settings.extend([("client_id", held.client_id.as_str()), ("certificate_id", certificate)]);
            secrets.push(("private_key", if login == Login::Rsa { "rsa-key" } else { "ec-key" }));
        }
        settings.extend(more);
        let owned = |pairs: Vec<(&str, &str)>| pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("erp").unwrap(),
            connector: ConnectorKind::new("netsuite").unwrap(),
            settings: owned(settings),
            secrets: owned(secrets),
        }
    }

    pub fn connect(&self, more: &[(&str, &str)]) -> Box<dyn Connector> {
        self.connect_as(Login::EllipticCurve, more)
    }

    pub fn connect_as(&self, login: Login, more: &[(&str, &str)]) -> Box<dyn Connector> {
        let secrets = Arc::new(Secrets(self.secrets()));
        forebay_connectors::open(&self.config(login, more), context(secrets)).unwrap()
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

    /// The true rows of a table.
    pub async fn rows(&self, table: &str) -> Vec<Value> {
        let answer = self.ask(&format!("rows?table={table}&limit=100000")).await;
        answer["items"].as_array().unwrap().clone()
    }
}

pub fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}
