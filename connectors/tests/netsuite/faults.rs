use serde_json::{Value, json};

use super::account::{Login, TestAccount, stream};
use super::loading::load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_survives_what_passes() {
    let account = TestAccount::start().await;
    let whole = account.ask("counts").await["customer"].as_u64().unwrap();
    for login in [Login::EllipticCurve, Login::TokenBased] {
        let connector = account.connect_as(login, &[("page_size", "50")]);
        let bound = connector.server_time().await.unwrap();
        let schema = connector.discover(&stream("customer")).await.unwrap();
        for order in [
            json!({"throttle": 4}),
            json!({"throttle": 4, "throttle_status": 400}),
            json!({"server_errors": 1}),
            json!({"server_errors": 4}),
            json!({"cut_connections": 3}),
            json!({"truncate": 1}),
            json!({"invalid_json": 1}),
            json!({"expire_tokens": true}),
            json!({"expire_tokens": true, "throttle": 2, "server_errors": 1, "cut_connections": 1}),
        ] {
            account.order("faults", order.clone()).await;
            let loaded = load(connector.as_ref(), &schema, None, bound).await;
            assert_eq!(loaded.rows.len() as u64, whole, "{login:?} {order}");
            let pending = account.ask("faults").await["pending"].clone();
            for fault in ["throttle", "server_errors", "cut_connections", "truncate", "invalid_json"] {
                assert_eq!(pending[fault], json!(0), "{order} was not met");
            }
            account.reset("faults").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovery_survives_what_passes_with_the_same_schema() {
    let account = TestAccount::start().await;
    let calm = account.connect(&[]).discover(&stream("item")).await.unwrap();
    for order in [
        json!({"throttle": 3}),
        json!({"server_errors": 3}),
        json!({"truncate": 1}),
        json!({"cut_connections": 3}),
    ] {
        account.order("faults", order.clone()).await;
        assert_eq!(account.connect(&[]).discover(&stream("item")).await.unwrap(), calm, "{order}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_in_capitals_change_nothing() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("page_size", "50")]);
    let bound = connector.server_time().await.unwrap();
    let before = connector.discover(&stream("customer")).await.unwrap();
    account.order("faults", json!({"upper_case_keys": true})).await;
    let after = account.connect(&[]).discover(&stream("customer")).await.unwrap();
    assert_eq!(before, after);
    let loaded = load(connector.as_ref(), &after, None, bound).await;
    assert_eq!(Value::from(loaded.rows.len()), account.ask("counts").await["customer"]);
}
