//! What reading costs the account, in requests.

use std::collections::BTreeMap;

use forebay_model::{Cursor, StreamSchema};
use serde_json::json;

use super::account::{TestAccount, stream};
use super::loading::{found, load};

fn requests(answer: serde_json::Value) -> u64 {
    let endpoints = answer["endpoints"].as_object().cloned().unwrap_or_default();
    endpoints.values().filter_map(|calls| calls["requests"].as_u64()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discovery_and_loading_ask_no_more_than_they_need() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[]);
    let bound = connector.server_time().await.unwrap();
    let mut schemas = Vec::new();
    for spec in connector.streams().await.unwrap() {
        schemas.extend(found(connector.as_ref(), &spec).await);
    }
    let discovery = requests(account.ask("requests").await);
    assert!(discovery < 400, "{discovery}: {}", account.ask("requests").await);

    account.reset("requests").await;
    let mut pages = 0;
    for schema in &schemas {
        pages += load(connector.as_ref(), schema, None, bound).await.cursors.len() as u64;
    }
    let loading = requests(account.ask("requests").await);
    // One request a page; an empty first load (deletedrecord) is counted once more, and customers, who have
    // more columns than a query selects, take a second request a page.
    let customers = account.ask("counts").await["customer"].as_u64().unwrap().div_ceil(1_000);
    assert!(loading <= pages + customers + 1, "{loading} requests for {pages} pages");
    assert_eq!(account.ask("requests").await["highest_in_flight"], 1);
}

const STREAMS: [&str; 6] = [
    "customer",
    "item",
    "transaction",
    "transactionline",
    "transactionaccountingline",
    "nexttransactionlink",
];

/// Requests of an increment after each number of changes.
async fn increments(scale: f64, changes: &[u32]) -> Vec<u64> {
    let account = TestAccount::with_scale(scale).await;
    let connector =
        account.connect(&[("overlap_seconds", "0"), ("second_pass_seconds", "0"), ("page_size", "20")]);
    let bound = connector.server_time().await.unwrap();
    let mut at: BTreeMap<&str, (StreamSchema, Cursor)> = BTreeMap::new();
    for name in STREAMS {
        let schema = connector.discover(&stream(name)).await.unwrap();
        at.insert(name, (schema, Cursor::new(format!(r#"{{"v":2,"watermark":"{bound}","had":true}}"#))));
    }
    let mut asked = Vec::new();
    for count in changes {
        account.pause(1).await;
        account.order("changes", json!({"updates": count})).await;
        account.pause(1).await;
        account.reset("requests").await;
        for (schema, cursor) in at.values_mut() {
            let bound = connector.server_time().await.unwrap();
            *cursor = load(connector.as_ref(), schema, Some(cursor.clone()), bound).await.end;
        }
        asked.push(requests(account.ask("requests").await));
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_increment_costs_what_changed_and_not_what_there_is() {
    let changes = [0, 10, 100];
    let (small, large) = (increments(0.001, &changes).await, increments(0.004, &changes).await);
    println!(
        "requests of an increment after {changes:?} changes: {small:?}, of an account four times as large: {large:?}"
    );
    for asked in [&small, &large] {
        // A clock, three phases and a question whether the table is still visible, for each stream.
        assert!(asked[0] <= 5 * STREAMS.len() as u64, "{asked:?}");
        // A change costs its share of a page of twenty in each stream, and no question about a quiet stream
        // is asked where something changed.
        assert!(asked[1] <= asked[0] + 10 && asked[2] <= asked[0] + 100, "not in proportion: {asked:?}");
        assert!(asked[2] > asked[1], "{asked:?}");
    }
    let near = |(a, b): (&u64, &u64)| a.abs_diff(*b) <= 10;
    assert!(small.iter().zip(&large).all(near), "the account's size counts: {small:?} {large:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_load_in_parts_reads_every_row_once() {
    let account = TestAccount::start().await;
    let connector = account.connect(&[("slice_rows", "100"), ("page_size", "70")]);
    let bound = connector.server_time().await.unwrap();
    for (name, sliced) in [("transactionline", true), ("transaction", true), ("subsidiary", false)] {
        let schema = connector.discover(&stream(name)).await.unwrap();
        let request = forebay_ports::PageRequest { schema: &schema, cursor: None, bound };
        let slices = connector.slices(request).await.unwrap();
        assert_eq!(slices.is_some(), sliced, "{name}");
        let Some(slices) = slices else { continue };
        assert!(slices.begin.len() > 1 && slices.begin.len() <= 8);
        let mut keys = Vec::new();
        for cursor in &slices.begin {
            keys.extend(load(connector.as_ref(), &schema, Some(cursor.clone()), bound).await.keys(&schema));
        }
        let all = keys.len();
        keys.sort();
        keys.dedup();
        let truth = account.ask("counts").await[name].as_u64().unwrap();
        assert_eq!((all as u64, keys.len() as u64), (truth, truth), "{name}");
        let after = load(connector.as_ref(), &schema, Some(slices.then), bound).await;
        assert!(after.rows.is_empty(), "{name}: nothing changed since");
    }
}
