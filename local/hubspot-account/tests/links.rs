//! Associations.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Bench, array, bench};
use serde_json::{Value, json};

type Link = (i64, i64, i64, Option<String>);

/// Every association of a pair, read through v4 in batches and their further pages.
async fn read(bench: &Bench, from: &str, to: &str) -> BTreeSet<Link> {
    let ids: Vec<Value> = bench.listed(from, "").await.iter().map(|row| json!({ "id": row["id"] })).collect();
    let mut all = BTreeSet::new();
    for chunk in ids.chunks(1_000) {
        let mut inputs = chunk.to_vec();
        while !inputs.is_empty() {
            let path = format!("/crm/v4/associations/{from}/{to}/batch/read");
            let (status, body) = bench.post(&path, &json!({ "inputs": inputs })).await;
            assert!(status == 200 || status == 207, "{body}");
            inputs.clear();
            for result in array(&body["results"]) {
                let from_id: i64 = result["from"]["id"].as_str().unwrap().parse().unwrap();
                for to in array(&result["to"]) {
                    for kind in array(&to["associationTypes"]) {
                        let label = kind["label"].as_str().map(str::to_owned);
                        let to_id = to["toObjectId"].as_i64().unwrap();
                        assert!(all.insert((from_id, to_id, kind["typeId"].as_i64().unwrap(), label)));
                    }
                }
                if let Some(after) = result["paging"]["next"]["after"].as_str() {
                    inputs.push(json!({ "id": result["from"]["id"], "after": after }));
                }
            }
        }
    }
    all
}

async fn truth(bench: &Bench, pair: &str) -> BTreeSet<Link> {
    let id = |v: &Value| v.as_str().unwrap().parse::<i64>().unwrap();
    let rows = bench.truth(pair).await;
    rows.iter()
        .map(|r| {
            let label = r["label"].as_str().map(str::to_owned);
            (id(&r["from_id"]), id(&r["to_id"]), r["type_id"].as_i64().unwrap(), label)
        })
        .collect()
}

#[tokio::test]
async fn batches_read_from_either_end_hold_exactly_the_true_associations() {
    let bench = bench().await;
    bench.control("changes", json!({ "inserts": 30, "updates": 60, "deletes": 30, "merges": 3 })).await;
    let pairs = [
        ("contacts", "companies"),
        ("companies", "contacts"),
        ("deals", "contacts"),
        ("contacts", "deals"),
        ("deals", "companies"),
        ("line_items", "deals"),
        ("notes", "contacts"),
        ("calls", "contacts"),
        ("tasks", "contacts"),
    ];
    for (from, to) in pairs {
        let pair = format!("{from}_to_{to}");
        let read = read(&bench, from, to).await;
        assert_eq!(read, truth(&bench, &pair).await, "{pair}");
        if let Some(count) = bench.counts().await[&pair].as_u64() {
            assert_eq!(read.len() as u64, count, "{pair}");
        }
    }
}

#[tokio::test]
async fn an_id_without_associations_is_missing_from_the_results_and_named_in_the_errors() {
    let bench = bench().await;
    let linked: BTreeSet<i64> = truth(&bench, "contacts_to_companies").await.iter().map(|l| l.0).collect();
    let alone = (0..).map(|n| 101 + 50 * n).find(|id| !linked.contains(id)).unwrap().to_string();
    let some = linked.first().unwrap().to_string();
    let path = "/crm/v4/associations/contacts/companies/batch/read";
    let (status, body) = bench.post(path, &json!({ "inputs": [{ "id": some }] })).await;
    assert_eq!((status, &body["errors"]), (200, &Value::Null));
    let (status, body) = bench.post(path, &json!({ "inputs": [{ "id": some }, { "id": alone }] })).await;
    assert_eq!((status, array(&body["results"]).len(), &body["numErrors"]), (207, 1, &json!(1)));
    let error = &body["errors"][0];
    assert_eq!(error["category"], "OBJECT_NOT_FOUND");
    assert_eq!(error["subCategory"], "crm.associations.NO_ASSOCIATIONS_FOUND");
    assert_eq!(error["message"], format!("No company is associated with contact {alone}."));
    assert_eq!(error["context"]["fromObjectId"], json!([alone]));
    let many: Vec<Value> = (0..1_001).map(|id| json!({ "id": id.to_string() })).collect();
    assert_eq!(bench.post(path, &json!({ "inputs": many })).await.0, 400);
}

#[tokio::test]
async fn more_than_five_hundred_are_paged_and_the_link_leads_on() {
    let bench = bench().await;
    let deal = bench.listed("deals", "").await[0]["id"].clone();
    let path = "/crm/v4/associations/deals/contacts/batch/read";
    let (_, body) = bench.post(path, &json!({ "inputs": [{ "id": deal }] })).await;
    let result = &body["results"][0];
    assert_eq!(array(&result["to"]).len(), 500);
    let link = result["paging"]["next"]["link"].as_str().unwrap();
    let (status, rest) = bench.get(link.strip_prefix(bench.running.base_url()).unwrap()).await;
    assert_eq!((status, array(&rest["results"]).len()), (200, 120));
    assert!(rest["paging"].is_null());
}

#[tokio::test]
async fn lists_carry_associations_under_v3_names() {
    let bench = bench().await;
    let (_, body) = bench.get("/crm/v3/objects/line_items?limit=5&associations=deals").await;
    for row in array(&body["results"]) {
        assert_eq!(row["associations"]["deals"]["results"][0]["type"], "line_item_to_deal", "{row}");
    }
    assert_eq!(bench.get("/crm/v3/objects/line_items?associations=widgets").await.0, 400);
}

#[tokio::test]
async fn an_association_that_changes_mostly_moves_its_record_but_not_always() {
    let bench = bench().await;
    let (mut changed, mut silent) = (0, 0);
    // Few changes at a time, and types that are seldom edited, so that an edit does not hide a silent change.
    for _ in 0..10 {
        let kept = ["line_items", "notes", "calls", "tasks"];
        let pairs = ["line_items_to_deals", "notes_to_contacts", "calls_to_contacts", "tasks_to_contacts"];
        let mut before = Vec::new();
        for (table, pair) in kept.iter().zip(pairs) {
            before.push((modifications(&bench, table).await, truth(&bench, pair).await));
        }
        bench.control("changes", json!({ "updates": 60 })).await;
        for ((table, pair), (old, links)) in kept.iter().zip(pairs).zip(before) {
            let now = modifications(&bench, table).await;
            let moved: BTreeSet<i64> =
                truth(&bench, pair).await.symmetric_difference(&links).map(|l| l.0).collect();
            changed += moved.len();
            silent += moved.iter().filter(|id| old[id] == now[id]).count();
        }
    }
    assert!(silent > 0 && silent * 3 < changed, "{silent} of {changed}");
}

async fn modifications(bench: &Bench, table: &str) -> BTreeMap<i64, Value> {
    let rows = bench.truth(table).await;
    let id = |row: &Value| row["id"].as_str().unwrap().parse().unwrap();
    rows.iter().map(|row| (id(row), row["hs_lastmodifieddate"].clone())).collect()
}
