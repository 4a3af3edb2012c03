//! Search: what it finds, how far it pages, and what it is late with.

mod common;

use std::collections::HashSet;
use std::time::Duration;

use common::{array, bench, bench_with, ids, window};
use serde_json::{Value, json};

/// The moment of the import, which most contacts share.
const IMPORT: i64 = 1_751_274_000_417;

fn one(property: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!([{ "filters": [{ "propertyName": property, "operator": operator, "value": value.into() }] }])
}

#[tokio::test]
async fn a_window_is_drained_page_by_page_and_is_a_millisecond_too_generous() {
    let bench = bench().await;
    let truth = bench.truth("contacts").await;
    let shared: HashSet<i64> = ids(&truth
        .iter()
        .filter(|row| row["lastmodifieddate"] == "2025-06-30T09:00:00.417Z")
        .cloned()
        .collect::<Vec<_>>())
    .into_iter()
    .collect();
    assert!(shared.len() >= 350, "{}", shared.len());
    let mut found = HashSet::new();
    let mut last = 0;
    loop {
        // Exactly one millisecond, drained by id, as a reader has to when more share it than search gives.
        let groups = json!([{ "filters": [
            { "propertyName": "lastmodifieddate", "operator": "EQ", "value": IMPORT.to_string() },
            { "propertyName": "hs_object_id", "operator": "GT", "value": last.to_string() },
        ]}]);
        let body = bench
            .search("contacts", json!({ "filterGroups": groups, "sorts": ["hs_object_id"], "limit": 200 }))
            .await;
        let page = ids(array(&body["results"]));
        let Some(highest) = page.last() else { break };
        assert!(page.is_sorted() && page[0] > last);
        last = *highest;
        found.extend(page);
    }
    assert_eq!(found, shared);
    let next_ms = one("lastmodifieddate", "GT", (IMPORT).to_string());
    let total = bench.search("contacts", json!({ "filterGroups": next_ms })).await["total"].as_u64().unwrap();
    let later =
        truth.iter().filter(|r| r["lastmodifieddate"].as_str() > Some("2025-06-30T09:00:00.417Z")).count();
    assert_eq!(total, later as u64 + shared.len() as u64, "GT finds the millisecond itself");
}

#[tokio::test]
async fn more_than_ten_thousand_share_a_millisecond_and_paging_ends_there() {
    let bench = bench_with(|mut s| {
        s.scale = 0.01;
        s
    })
    .await;
    let groups = one("lastmodifieddate", "EQ", "2025-06-30T09:00:00.417Z");
    let ask = |after: &str| json!({ "filterGroups": groups, "limit": 200, "after": after, "properties": ["email"] });
    let body = bench.search("contacts", ask("9800")).await;
    assert!(body["total"].as_u64().unwrap() > 10_000, "{}", body["total"]);
    assert_eq!((array(&body["results"]).len(), &body["paging"]["next"]["after"]), (200, &json!("10000")));
    let (status, refused) = bench.post("/crm/v3/objects/contacts/search", &ask("10000")).await;
    assert_eq!((status, &refused["status"]), (400, &json!("error")));
    assert_eq!(refused["message"], "There was a problem with the request.");
    assert_eq!(array(&bench.search("contacts", ask("9900")).await["results"]).len(), 100);
}

