//! Query jobs: states, results, refusals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Bench, DATA, bench, bench_with, fault};
use serde_json::{Value, json};

struct Set {
    status: u16,
    text: String,
    locator: String,
    rows: usize,
}

async fn results(bench: &Bench, id: &str, parameters: &str) -> Set {
    let answer = bench.request(&format!("{DATA}/jobs/query/{id}/results{parameters}")).send().await.unwrap();
    let header =
        |name: &str| answer.headers().get(name).map_or(String::new(), |v| v.to_str().unwrap().to_owned());
    let (locator, rows) = (header("sforce-locator"), header("sforce-numberofrecords"));
    Set {
        status: answer.status().as_u16(),
        locator,
        rows: rows.parse().unwrap_or(0),
        text: answer.text().await.unwrap(),
    }
}

/// A strict reader of the CSV that is expected: every value in quotes.
fn read(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut value) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(open) = chars.next() {
        assert_eq!(open, '"', "a value that is not quoted in {text}");
        loop {
            match chars.next().unwrap() {
                '"' if chars.peek() == Some(&'"') => value.push(chars.next().unwrap()),
                '"' => break,
                c => value.push(c),
            }
        }
        row.push(std::mem::take(&mut value));
        match chars.next().unwrap() {
            ',' => {}
            '\n' => rows.push(std::mem::take(&mut row)),
            other => panic!("{other:?} behind a value"),
        }
    }
    rows
}

#[tokio::test]
async fn a_job_takes_its_time_and_its_sets_hold_every_row_once() {
    let bench = bench().await;
    let q = "SELECT Name, Id, Notes__c, Insured__c, Weight__c, Shipped_On__c, Delivered_At__c, CreatedDate FROM Shipment__c";
    let (job, polls) = bench.job(json!({ "operation": "query", "query": q })).await;
    assert_eq!((job["state"].as_str(), polls), (Some("JobComplete"), 3));
    assert_eq!(job["numberRecordsProcessed"], 150);
    let id = job["id"].as_str().unwrap();
    let (mut rows, mut locator) = (Vec::new(), String::new());
    loop {
        let parameters = if locator.is_empty() { String::new() } else { format!("&locator={locator}") };
        let set = results(&bench, id, &format!("?maxRecords=60{parameters}")).await;
        let mut lines = read(&set.text);
        assert_eq!(lines.remove(0).join(","), q["SELECT ".len()..q.find(" FROM").unwrap()].replace(' ', ""));
        assert_eq!(set.rows, lines.len());
        rows.extend(lines);
        locator = set.locator;
        if locator == "null" {
            break;
        }
    }
    let mut truth = bench.truth("Shipment__c").await;
    rows.sort_by_key(|row| row[1].clone());
    truth.sort_by_key(|row| row["Id"].as_str().unwrap().to_owned());
    assert_eq!(rows.len(), truth.len());
    let shown = |v: &Value| match v {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    for (row, true_row) in rows.iter().zip(&truth) {
        for (index, name) in
            ["Name", "Id", "Notes__c", "Insured__c", "Weight__c", "Shipped_On__c"].into_iter().enumerate()
        {
            assert_eq!(row[index], shown(&true_row[name]), "{name}");
        }
        assert_eq!(row[7].replace(".000Z", "Z"), shown(&true_row["CreatedDate"]), "bulk writes Z");
    }
    assert_eq!(results(&bench, id, "?locator=xyz").await.status, 400);
}

#[tokio::test]
async fn results_before_the_end_are_nothing_and_other_versions_a_conflict() {
    let bench = bench_with(|s| s.bulk_polls = 4).await;
    let url = bench.url(&format!("{DATA}/jobs/query"));
    let order = json!({ "operation": "queryAll", "query": "SELECT Id FROM Task" });
    let made: Value = bench
        .http
        .post(&url)
        .bearer_auth(&bench.token)
        .json(&order)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = made["id"].as_str().unwrap();
    assert_eq!(results(&bench, id, "").await.status, 204);
    let at = |version: &str| format!("/services/data/{version}/jobs/query/{id}");
    assert_eq!(bench.get(&at("v61.0")).await.0, 409);
    let delete = |path: String| bench.http.delete(bench.url(&path)).bearer_auth(&bench.token);
    assert_eq!(delete(at("v62.0")).send().await.unwrap().status(), 400, "it has not ended");
    let abort = bench.http.patch(bench.url(&at("v62.0"))).bearer_auth(&bench.token);
    let aborted: Value =
        abort.json(&json!({ "state": "Aborted" })).send().await.unwrap().json().await.unwrap();
    assert_eq!(aborted["state"], "Aborted");
    assert_eq!(delete(at("v62.0")).send().await.unwrap().status(), 204);
    assert_eq!(bench.get(&at("v62.0")).await.0, 404);
}

#[tokio::test]
async fn what_bulk_does_not_take_is_refused_at_once() {
    let bench = bench().await;
    let url = bench.url(&format!("{DATA}/jobs/query"));
    for (q, code, message) in [
        ("SELECT Id FROM Attachment", "INVALIDENTITY", "is not supported by the Bulk API"),
        ("SELECT Id FROM CaseStatus", "INVALIDENTITY", "is not supported by the Bulk API"),
        (
            "SELECT Id, BillingAddress FROM Account",
            "FUNCTIONALITY_NOT_ENABLED",
            "Selecting compound data not supported in Bulk Query",
        ),
        ("SELECT COUNT() FROM Account", "FEATURENOTENABLED", "not supported in Bulk Query"),
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope'"),
    ] {
        let order = json!({ "operation": "query", "query": q });
        let answer = bench.http.post(&url).bearer_auth(&bench.token).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{q}");
        let body: Value = answer.json().await.unwrap();
        assert!(fault(&body).0 == code && fault(&body).1.contains(message), "{q}: {body}");
    }
}

#[tokio::test]
async fn jobs_fail_as_ordered_and_say_so() {
    let bench = bench().await;
    bench.control("faults", json!({ "fail_jobs": 1 })).await;
    let order = json!({ "operation": "query", "query": "SELECT Id FROM User", "columnDelimiter": "PIPE", "lineEnding": "CRLF" });
    let (failed, _) = bench.job(order.clone()).await;
    assert_eq!(failed["state"], "Failed");
    assert!(failed["errorMessage"].as_str().unwrap().contains("InternalServerError"));
    let (job, _) = bench.job(order).await;
    let set = results(&bench, job["id"].as_str().unwrap(), "").await;
    assert!(set.text.starts_with("\"Id\"\r\n\"005"), "{}", set.text);
}
