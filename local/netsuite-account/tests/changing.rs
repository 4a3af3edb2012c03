//! What changes under a reader: lines, links, notes, permissions and types.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Bench, bench};
use serde_json::{Value, json};

type Lines = BTreeMap<(i64, i64), Value>;

fn number(row: &Value, name: &str) -> i64 {
    row[name].as_i64().unwrap()
}

async fn lines(bench: &Bench) -> Lines {
    let rows = bench.truth("transactionline").await;
    rows.into_iter().map(|row| ((number(&row, "transaction"), number(&row, "id")), row)).collect()
}

async fn heads(bench: &Bench) -> BTreeMap<i64, Value> {
    bench.truth("transaction").await.into_iter().map(|row| (number(&row, "id"), row)).collect()
}

fn iso(changed: &Value) -> String {
    forebay_netsuite_account::calendar::iso_utc(changed["at"].as_i64().unwrap())
}

#[tokio::test]
async fn lines_vanish_from_living_transactions_without_a_trace_and_the_head_moves() {
    let bench = bench().await;
    let (before, notes) = (lines(&bench).await, bench.counts().await["systemnote"].as_i64().unwrap());
    let ledger_before = bench.truth("transactionaccountingline").await;
    let changed = bench.control("changes", json!({ "remove_lines": 40 })).await;
    let (after, heads, at) = (lines(&bench).await, heads(&bench).await, iso(&changed));
    let gone: Vec<&(i64, i64)> = before.keys().filter(|key| !after.contains_key(key)).collect();
    assert_eq!((gone.len(), changed["deleted"]["transactionline"].as_u64()), (40, Some(40)));
    assert_eq!(bench.counts().await["deletedrecord"], 0);
    for (transaction, _) in &gone {
        assert_eq!(heads[transaction]["lastmodifieddate"], at.as_str());
        assert!(after.keys().filter(|(t, _)| t == transaction).count() > 1, "an item line is left");
    }
    assert!(gone.iter().all(|key| before[key]["mainline"] == false));
    assert!(after.iter().all(|(key, row)| before[key] == *row), "the other lines stay as they were");
    let ledger = bench.truth("transactionaccountingline").await;
    assert!(ledger.len() < ledger_before.len());
    let keys = ledger.iter().map(|row| (number(row, "transaction"), number(row, "transactionline")));
    assert!(keys.into_iter().all(|key| after.contains_key(&key)), "no posting is left of a removed line");
    assert!(bench.counts().await["systemnote"].as_i64().unwrap() >= notes + 40);
}

#[tokio::test]
async fn added_lines_get_ids_that_no_line_of_the_transaction_ever_had() {
    let bench = bench().await;
    let mut ever: BTreeSet<(i64, i64)> = lines(&bench).await.into_keys().collect();
    for _ in 0..4 {
        let before = lines(&bench).await;
        bench.control("changes", json!({ "remove_lines": 60 })).await;
        let changed = bench.control("changes", json!({ "add_lines": 60 })).await;
        let (after, heads, at) = (lines(&bench).await, heads(&bench).await, iso(&changed));
        let new: Vec<&(i64, i64)> = after.keys().filter(|key| !before.contains_key(key)).collect();
        assert_eq!(new.len(), 60);
        for key in new {
            assert!(ever.insert(*key), "{key:?} was used before");
            assert_eq!(heads[&key.0]["lastmodifieddate"], at.as_str());
            assert_eq!(after[key]["linelastmodifieddate"], at.as_str());
        }
    }
}

#[tokio::test]
async fn background_updates_touch_a_line_and_not_its_head() {
    let bench = bench().await;
    let (before, heads_before) = (lines(&bench).await, heads(&bench).await);
    let changed = bench.control("changes", json!({ "touch_lines": 25 })).await;
    let (after, at) = (lines(&bench).await, iso(&changed));
    let moved: Vec<&(i64, i64)> = after.keys().filter(|key| before[key] != after[key]).collect();
    assert!(!moved.is_empty());
    for key in moved {
        assert_eq!(after[key]["linelastmodifieddate"], at.as_str());
        assert_ne!(after[key]["quantityshiprecv"], before[key]["quantityshiprecv"]);
    }
    assert_eq!(heads(&bench).await, heads_before);
}

