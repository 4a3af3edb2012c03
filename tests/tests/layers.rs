//! The arrows of the architecture. What a crate may use is written here and nowhere else; a new arrow
//! is a decision, not an accident.

#![expect(clippy::unwrap_used, reason = "a check stops on a broken checkout")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};
use forebay_tests::repository;

/// Crate, and the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("forebay-model", &[]),
    ("forebay-stored", &[]),
    ("forebay-profiling", &["forebay-model", "forebay-stored"]),
    ("forebay-anomalies", &["forebay-model"]),
    ("forebay-rules", &["forebay-model", "forebay-stored"]),
    ("forebay-transform", &["forebay-model"]),
    ("forebay-ports", &["forebay-model"]),
    ("forebay-sql", &["forebay-model", "forebay-ports"]),
    ("forebay-azure", &["forebay-model", "forebay-ports", "forebay-sql"]),
    ("forebay-embedded", &["forebay-model", "forebay-ports", "forebay-sql"]),
    ("forebay-delivery", &["forebay-ports"]),
    ("forebay-connectors", &["forebay-model", "forebay-ports"]),
    (
        "forebay-pipeline",
        &[
            "forebay-model",
            "forebay-profiling",
            "forebay-anomalies",
            "forebay-rules",
            "forebay-transform",
            "forebay-ports",
        ],
    ),
    ("forebay-api", &["forebay-model", "forebay-ports", "forebay-pipeline"]),
    // The engine for files, without the app.
    ("forebay", &["forebay-model", "forebay-profiling", "forebay-anomalies"]),
    (
        "forebay-functions",
        &[
            "forebay-model",
            "forebay-ports",
            "forebay-pipeline",
            "forebay-api",
            "forebay-connectors",
            "forebay-delivery",
            "forebay-azure",
            "forebay-embedded",
        ],
    ),
    // Tries connectors in the whole engine; nothing is built on it.
    (
        "forebay-suite",
        &[
            "forebay-model",
            "forebay-ports",
            "forebay-pipeline",
            "forebay-transform",
            "forebay-connectors",
            "forebay-embedded",
        ],
    ),
    // What stands in for Azure and for vendors knows nothing of us.
    ("forebay-event-hubs", &[]),
    ("forebay-functions-host", &["forebay-event-hubs"]),
    ("forebay-simulation", &[]),
    ("forebay-netsuite-account", &["forebay-simulation"]),
    ("forebay-salesforce-account", &["forebay-simulation"]),
    ("forebay-hubspot-account", &["forebay-simulation"]),
    ("xtask", &[]),
    ("forebay-tests", &[]),
    // Gives anything to what must not fall over.
    ("forebay-fuzz", &["forebay-model", "forebay-profiling", "forebay-rules", "forebay"]),
];

const PURE: &[&str] = &[
    "forebay-model",
    "forebay-stored",
    "forebay-profiling",
    "forebay-anomalies",
    "forebay-rules",
    "forebay-transform",
];

/// All that a pure crate may use from outside: data formats, arithmetic, patterns and hashes.
const PURE_LIBRARIES: &[&str] = &[
    "csv",
    "regex",
    "regex-syntax",
    "rust_decimal",
    "serde",
    "serde_json",
    "thiserror",
    "time",
    "xxhash-rust",
    "datasketches",
];

fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let metadata =
        MetadataCommand::new().manifest_path(repository::root().join("Cargo.toml")).no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
            (package.name.to_string(), normal.map(|d| d.name.clone()).collect())
        })
        .collect()
}

#[test]
fn every_crate_uses_only_what_the_architecture_allows() {
    let actual = arrows();
    let known: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let ours: BTreeSet<&str> = actual.keys().map(String::as_str).collect();
    assert_eq!(ours, known.keys().copied().collect(), "a crate came or went: give it its place in ARROWS");
    for (package, used) in &actual {
        for used in used.iter().filter(|u| ours.contains(u.as_str())) {
            assert!(known[package.as_str()].contains(&used.as_str()), "{package} must not use {used}");
        }
    }
}

#[test]
fn pure_crates_name_no_runtime_no_driver_no_client() {
    let actual = arrows();
    for package in PURE {
        for used in actual[*package].iter().filter(|u| !u.starts_with("forebay-")) {
            assert!(PURE_LIBRARIES.contains(&used.as_str()), "{package} is pure and must not use {used}");
        }
    }
}

#[test]
fn pure_crates_name_no_clock() {
    for file in repository::files(&[".rs"]) {
        let pure = [
            "shared/model/src",
            "shared/stored/src",
            "shared/profiling/src",
            "shared/anomalies/src",
            "shared/rules/src",
            "shared/transform/src",
        ];
        if !pure.iter().any(|folder| file.starts_with(folder)) {
            continue;
        }
        let text = std::fs::read_to_string(repository::root().join(&file)).unwrap();
        for clock in ["SystemTime", "Instant::now", "now_utc", "now_local"] {
            assert!(!text.contains(clock), "{} reads a clock: {clock}", file.display());
        }
    }
}

#[test]
fn only_functions_choose_an_adapter() {
    let actual = arrows();
    for (package, used) in &actual {
        let chooses = used.contains("forebay-azure") || used.contains("forebay-embedded");
        // The suite that tries connectors stands where functions stand.
        let may = ["forebay-functions", "forebay-suite"].contains(&package.as_str());
        assert!(!chooses || may, "{package} must not choose an adapter");
    }
}
