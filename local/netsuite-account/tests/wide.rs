//! A table with more columns than a select list holds, and the custom records that `customrecordtype` lists.

mod common;

use std::collections::BTreeSet;

use common::bench;
use serde_json::{Value, json};

#[tokio::test]
async fn a_table_wider_than_a_select_list_has_to_be_read_in_parts() {
    let bench = bench().await;
    let truth = bench.truth("customer").await;
    let names: Vec<&String> = truth[0].as_object().unwrap().keys().collect();
    assert!(names.len() > 130, "{}", names.len());
    let list = |names: &[&String]| names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
    let all = format!("SELECT {} FROM customer", list(&names));
    let (status, body) = bench.sql(&all).await;
    assert_eq!((status, body["count"].as_u64(), body["totalResults"].as_u64()), (200, Some(0), Some(0)));
    let hundred = bench.items(&format!("SELECT {} FROM customer", list(&names[..100]))).await;
    assert_eq!(hundred.len(), truth.len());
    let rest = bench.items(&format!("SELECT {} FROM customer", list(&names[100..]))).await;
    let shown: BTreeSet<&String> =
        hundred.iter().chain(&rest).flat_map(|row| row.as_object().unwrap().keys()).collect();
    let filled = |name: &&&String| truth.iter().any(|row| !row[name.as_str()].is_null());
    assert!(names.iter().filter(filled).all(|name| shown.contains(name)));
    assert!(names.iter().filter(filled).count() > 125, "the columns hold values");
}

#[tokio::test]
async fn every_custom_field_is_listed_with_its_type() {
    let bench = bench().await;
    let listed = bench.truth("customfield").await;
    let of = |prefix: &str| {
        let own = |f: &&Value| f["scriptid"].as_str().unwrap().starts_with(prefix);
        listed.iter().filter(own).count()
    };
    assert!(of("CUSTENTITY_") > 110 && of("CUSTBODY_") == 3 && of("CUSTRECORD_") == 10);
    let depot = listed.iter().find(|f| f["scriptid"] == "CUSTENTITY_VALVES_DEPOT").unwrap();
    assert_eq!(depot["fieldvaluetype"], "List/Record");
    let score = listed.iter().find(|f| f["scriptid"] == "CUSTRECORD_CHECK_SCORE").unwrap();
    assert_eq!((&score["recordtype"], &score["fieldtype"]), (&json!(102), &json!("RECORD")));
}

#[tokio::test]
async fn custom_records_are_found_through_their_types_and_one_may_not_be_read() {
    let bench = bench().await;
    let mut readable = Vec::new();
    for kind in bench.items("SELECT scriptid, internalid FROM customrecordtype").await {
        let name = kind["scriptid"].as_str().unwrap().to_lowercase();
        let (status, body) = bench.sql(&format!("SELECT id, lastmodified FROM {name}")).await;
        if status == 200 {
            assert!(body["totalResults"].as_u64().unwrap() > 50);
            readable.push(name);
        } else {
            assert!(common::fault(&body).1.ends_with(&format!("Record '{name}' was not found.")), "{body}");
        }
    }
    assert_eq!(readable, ["customrecord_shipment_route", "customrecord_quality_check"]);
    bench.control("changes", json!({ "deletes": 60 })).await;
    let gone = bench.truth("deletedrecord").await;
    for name in readable {
        let own = gone.iter().filter(|g| g["scriptid"] == name.to_uppercase());
        assert!(own.clone().count() > 0 && own.clone().all(|g| g["iscustomrecord"] == true), "{name}");
    }
}