#[tokio::test]
async fn ordinary_updates_do_all_of_it_now_and_then() {
    let bench = bench().await;
    let before = lines(&bench).await;
    let changed = bench.control("changes", json!({ "updates": 200 })).await;
    let after = lines(&bench).await;
    let count = |kind: &str, table: &str| changed[kind][table].as_u64().unwrap_or(0);
    assert!(before.keys().any(|key| !after.contains_key(key)));
    assert!(after.keys().any(|key| !before.contains_key(key)));
    assert!(count("updated", "transaction") > 80);
    assert!(count("updated", "transactionline") > 40);
    assert!(count("inserted", "systemnote") >= 200, "every update leaves a note");
    for table in ["customer", "contact", "item", "vendor", "message", "customrecord_quality_check"] {
        assert!(count("updated", table) > 0, "{table}");
    }
    let notes = bench.truth("systemnote").await;
    let young: Vec<&Value> = notes.iter().filter(|n| n["date"] == iso(&changed).as_str()).collect();
    assert!(young.iter().any(|n| n["context"] == "SCH" && !n["lineid"].is_null()));
    assert!(young.iter().any(|n| n["type"] == 4 && !n["oldvalue"].is_null()));
}

#[tokio::test]
async fn links_come_with_documents_and_go_with_them_without_a_trace() {
    let bench = bench().await;
    let pairs = |rows: Vec<Value>| -> BTreeSet<(i64, i64, String)> {
        let key = |r: &Value| (number(r, "previousdoc"), number(r, "nextdoc"), r["linktype"].to_string());
        rows.iter().map(key).collect()
    };
    let before = pairs(bench.truth("nexttransactionlink").await);
    assert!(before.len() > 100);
    let kinds: BTreeSet<&str> = before.iter().map(|(_, _, kind)| kind.trim_matches('"')).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["EstInvc", "OrdBill", "ShipRcpt"]);
    let changed = bench.control("changes", json!({ "inserts": 60, "deletes": 60 })).await;
    let (after, heads) = (pairs(bench.truth("nexttransactionlink").await), heads(&bench).await);
    assert!(after.iter().any(|link| !before.contains(link)), "new documents follow orders");
    let gone: Vec<_> = before.iter().filter(|link| !after.contains(link)).collect();
    assert!(!gone.is_empty());
    for (previous, next, _) in gone {
        assert!(!heads.contains_key(next), "a link goes with its later document");
        if let Some(head) = heads.get(previous) {
            assert_eq!(head["lastmodifieddate"], iso(&changed).as_str(), "and its earlier one is open again");
        }
    }
    for (previous, next, _) in &after {
        assert!(heads.contains_key(previous) && heads.contains_key(next));
    }
    let present = lines(&bench).await;
    for link in bench.truth("nexttransactionlinelink").await {
        let end = |doc: &str, line: &str| (number(&link, doc), number(&link, line));
        assert!(present.contains_key(&end("previousdoc", "previousline")));
        assert!(present.contains_key(&end("nextdoc", "nextline")));
    }
    let gone = bench.truth("deletedrecord").await;
    assert!(gone.iter().all(|row| !row["type"].as_str().unwrap().to_lowercase().contains("link")));
}

#[tokio::test]
async fn permissions_end_after_so_many_requests() {
    let bench = bench().await;
    bench.control("faults", json!({ "deny_after": { "table": "customer", "requests": 2 } })).await;
    bench.control("faults", json!({ "silence_after": { "table": "Vendor", "requests": 1 } })).await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 200);
    assert_eq!(bench.sql("SELECT id FROM item").await.0, 200);
    assert!(!bench.items("SELECT id FROM vendor").await.is_empty());
    let joined = "SELECT t.id FROM transaction t JOIN customer c ON c.id = t.entity";
    assert_eq!(bench.sql(joined).await.0, 200);
    assert!(bench.refused("SELECT id FROM customer").await.contains("Record 'customer' was not found."));
    assert!(bench.refused(joined).await.contains("Record 'customer' was not found."));
    assert_eq!(bench.get("/services/rest/record/v1/customer").await.0, 403);
    assert!(bench.items("SELECT id FROM vendor").await.is_empty());
    bench.control("faults", json!({ "allow_table": "customer" })).await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 200, "the order was spent");
    bench.control("faults", json!({ "deny_after": { "table": "contact", "requests": 1 } })).await;
    assert_eq!(bench.get("/services/rest/record/v1/contact?limit=1").await.0, 200);
    assert_eq!(bench.get("/services/rest/record/v1/contact?limit=1").await.0, 403);
}

