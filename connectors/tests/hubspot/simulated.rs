//! Against the simulated portal: every row and every association is compared with the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use forebay_connectors::Context;
use forebay_hubspot_account::{Running, Settings, start};
use forebay_model::{ColumnType, ConnectorKind, Instant, SourceConfig, SourceId, TenantId};
use forebay_ports::{Connector, PageRequest, PortError, Secret, SecretStore, SourceError, Unlimited};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::loading::Copy;

struct Account {
    running: Running,
    http: reqwest::Client,
    _folder: TempDir,
}

struct Vault(BTreeMap<String, String>);

#[async_trait]
impl SecretStore for Vault {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        let value = self.0.get(name).ok_or_else(|| PortError::NotFound { what: format!("secret {name}") })?;
        Ok(Secret::new(value.clone(), "1"))
    }
}

impl Account {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let settings = Settings { scale: 0.001, ..Settings::new(folder.path()) }.unlimited();
        Self { running: start(settings).await.unwrap(), http: reqwest::Client::new(), _folder: folder }
    }

    fn connect(&self, more: &[(&str, &str)]) -> Box<dyn Connector> {
        let held = self.running.credentials();
        let base = [
            ("base_url", self.running.base_url()),
            ("retry_first_delay_ms", "5"),
            ("client_id", &held.client_id),
        ];
        let secrets = [
            ("token", held.private_app_token.clone()),
            ("client_secret", held.client_secret.clone()),
            ("refresh_token", held.refresh_token.clone()),
        ];
        let config = SourceConfig {
            tenant: TenantId::new("acme").unwrap(),
            id: SourceId::new("crm").unwrap(),
            connector: ConnectorKind::new("hubspot").unwrap(),
            settings: base.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            secrets: secrets.iter().map(|(k, _)| ((*k).to_owned(), (*k).to_owned())).collect(),
        };
        let vault = Vault(secrets.into_iter().map(|(k, v)| (k.to_owned(), v)).collect());
        let context = Context { secrets: Arc::new(vault), gate: Arc::new(Unlimited) };
        forebay_connectors::open(&config, context).unwrap()
    }

    async fn order(&self, what: &str, order: Value) -> Value {
        let url = format!("{}/_control/{what}", self.running.base_url());
        self.http.post(url).json(&order).send().await.unwrap().json().await.unwrap()
    }

    async fn ask(&self, what: &str) -> Value {
        let url = format!("{}/_control/{what}", self.running.base_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn rows(&self, table: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), i64::MIN);
        loop {
            let page = self.ask(&format!("rows?table={table}&after={after}&limit=500")).await;
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a property's text is the true value.
fn same(kind: ColumnType, got: &Value, truth: &Value) -> bool {
    let got = text(got);
    match (kind, truth) {
        (_, Value::Null) => got == "null" || got.is_empty(),
        (_, Value::Number(truth)) => {
            got.parse::<f64>().is_ok_and(|n| (n - truth.as_f64().unwrap()).abs() < 1e-6)
        }
        (_, Value::Bool(truth)) => got == truth.to_string(),
        (ColumnType::Timestamp, Value::String(truth)) => Instant::parse(&got) == Instant::parse(truth),
        (_, truth) => got == text(truth),
    }
}

/// Compares a copy with the portal's own rows.
async fn check(account: &Account, copy: &Copy) {
    let stream = copy.schema.stream.as_str();
    let truth = account.rows(if stream == "shipment" { "p_shipment" } else { stream }).await;
    if stream.contains("_to_") {
        let living: BTreeSet<_> = truth
            .iter()
            .map(|r| (text(&r["from_id"]), text(&r["to_id"]), r["type_id"].as_i64().unwrap()))
            .collect();
        let parents: BTreeSet<String> = account
            .rows(stream.split("_to_").next().unwrap())
            .await
            .iter()
            .map(|row| text(&row["id"]))
            .collect();
        // What is left of deleted records goes with them, by `parent`.
        let mine: BTreeSet<_> = copy.links().into_iter().filter(|link| parents.contains(&link.0)).collect();
        assert_eq!(mine.len(), living.len(), "{stream}");
        assert!(mine == living, "{stream}: {:?}", mine.symmetric_difference(&living).next());
        return;
    }
    let rows: BTreeMap<&String, &Value> = copy.rows().collect();
    assert_eq!(rows.len(), truth.len(), "{stream}");
    for truth in truth.iter().filter(|_| stream != "owners") {
        let mine = rows[&text(&truth["id"])];
        for column in &copy.schema.columns {
            let Some(name) = column.source_field.strip_prefix("properties.") else { continue };
            let (got, truth) = (&mine["properties"][name], &truth[name]);
            assert!(same(column.column_type, got, truth), "{stream}.{name}: {got} is not {truth}");
        }
    }
}

async fn copies(connector: &dyn Connector) -> Vec<Copy> {
    let mut copies = Vec::new();
    for spec in connector.streams().await.unwrap() {
        copies.push(Copy::of(connector, spec.stream.as_str()).await);
    }
    copies
}

/// The portal's clock tells whole seconds: what changed before this is within the next bound.
async fn next_second() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

const ALWAYS: [(&str, &str); 2] = [("archived_every_minutes", "0"), ("association_refresh_hours", "0")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_stream_is_read_whole_and_kept_up_through_changes_deletions_and_merges() {
    let account = Account::start().await;
    let connector = account.connect(&ALWAYS);
    let mut copies = copies(connector.as_ref()).await;
    assert_eq!(copies.len(), 12 + 1 + 7);
    for round in 0..3 {
        let bound = connector.server_time().await.unwrap();
        for copy in &mut copies {
            copy.run(connector.as_ref(), bound).await;
            check(&account, copy).await;
        }
        let order = json!({"updates": 80, "inserts": 20, "deletes": 12, "merges": 3});
        account.order("changes", order).await;
        assert!(round < 3);
        next_second().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_of_a_thousand_contacts_in_one_millisecond_is_drained_by_id() {
    let account = Account::start().await;
    let connector = account.connect(&[("page_size", "30")]);
    let mut copy = Copy::of(connector.as_ref(), "contacts").await;
    // A stream whose last run was before the import.
    let before = Instant::parse("2025-01-01T00:00:00Z").unwrap();
    copy.cursor = Some(forebay_model::Cursor::new(format!(
        r#"{{"v":1,"windows":{{"watermark":"{before}","settled":"{before}"}},"scanned":"{before}"}}"#
    )));
    let bound = connector.server_time().await.unwrap();
    copy.run(connector.as_ref(), bound).await;
    let recent: BTreeSet<String> = account
        .rows("contacts")
        .await
        .iter()
        .filter(|row| Instant::parse(row["updatedat"].as_str().unwrap()).unwrap() >= before)
        .map(|row| text(&row["id"]))
        .collect();
    assert!(recent.len() > 1_000);
    let mine: BTreeSet<String> = copy.rows().map(|(id, _)| id.clone()).collect();
    assert_eq!(recent.difference(&mine).count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_survives_what_passes_with_either_login() {
    let account = Account::start().await;
    for login in ["private_app", "oauth"] {
        let connector = account.connect(&[("auth", login), ("page_size", "50")]);
        let bound = connector.server_time().await.unwrap();
        for order in [
            json!({"throttle": 4}),
            json!({"server_errors": 3, "cut_connections": 2}),
            json!({"truncate": 1}),
            json!({"invalid_json": 1}),
            json!({"expire_tokens": true, "throttle": 1}),
            json!({"slow_ms": 20}),
        ] {
            let mut copy = Copy::of(connector.as_ref(), "deals").await;
            account.order("faults", order.clone()).await;
            copy.run(connector.as_ref(), bound).await;
            check(&account, &copy).await;
            account.order("faults", json!({"slow_ms": 0})).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_ten_minutes_off_is_the_portals_affair() {
    let account = Account::start().await;
    account.order("faults", json!({"clock_skew_seconds": -600})).await;
    let connector = account.connect(&ALWAYS);
    let mut copy = Copy::of(connector.as_ref(), "companies").await;
    let bound = connector.server_time().await.unwrap();
    copy.run(connector.as_ref(), bound).await;
    account.order("changes", json!({"updates": 40, "inserts": 5, "deletes": 5})).await;
    next_second().await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    check(&account, &copy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_lag_is_made_up_for_by_the_overlap() {
    let account = Account::start().await;
    let connector = account.connect(&ALWAYS);
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    account.order("faults", json!({"search_lag_ms": 3_000})).await;
    account.order("changes", json!({"updates": 200, "inserts": 40})).await;
    next_second().await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    let truth = account.rows("deals").await.len();
    assert_ne!(copy.rows().count(), truth, "the lag hides nothing");
    tokio::time::sleep(Duration::from_secs(3)).await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    check(&account, &copy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_property_goes_and_returns_and_a_scope_is_lost_while_reading() {
    let account = Account::start().await;
    let connector = account.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    let mut copy = Copy::of(connector.as_ref(), "deals").await;
    copy.page(connector.as_ref(), bound).await.unwrap();
    account.order("faults", json!({"reject_column": "deals.amount"})).await;
    let error = account.connect(&[]).read_page(request(&copy, bound)).await.unwrap_err();
    let SourceError::RejectedColumns { columns, .. } = &error else { panic!("{error}") };
    assert_eq!(columns, &["amount"]);
    account.order("faults", json!({"allow_column": "deals.amount"})).await;
    account.order("faults", json!({"deny_table": "deals"})).await;
    let error = connector.read_page(request(&copy, bound)).await.unwrap_err();
    assert!(
        matches!(&error, SourceError::Forbidden { detail, .. } if detail.contains("crm.objects.deals.read")),
        "{error}"
    );
    account.order("faults", json!({"allow_table": "deals"})).await;
    copy.run(connector.as_ref(), bound).await;
    check(&account, &copy).await;
}

fn request(copy: &Copy, bound: Instant) -> PageRequest<'_> {
    PageRequest { schema: &copy.schema, cursor: copy.cursor.as_ref(), bound }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_increment_asks_as_much_as_changed() {
    let account = Account::start().await;
    let settings = [("overlap_seconds", "0"), ("second_pass_seconds", "0")];
    let connector = account.connect(&settings);
    let mut copy = Copy::of(connector.as_ref(), "companies").await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    let asked = async || {
        let seen = account.ask("requests").await;
        account
            .http
            .delete(format!("{}/_control/requests", account.running.base_url()))
            .send()
            .await
            .unwrap();
        let endpoints = seen["endpoints"].as_object().cloned().unwrap_or_default();
        endpoints
            .iter()
            .filter(|(name, _)| *name != "account")
            .filter_map(|(_, calls)| calls["requests"].as_u64())
            .sum::<u64>()
    };
    asked().await;
    next_second().await;
    copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    assert_eq!(asked().await, 1, "nothing changed");
    account.order("changes", json!({"updates": 100})).await;
    next_second().await;
    let read = copy.run(connector.as_ref(), connector.server_time().await.unwrap()).await;
    assert!(read > 0 && read <= 100, "{read}");
    assert!(asked().await <= 3);
}
