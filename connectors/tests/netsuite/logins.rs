use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use forebay_connectors::Context;
use forebay_ports::{Answer, Pass, Paused, PortError, RequestGate, Secret, SecretStore, SourceError};
use serde_json::json;

use super::account::{Login, Secrets, TestAccount, stream};
use super::loading::load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_to_log_in_reads_the_same() {
    let account = TestAccount::start().await;
    let mut read = Vec::new();
    for (login, more) in [
        (Login::Rsa, &[][..]),
        (Login::Rsa, &[("algorithm", "PS256")]),
        (Login::EllipticCurve, &[("algorithm", "es256")]),
        (Login::TokenBased, &[]),
    ] {
        let connector = account.connect_as(login, more);
        let bound = connector.server_time().await.unwrap_or_else(|e| panic!("{login:?}: {e}"));
        let schema = connector.discover(&stream("vendor")).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, bound).await;
        read.push(loaded.rows.len());
    }
    assert!(read[0] > 0 && read.iter().all(|rows| *rows == read[0]), "{read:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_token_serves_many_requests_and_is_replaced_before_it_expires() {
    let account = TestAccount::with(|settings| settings.token_life_seconds = 2).await;
    let connector = account.connect(&[]);
    for _ in 0..5 {
        connector.server_time().await.unwrap();
    }
    let tokens = |requests: &serde_json::Value| requests["endpoints"]["token"]["requests"].as_u64();
    assert_eq!(tokens(&account.ask("requests").await), Some(1));
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    connector.server_time().await.unwrap();
    let requests = account.ask("requests").await;
    assert_eq!(tokens(&requests), Some(2));
    assert_eq!(
        requests["endpoints"]["serverTime"]["answers"]["401"],
        json!(null),
        "no request went out with a dead token"
    );
}

/// Remembers what was replaced since: `get` gives the old secrets, `refetch` the new ones.
struct Rotated {
    old: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
    refetched: AtomicU64,
}

#[async_trait]
impl SecretStore for Rotated {
    async fn get(&self, name: &str) -> Result<Secret, PortError> {
        Secrets(self.old.clone()).get(name).await
    }

    async fn refetch(&self, name: &str) -> Result<Secret, PortError> {
        self.refetched.fetch_add(1, Ordering::Relaxed);
        Secrets(self.new.clone()).get(name).await
    }
}

/// Counts passes and answers; refuses all after some.
#[derive(Debug)]
struct Counting {
    passes: AtomicU64,
    fine: AtomicU64,
    reported: AtomicU64,
    most: u64,
}

#[async_trait]
impl RequestGate for Counting {
    async fn enter(&self, _lane: Option<&str>) -> Result<Pass, Paused> {
        if self.passes.fetch_add(1, Ordering::Relaxed) >= self.most {
            let reason = "the account asked for a pause".to_owned();
            return Err(Paused { wait: std::time::Duration::from_secs(90), reason });
        }
        Ok(Pass::free())
    }

    async fn report(&self, answer: Answer) {
        self.reported.fetch_add(1, Ordering::Relaxed);
        self.fine.fetch_add(u64::from(answer == Answer::Fine), Ordering::Relaxed);
    }
}

fn counting(most: u64) -> Arc<Counting> {
    let zero = || AtomicU64::new(0);
    Arc::new(Counting { passes: zero(), fine: zero(), reported: zero(), most })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_secret_is_fetched_again_once_where_the_old_one_is_refused() {
    let account = TestAccount::start().await;
    let new = account.secrets();
    for (login, name, value) in [
        (Login::TokenBased, "token-secret", "of yesterday".to_owned()),
        (Login::EllipticCurve, "ec-key", new["rsa-key"].clone()),
    ] {
        let mut old = new.clone();
        old.insert(name.into(), value);
        let secrets = Arc::new(Rotated { old, new: new.clone(), refetched: AtomicU64::new(0) });
        let context = Context { secrets: secrets.clone(), gate: counting(u64::MAX) };
        let connector = forebay_connectors::open(&account.config(login, &[]), context).unwrap();
        connector.server_time().await.unwrap_or_else(|e| panic!("{login:?}: {e}"));
        let refetched = secrets.refetched.load(Ordering::Relaxed);
        assert!(refetched >= 1, "{login:?}");
        connector.server_time().await.unwrap();
        assert_eq!(secrets.refetched.load(Ordering::Relaxed), refetched, "{login:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_attempt_enters_the_gate_and_reports_tokens_and_retries_too() {
    let account = TestAccount::start().await;
    let gate = counting(u64::MAX);
    let secrets = Arc::new(Secrets(account.secrets()));
    let context = Context { secrets: secrets.clone(), gate: gate.clone() };
    let connector = forebay_connectors::open(&account.config(Login::Rsa, &[]), context).unwrap();
    account.order("faults", json!({"throttle": 2, "server_errors": 1})).await;
    let schema = connector.discover(&stream("vendor")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    load(connector.as_ref(), &schema, None, bound).await;
    let endpoints = account.ask("requests").await["endpoints"].clone();
    let sent: u64 = endpoints.as_object().unwrap().values().filter_map(|e| e["requests"].as_u64()).sum();
    assert!(endpoints["token"]["requests"].as_u64() >= Some(1), "{endpoints}");
    let passes = gate.passes.load(Ordering::Relaxed);
    assert_eq!((passes, gate.reported.load(Ordering::Relaxed)), (sent, sent), "{endpoints}");
    assert_eq!(passes - gate.fine.load(Ordering::Relaxed), 3);

    // A pause that the account's gate knows of is the engine's to wait for.
    let context = Context { secrets, gate: counting(0) };
    let connector = forebay_connectors::open(&account.config(Login::Rsa, &[]), context).unwrap();
    let error = connector.server_time().await.unwrap_err();
    let SourceError::Throttled { retry_after: Some(wait), .. } = error else { panic!("{error}") };
    assert_eq!(wait.as_secs(), 90);
}