#[tokio::test]
async fn the_account_changes_while_it_is_read() {
    let bench = bench().await;
    let order = json!({ "churn": { "every": 2, "updates": 3, "inserts": 1, "deletes": 2 } });
    bench.control("faults", order).await;
    let total = |body: &Value| body["totalResults"].as_u64().unwrap();
    let ask = "SELECT recordid FROM deletedrecord";
    assert_eq!(total(&bench.sql(ask).await.1), 0);
    assert_eq!(
        total(&bench.sql(ask).await.1),
        0,
        "an answer shows what was there before the changes after it"
    );
    assert_eq!(total(&bench.sql(ask).await.1), 2);
    bench.sql(ask).await;
    assert_eq!(total(&bench.sql(ask).await.1), 4);
    bench.refused("SELECT nothing FROM customer").await;
    let seen: Value =
        bench.http.get(bench.url("/_control/faults")).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["pending"]["churned"], 2);
    assert_eq!(seen["pending"]["churn"]["updates"], 3);
    bench.control("faults", json!({ "churn": null })).await;
    for _ in 0..4 {
        assert_eq!(total(&bench.sql(ask).await.1), 4);
    }
}

#[tokio::test]
async fn deletions_and_updates_of_one_order_share_their_second() {
    let bench = bench().await;
    let changed = bench.control("changes", json!({ "updates": 60, "inserts": 20, "deletes": 40 })).await;
    let at = iso(&changed);
    let touched: BTreeSet<i64> = bench
        .truth("transaction")
        .await
        .iter()
        .filter(|row| row["lastmodifieddate"] == at.as_str())
        .map(|row| number(row, "id"))
        .collect();
    assert!(touched.len() > 20);
    assert!(bench.truth("deletedrecord").await.iter().all(|row| row["deleteddate"] == at.as_str()));
}

#[tokio::test]
async fn a_type_widens_step_by_step_and_everything_says_so() {
    let bench = bench().await;
    let column = "custentity_credit_score";
    let values = || async {
        let rows = bench.truth("customer").await;
        rows.into_iter().map(|row| row[column].clone()).filter(|v| !v.is_null()).collect::<Vec<_>>()
    };
    let described = || async {
        let url = bench.url("/services/rest/record/v1/metadata-catalog/customer");
        let request =
            bench.http.get(url).bearer_auth(&bench.token).header("Accept", "application/schema+json");
        let schema: Value = request.send().await.unwrap().json().await.unwrap();
        let field =
            format!("SELECT fieldvaluetype FROM customfield WHERE scriptid = '{}'", column.to_uppercase());
        let listed = bench.items(&field).await[0]["fieldvaluetype"].as_str().unwrap().to_owned();
        (schema["properties"][column]["type"].as_str().unwrap().to_owned(), listed)
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(described().await, pair("integer", "Integer Number"));
    assert!(values().await.iter().all(Value::is_i64));
    let order = json!({ "widen_column": format!("customer.{column}") });
    let seen = bench.control("faults", order.clone()).await;
    assert_eq!(seen["widened"][format!("customer.{column}")], "decimal");
    assert_eq!(described().await, pair("number", "Decimal Number"));
    assert!(values().await.iter().any(|v| v.as_f64().unwrap().fract() != 0.0));
    bench.control("faults", order.clone()).await;
    assert_eq!(described().await, pair("string", "Free-Form Text"));
    let texts = values().await;
    assert!(
        texts.iter().all(Value::is_string) && texts.iter().any(|v| v.as_str().unwrap().starts_with("about"))
    );
    let shown = bench.items(&format!("SELECT id FROM customer WHERE {column} LIKE 'about%'")).await;
    let id = shown[0]["id"].as_str().unwrap();
    let (_, record) = bench.get(&format!("/services/rest/record/v1/customer/{id}")).await;
    assert!(record[column].as_str().unwrap().starts_with("about"));
    for refused in
        [order, json!({ "widen_column": "customer.companyname" }), json!({ "widen_column": "customer" })]
    {
        let url = bench.url("/_control/faults");
        assert_eq!(bench.http.post(url).json(&refused).send().await.unwrap().status(), 400, "{refused}");
    }
}

#[tokio::test]
async fn a_widened_type_is_remembered_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let settings = forebay_netsuite_account::Settings {
        scale: 0.001,
        ..forebay_netsuite_account::Settings::new(folder.path())
    };
    let order = json!({ "widen_column": "customrecord_quality_check.custrecord_check_score" });
    let http = reqwest::Client::new();
    for round in 0..2 {
        let running = forebay_netsuite_account::start(settings.clone()).await.unwrap();
        let url = format!("{}/_control/faults", running.base_url());
        if round == 0 {
            http.post(&url).json(&order).send().await.unwrap().error_for_status().unwrap();
        }
        let seen: Value = http.get(&url).send().await.unwrap().json().await.unwrap();
        assert_eq!(seen["widened"]["customrecord_quality_check.custrecord_check_score"], "decimal");
        running.stop().await.unwrap();
    }
}
