//! The record service, the metadata catalog and the system service.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Bench, bench, fault};
use serde_json::Value;

const RECORD: &str = "/services/rest/record/v1";

async fn schema(bench: &Bench, name: &str) -> (u16, Value) {
    let url = bench.url(&format!("{RECORD}/metadata-catalog/{name}"));
    let request = bench.http.get(url).bearer_auth(&bench.token).header("Accept", "application/schema+json");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_catalog_lists_record_types_and_not_suiteqls_tables() {
    let bench = bench().await;
    let (_, body) = bench.get(&format!("{RECORD}/metadata-catalog")).await;
    let names: Vec<&str> =
        body["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    for name in ["customer", "vendor", "salesOrder", "inventoryItem", "customrecord_shipment_route"] {
        assert!(names.contains(&name), "{name}");
    }
    for table in ["transaction", "transactionline", "item", "deletedrecord"] {
        assert!(!names.contains(&table), "{table}");
        assert_eq!(schema(&bench, table).await.0, 404, "{table}");
    }
    let (_, some) = bench.get(&format!("{RECORD}/metadata-catalog?select=customer,vendor")).await;
    assert_eq!(some["items"].as_array().unwrap().len(), 2);
    let (status, blank) = bench.get(&format!("{RECORD}/metadata-catalog?select=customer,%20vendor")).await;
    assert_eq!((status, fault(&blank).0), (400, "INVALID_REQUEST"));
}

#[tokio::test]
async fn schemas_type_every_property_and_mark_the_accounts_own_fields() {
    let bench = bench().await;
    let (status, body) = schema(&bench, "customer").await;
    assert_eq!(status, 200);
    let property = |name: &str| &body["properties"][name];
    assert_eq!(property("companyName")["type"], "string");
    assert_eq!(property("lastModifiedDate")["format"], "date-time");
    assert_eq!(property("isInactive")["type"], "boolean");
    assert_eq!(property("creditLimit")["type"], "number");
    assert_eq!(property("currency")["type"], "object");
    assert_eq!(property("custentity_credit_score")["x-ns-custom-field"], true);
    assert!(property("companyName").get("x-ns-custom-field").is_none());
    assert!(body["properties"].get("subsidiary").is_some(), "the catalog knows what SuiteQL does not expose");
    let (_, order) = schema(&bench, "salesOrder").await;
    let item = order["properties"]["item"]["$ref"].as_str().unwrap();
    let (_, collection) = schema(&bench, item.rsplit('/').next().unwrap()).await;
    let element = collection["properties"]["items"]["items"]["$ref"].as_str().unwrap();
    let (_, element) = schema(&bench, element.rsplit('/').next().unwrap()).await;
    assert_eq!(element["properties"]["custcol_commit_date"]["format"], "date");
}

#[tokio::test]
async fn records_are_typed_and_in_utc_unlike_suiteql() {
    let bench = bench().await;
    let (_, list) = bench.get(&format!("{RECORD}/customer?limit=10&offset=10")).await;
    assert_eq!(list["count"], 10);
    let truth = bench.truth("customer").await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let (status, record) = bench.get(&format!("{RECORD}/customer/{id}")).await;
    assert_eq!(status, 200);
    let row = truth.iter().find(|r| r["id"] == id.parse::<i64>().unwrap()).unwrap();
    assert_eq!(record["lastModifiedDate"], row["lastmodifieddate"]);
    assert_eq!(record["isInactive"], row["isinactive"]);
    assert_eq!(record["currency"]["id"], row["currency"].to_string());
    assert!(record["currency"]["refName"].is_string());
    let (status, missing) = bench.get(&format!("{RECORD}/customer/1")).await;
    assert_eq!((status, fault(&missing).0), (404, "NONEXISTENT_ID"));
    assert_eq!(bench.get(&format!("{RECORD}/transaction/1")).await.0, 404);
}

#[tokio::test]
async fn sublists_come_when_they_are_asked_for() {
    let bench = bench().await;
    let (_, list) = bench.get(&format!("{RECORD}/salesOrder?limit=1")).await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let (_, short) = bench.get(&format!("{RECORD}/salesOrder/{id}")).await;
    assert!(short["item"].get("items").is_none());
    let (_, full) = bench.get(&format!("{RECORD}/salesOrder/{id}?expandSubResources=true")).await;
    let lines = full["item"]["items"].as_array().unwrap().len();
    let told = bench
        .items(&format!("SELECT id FROM transactionline WHERE transaction = {id} AND mainline = 'F'"))
        .await;
    assert_eq!(lines, told.len());
    assert_eq!(bench.get(&format!("{RECORD}/invoice/{id}")).await.0, 404, "an order is no invoice");
}

#[tokio::test]
async fn server_time_is_the_time() {
    let bench = bench().await;
    let (_, body) = bench.get("/services/rest/system/v1/serverTime").await;
    let now = forebay_netsuite_account::account::machine_now();
    let near: Vec<String> = (now - 3..=now).map(forebay_netsuite_account::calendar::iso_utc).collect();
    assert!(near.contains(&body["serverTime"].as_str().unwrap().to_owned()), "{body}");
    let (_, limits) = bench.get("/services/rest/system/v1/governanceLimits").await;
    assert_eq!(limits["accountConcurrencyLimit"], 5);
    let (status, body) = bench.get("/services/rest/nothing").await;
    assert_eq!(status, 404);
    assert_eq!(body["status"], 404);
}

#[tokio::test]
async fn older_accounting_lines_have_no_last_modified_date() {
    let bench = bench().await;
    let rows = bench.truth("transactionaccountingline").await;
    let without = rows.iter().filter(|r| r["lastmodifieddate"].is_null()).count();
    assert!(without > 0 && without < rows.len());
    let young = rows.iter().filter_map(|r| r["lastmodifieddate"].as_str());
    assert!(young.clone().count() > 0 && young.clone().all(|at| at >= "2023-03-01"));
}

async fn filtered(bench: &Bench, kind: &str, q: &str) -> (u16, Value) {
    let url = bench.url(&format!("{RECORD}/{kind}"));
    let answer = bench.http.get(url).query(&[("q", q)]).bearer_auth(&bench.token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn lists_are_filtered_by_dates_as_the_user_writes_them() {
    let bench = bench().await;
    let (_, preference) = bench.get(&format!("{RECORD}/preference/userPreference")).await;
    assert_eq!(preference["dateFormat"], "M/D/YYYY");
    assert_eq!(preference["timeZone"], "America/Los_Angeles");
    let truth = bench.truth("message").await;
    // 01:00 on the account's clocks, in daylight time.
    let since =
        truth.iter().filter(|r| r["lastmodifieddate"].as_str().unwrap() >= "2024-06-01T08:00:00Z").count();
    assert!(since > 0 && since < truth.len());
    let (status, list) =
        filtered(&bench, "message", "lastModifiedDate ON_OR_AFTER \"6/1/2024 1:00 am\"").await;
    assert_eq!((status, list["totalResults"].as_u64()), (200, Some(since as u64)));
    let both = "lastModifiedDate ON_OR_AFTER \"6/1/2024 1:00 am\" AND id GREATER 3";
    assert!(filtered(&bench, "message", both).await.1["totalResults"].as_u64().unwrap() <= since as u64);
    for iso in ["2024-06-01", "2024-06-01T08:00:00Z", "6/1/2024 13:00"] {
        let (status, body) = filtered(&bench, "message", &format!("lastModifiedDate AFTER \"{iso}\"")).await;
        assert_eq!((status, fault(&body).0), (400, "INVALID_PARAMETER"));
        let words = format!(
            "Parse of date/time \"{iso}\" failed with date format \"M/d/yy\" in time zone America/Los_Angeles"
        );
        assert_eq!(fault(&body).1, words);
    }
    assert_eq!(filtered(&bench, "message", "nothing IS x").await.0, 400);
}

#[tokio::test]
async fn messages_are_known_to_the_record_service_alone() {
    let bench = bench().await;
    assert!(bench.refused("SELECT id FROM message").await.ends_with("Invalid search type: message."));
    let truth = bench.truth("message").await;
    let mut seen = Vec::new();
    let mut offset = 0;
    loop {
        let (status, page) = bench.get(&format!("{RECORD}/message?limit=7&offset={offset}")).await;
        assert_eq!(status, 200);
        let ids = page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned());
        seen.extend(ids);
        assert_eq!(page["hasMore"], page["links"].as_array().unwrap().iter().any(|l| l["rel"] == "next"));
        if page["hasMore"] == false {
            break;
        }
        offset += 7;
    }
    assert_eq!(seen, truth.iter().map(|r| r["id"].to_string()).collect::<Vec<_>>());
    let (_, one) = bench.get(&format!("{RECORD}/message/{}?expandSubResources=true", seen[0])).await;
    assert_eq!(one["lastModifiedDate"], truth[0]["lastmodifieddate"]);
    assert_eq!(one["messageDate"], truth[0]["messagedate"]);
    assert_eq!(one["emailed"], truth[0]["emailed"]);
    assert_eq!(one["recipient"]["id"], truth[0]["recipient"].to_string());
    assert_eq!(bench.get(&format!("{RECORD}/message?limit=7&offset=3")).await.0, 400);
    let (status, schema) = schema(&bench, "message").await;
    assert_eq!(
        (status, &schema["properties"]["lastModifiedDate"]["format"]),
        (200, &Value::from("date-time"))
    );
}
