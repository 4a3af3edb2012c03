//! Permissions that end in the middle of a run, and nobody says so: SuiteQL shows no rows any more.

use forebay_model::{Cursor, Instant, StreamSchema};
use forebay_ports::{Connector, NextPage, PageRequest, SourceError};
use serde_json::json;

use super::account::{TestAccount, stream};
use super::loading::{load, try_load};

const SETTINGS: [(&str, &str); 3] =
    [("overlap_seconds", "0"), ("second_pass_seconds", "0"), ("page_size", "20")];

async fn silence(account: &TestAccount, table: &str) {
    account.order("faults", json!({"silence_table": table})).await;
}

async fn silence_after(account: &TestAccount, table: &str, requests: usize) {
    account.order("faults", json!({"silence_after": {"table": table, "requests": requests}})).await;
}

async fn allow(account: &TestAccount, table: &str) {
    account.order("faults", json!({"allow_table": table})).await;
}

/// Every window that has ended holds all that there was to read: whenever the table falls silent, the stream
/// fails, and going on from any cursor it gave gives the rest.
async fn loses_nothing(
    account: &TestAccount,
    connector: &dyn Connector,
    schema: &StreamSchema,
    (from, bound): (Option<Cursor>, Instant),
    table: &str,
) {
    let name = &schema.stream;
    let calm = load(connector, schema, from.clone(), bound).await;
    // One request after the other; in the end all are answered before the table falls silent.
    for requests in 0..90 {
        silence_after(account, table, requests).await;
        let (mut cursor, mut rows, mut marks) = (from.clone(), Vec::new(), Vec::new());
        let ended = loop {
            let page = connector.read_page(PageRequest { schema, cursor: cursor.as_ref(), bound }).await;
            let page = match page {
                Ok(page) => page,
                Err(
                    SourceError::Forbidden { .. }
                    | SourceError::Contradiction { .. }
                    | SourceError::Transient { .. },
                ) => break false,
                Err(error) => panic!("{name} without {table} after {requests}: {error}"),
            };
            let body: serde_json::Value = serde_json::from_slice(&page.body).unwrap();
            rows.extend(body["items"].as_array().unwrap().clone());
            marks.extend(page.replaces);
            match page.next {
                NextPage::More(next) => cursor = Some(next),
                NextPage::End { cursor: end, .. } => {
                    cursor = Some(end);
                    break true;
                }
            }
        };
        let was_silent =
            account.ask("faults").await["silenced"].as_array().is_some_and(|held| !held.is_empty());
        account.reset("faults").await;
        allow(account, table).await;
        let rest = load(connector, schema, cursor, bound).await;
        // An ended stream has read all, or stands where it will.
        let told = format!("{name} without {table} after {requests} requests, ended: {ended}");
        assert_eq!(rows.len() + rest.rows.len(), calm.rows.len(), "{told}");
        marks.extend(rest.replaces);
        assert_eq!(marks, calm.replaces, "{told}");
        if ended && !was_silent {
            return;
        }
    }
    panic!("{name} without {table} does not end");
}

