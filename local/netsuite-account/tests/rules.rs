//! Headers, limits, faults and counters.

mod common;

use std::time::Duration;

use common::{SUITEQL, bench, bench_with, fault};
use serde_json::{Value, json};

#[tokio::test]
async fn a_query_needs_its_headers() {
    let bench = bench().await;
    let body = json!({ "q": "SELECT id FROM customer" });
    let url = bench.url(SUITEQL);
    let plain = || bench.http.post(&url).bearer_auth(&bench.token);
    let answer = plain().json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let error: Value = answer.json().await.unwrap();
    assert_eq!(error["o:errorDetails"][0]["o:errorHeader"], "Prefer");
    assert_eq!(error["status"], 400);
    assert_eq!(error["title"], "Bad Request");
    assert!(error["type"].as_str().unwrap().starts_with("https://www.rfc-editor.org/"));
    let text = plain().header("Prefer", "transient").body(body.to_string()).send().await.unwrap();
    assert_eq!(text.status(), 415);
    let language = plain().header("Prefer", "transient").header("Accept-Language", "*").json(&body);
    assert_eq!(language.send().await.unwrap().status(), 400);
    let lists = plain().header("Prefer", "respond-sync, transient").json(&body);
    assert_eq!(lists.send().await.unwrap().status(), 200);
    assert_eq!(
        bench.http.post(&url).header("Prefer", "transient").json(&body).send().await.unwrap().status(),
        401
    );
}

#[tokio::test]
async fn a_body_that_is_no_query_is_refused() {
    let bench = bench().await;
    for body in [
        json!([]),
        json!({}),
        json!({ "q": 5 }),
        json!({ "q": "SELECT id FROM customer", "limit": 5 }),
        json!({ "q": "SELECT id FROM customer", "params": "x" }),
    ] {
        assert_eq!(bench.ask("", &body).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn more_requests_at_once_than_allowed_are_refused_and_the_rest_answered() {
    let bench = bench_with(|s| {
        s.scale = 0.001;
        s.concurrency = 3;
    })
    .await;
    bench.control("faults", json!({ "slow_ms": 400 })).await;
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let request = bench
                .http
                .post(bench.url(SUITEQL))
                .bearer_auth(&bench.token)
                .header("Prefer", "transient")
                .json(&json!({ "q": "SELECT id FROM currency" }));
            tokio::spawn(async move {
                let answer = request.send().await.unwrap();
                let retry = answer.headers().contains_key("retry-after");
                (answer.status().as_u16(), retry, answer.json::<Value>().await.unwrap())
            })
        })
        .collect();
    let mut answered = 0;
    for handle in asked {
        let (status, retry, body) = handle.await.unwrap();
        if status == 200 {
            answered += 1;
        } else {
            assert_eq!((status, retry, fault(&body).0), (429, false, "CONCURRENCY_LIMIT_EXCEEDED"));
        }
    }
    assert_eq!(answered, 3);
    let seen: Value =
        bench.http.get(bench.url("/_control/requests")).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["highest_in_flight"], 3);
    assert_eq!(seen["endpoints"]["suiteql"]["answers"]["429"], 5);
}

#[tokio::test]
async fn ordered_faults_happen_as_often_as_ordered() {
    let bench = bench().await;
    let q = "SELECT id FROM currency";
    bench.control("faults", json!({ "throttle": 2, "throttle_status": 400, "server_errors": 1 })).await;
    for _ in 0..2 {
        let (status, body) = bench.sql(q).await;
        assert_eq!((status, fault(&body).0), (400, "CONCURRENCY_LIMIT_EXCEEDED"));
    }
    assert_eq!(bench.sql(q).await.0, 500);
    assert_eq!(bench.sql(q).await.0, 200);

    bench.control("faults", json!({ "cut_connections": 1, "truncate": 1, "invalid_json": 1 })).await;
    let send = || async {
        let request =
            bench.http.post(bench.url(SUITEQL)).bearer_auth(&bench.token).header("Prefer", "transient");
        let answer = request.json(&json!({ "q": q })).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await
    };
    assert!(send().await.is_err(), "the connection breaks inside the body");
    let half = send().await.unwrap();
    assert!(half.starts_with('{') && serde_json::from_str::<Value>(&half).is_err());
    assert!(send().await.unwrap().starts_with("<!DOCTYPE"));
    assert!(serde_json::from_str::<Value>(&send().await.unwrap()).is_ok());
}

#[tokio::test]
async fn permissions_change_while_the_account_runs() {
    let bench = bench().await;
    bench.control("faults", json!({ "deny_table": "customer", "reject_column": "item.mpn" })).await;
    assert!(bench.refused("SELECT id FROM customer").await.contains("Record 'customer' was not found."));
    assert!(bench.refused("SELECT mpn FROM item").await.contains("Unknown identifier 'mpn'"));
    assert_eq!(bench.get("/services/rest/record/v1/customer").await.0, 403);
    bench.control("faults", json!({ "allow_table": "customer", "allow_column": "item.mpn" })).await;
    assert_eq!(bench.sql("SELECT id FROM customer").await.0, 200);
    assert_eq!(bench.sql("SELECT mpn FROM item").await.0, 200);
    bench.control("faults", json!({ "upper_case_keys": true })).await;
    assert!(bench.items("SELECT id FROM currency").await[0].get("ID").is_some());
}

