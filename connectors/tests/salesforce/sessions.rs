use forebay_ports::SourceError;
use serde_json::json;

use super::loading::load;
use super::org::{Secrets, TestOrg, stream};

async fn logins(org: &TestOrg) -> u64 {
    org.ask("requests").await["endpoints"]["token"]["requests"].as_u64().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ways_to_log_in_are_taken_and_one_session_is_shared() {
    let org = TestOrg::start().await;
    for (auth, before) in [("client_credentials", 0), ("jwt", 1)] {
        let connector = org.connect(&[("auth", auth)]);
        let (first, second) = tokio::join!(connector.server_time(), connector.streams());
        first.unwrap();
        second.unwrap();
        assert_eq!(logins(&org).await, before + 1, "{auth}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_in_the_middle_is_renewed_once() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("page_size", "97")]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    org.order("faults", json!({"expire_tokens": true})).await;
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    assert_eq!(loaded.records.len(), org.rows("OpportunityLineItem").await.len());
    assert_eq!(logins(&org).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_secret_is_fetched_anew() {
    let org = TestOrg::start().await;
    let secrets = org.secrets();
    secrets.stale.lock().unwrap().insert("app-secret".into(), "the one before".into());
    let connector = org.connect_with(&[], secrets);
    connector.server_time().await.unwrap();
    assert_eq!(logins(&org).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_says_what_to_do_and_no_secret() {
    let org = TestOrg::start().await;
    let wrong = "wrong-secret-value".to_owned();
    let secrets = Secrets { held: [("app-secret".to_owned(), wrong.clone())].into(), ..Secrets::default() };
    let Err(error) = org.connect_with(&[], secrets).server_time().await else { panic!() };
    assert!(
        matches!(&error, SourceError::Unauthorized { detail } if detail.contains("'client_secret'")),
        "{error}"
    );
    assert!(!format!("{error:?} {error}").contains(&wrong));
    let Err(error) = org.connect_with(&[("auth", "jwt")], Secrets::default()).server_time().await else {
        panic!()
    };
    assert!(matches!(&error, SourceError::Misconfigured { detail } if detail.contains("app-key")), "{error}");
    let Err(error) = org.connect(&[("auth", "jwt"), ("username", "nobody@acme.example")]).server_time().await
    else {
        panic!()
    };
    assert!(
        matches!(&error, SourceError::Unauthorized { detail } if detail.contains("pre-authorized")),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_not_sent_to_a_host_that_nobody_configured() {
    let org = TestOrg::with(|settings| settings.public_url = Some("https://elsewhere.example".into())).await;
    let mut config = org.config(&[]);
    let base = format!("http://{}", org.running.address());
    for name in ["base_url", "login_url"] {
        config.settings.insert(name.into(), base.clone());
    }
    let context = forebay_connectors::Context {
        secrets: std::sync::Arc::new(org.secrets()),
        gate: std::sync::Arc::new(forebay_ports::Unlimited),
    };
    let connector = forebay_connectors::open(&config, context).unwrap();
    let Err(SourceError::Misconfigured { detail }) = connector.server_time().await else { panic!() };
    assert!(detail.contains("elsewhere.example") && detail.contains("not sent there"), "{detail}");
}
