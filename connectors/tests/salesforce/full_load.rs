use forebay_model::ColumnType;
use forebay_ports::{Access, PageRequest};

use super::loading::{load, same, truth};
use super::org::{TestOrg, stream};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_stream_is_read_whole_and_every_value_is_true() {
    let org = TestOrg::start().await;
    org.order("changes", serde_json::json!({"updates": 5, "inserts": 5, "deletes": 20})).await;
    let connector = org.connect(&[("page_size", "300")]);
    let bound = connector.server_time().await.unwrap();
    let streams = connector.streams().await.unwrap();
    let last = streams.last().unwrap();
    assert_eq!((&last.stream, last.after.len()), (&stream("deletedrecord"), streams.len() - 1));
    assert!(streams.len() >= 10 && streams.iter().any(|s| s.stream == stream("Shipment__c")), "{streams:?}");
    let mut rows = 0;
    for spec in &streams[..streams.len() - 1] {
        let schema = connector.discover(&spec.stream).await.unwrap();
        let request = PageRequest { schema: &schema, cursor: None, bound };
        let counted = connector.count(request).await.unwrap();
        let loaded = load(connector.as_ref(), &schema, None, bound).await;
        assert_eq!(Some(loaded.records.len() as u64), counted, "{}", spec.stream);
        assert!(loaded.proof.contains("done=true"), "{}", loaded.proof);
        let truth = truth(&org, &schema).await;
        same(&schema, &loaded.table(), &truth);
        rows += truth.len();
    }
    assert!(rows > 2_000, "{rows} rows prove little");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_is_typed_as_the_org_declares_it() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[]);
    let account = connector.discover(&stream("Account")).await.unwrap();
    assert_eq!(account.key, ["id"]);
    assert_eq!(
        (account.modified.as_deref(), account.deleted.as_deref()),
        (Some("systemmodstamp"), Some("isdeleted"))
    );
    assert!(account.column("billingaddress").is_none() && account.column("billingcity").is_some());
    let shipment = connector.discover(&stream("Shipment__c")).await.unwrap();
    let weight = shipment.column("weight__c").unwrap();
    assert_eq!(weight.column_type, ColumnType::Decimal { precision: 16, scale: 3 });
    assert!(weight.custom && weight.title.as_deref() == Some("Weight"));
    assert_eq!(shipment.column("shipped_on__c").unwrap().column_type, ColumnType::Date);
    let user = connector.discover(&stream("User")).await.unwrap();
    assert_eq!(user.deleted, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_goes_on_from_every_cursor() {
    let org = TestOrg::start().await;
    let settings = [("page_size", "97")];
    let connector = org.connect(&settings);
    let bound = connector.server_time().await.unwrap();
    let schema = connector.discover(&stream("OpportunityLineItem")).await.unwrap();
    let whole = load(connector.as_ref(), &schema, None, bound).await;
    assert!(whole.cursors.len() >= 4, "{} pages", whole.cursors.len());
    for (cursor, before) in &whole.cursors {
        let other = org.connect(&settings);
        let rest = load(other.as_ref(), &schema, cursor.clone(), bound).await;
        assert_eq!(rest.keys(), whole.keys()[*before..], "from {cursor:?}");
        assert_eq!(rest.end, whole.end);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cheapest_question_shows_whether_a_stream_may_be_read() {
    let org = TestOrg::start().await;
    let connector = org.connect(&[]);
    let accounts = org.rows("Account").await.len() as u64;
    assert_eq!(
        connector.probe(&stream("Account")).await.unwrap(),
        Access::Readable { records: Some(accounts) }
    );
    let quotas = connector.quotas().await.unwrap();
    let daily = quotas.iter().find(|quota| quota.name == "DailyApiRequests").unwrap();
    assert_eq!(daily.limit, 1_000_000);
    assert!(daily.remaining.unwrap() < daily.limit);
    let limits = forebay_connectors::limits(&org.config(&[])).unwrap();
    assert_eq!((limits.account.as_str(), limits.concurrency), ("127.0.0.1", 5));
}
