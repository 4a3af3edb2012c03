use serde_json::json;

use super::account::{Login, TestAccount, stream};
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
