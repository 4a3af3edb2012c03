//! Reading whole tables, page by page.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::{Bench, bench, bench_with, fault};
use serde_json::{Value, json};

const UTC: &str = "TO_CHAR(SYS_EXTRACT_UTC(#), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";

/// Reads a table by a keyset over the UTC reading of `modified` and `key`; returns the keys in order.
async fn keyset(bench: &Bench, table: &str, modified: &str, key: &str) -> Vec<i64> {
    let at = UTC.replace('#', modified);
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let q = format!("SELECT {key}, {at} AS cursor_at FROM {table} {after} ORDER BY {modified}, {key}");
        let (status, body) = bench.sql(&q).await;
        assert_eq!(status, 200, "{q}: {body}");
        let items = body["items"].as_array().unwrap();
        seen.extend(items.iter().map(|i| i[key].as_str().unwrap().parse::<i64>().unwrap()));
        assert_eq!(body["hasMore"] == true, body["totalResults"].as_u64().unwrap() > items.len() as u64);
        if body["hasMore"] != true {
            return seen;
        }
        let last = items.last().unwrap();
        let (t, k) = (last["cursor_at"].as_str().unwrap(), last[key].as_str().unwrap());
        after = format!("WHERE ({at} > '{t}' OR ({at} = '{t}' AND {key} > {k}))");
    }
}

#[tokio::test]
async fn a_utc_keyset_yields_every_row_exactly_once() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    let counts = bench.counts().await;
    for (table, modified, key) in [
        ("customer", "lastmodifieddate", "id"),
        ("item", "lastmodifieddate", "id"),
        ("transaction", "lastmodifieddate", "id"),
        ("transactionline", "linelastmodifieddate", "uniquekey"),
        ("customrecord_shipment_route", "lastmodified", "id"),
    ] {
        let seen = keyset(&bench, table, modified, key).await;
        let distinct: BTreeSet<i64> = seen.iter().copied().collect();
        assert_eq!(seen.len(), distinct.len(), "{table}: a row came twice");
        let truth: BTreeSet<i64> =
            bench.truth(table).await.iter().map(|r| r[key].as_i64().unwrap()).collect();
        assert_eq!(distinct, truth, "{table}");
        assert_eq!(truth.len() as u64, counts[table].as_u64().unwrap());
    }
}

#[tokio::test]
async fn offset_pages_of_an_ordered_query_do_not_overlap() {
    let bench = bench().await;
    let truth = bench.truth("transactionline").await;
    let all: Vec<String> = truth.iter().map(|row| row["uniquekey"].to_string()).collect();
    let mut paged = Vec::new();
    for page in 0.. {
        let (_, body) = bench
            .ask(
                &format!("?limit=100&offset={}", page * 100),
                &json!({ "q": "SELECT uniquekey FROM transactionline ORDER BY uniquekey" }),
            )
            .await;
        assert_eq!(body["offset"], page * 100);
        assert_eq!(body["totalResults"].as_u64().unwrap(), all.len() as u64);
        let keys =
            body["items"].as_array().unwrap().iter().map(|i| i["uniquekey"].as_str().unwrap().to_owned());
        paged.extend(keys);
        if body["hasMore"] != true {
            break;
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn the_links_lead_to_the_next_page_until_there_is_none() {
    let bench = bench().await;
    let q = json!({ "q": "SELECT id FROM customer ORDER BY id" });
    let rel = |body: &Value, name: &str| {
        body["links"]
            .as_array()
            .unwrap()
            .iter()
            .find(|l| l["rel"] == name)
            .map(|l| l["href"].as_str().unwrap().to_owned())
    };
    let (_, first) = bench.ask("?limit=50", &q).await;
    assert!(rel(&first, "next").unwrap().ends_with("/services/rest/query/v1/suiteql?limit=50&offset=50"));
    assert!(rel(&first, "previous").is_none());
    let (_, last) = bench.ask("?limit=50&offset=100", &q).await;
    assert_eq!((last["hasMore"].as_bool(), rel(&last, "next")), (Some(false), None));
    let (_, beyond) = bench.ask("?limit=50&offset=1000", &q).await;
    assert_eq!((&beyond["count"], &beyond["totalResults"]), (&json!(0), &last["totalResults"]));
}

#[tokio::test]
async fn pages_that_the_vendor_does_not_serve_are_refused() {
    let bench = bench().await;
    let q = json!({ "q": "SELECT id FROM customer" });
    for (paging, name) in [
        ("?limit=1001", "limit"),
        ("?limit=0", "limit"),
        ("?limit=ten", "limit"),
        ("?limit=10&offset=15", "offset"),
        ("?limit=10&offset=10000", "offset"),
        ("?limit=1000&offset=100000", "offset"),
        ("?page=2", "page"),
    ] {
        let (status, body) = bench.ask(paging, &q).await;
        assert_eq!(status, 400, "{paging}");
        assert_eq!(body["o:errorDetails"][0]["o:errorQueryParam"], name);
        assert_eq!(fault(&body).0, "INVALID_PARAMETER");
    }
    assert_eq!(bench.ask("?limit=10&offset=9990", &q).await.0, 200);
}

#[tokio::test]
async fn a_query_ends_in_silence_after_a_hundred_thousand_rows() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    let q = json!({ "q": "SELECT a.id FROM customer a, customer b WHERE b.id < 1400" });
    let (status, body) = bench.ask("?limit=1000&offset=99000", &q).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["count"], 1_000);
    assert_eq!((&body["hasMore"], &body["totalResults"]), (&json!(false), &json!(100_000)));
    let (_, before) = bench.ask("?limit=1000&offset=98000", &q).await;
    assert_eq!(before["hasMore"], true);
}

#[tokio::test]
async fn thousands_of_rows_share_one_second() {
    let bench = bench_with(|s| s.scale = 0.01).await;
    let most = bench
        .items("SELECT lastmodifieddate, COUNT(*) AS n FROM transaction GROUP BY lastmodifieddate ORDER BY n DESC")
        .await;
    let n: u64 = most[0]["n"].as_str().unwrap().parse().unwrap();
    assert!(n > 1_000, "more than a page: {n}");
}
