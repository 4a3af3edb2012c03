//! Habits that no lint checks.

use std::fs;
use std::path::Path;

use forebay_tests::repository::{files, root};

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_default()
}

fn is_test(file: &Path) -> bool {
    file.components()
        .any(|c| ["tests", "benches", "examples", "contract"].iter().any(|t| c.as_os_str() == *t))
}

/// A file is read from top to bottom; past this nobody does. (`schema.ts` is generated from OpenAPI.)
const MAX_LINES: usize = 400;

#[test]
fn no_source_file_is_too_long_to_read() {
    let long: Vec<String> = files(&[".rs", ".ts", ".tsx", ".bicep"])
        .iter()
        .filter(|f| !f.ends_with("schema.ts"))
        .map(|f| (f, read(f).lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(f, lines)| format!("{} has {lines} lines", f.display()))
        .collect();
    assert!(long.is_empty(), "split these at their seams (limit {MAX_LINES}):\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimpl", "emented!(")];
    for file in files(&[".rs", ".ts", ".tsx", ".sql", ".bicep", ".md", ".py"]) {
        let text = read(&file);
        for mark in marks {
            assert!(!text.contains(mark), "{} holds {mark}: do it, or write an issue", file.display());
        }
    }
}

#[test]
fn a_lint_is_silenced_only_with_a_reason() {
    let silences = [concat!("#[al", "low("), concat!("#![al", "low(")];
    for file in files(&[".rs"]) {
        let text = read(&file);
        for place in silences.iter().flat_map(|silence| text.match_indices(silence)) {
            // A module shared by several test programs is used by each only in part, so no lint is
            // always expected there.
            let end = text[place.0..].find(']').map_or(text.len(), |length| place.0 + length);
            assert!(
                is_test(&file) && text[place.0..end].contains("reason = "),
                "{}: use #[expect(…, reason = \"…\")], which also tells when it is no longer needed",
                file.display()
            );
        }
    }
}

#[test]
fn no_file_names_a_machine() {
    let paths = [concat!("/wo", "rk/"), concat!("../sha", "red/DES"), concat!("/ro", "ot/")];
    for file in files(&[".rs", ".ts", ".tsx", ".md", ".json", ".toml", ".py", ".yml", ".sql", ".bicep"]) {
        let text = read(&file);
        for path in paths {
            assert!(!text.contains(path), "{} names a path of somebody's machine: {path}", file.display());
        }
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for manifest in files(&["Cargo.toml"]) {
        let folder = manifest.parent().unwrap();
        let readme = root().join(folder).join("README.md");
        assert!(readme.is_file(), "{} has no README.md", folder.display());
    }
}

#[test]
fn every_function_has_its_definition_beside_its_code() {
    let definitions = files(&["function.json"]);
    assert!(definitions.len() >= 5);
    for definition in definitions {
        let json: serde_json::Value = serde_json::from_str(&read(&definition)).unwrap();
        let bindings = json["bindings"].as_array().unwrap();
        let triggers = bindings.iter().filter(|b| b["type"].as_str().unwrap().ends_with("Trigger")).count();
        assert_eq!(triggers, 1, "{} needs exactly one trigger", definition.display());
        for hub in bindings.iter().filter(|b| b["type"] == "eventHubTrigger") {
            assert_eq!(
                hub["cardinality"],
                "many",
                "{}: one event a call is slow and leaks into metadata",
                definition.display()
            );
            assert_eq!(hub["dataType"], "binary", "{}: only binary is byte-exact", definition.display());
            assert!(
                json["retry"].is_object(),
                "{}: without retry the first failure moves the checkpoint",
                definition.display()
            );
        }
    }
}

/// Settings are read in one place, so that a reader finds them all.
#[test]
fn the_app_reads_its_environment_in_one_place() {
    let readers = ["functions/main.rs", "functions/log.rs"];
    for file in files(&[".rs"]) {
        let ours = ["functions", "connectors", "shared"].iter().any(|f| file.starts_with(f));
        if !ours || is_test(&file) || readers.iter().any(|r| file == Path::new(r)) {
            continue;
        }
        let text = read(&file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let reads = code.contains("env::var");
        let secrets_adapter = file.starts_with("shared/embedded") || file.starts_with("shared/azure");
        assert!(!reads || secrets_adapter, "{} reads the environment", file.display());
    }
}
