use forebay_ports::SourceError;
use serde_json::json;

use super::loading::{load, same, truth, try_load};
use super::org::{TestOrg, stream};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passing_faults_cost_nothing_but_time() {
    let org = TestOrg::start().await;
    for settings in [&[("page_size", "97")][..], &[("bulk_above", "0"), ("bulk_page_size", "97")]] {
        let connector = org.connect(settings);
        let bound = connector.server_time().await.unwrap();
        let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
        let truth = truth(&org, &schema).await;
        for fault in [
            json!({"throttle": 2}),
            json!({"throttle": 1, "throttle_status": 429, "throttle_retry_after": 1}),
            json!({"server_errors": 2}),
            json!({"cut_connections": 2}),
            json!({"truncate": 1}),
            json!({"invalid_json": 1}),
            json!({"query_timeouts": 1}),
            json!({"slow_ms": 20}),
        ] {
            org.reset("faults").await;
            org.order("faults", fault.clone()).await;
            let loaded = load(connector.as_ref(), &schema, None, bound).await;
            assert_eq!(loaded.records.len(), truth.len(), "{fault}");
            same(&schema, &loaded.table(), &truth);
        }
        org.reset("faults").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lasting_faults_end_with_their_class() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("retry_attempts", "3")]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("Lead")).await.unwrap();
    for (fault, kind) in [
        (json!({"throttle": 99}), "Throttled"),
        (json!({"throttle": 99, "throttle_status": 429, "throttle_retry_after": 900}), "Throttled"),
        (json!({"server_errors": 99}), "Transient"),
        (json!({"cut_connections": 99}), "Transient"),
        (json!({"invalid_json": 99}), "Contradiction"),
        (json!({"truncate": 99}), "Contradiction"),
    ] {
        org.reset("faults").await;
        org.order("faults", fault.clone()).await;
        org.reset("requests").await;
        let error = try_load(connector.as_ref(), &schema, None, bound).await.err().unwrap();
        assert_eq!(format!("{:?}", error.kind()), kind, "{fault}: {error}");
        let requests = org.requests().await;
        assert!(requests <= 10, "{fault}: {requests} requests");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_stops_before_the_org_has_no_requests_left_for_others() {
    let org = TestOrg::with(|settings| settings.daily_requests = 1_000).await;
    let connector = org.connect(&[("page_size", "20")]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    org.order("faults", json!({"api_usage": 797})).await;
    org.reset("requests").await;
    let error = try_load(connector.as_ref(), &schema, None, bound).await.err().unwrap();
    let SourceError::Throttled { detail, retry_after: Some(_) } = &error else { panic!("{error}") };
    assert!(detail.contains("801 of the org's 1000") && detail.contains("quota_percent_total"), "{detail}");
    assert_eq!(org.requests().await, 4);
    // Others see it at once, and where nothing is left the org's own words are passed on.
    let Err(SourceError::Throttled { .. }) = org.connect(&[]).server_time().await else { panic!() };
    org.order("faults", json!({"api_usage": 1_000})).await;
    let Err(SourceError::Throttled { detail, .. }) = org.connect(&[]).server_time().await else { panic!() };
    assert!(detail.contains("REQUEST_LIMIT_EXCEEDED") && detail.contains("24 hours"), "{detail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_ten_minutes_off_changes_nothing() {
    for skew in [600, -600] {
        let org = TestOrg::start().await;
        org.order("faults", json!({"clock_skew_seconds": skew})).await;
        let connector = org.connect(&[("auth", "client_credentials")]);
        let schema = connector.discover(&stream("Lead")).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, connector.server_time().await.unwrap()).await;
        let mut table = loaded.table();
        org.order("changes", json!({"updates": 30, "inserts": 20, "deletes": 10})).await;
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let bound = connector.server_time().await.unwrap();
        load(connector.as_ref(), &schema, Some(loaded.end), bound).await.apply(&mut table);
        same(&schema, &table, &truth(&org, &schema).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_query_finishes_is_read_in_bulk_or_asked_for_again_later() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[("retry_attempts", "2")]);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("Lead")).await.unwrap();
    org.order("faults", json!({"query_timeouts": 99})).await;
    let request = forebay_ports::PageRequest { schema: &schema, cursor: None, bound };
    assert_eq!(connector.count(request).await.unwrap(), None);
    let loaded = load(connector.as_ref(), &schema, None, bound).await;
    assert!(loaded.proof.contains("bulk job"), "{}", loaded.proof);
    same(&schema, &loaded.table(), &truth(&org, &schema).await);
    let error =
        try_load(connector.as_ref(), &schema, Some(loaded.end), bound.plus_seconds(9)).await.unwrap_err();
    assert!(matches!(&error, SourceError::Transient { detail } if detail.contains("out of time")), "{error}");
}
