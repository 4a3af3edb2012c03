//! Batches, locators, and rows that change while they are read.

mod common;

use common::{DATA, bench, fault};
use serde_json::{Value, json};

const ALL: &str = "SELECT Id, Title, SystemModstamp FROM Contact ORDER BY Id";

#[tokio::test]
async fn batches_follow_each_other_to_the_end() {
    let bench = bench().await;
    let (_, first) = bench.ask("query", ALL, 250).await;
    assert_eq!((first["totalSize"].as_u64(), first["done"].as_bool()), (Some(600), Some(false)));
    assert_eq!(first["records"].as_array().unwrap().len(), 250);
    let next = first["nextRecordsUrl"].as_str().unwrap();
    assert!(next.starts_with(&format!("{DATA}/query/0r8")) && next.ends_with("-250"), "{next}");
    let (_, second) = bench.get(next).await;
    let (_, last) = bench.get(second["nextRecordsUrl"].as_str().unwrap()).await;
    assert_eq!((last["done"].as_bool(), last["records"].as_array().unwrap().len()), (Some(true), 100));
    assert!(last.get("nextRecordsUrl").is_none());
    // A batch whose answer got lost may be asked for again.
    assert_eq!(bench.get(next).await.1["records"], second["records"]);
    assert_eq!(bench.ask("query", ALL, 100).await.0, 400);
}

#[tokio::test]
async fn locators_fix_the_rows_and_not_their_values() {
    let bench = bench().await;
    let q = "SELECT Id, Description, SystemModstamp FROM Opportunity ORDER BY Id";
    let (_, first) = bench.ask("query", q, 200).await;
    bench.control("changes", json!({ "updates": 400, "inserts": 40, "deletes": 80 })).await;
    let (_, second) = bench.get(first["nextRecordsUrl"].as_str().unwrap()).await;
    let records = second["records"].as_array().unwrap();
    assert_eq!(second["totalSize"], 400, "the size stays what it was when the query began");
    assert!(records.len() < 200, "deleted rows vanish: {}", records.len());
    assert!(second["done"].as_bool().unwrap());
    let edited = |r: &&Value| r["Description"].as_str().is_some_and(|d| d.starts_with("edited by change"));
    assert!(records.iter().filter(edited).count() > 0, "values are those of the moment");
    let fresh = bench.soql(q).await;
    assert!(records.iter().all(|r| fresh.iter().any(|f| f["Id"] == r["Id"])));
}

#[tokio::test]
async fn locators_expire_and_make_room() {
    let bench = bench().await;
    let (_, first) = bench.ask("query", ALL, 200).await;
    let next = first["nextRecordsUrl"].as_str().unwrap();
    bench.control("faults", json!({ "expire_locators": true })).await;
    let (status, body) = bench.get(next).await;
    assert_eq!((status, fault(&body)), (400, ("INVALID_QUERY_LOCATOR", "invalid query locator")));
    let (_, oldest) = bench.ask("query", ALL, 200).await;
    for _ in 0..10 {
        bench.ask("query", ALL, 200).await;
    }
    assert_eq!(bench.get(oldest["nextRecordsUrl"].as_str().unwrap()).await.0, 400);
}
