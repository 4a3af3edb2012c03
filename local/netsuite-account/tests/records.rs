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
