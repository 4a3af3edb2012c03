//! Lists, single records, batches, properties, schemas and owners.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{array, bench, bench_with, ids};
use forebay_hubspot_account::catalog::{Kind, object, objects};
use serde_json::{Value, json};

#[tokio::test]
async fn a_small_portal_has_some_three_thousand_records_and_repeats_by_seed() {
    let (one, again) = (bench().await, bench().await);
    let other = bench_with(|mut s| {
        s.seed = 2;
        s
    })
    .await;
    let counts = one.counts().await;
    let records: i64 = objects().iter().map(|o| counts[o.name].as_i64().unwrap()).sum();
    assert!((2_500..4_000).contains(&records), "{counts}");
    assert_eq!(one.truth("deals").await, again.truth("deals").await);
    assert_ne!(one.truth("deals").await, other.truth("deals").await);
    for pair in ["contacts_to_companies", "deals_to_contacts", "line_items_to_deals", "notes_to_contacts"] {
        assert!(counts[pair].as_i64().unwrap() > 0, "{pair}");
    }
}

#[tokio::test]
async fn a_restart_keeps_changes_and_credentials() {
    let bench = bench().await;
    bench.control("changes", json!({ "inserts": 5, "updates": 5 })).await;
    let (counts, token) = (bench.counts().await, bench.token());
    let common::Bench { running, http, folder } = bench;
    running.stop().await.unwrap();
    let mut settings = forebay_hubspot_account::Settings::new(folder.path()).unlimited();
    settings.scale = 0.001;
    let running = forebay_hubspot_account::start(settings).await.unwrap();
    let bench = common::Bench { running, http, folder };
    assert_eq!((bench.counts().await, bench.token()), (counts, token));
}

/// The true row that a list's row should be, by the properties' kinds.
fn typed(object_name: &str, row: &Value) -> Value {
    let object = object(object_name).unwrap();
    let mut out = json!({ "id": row["id"], "archived": row["archived"] });
    for property in &object.properties {
        let text = row["properties"][&property.name].as_str().filter(|text| !text.is_empty());
        out[&property.name] = match (property.kind, text) {
            (_, None) => Value::Null,
            (Kind::Number, Some(t)) => {
                t.parse::<i64>().map_or_else(|_| json!(t.parse::<f64>().unwrap()), |whole| json!(whole))
            }
            (Kind::Flag, Some(t)) => json!(t == "true"),
            (Kind::DateTime, Some(t)) if t.contains('.') => json!(t),
            (Kind::DateTime, Some(t)) => json!(t.replace('Z', ".000Z")),
            (_, Some(t)) => json!(t),
        };
    }
    out
}

#[tokio::test]
async fn lists_by_id_hold_exactly_the_true_rows() {
    let bench = bench().await;
    bench.control("changes", json!({ "inserts": 40, "updates": 40, "deletes": 20 })).await;
    for name in ["deals", "notes", "p_shipment", "line_items"] {
        let names: Vec<&str> = object(name).unwrap().properties.iter().map(|p| p.name.as_str()).collect();
        let rows = bench.listed(name, &format!("properties={}", names.join(","))).await;
        assert!(ids(&rows).is_sorted_by(|a, b| a < b));
        let truth: Vec<Value> = bench
            .truth(name)
            .await
            .into_iter()
            .map(|mut row| {
                row.as_object_mut().unwrap().retain(|key, _| key != "createdat" && key != "updatedat");
                row
            })
            .collect();
        assert_eq!(rows.iter().map(|row| typed(name, row)).collect::<Vec<_>>(), truth, "{name}");
    }
}

#[tokio::test]
async fn answers_hold_what_is_asked_for_and_what_is_always_there() {
    let bench = bench().await;
    let (_, body) = bench.get("/crm/v3/objects/contacts").await;
    let rows = array(&body["results"]);
    assert_eq!(rows.len(), 10);
    let names: Vec<&String> = rows[0]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"]);
    assert_eq!(rows[0]["updatedAt"], rows[0]["properties"]["lastmodifieddate"]);
    let (_, body) =
        bench.get("/crm/v3/objects/0-2?limit=1&properties=name,nothing_like_it&properties=city").await;
    let names: Vec<&String> = body["results"][0]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["city", "createdate", "hs_lastmodifieddate", "hs_object_id", "name"]);
    for path in ["limit=101", "limit=0", "limit=x", "after=x", "archived=maybe"] {
        let (status, body) = bench.get(&format!("/crm/v3/objects/contacts?{path}")).await;
        assert_eq!((status, &body["category"]), (400, &json!("VALIDATION_ERROR")), "{path}");
    }
    let (status, body) = bench.get("/crm/v3/objects/widgets").await;
    assert_eq!((status, &body["message"]), (400, &json!("Unable to infer object type from: widgets")));
}

#[tokio::test]
async fn an_address_that_names_every_property_of_contacts_is_too_long() {
    let bench = bench().await;
    let (_, body) = bench.get("/crm/v3/properties/contacts").await;
    let names: Vec<&str> = array(&body["results"]).iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert!(names.len() > 200);
    let (status, _) = bench.get(&format!("/crm/v3/objects/contacts?properties={}", names.join(","))).await;
    assert_eq!(status, 414);
    for chunk in names.chunks(100) {
        let (status, body) =
            bench.get(&format!("/crm/v3/objects/contacts?limit=1&properties={}", chunk.join(","))).await;
        assert_eq!(status, 200);
        assert!(body["results"][0]["properties"].as_object().unwrap().len() >= chunk.len());
    }
}

