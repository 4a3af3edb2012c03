//! A portal in memory: records, associations, and what goes wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use axum::Router;
use axum::routing::any;
use forebay_connectors::Context;
use forebay_model::{ConnectorKind, Instant, SourceConfig, SourceId, TenantId};
use forebay_ports::{Connector, PortError, Secret, SecretStore, Unlimited};

use super::answers::answer;

pub const TOKEN: &str = "pat-na1-00000000-secret";
pub const REFRESH: &str = "refresh-secret";
pub const SECRET: &str = "client-secret";

/// A record. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub properties: BTreeMap<String, String>,
    pub updated: i64,
    pub archived: Option<i64>,
}

/// What a portal answers with instead of what was asked.
#[derive(Debug, Clone)]
pub enum Fault {
    Status(u16, &'static str),
    /// Half of the good answer.
    Truncated,
    /// HTML with status 200.
    Html,
}

/// By record: the other record and the kind.
type Links = BTreeMap<u64, BTreeSet<(u64, i64)>>;

#[derive(Debug, Default)]
pub struct State {
    /// The portal's clock.
    pub now: i64,
    pub records: BTreeMap<&'static str, BTreeMap<u64, Record>>,
    /// By object type: name and type.
    pub properties: BTreeMap<&'static str, Vec<(String, &'static str)>>,
    /// By pair.
    pub links: BTreeMap<(String, String), Links>,
    pub links_per_page: usize,
    /// Milliseconds until search sees a change.
    pub lag: i64,
    pub denied: BTreeSet<String>,
    pub faults: VecDeque<Fault>,
    /// Access tokens that are good.
    pub tokens: BTreeSet<String>,
    pub daily: Option<(u64, u64)>,
    /// Method and path of every request.
    pub requests: Vec<String>,
    pub longest_address: usize,
}

impl State {
    pub fn put(&mut self, object: &'static str, id: u64, name: &str) {
        let now = self.now;
        let record = self.records.entry(object).or_default().entry(id).or_default();
        record.properties.insert("name".into(), name.into());
        (record.updated, record.archived) = (now, None);
    }

    pub fn archive(&mut self, object: &'static str, id: u64) {
        let now = self.now;
        self.records.get_mut(object).unwrap().get_mut(&id).unwrap().archived = Some(now);
    }

    pub fn link(&mut self, from: &str, to: &str, id: u64, others: &[(u64, i64)]) {
        let pair = (from.to_owned(), to.to_owned());
        self.links.entry(pair).or_default().insert(id, others.iter().copied().collect());
    }

    pub fn living(&self, object: &str) -> BTreeMap<String, String> {
        let living = self.records[object].iter().filter(|(_, r)| r.archived.is_none());
        living.map(|(id, r)| (id.to_string(), r.properties["name"].clone())).collect()
    }
}

pub struct Portal {
    pub state: Arc<Mutex<State>>,
    pub url: String,
}

/// 2026-03-02T00:00:00Z.
pub const START: i64 = 1_772_409_600_000;

pub fn instant(millis: i64) -> Instant {
    Instant::from_micros(millis * 1_000)
}

struct Vault(BTreeMap<&'static str, String>);

#[async_trait]
impl SecretStore for Vault {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let value = self.0.get(name).ok_or_else(|| PortError::NotFound { what: format!("secret {name}") })?;
        Ok(Secret::new(value.clone(), "1"))
    }

    async fn refetch(&self, name: &str) -> Result<Secret, PortError> {
        let newer = self.0.get(format!("{name} newer").as_str());
        match newer {
            Some(value) => Ok(Secret::new(value.clone(), "2")),
            None => self.get(name).await,
        }
    }
}

impl Portal {
    pub async fn start() -> Self {
        let mut state = State { now: START, links_per_page: 500, ..State::default() };
        state.tokens.insert(TOKEN.into());
        for object in ["contacts", "companies", "deals"] {
            state.records.entry(object).or_default();
            let modified = if object == "contacts" { "lastmodifieddate" } else { "hs_lastmodifieddate" };
            let properties = [
                ("name", "string"),
                (modified, "datetime"),
                ("hs_object_id", "number"),
                ("hs_merged_object_ids", "string"),
            ];
            state.properties.insert(object, properties.map(|(name, kind)| (name.to_owned(), kind)).to_vec());
        }
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        let app = Router::new().fallback(any(move |request| answer(shared.clone(), request)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { state, url }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn tick(&self, seconds: i64) -> Instant {
        let mut state = self.state();
        state.now += seconds * 1_000;
        instant(state.now)
    }

    /// Requests since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().requests)
    }

    pub fn config(&self, more: &[(&str, &str)]) -> SourceConfig {
        let usual = [
            ("base_url", self.url.as_str()),
            ("retry_first_delay_ms", "1"),
            ("objects", "contacts,companies,deals"),
        ];
        let secrets = [("token", "token"), ("client_secret", "client"), ("refresh_token", "refresh")];
        SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("crm").unwrap(),
            connector: ConnectorKind::new("hubspot").unwrap(),
            settings: usual.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            secrets: secrets.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        }
    }

    pub fn connect(&self, more: &[(&str, &str)]) -> Box<dyn Connector> {
        self.connect_with(more, TOKEN)
    }

    /// With a token in the vault that may be an old one; `refetch` gives the good one.
    pub fn connect_with(&self, more: &[(&str, &str)], token: &str) -> Box<dyn Connector> {
        let secrets = [("token", token), ("token newer", TOKEN), ("client", SECRET), ("refresh", REFRESH)];
        let vault = Vault(secrets.into_iter().map(|(name, value)| (name, value.to_owned())).collect());
        let context = Context { secrets: Arc::new(vault), gate: Arc::new(Unlimited) };
        forebay_connectors::open(&self.config(more), context).unwrap()
    }
}
