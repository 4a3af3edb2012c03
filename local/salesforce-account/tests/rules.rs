//! Limits, faults, changes, deletions and late commits.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::{Bench, DATA, bench, bench_with, fault};
use forebay_salesforce_account::instant;
use serde_json::{Value, json};

fn set(records: &[Value]) -> BTreeSet<String> {
    records.iter().map(|r| r["Id"].as_str().unwrap().to_owned()).collect()
}

/// What `deleted` or `updated` answers for the last hours, and `ahead` minutes more.
async fn replicated(bench: &Bench, object: &str, way: &str, ahead: i64) -> (u16, Value) {
    let now = bench.running.account().now();
    let span = [("start", instant::plain(now - 7_200_000)), ("end", instant::plain(now + ahead * 60_000))];
    let request = bench.request(&format!("{DATA}/sobjects/{object}/{way}")).query(&span);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_days_requests_are_counted_and_end() {
    let bench = bench_with(|s| s.daily_requests = 20).await;
    let path = format!("{DATA}/limits");
    let answer = bench.request(&path).send().await.unwrap();
    assert_eq!(answer.headers()["sforce-limit-info"], "api-usage=1/20");
    assert!(answer.headers().contains_key("date"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["DailyApiRequests"], json!({ "Max": 20, "Remaining": 19 }));
    bench.control("faults", json!({ "api_usage": 20 })).await;
    let (status, body) = bench.get(&path).await;
    assert_eq!((status, fault(&body)), (403, ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")));
    bench.control("faults", json!({ "api_usage": 0 })).await;
    assert_eq!(bench.get(&path).await.0, 200);
}

#[tokio::test]
async fn ordered_faults_answer_as_the_vendor_does() {
    let bench = bench().await;
    let path = format!("{DATA}/query?q=SELECT+Id+FROM+User");
    let once = |status: Value, code: &'static str, expected: u16| {
        let (bench, path) = (&bench, &path);
        async move {
            bench
                .control(
                    "faults",
                    json!({ "throttle": 1, "throttle_status": status, "throttle_retry_after": 2 }),
                )
                .await;
            let answer = bench.request(path).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), expected);
            assert_eq!(answer.headers()["retry-after"], "2");
            let text = answer.text().await.unwrap();
            assert!(if code.is_empty() { text.is_empty() } else { text.contains(code) }, "{text}");
        }
    };
    once(Value::Null, "REQUEST_LIMIT_EXCEEDED", 403).await;
    once(json!(406), "", 406).await;
    once(json!(420), "", 420).await;
    once(json!(503), "SERVER_UNAVAILABLE", 503).await;
    bench.control("faults", json!({ "server_errors": 1, "query_timeouts": 1 })).await;
    assert_eq!(fault(&bench.get(&path).await.1).0, "UNKNOWN_EXCEPTION");
    assert_eq!(fault(&bench.get(&path).await.1).0, "QUERY_TIMEOUT");
    bench.control("faults", json!({ "cut_connections": 1, "truncate": 1, "invalid_json": 1 })).await;
    assert!(bench.request(&path).send().await.unwrap().text().await.is_err());
    for _ in 0..2 {
        let text = bench.request(&path).send().await.unwrap().text().await.unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_err());
    }
    assert_eq!(bench.get(&path).await.0, 200);
    let long = bench.request(&format!("{DATA}/query?q={}", "x".repeat(17_000))).send().await.unwrap();
    assert_eq!(long.status(), 414);
    let unknown = json!({ "nonsense": 1 });
    let refused = bench.http.post(bench.url("/_control/faults")).json(&unknown).send().await.unwrap();
    assert!(refused.status().is_client_error());
}

#[tokio::test]
async fn more_requests_at_once_than_allowed_are_refused() {
    let bench = bench_with(|s| s.concurrency = 2).await;
    bench.control("faults", json!({ "slow_ms": 400 })).await;
    let asked: Vec<_> = (0..5)
        .map(|_| {
            let request = bench.request(&format!("{DATA}/limits"));
            tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
        })
        .collect();
    let mut statuses = Vec::new();
    for handle in asked {
        statuses.push(handle.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 403, 403, 403]);
    assert_eq!(bench.seen("requests").await["highest_in_flight"], 2);
}