#[tokio::test]
async fn a_batch_answers_207_and_names_the_ids_it_did_not_find() {
    let bench = bench().await;
    let path = "/crm/v3/objects/contacts/batch/read";
    let good = json!({ "inputs": [{ "id": "101" }, { "id": "151" }], "properties": ["email"] });
    let (status, body) = bench.post(path, &good).await;
    assert_eq!((status, array(&body["results"]).len()), (200, 2));
    assert!(body["errors"].is_null());
    let (status, body) =
        bench.post(path, &json!({ "inputs": [{ "id": "101" }, { "id": "102" }, { "id": "x" }] })).await;
    assert_eq!((status, array(&body["results"]).len(), &body["numErrors"]), (207, 1, &json!(1)));
    assert_eq!(body["errors"][0]["category"], "OBJECT_NOT_FOUND");
    assert_eq!(body["errors"][0]["context"]["ids"], json!(["102", "x"]));
    let many: Vec<Value> = (0..101).map(|id| json!({ "id": id.to_string() })).collect();
    assert_eq!(bench.post(path, &json!({ "inputs": many })).await.0, 400);
    assert_eq!(bench.post(path, &json!({ "inputs": "101" })).await.0, 400);
}

#[tokio::test]
async fn the_custom_object_is_found_through_the_schemas() {
    let bench = bench().await;
    let (_, body) = bench.get("/crm/v3/schemas").await;
    let schema = &body["results"][0];
    assert_eq!(array(&body["results"]).len(), 1);
    assert_eq!(schema["objectTypeId"], "2-1234567");
    let named = schema["fullyQualifiedName"].as_str().unwrap();
    assert!(array(&schema["properties"]).iter().any(|p| p["name"] == "shipment_number"));
    for name in [named, "p_shipment", "2-1234567"] {
        let (status, body) = bench.get(&format!("/crm/v3/objects/{name}?limit=3")).await;
        assert_eq!((status, array(&body["results"]).len()), (200, 3), "{name}");
    }
}

#[tokio::test]
async fn owners_are_paged_in_their_own_way_and_archived_ones_apart() {
    let bench = bench().await;
    let mut seen = Vec::new();
    let mut path = "/crm/v3/owners?limit=50".to_owned();
    loop {
        let (status, body) = bench.get(&path).await;
        assert_eq!(status, 200);
        seen.extend(ids(array(&body["results"])));
        let Some(link) = body["paging"]["next"]["link"].as_str() else { break };
        path = link.strip_prefix(bench.running.base_url()).unwrap().to_owned();
    }
    assert_eq!(seen, ids(&bench.truth("owners").await));
    let (_, body) = bench.get("/crm/v3/owners?archived=true").await;
    let archived = array(&body["results"]);
    assert!(!archived.is_empty());
    assert!(archived.iter().all(|owner| owner["archived"] == true && owner["userId"].is_null()));
    assert_eq!(bench.get("/crm/v3/owners?after=nonsense").await.0, 400);
}

#[tokio::test]
async fn archived_records_leave_lists_stay_in_the_archived_one_and_are_purged() {
    let bench = bench().await;
    let before = ids(&bench.listed("line_items", "").await);
    let mut gone = 0;
    while gone == 0 {
        gone = bench.control("changes", json!({ "deletes": 20 })).await["deleted"]["line_items"]
            .as_u64()
            .unwrap_or(0);
    }
    let living = ids(&bench.listed("line_items", "").await);
    let archived = bench.listed("line_items", "archived=true").await;
    assert_eq!(archived.len() as u64, gone);
    assert_eq!(before.len(), living.len() + archived.len());
    let row = &archived[0];
    assert_eq!(row["archived"], true);
    assert!(row["archivedAt"].as_str().unwrap().ends_with('Z'));
    let path = format!("/crm/v3/objects/line_items/{}", row["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).await.0, 404);
    assert_eq!(bench.get(&format!("{path}?archived=true")).await.0, 200);
    bench.control("changes", json!({ "purge": true })).await;
    assert!(bench.listed("line_items", "archived=true").await.is_empty());
    assert_eq!(bench.get(&format!("{path}?archived=true")).await.0, 404);
}

#[tokio::test]
async fn a_merged_contact_vanishes_and_its_id_reads_as_the_winner() {
    let bench = bench().await;
    let before = ids(&bench.listed("contacts", "").await);
    bench.control("changes", json!({ "merges": 3 })).await;
    let rows = bench.listed("contacts", "properties=hs_merged_object_ids").await;
    let after = ids(&rows);
    let lost: Vec<i64> = before.into_iter().filter(|id| !after.contains(id)).collect();
    assert_eq!(lost.len(), 3);
    assert!(bench.listed("contacts", "archived=true").await.is_empty(), "a merged record is not archived");
    for loser in lost {
        let (status, row) =
            bench.get(&format!("/crm/v3/objects/contacts/{loser}?properties=hs_merged_object_ids")).await;
        assert_eq!(status, 200);
        assert_ne!(row["id"], loser.to_string());
        let merged = row["properties"]["hs_merged_object_ids"].as_str().unwrap();
        assert!(merged.split(';').any(|id| id == loser.to_string()), "{merged}");
        let body = json!({ "inputs": [{ "id": loser.to_string() }] });
        let (status, batch) = bench.post("/crm/v3/objects/contacts/batch/read", &body).await;
        assert_eq!((status, &batch["results"][0]["id"]), (200, &row["id"]));
    }
}

#[tokio::test]
async fn a_cleared_property_is_the_empty_text_and_truly_null() {
    let bench = bench().await;
    bench.control("changes", json!({ "updates": 300 })).await;
    let rows = bench.listed("deals", "properties=amount").await;
    let cleared = rows.iter().find(|row| row["properties"]["amount"] == "").expect("some are cleared");
    let truth = bench.truth("deals").await;
    let row = truth.iter().find(|row| row["id"] == cleared["id"]).unwrap();
    assert!(row["amount"].is_null());
}