#[tokio::test]
async fn filters_compare_by_the_kind_of_the_property() {
    let bench = bench().await;
    let truth = bench.truth("deals").await;
    let count = |keep: &dyn Fn(&Value) -> bool| truth.iter().filter(|row| keep(row)).count() as u64;
    let total = async |groups: Value| {
        bench.search("deals", json!({ "filterGroups": groups })).await["total"].as_u64().unwrap()
    };
    let large = total(one("amount", "GTE", "100000")).await;
    assert_eq!(large, count(&|row| row["amount"].as_f64() >= Some(100_000.0)));
    assert!(large > 0);
    assert_eq!(
        total(one("dealstage", "EQ", "closedwon")).await,
        count(&|row| row["dealstage"] == "closedwon")
    );
    let listed =
        json!([{ "filters": [{ "propertyName": "incoterm", "operator": "IN", "values": ["fob", "cif"] }] }]);
    assert_eq!(total(listed).await, count(&|row| row["incoterm"] == "FOB" || row["incoterm"] == "CIF"));
    let shouted =
        json!([{ "filters": [{ "propertyName": "incoterm", "operator": "IN", "values": ["FOB"] }] }]);
    assert_eq!(total(shouted).await, 0, "IN wants lower case");
    let without = json!([{ "filters": [{ "propertyName": "closedate", "operator": "NOT_HAS_PROPERTY" }] }]);
    assert_eq!(total(without).await, count(&|row| row["closedate"].is_null()));
    let either = json!([
        { "filters": [{ "propertyName": "hs_is_closed", "operator": "EQ", "value": "true" }] },
        { "filters": [{ "propertyName": "requested_delivery_on", "operator": "LT", "value": "2021-01-01" }] },
    ]);
    let expected = count(&|row| {
        row["hs_is_closed"] == true || row["requested_delivery_on"].as_str().is_some_and(|d| d < "2021-01-01")
    });
    assert_eq!(total(either).await, expected);
}

#[tokio::test]
async fn records_of_equal_sorting_value_come_in_an_order_of_no_meaning() {
    let bench = bench().await;
    let body = bench.search("contacts", json!({ "sorts": [{ "propertyName": "lastmodifieddate", "direction": "DESCENDING" }], "limit": 200, "filterGroups": one("lastmodifieddate", "EQ", IMPORT.to_string()) })).await;
    let page = ids(array(&body["results"]));
    assert_eq!(page.len(), 200);
    assert!(!page.is_sorted() && !page.iter().rev().is_sorted());
    let row = &body["results"][0];
    assert!(row["associations"].is_null() && row["archived"] == false);
}

#[tokio::test]
async fn searches_that_the_vendor_refuses_are_refused() {
    let bench = bench().await;
    let filter = json!({ "propertyName": "email", "operator": "EQ", "value": "x" });
    let group = json!({ "filters": [filter] });
    for body in [
        json!({ "limit": 201 }),
        json!({ "limit": 0 }),
        json!({ "after": "x" }),
        json!({ "sorts": ["email", "firstname"] }),
        json!({ "sorts": ["no_such"] }),
        json!({ "filterGroups": one("no_such", "EQ", "1") }),
        json!({ "filterGroups": one("email", "LIKE", "1") }),
        json!({ "filterGroups": one("email", "GT", "1") }),
        json!({ "filterGroups": one("createdate", "GT", "yesterday") }),
        json!({ "filterGroups": [{ "filters": [{ "propertyName": "createdate", "operator": "BETWEEN", "value": "1" }] }] }),
        json!({ "filterGroups": vec![group.clone(); 6] }),
        json!({ "filterGroups": [{ "filters": vec![filter.clone(); 7] }] }),
        json!({ "filterGroups": [{ "filters": [] }] }),
        json!({ "filterGroups": "x" }),
    ] {
        let (status, answer) = bench.post("/crm/v3/objects/contacts/search", &body).await;
        assert_eq!((status, &answer["category"]), (400, &json!("VALIDATION_ERROR")), "{body}: {answer}");
    }
    let body = json!({ "filterGroups": one("no_such", "EQ", "1") });
    let (_, answer) = bench.post("/crm/v3/objects/contacts/search", &body).await;
    assert_eq!(answer["errors"][0]["context"]["propertyName"], json!(["no_such"]));
}