#[tokio::test]
async fn counters_show_what_was_read_from_which_table() {
    let bench = bench().await;
    bench.http.delete(bench.url("/_control/requests")).send().await.unwrap();
    bench.sql("SELECT id FROM currency").await;
    bench.sql("SELECT id FROM currency WHERE id < 3").await;
    bench.refused("SELECT nope FROM currency").await;
    bench.get("/services/rest/system/v1/serverTime").await;
    let seen: Value =
        bench.http.get(bench.url("/_control/requests")).send().await.unwrap().json().await.unwrap();
    let suiteql = &seen["endpoints"]["suiteql"];
    assert_eq!(suiteql["requests"], 3);
    assert_eq!(suiteql["rows"], 8);
    assert_eq!(suiteql["rows_by_table"]["currency"], 8);
    assert_eq!(suiteql["queries_by_table"]["currency"], 2);
    assert_eq!(seen["endpoints"]["serverTime"]["requests"], 1);
}

#[tokio::test]
async fn changes_are_seen_at_once_and_deletions_leave_a_trace_of_the_head_only() {
    let bench = bench().await;
    let before = bench.counts().await;
    let heads: Vec<i64> =
        bench.truth("transaction").await.iter().map(|r| r["id"].as_i64().unwrap()).collect();
    let total = |b: &Value| b["totalResults"].as_u64().unwrap();
    let lines_before = total(&bench.sql("SELECT uniquekey FROM transactionline").await.1);
    let changed = bench.control("changes", json!({ "updates": 20, "inserts": 6, "deletes": 9 })).await;
    let after = bench.counts().await;
    for (table, count) in after.as_object().unwrap() {
        let moved = |kind: &str| changed[kind][table].as_i64().unwrap_or(0);
        let difference = count.as_i64().unwrap() - before[table].as_i64().unwrap();
        assert_eq!(difference, moved("inserted") - moved("deleted"), "{table}");
    }
    assert_eq!(after["deletedrecord"], 9);
    let at = changed["at"].as_i64().unwrap();
    let iso = forebay_netsuite_account::calendar::iso_utc(at);
    let touched = bench.items(&format!("SELECT id FROM transaction WHERE TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') >= '{iso}'")).await;
    assert!(!touched.is_empty());
    let gone = bench.items("SELECT recordid, type, iscustomrecord FROM deletedrecord").await;
    let left: Vec<i64> = bench.truth("transaction").await.iter().map(|r| r["id"].as_i64().unwrap()).collect();
    for id in heads.iter().filter(|id| !left.contains(id)) {
        let id = id.to_string();
        assert!(gone.iter().any(|g| g["recordid"] == id.as_str()), "{id}");
        assert_eq!(
            bench.items(&format!("SELECT id FROM transactionline WHERE transaction = {id}")).await.len(),
            0
        );
    }
    assert_ne!(
        total(&bench.sql("SELECT uniquekey FROM transactionline").await.1),
        lines_before,
        "counts are not stale"
    );
    assert!(
        bench
            .truth("transaction")
            .await
            .iter()
            .all(|r| r["lastmodifieddate"].as_str().unwrap() <= iso.as_str())
    );
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows_and_the_same_changes() {
    let (one, two) = (bench().await, bench().await);
    for bench in [&one, &two] {
        bench.control("changes", json!({ "updates": 10, "inserts": 10, "deletes": 10 })).await;
    }
    let without_times = |rows: Vec<Value>| -> Vec<String> {
        rows.into_iter()
            .map(|mut row| {
                let recent = |v: &Value| v.as_str().is_some_and(|s| s >= "2026");
                row.as_object_mut().unwrap().retain(|_, v| !recent(v));
                row.to_string()
            })
            .collect()
    };
    for table in [
        "transaction",
        "transactionline",
        "transactionaccountingline",
        "nexttransactionlink",
        "nexttransactionlinelink",
        "customer",
        "contact",
        "item",
        "systemnote",
        "customrecord_quality_check",
        "deletedrecord",
    ] {
        assert_eq!(without_times(one.truth(table).await), without_times(two.truth(table).await), "{table}");
    }
}

#[tokio::test]
async fn ids_of_deleted_records_are_not_given_again() {
    let bench = bench().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10 {
        bench.control("changes", json!({ "inserts": 5 })).await;
        bench.control("changes", json!({ "deletes": 60 })).await;
        seen.extend(bench.truth("transaction").await.iter().map(|r| r["id"].as_i64().unwrap()));
        let gone = bench.truth("deletedrecord").await;
        // Ids are those of a record type; other types have the same ones.
        let kinds = |g: &Value| (g["type"].to_string(), g["scriptid"].to_string());
        let transactions = ["Sales Order", "Invoice", "Purchase Order", "Estimate", "Item Fulfillment"];
        let ids: Vec<_> = gone
            .iter()
            .map(|g| {
                let (kind, script) = kinds(g);
                let one = transactions.iter().any(|t| kind.contains(t));
                (if one { "transaction".to_owned() } else { kind }, script, g["recordid"].as_i64().unwrap())
            })
            .collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "a record was deleted twice");
    }
}

#[tokio::test]
async fn changes_happen_by_themselves_when_asked_for() {
    let bench = bench_with(|s| {
        s.scale = 0.001;
        s.changes_per_minute = 1_200;
    })
    .await;
    let generation = || bench.running.account().store.generation();
    let before = generation();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if generation() > before + 3 {
            return;
        }
    }
    panic!("nothing changed within five seconds");
}
