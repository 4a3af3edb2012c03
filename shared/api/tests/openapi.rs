//! The description is current, and it describes exactly what is routed.

use std::collections::BTreeSet;
use std::path::Path;

use forebay_api::{openapi, routes};
use serde_json::Value;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json")
}

#[test]
fn the_committed_description_is_current() {
    let now = openapi::document().unwrap();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(committed(), &now).unwrap();
    }
    let then = std::fs::read_to_string(committed()).unwrap();
    assert!(
        now == then,
        "openapi.json is stale; run: UPDATE_SNAPSHOTS=1 cargo test -p forebay-api --test openapi"
    );
}

#[test]
fn every_route_is_described_and_every_description_is_routed() {
    let document: Value = serde_json::from_str(&openapi::document().unwrap()).unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let routed: BTreeSet<_> = routes().iter().map(|r| (r.method.to_string(), r.path.to_string())).collect();
    assert_eq!(described, routed);
}

#[test]
fn the_description_is_openapi_3_1_and_whole() {
    let document: Value = serde_json::from_str(&openapi::document().unwrap()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["title"], "Forebay");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 50, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} points nowhere");
    }
}

#[test]
fn every_operation_has_a_name_a_summary_and_its_problems() {
    let document: Value = serde_json::from_str(&openapi::document().unwrap()).unwrap();
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_string()), "{path}");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{path}");
            let signed_in = operation.get("security").is_some();
            assert_eq!(signed_in, operation["responses"].get("401").is_some(), "{path}");
            if path.contains('{') {
                assert!(operation["responses"].get("404").is_some(), "{path}");
            }
        }
    }
}

#[test]
fn every_problem_in_the_description_is_an_example_of_its_schema() {
    let document: Value = serde_json::from_str(&openapi::document().unwrap()).unwrap();
    for (name, response) in document["components"]["responses"].as_object().unwrap() {
        let example = &response["content"]["application/problem+json"]["example"];
        for field in ["type", "title", "detail"] {
            assert!(example[field].as_str().is_some_and(|s| !s.is_empty()), "{name}.{field}");
        }
        assert!(example["status"].as_u64().is_some_and(|s| (400..600).contains(&s)), "{name}");
    }
}

fn collect_references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                into.push(reference.clone());
            }
            fields.values().for_each(|field| collect_references(field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, into)),
        _ => {}
    }
}