/// Where a stream stands that was read, and the bound of the next run, with changes between.
async fn changed(account: &TestAccount, connector: &dyn Connector) -> (Cursor, Instant) {
    account.pause(1).await;
    let start = connector.server_time().await.unwrap();
    account.pause(1).await;
    let order = json!({"updates": 40, "inserts": 10, "deletes": 25, "remove_lines": 20, "touch_lines": 20});
    account.order("changes", order).await;
    account.pause(1).await;
    let bound = connector.server_time().await.unwrap();
    (Cursor::new(format!(r#"{{"v":2,"watermark":"{start}","had":true}}"#)), bound)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_increment_passes_over_nothing_when_a_table_falls_silent() {
    let account = TestAccount::start().await;
    let connector = account.connect(&SETTINGS);
    let (cursor, bound) = changed(&account, connector.as_ref()).await;
    for (name, tables) in [
        ("item", &["item"][..]),
        ("transaction", &["transaction"]),
        ("transactionline", &["transactionline", "transaction"]),
        ("nexttransactionlink", &["nexttransactionlink", "transaction"]),
        ("systemnote", &["systemnote"]),
        ("customrecord_shipment_route", &["customrecord_shipment_route"]),
        ("deletedrecord", &["deletedrecord"]),
    ] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        for table in tables {
            let from = (Some(cursor.clone()), bound);
            loses_nothing(&account, connector.as_ref(), &schema, from, table).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_load_passes_over_nothing_when_a_table_falls_silent() {
    let account = TestAccount::start().await;
    account.order("changes", json!({"deletes": 30})).await;
    account.pause(1).await;
    let connector = account.connect(&SETTINGS);
    let bound = connector.server_time().await.unwrap();
    for (name, table) in [
        ("customer", "customer"),
        ("nexttransactionlink", "nexttransactionlink"),
        ("deletedrecord", "deletedrecord"),
    ] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        loses_nothing(&account, connector.as_ref(), &schema, (None, bound), table).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_whose_lines_cannot_be_seen_are_not_taken_to_have_lost_them() {
    let account = TestAccount::start().await;
    let connector = account.connect(&SETTINGS);
    let schema = connector.discover(&stream("transactionline")).await.unwrap();
    let (cursor, bound) = changed(&account, connector.as_ref()).await;
    silence(&account, "transactionline").await;
    let mut cursor = Some(cursor);
    let error = loop {
        let request = PageRequest { schema: &schema, cursor: cursor.as_ref(), bound };
        let page = match connector.read_page(request).await {
            Ok(page) => page,
            Err(error) => break error,
        };
        assert!(page.replaces.is_empty(), "{:?} are taken to be without lines", page.replaces);
        let NextPage::More(next) = page.next else { panic!("the stream ended") };
        cursor = Some(next);
    };
    let SourceError::Forbidden { detail, .. } = &error else { panic!("{error}") };
    assert!(detail.contains("shows none at all now"), "{detail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_whose_transactions_cannot_be_seen_are_not_loaded_without_their_time() {
    let account = TestAccount::start().await;
    let connector = account.connect(&SETTINGS);
    let schema = connector.discover(&stream("transactionline")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    silence(&account, "transaction").await;
    let error = try_load(connector.as_ref(), &schema, None, bound).await.unwrap_err();
    let SourceError::Forbidden { detail, .. } = &error else { panic!("{error}") };
    assert!(detail.contains("no transaction at all"), "{detail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_never_showed_a_row_is_read_from_its_beginning_until_it_does() {
    let account = TestAccount::start().await;
    silence(&account, "nexttransactionlink").await;
    let connector = account.connect(&SETTINGS);
    let schema = connector.discover(&stream("nexttransactionlink")).await.unwrap();
    let bound = connector.server_time().await.unwrap();
    let empty = load(connector.as_ref(), &schema, None, bound).await;
    assert!(empty.rows.is_empty() && empty.proof.contains("no row at all"), "{}", empty.proof);
    allow(&account, "nexttransactionlink").await;
    account.pause(1).await;
    let bound = connector.server_time().await.unwrap();
    let whole = load(connector.as_ref(), &schema, Some(empty.end), bound).await;
    assert_eq!(Some(whole.rows.len() as u64), account.ask("counts").await["nexttransactionlink"].as_u64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deletions_reach_the_accounts_own_record_types_after_an_outage_and_without_their_list() {
    let account = TestAccount::start().await;
    let targets = |schema: &StreamSchema| {
        let targets = &schema.tombstones.as_ref().unwrap().targets;
        targets.iter().filter(|t| t.stream.as_str().starts_with("customrecord_")).count()
    };
    let deletions = stream("deletedrecord");
    let calm = account.connect(&[]).discover(&deletions).await.unwrap();
    assert!(targets(&calm) > 1);
    for outage in [2, 6, 8] {
        account.order("faults", json!({"server_errors": outage})).await;
        let connector = account.connect(&[]);
        // An outage may fail the discovery; it never narrows it.
        if let Ok(found) = connector.discover(&deletions).await {
            assert_eq!(found, calm, "{outage}");
        }
        account.reset("faults").await;
    }
    silence(&account, "customrecordtype").await;
    let connector = account.connect(&[]);
    let found = connector.discover(&deletions).await.unwrap();
    let names =
        |name: &str| found.tombstones.as_ref().unwrap().targets.iter().any(|t| t.stream.as_str() == name);
    assert!(names("customrecord_shipment_route") && names("customrecord_quality_check"));

    // One that was found without them is refused, so that it is found anew.
    let mut narrow = calm.clone();
    narrow.tombstones.as_mut().unwrap().targets.retain(|t| !t.stream.as_str().starts_with("customrecord_"));
    let bound = connector.server_time().await.unwrap();
    let error = try_load(connector.as_ref(), &narrow, None, bound).await.unwrap_err();
    assert!(
        matches!(error, SourceError::RejectedColumns { ref columns, .. } if columns.is_empty()),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_not_read_by_themselves_where_their_transactions_are_refused() {
    let account = TestAccount::start().await;
    account.order("faults", json!({"deny_table": "transaction"})).await;
    for name in ["transactionline", "nexttransactionlink"] {
        let error = account.connect(&[]).discover(&stream(name)).await.unwrap_err();
        assert!(matches!(error, SourceError::Forbidden { .. }), "{name}: {error}");
    }
}
