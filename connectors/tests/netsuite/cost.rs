//! What reading costs the account, in requests.

use super::account::TestAccount;
use super::loading::load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovery_and_loading_ask_no_more_than_they_need() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    let requests = |answer: serde_json::Value| {
        let endpoints = answer["endpoints"].as_object().cloned().unwrap_or_default();
        endpoints.values().filter_map(|calls| calls["requests"].as_u64()).sum::<u64>()
    };
    let mut schemas = Vec::new();
    for spec in connector.streams().await.unwrap() {
        schemas.push(connector.discover(&spec.stream).await.unwrap());
    }
    let discovery = requests(account.ask("requests").await);
    assert!(discovery < 400, "{discovery}");

    account.reset("requests").await;
    let mut pages = 0;
    for schema in &schemas {
        pages += load(connector.as_ref(), schema, None, bound).await.cursors.len() as u64;
    }
    let loading = requests(account.ask("requests").await);
    // One request a page; an empty first load (deletedrecord) is counted once more.
    assert!(loading <= pages + 1, "{loading} requests for {pages} pages");
    assert_eq!(account.ask("requests").await["highest_in_flight"], 1);
}