#[tokio::test]
async fn changes_move_the_stamp_and_deletions_stay_in_the_recycle_bin() {
    let bench = bench().await;
    let before = bench.seen("counts").await;
    let mut objects = BTreeSet::new();
    let changed = bench.control("changes", json!({ "updates": 30, "inserts": 20, "deletes": 20 })).await;
    let after = bench.seen("counts").await;
    let since = instant::plain(changed["at"].as_i64().unwrap() * 1_000);
    for (table, count) in after.as_object().unwrap() {
        let moved = |kind: &str| changed[kind][table].as_i64().unwrap_or(0);
        let difference = count.as_i64().unwrap() - before[table].as_i64().unwrap();
        assert_eq!(difference, moved("inserted") - moved("deleted"), "{table}");
        if moved("deleted") > 0 {
            let q = format!("SELECT Id FROM {table} WHERE IsDeleted = true AND SystemModstamp >= {since}");
            let binned = bench.all("queryAll", &q).await;
            assert_eq!(i64::try_from(binned.len()).unwrap(), moved("deleted"), "{table}");
            assert!(bench.soql(&q).await.is_empty(), "query does not see the bin");
            let (_, log) = replicated(&bench, table, "deleted", 2).await;
            let log: BTreeSet<String> = log["deletedRecords"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["id"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(log, set(&binned));
            objects.insert(table.clone());
        }
        if moved("inserted") + moved("updated") > 0 && table != "User" {
            let found = bench.soql(&format!("SELECT Id FROM {table} WHERE SystemModstamp >= {since}")).await;
            assert!(!found.is_empty());
            let (_, log) = replicated(&bench, table, "updated", 2).await;
            assert_eq!(log["ids"].as_array().unwrap().len(), found.len());
        }
    }
    assert!(objects.len() > 2);
    let more = bench.control("changes", json!({ "deletes": 20 })).await;
    let purged: i64 = more["purged"].as_object().unwrap().values().map(|v| v.as_i64().unwrap()).sum();
    assert_eq!(purged, 5, "one deletion in four empties an older one out of the bin");
    for (table, count) in more["purged"].as_object().unwrap() {
        let left = bench.all("queryAll", &format!("SELECT Id FROM {table} WHERE IsDeleted = true")).await;
        let (_, log) = replicated(&bench, table, "deleted", 2).await;
        let logged = log["deletedRecords"].as_array().unwrap().len();
        assert_eq!(logged, left.len() + usize::try_from(count.as_i64().unwrap()).unwrap());
    }
}

#[tokio::test]
async fn archived_tasks_are_live_and_only_query_all_finds_them() {
    let bench = bench().await;
    let truth = bench.truth("Task").await;
    let (live, all) =
        (bench.soql("SELECT Id FROM Task").await, bench.all("queryAll", "SELECT Id FROM Task").await);
    assert_eq!(all.len(), truth.len());
    let archived = truth.iter().filter(|t| t["IsArchived"] == true).count();
    assert!(archived > 0);
    assert_eq!(live.len() + archived, all.len());
}

#[tokio::test]
async fn late_commits_are_seen_with_a_stamp_of_the_past() {
    let bench = bench().await;
    bench.control("faults", json!({ "late_commit_seconds": 120 })).await;
    let q = |table: &str| format!("SELECT Id, SystemModstamp, Description FROM {table} ORDER BY Id");
    let (before, truth) = (bench.soql(&q("Opportunity")).await, bench.truth("Opportunity").await);
    let changed = bench.control("changes", json!({ "updates": 20, "inserts": 10, "deletes": 10 })).await;
    assert!(changed["deleted"]["Opportunity"].as_i64().unwrap() > 0);
    assert_eq!(bench.soql(&q("Opportunity")).await, before, "nothing is committed yet");
    let at = changed["at"].as_i64().unwrap() * 1_000;
    let visible = |clock: &Value| instant::read(clock["visible"].as_str().unwrap()).unwrap();
    bench.control("faults", json!({ "late_commit_seconds": 0 })).await;
    assert_eq!(visible(&bench.seen("clock").await), at - 1, "what was late stays late");
    assert_ne!(bench.truth("Opportunity").await, truth, "the truth is ahead");
    let (_, log) = replicated(&bench, "Opportunity", "deleted", 2).await;
    assert!(log["deletedRecords"].as_array().unwrap().is_empty());
    let covered = instant::read(log["latestDateCovered"].as_str().unwrap()).unwrap();
    assert!(covered <= changed["at"].as_i64().unwrap() * 1_000, "what is pending is not covered");
    bench.control("faults", json!({ "clock_skew_seconds": 121 })).await;
    let clock = bench.seen("clock").await;
    assert_eq!((&clock["visible"], visible(&clock) > at + 120_000), (&clock["now"], true));
    let after = bench.soql(&q("Opportunity")).await;
    assert_eq!(after.len(), bench.truth("Opportunity").await.len());
    let stamp = instant::rest(changed["at"].as_i64().unwrap() * 1_000);
    let late = after.iter().filter(|r| r["SystemModstamp"] == stamp.as_str()).count();
    assert!(late > 0, "stamps are older than the moment the rows came to be seen");
}

#[tokio::test]
async fn formulas_change_and_their_records_do_not() {
    let bench = bench().await;
    let q = "SELECT Id, Owner_Region__c, SystemModstamp FROM Account ORDER BY Id";
    let before = bench.soql(q).await;
    let answer = bench.control("faults", json!({ "formula_shift": 3 })).await;
    let after = bench.soql(q).await;
    let differ = |name: &str| before.iter().zip(&after).filter(|(b, a)| b[name] != a[name]).count();
    assert_eq!(answer["formula_shifted"]["accounts"], differ("Owner_Region__c"));
    assert!(differ("Owner_Region__c") > 0);
    assert_eq!(differ("SystemModstamp"), 0);
}

#[tokio::test]
async fn replication_is_asked_for_by_spans_that_make_sense() {
    let bench = bench().await;
    let (status, body) = replicated(&bench, "Account", "deleted", -120).await;
    assert_eq!((status, fault(&body).0), (400, "INVALID_REPLICATION_DATE"));
    let path = format!("{DATA}/sobjects/Account/updated?start=2020-01-01T00:00:00Z&end=2020-01-02T00:00:00Z");
    assert_eq!(fault(&bench.get(&path).await.1).0, "INVALID_REPLICATION_DATE");
    assert_eq!(replicated(&bench, "CaseStatus", "updated", 2).await.0, 400);
}

#[tokio::test]
async fn counters_show_what_was_asked_and_read() {
    let bench = bench().await;
    bench.http.delete(bench.url("/_control/requests")).send().await.unwrap();
    bench.ask("query", "SELECT Id FROM Contact", 400).await;
    bench.soql("SELECT Id FROM User").await;
    bench.refused("SELECT Nope FROM User").await;
    let (job, _) = bench.job(json!({ "operation": "query", "query": "SELECT Id FROM User" })).await;
    bench
        .request(&format!("{DATA}/jobs/query/{}/results", job["id"].as_str().unwrap()))
        .send()
        .await
        .unwrap();
    let seen = bench.seen("requests").await;
    let query = &seen["endpoints"]["query"];
    assert_eq!((query["requests"].as_u64(), query["answers"]["400"].as_u64()), (Some(3), Some(1)));
    assert_eq!(query["rows_by_table"], json!({ "Contact": 400, "User": 20 }));
    assert_eq!(seen["endpoints"]["bulk-results"]["rows"], 20);
    assert_eq!(seen["endpoints"]["bulk-create"]["requests"], 1);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_rows_and_the_same_changes() {
    let (one, two) = (bench().await, bench().await);
    for bench in [&one, &two] {
        bench.control("changes", json!({ "updates": 10, "inserts": 10, "deletes": 10 })).await;
    }
    let without_times = |rows: Vec<Value>| -> Vec<String> {
        let now = instant::date(one.running.account().now());
        let recent = |v: &Value| {
            v.as_str().is_some_and(|s| s.len() >= 10 && s[..4] == now[..4] && s.as_bytes()[4] == b'-')
        };
        rows.into_iter()
            .map(|mut row| {
                row.as_object_mut().unwrap().retain(|_, v| !recent(v));
                row.to_string()
            })
            .collect()
    };
    for table in ["Opportunity", "OpportunityLineItem", "Task", "Contact", "Shipment__c"] {
        let (a, b) = (one.truth(table).await, two.truth(table).await);
        assert_eq!(without_times(a), without_times(b), "{table}");
    }
    let other = bench_with(|s| s.seed = 2).await;
    assert_ne!(one.truth("Account").await, other.truth("Account").await);
}

#[tokio::test]
async fn versions_and_bodies_and_unknown_paths() {
    let bench = bench().await;
    let versions: Value =
        bench.http.get(bench.url("/services/data/")).send().await.unwrap().json().await.unwrap();
    let newest = versions.as_array().unwrap().last().unwrap();
    assert_eq!(newest, &json!({ "label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0" }));
    assert_eq!(bench.get("/services/data/v20.0/limits").await.0, 404);
    assert_eq!(bench.get(&format!("{DATA}/nothing")).await.0, 404);
    let note = bench.soql("SELECT Id, Body, BodyLength FROM Attachment LIMIT 1").await.remove(0);
    let body = bench.request(note["Body"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(note["BodyLength"], body.len());
    let path = format!("{DATA}/sobjects/Attachment/{}", note["Id"].as_str().unwrap());
    assert_eq!(bench.get(&path).await.1["Id"], note["Id"]);
}

#[tokio::test]
async fn a_composite_request_carries_queries_that_no_address_holds() {
    let bench = bench().await;
    let ids: Vec<String> = (0..900).map(|n| format!("'{n:015}AAA'")).collect();
    let q = format!("SELECT Id FROM User WHERE Id NOT IN ({})", ids.join(", "));
    assert_eq!(
        bench.request(&format!("{DATA}/query")).query(&[("q", &q)]).send().await.unwrap().status(),
        414
    );
    let part = |q: &str, reference: &str| {
        let q: String = forebay_simulation::form::encode(q);
        json!({ "method": "GET", "url": format!("{DATA}/query?q={q}"), "referenceId": reference })
    };
    let order = json!({ "compositeRequest": [part(&q, "long"), part("SELECT Nope FROM User", "wrong")] });
    let url = bench.url(&format!("{DATA}/composite"));
    let answer = bench.http.post(&url).bearer_auth(&bench.token).json(&order).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    let (long, wrong) = (&body["compositeResponse"][0], &body["compositeResponse"][1]);
    assert_eq!((long["httpStatusCode"].as_u64(), long["body"]["totalSize"].as_u64()), (Some(200), Some(20)));
    assert_eq!((wrong["httpStatusCode"].as_u64(), fault(&wrong["body"]).0), (Some(400), "INVALID_FIELD"));
    let many: Vec<Value> = (0..6).map(|n| part("SELECT Id FROM User", &n.to_string())).collect();
    let many = json!({ "compositeRequest": many });
    let answer = bench.http.post(&url).bearer_auth(&bench.token).json(&many).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn sharing_hides_rows_that_the_record_count_still_tells_of() {
    let bench = bench().await;
    bench.control("faults", json!({ "silence_table": "Lead" })).await;
    assert!(bench.all("queryAll", "SELECT Id FROM Lead").await.is_empty());
    let (_, body) = bench.get(&format!("{DATA}/limits/recordCount?sObjects=Lead,User")).await;
    let expected = json!([{ "name": "Lead", "count": 300 }, { "name": "User", "count": 20 }]);
    assert_eq!(body["sObjects"], expected);
    bench.control("faults", json!({ "allow_table": "Lead" })).await;
    assert_eq!(bench.soql("SELECT Id FROM Lead").await.len(), 300);
}