#[tokio::test]
async fn a_change_is_found_after_the_lag_with_its_modification_in_the_past() {
    let bench = bench_with(|mut s| {
        s.search_lag_ms = 600_000;
        s
    })
    .await;
    let (mut changed, mut first) = (json!({}), None);
    while changed["updated"]["deals"].is_null() || changed["inserted"]["deals"].is_null() {
        changed = bench.control("changes", json!({ "updates": 40, "inserts": 10, "deletes": 5 })).await;
        first = first.or(changed["at_ms"].as_i64());
    }
    let since = (changed["at_ms"].as_i64().unwrap() - 60_000).to_string();
    let ask = json!({ "filterGroups": one("hs_lastmodifieddate", "GTE", since.clone()), "limit": 200 });
    let late = bench.search("deals", ask.clone()).await;
    assert!(array(&late["results"]).is_empty(), "nothing is found yet");
    assert!(late["total"].as_u64().unwrap() > 0, "although the total counts it");
    let all = bench.search("deals", json!({ "limit": 1 })).await;
    assert_eq!(all["total"], bench.counts().await["deals"]);
    // The list by id is not late.
    let fresh = bench.listed("deals", "").await;
    assert_eq!(fresh.len() as u64, bench.counts().await["deals"].as_u64().unwrap());

    // A short lag passes; changes made under it are found then, and those under the long one are not.
    bench.control("faults", json!({ "search_lag_ms": 0 })).await;
    let oldest = first.unwrap() - 1;
    assert_eq!(bench.visible().await, oldest, "what was late stays late");
    let short = bench_with(|mut s| {
        s.search_lag_ms = 300;
        s
    })
    .await;
    let made = short.control("changes", json!({ "updates": 40 })).await;
    let made = made["at_ms"].as_i64().unwrap();
    assert!(short.visible().await < made);
    assert!(array(&short.search("deals", ask.clone()).await["results"]).is_empty());
    while short.visible().await < made {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let found = short.search("deals", ask).await;
    assert!(!array(&found["results"]).is_empty());
    assert_eq!(found["total"].as_u64().unwrap(), array(&found["results"]).len() as u64);
}

#[tokio::test]
async fn until_then_search_shows_the_record_as_it_was() {
    let bench = bench_with(|mut s| {
        s.search_lag_ms = 600_000;
        s
    })
    .await;
    let before = bench.truth("deals").await;
    bench.control("changes", json!({ "updates": 60, "inserts": 10, "deletes": 10 })).await;
    let ask = json!({ "sorts": ["hs_object_id"], "limit": 200, "properties": ["description"] });
    let mut shown = Vec::new();
    for after in ["0", "200", "400"] {
        let mut page = ask.clone();
        page["after"] = json!(after);
        shown.extend(array(&bench.search("deals", page).await["results"]).iter().cloned());
    }
    assert_eq!(ids(&shown), ids(&before));
    for (row, old) in shown.iter().zip(&before) {
        assert_eq!(
            row["properties"]["description"].as_str().filter(|t| !t.is_empty()),
            old["description"].as_str()
        );
    }
}

#[tokio::test]
async fn archived_records_are_not_found() {
    let bench = bench().await;
    let mut deleted = 0;
    while deleted == 0 {
        deleted = bench.control("changes", json!({ "deletes": 20 })).await["deleted"]["deals"]
            .as_u64()
            .unwrap_or(0);
    }
    let archived = bench.listed("deals", "archived=true").await;
    let id = archived[0]["id"].as_str().unwrap();
    let body = bench.search("deals", json!({ "filterGroups": one("hs_object_id", "EQ", id) })).await;
    assert_eq!((&body["total"], array(&body["results"]).len()), (&json!(0), 0));
}

#[tokio::test]
async fn a_window_of_instants_takes_both_spellings() {
    let bench = bench().await;
    let iso = window("hs_lastmodifieddate", "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z");
    let ms = window("hs_lastmodifieddate", "1672531200000", "1704067200000");
    let (iso, ms) = (
        bench.search("companies", json!({ "filterGroups": iso })).await,
        bench.search("companies", json!({ "filterGroups": ms })).await,
    );
    assert!(iso["total"].as_u64() > Some(0));
    assert_eq!(iso["total"], ms["total"]);
}
